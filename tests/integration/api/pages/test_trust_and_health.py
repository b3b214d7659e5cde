"""The figures of a partnership at its pages: trust with its marks, health row by row, and why a figure moved."""

import re
from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest

from api.access.keys import Scope
from api.pages.ground.in_words import count_of
from domain.values import day_of

PAYLOAD = "<script>alert(1)</script>Mend the lamps"

NOBODY = UUID("00000000-0000-4000-8000-000000000000")


@pytest.fixture
def today(services):
    return day_of(services.recorder.head().now)


@pytest.fixture
def keeps(neighbourhood, today):
    """The council promises and keeps, so many times, each by the word of residents."""

    def kept(count, text="Mend the lamps", days_ago=40):
        for number in range(count):
            promised_on = today - timedelta(days=days_ago + number)
            promise = neighbourhood.officer.records(
                f"{neighbourhood.path}/commitments",
                promisers=[neighbourhood.council],
                promisees=[neighbourhood.group],
                text=f"{text} {number}",
                happened=promised_on.isoformat(),
                due=(promised_on + timedelta(days=30)).isoformat(),
            )
            commitment = promise["created"]["commitment"][0]
            neighbourhood.resident.records(
                f"{neighbourhood.path}/commitments/{commitment}/confirmations",
                confirmed_by=neighbourhood.group,
                happened=(promised_on + timedelta(days=20)).isoformat(),
            )

    return kept


@pytest.fixture
def page(neighbourhood):
    return f"/partnerships/{neighbourhood.partnership}"


@pytest.fixture
def resident(visitors, neighbourhood):
    return visitors(neighbourhood.resident)


def words(markup):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", markup)))


def test_a_body_with_too_little_to_go_on_has_no_figure_and_says_what_would_be_enough(keeps, resident, page):
    keeps(1)
    text = words(resident.reads(page))
    assert "Ambleford Council Not enough to say yet" in text
    assert re.search(r"1 of 1 kept in time\. \w+ more( kept)?(, kept or not,)?( before \w+)? would be enough", text)
    assert " in 100 kept" not in text


def test_a_body_with_some_to_go_on_has_a_figure_that_says_so_and_is_drawn_pale(keeps, resident, page):
    keeps(2)
    markup = resident.reads(page)
    text = words(markup)
    assert re.search(r"Ambleford Council \d+ in 100 kept, likely range \d+ to \d+; some to go on", text)
    assert re.search(r"\d+ in 100, likely range \d+ to \d+; some to go on", text.partition("Promises kept")[2])
    assert '<path class="band pale"' in markup
    assert '<rect class="bar some"' in markup


def test_a_body_with_enough_to_go_on_has_a_figure_with_range_count_and_date(keeps, resident, page):
    keeps(12)
    text = words(resident.reads(page))
    assert re.search(r"Ambleford Council \d+ in 100 kept, likely range \d+ to \d+", text)
    assert re.search(r"Rests on 12 promises since \d{4}: 12 of 12 kept in time", text)
    assert re.search(r"Last kept \d+ \w+ \d{4}\. Without fading it would be \d+, likely range", text)


def test_every_mark_leads_to_its_record_and_stands_in_the_table(keeps, resident, page):
    keeps(3)
    markup = resident.reads(page)
    marks = re.findall(r'<a class=ev href=(/records/\S+) aria-label="(Kept in time: mend the lamps \d, [^"]+)"', markup)
    assert len(marks) == 3
    for address, name in marks:
        what, _, day = name.rpartition(", ")
        assert f"<td>{day}<td><a href={address}>{what}</a>" in markup


def test_texts_are_escaped_in_pictures_and_tables(keeps, resident, page):
    keeps(1, text=PAYLOAD)
    markup = resident.reads(page)
    assert "<script>alert" not in markup
    assert markup.count("&lt;script&gt;alert(1)") >= 3


def test_whoever_may_not_read_texts_sees_marks_without_them(keeps, visitors, people, page):
    keeps(3, text="Mend the lamps")
    markup = visitors(people(Scope.READ)).reads(page)
    assert "Mend the lamps" not in markup
    assert re.search(r'aria-label="Kept in time: promise of \d+ \w+ \d{4}, ', markup)


def test_another_aspect_is_a_link_that_stays_in_the_address(keeps, resident, page, neighbourhood):
    keeps(1)
    neighbourhood.resident.records(
        f"{neighbourhood.path}/asks",
        raised_by=neighbourhood.group,
        addressee=neighbourhood.council,
        kind="request",
        text="Swings",
        happened="2024-03-02",
    )
    markup = resident.reads(page)
    address = unescape(re.search(r'<a href="([^"]*)"[^>]*>Answering</a>', markup)[1]).partition("#")[0]
    answering = resident.reads(address)
    assert '"true">Answering</a>' in answering
    assert "No answer yet: swings" in answering


def test_how_things_stood_stays_in_every_link_to_a_figure(keeps, resident, page, today):
    keeps(3, days_ago=400)
    before = (today - timedelta(days=200)).isoformat()
    markup = resident.reads(page, **{"stood-on": before})
    links = re.findall(r'href="([^"]*(?:/why|aspect=)[^"]*)"', markup)
    assert links
    assert all(f"stood-on={before}" in link for link in links)


def test_a_reply_is_printed_with_the_figure_it_is_about(keeps, resident, page, neighbourhood):
    keeps(3)
    neighbourhood.officer.records(
        f"{neighbourhood.path}/replies",
        facet="reliability",
        replied_by=neighbourhood.council,
        reply="Two were held up by the inquiry",
        happened="2026-05-03",
    )
    text = words(resident.reads(page))
    assert "Ambleford Council replied on 3 May 2026: “Two were held up by the inquiry”" in text


def test_each_line_of_health_says_its_figure_or_what_is_lacking(keeps, resident, page):
    keeps(12)
    markup = resident.reads(page)
    rows = re.findall(r'<li id="(H\d+)">(.*?)</li>', markup, re.DOTALL)
    assert [number for number, _ in rows] == [f"H{n}" for n in (1, 2, 3, 4, 6, 8, 9, 10, 11, 12, 13)]
    rows_in_words = {number: words(row) for number, row in rows}
    assert re.search(r"\d+ in 100, likely range \d+ to \d+", rows_in_words["H1"])
    assert "Nothing has happened: no review of the partnership was planned" in rows_in_words["H13"]
    for row in rows_in_words.values():
        assert ("in 100" in row or " of " in row) != ("Not enough to say yet" in row) or "Nothing has happened" in row


def why(page, neighbourhood, begins, ends):
    days = f"from={begins.isoformat()}&to={ends.isoformat()}"
    return f"{page}/why?aspect=keeping-promises&body={neighbourhood.council}&{days}"


def test_the_parts_of_a_move_add_up_as_they_are_printed(keeps, resident, page, neighbourhood, today):
    keeps(12, days_ago=400)
    keeps(4)
    text = words(resident.reads(why(page, neighbourhood, today - timedelta(days=100), today)))
    total = re.search(r"add up to it exactly: ([-+=.\d\s\N{MINUS SIGN}]+)\.", text)[1]
    parts, _, result = total.replace("\N{MINUS SIGN}", "-").replace(" ", "").partition("=")
    assert round(sum(map(float, re.findall(r"[-+]?[\d.]+", parts))), 1) == float(result)
    assert re.search(r"From \d+ to \d+ in 100, (up|down) \d", text)
    assert "Promises kept" in text


def test_where_nothing_could_be_said_no_number_is_told_of_its_move(keeps, resident, page, neighbourhood, today):
    keeps(2)
    markup = resident.reads(why(page, neighbourhood, today - timedelta(days=100), today))
    text = words(markup)
    assert "there was not enough to say" in text
    assert "in 100" not in text.partition("What this does not say")[0]
    assert "Mend the lamps 0" in text


def test_days_that_are_entered_come_to_stay_in_the_address(keeps, resident, page, neighbourhood, today):
    keeps(2)
    address = why(page, neighbourhood, today - timedelta(days=100), today)
    fields = {
        "from-day": "1",
        "from-month": "2",
        "from-year": "2025",
        "to-day": "1",
        "to-month": "2",
        "to-year": "2026",
    }
    answer = resident.client.get(f"{address}&" + "&".join(f"{name}={text}" for name, text in fields.items()))
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(
        f"/why?aspect=keeping-promises&body={neighbourhood.council}&from=2025-02-01&to=2026-02-01"
    )


def test_days_the_wrong_way_round_are_named_at_their_field(keeps, resident, page, neighbourhood, today):
    keeps(2)
    fields = {
        "from-day": "1",
        "from-month": "2",
        "from-year": "2026",
        "to-day": "1",
        "to-month": "2",
        "to-year": "2025",
    }
    address = f"{page}/why?aspect=keeping-promises&body={neighbourhood.council}"
    answer = resident.client.get(f"{address}&" + "&".join(f"{name}={text}" for name, text in fields.items()))
    assert answer.status_code == 422
    assert answer.text.count("The earlier day must be before the later day") == 2
    assert today


def test_a_line_of_health_is_explained_between_two_days(keeps, resident, page, today, neighbourhood):
    keeps(12)
    begins = (today - timedelta(days=5)).isoformat()
    text = words(resident.reads(f"{page}/why", dimension="H1", **{"from": begins, "to": today.isoformat()}))
    assert "How the partnership is working: promises kept" in text
    assert "How sure" in text
    days = {"from": begins, "to": today.isoformat()}
    comparison = neighbourhood.resident.reads(f"{neighbourhood.path}/health/comparison", **days)
    assert comparison["compared"]
    lines = count_of(len(comparison["compared"]), "line")
    assert f"Of {lines} there is enough to say on both days; no other is compared." in text
    assert ("On one of the days only" in text) == bool(comparison["left_out"])


@pytest.mark.parametrize("query", ["dimension=H5", "dimension=H99", "body=nobody", f"body={NOBODY}"])
def test_what_has_no_figure_is_not_found(resident, page, query):
    assert resident.gets(f"{page}/why?{query}").status_code == 404


def test_a_day_that_is_none_is_refused(resident, page):
    assert resident.gets(f"{page}/why?dimension=H1&from=yesterday").status_code == 400
    assert resident.gets(f"{page}/why?dimension=H1&to=2999-01-01").status_code == 400


def test_who_turned_to_whom_is_drawn_with_its_table(keeps, resident, page):
    keeps(2)
    markup = resident.reads(page)
    assert "class=net" in markup
    assert "<td>Ambleford Council</td><td>Mill Lane Residents</td><td>2 promises</td>" in markup


def test_where_nobody_turned_to_anybody_the_network_says_so(resident, page):
    assert "nobody turned to anybody else" in resident.reads(page)


def test_all_years_of_one_body_stand_on_a_page_of_its_own(keeps, resident, page, neighbourhood):
    keeps(2, days_ago=3_000)
    assert "class=ev" not in resident.reads(page)
    markup = resident.reads(f"{page}/bodies/{neighbourhood.council}")
    assert markup.count("class=ev") == 2
    assert "<h1>Ambleford Council</h1>" in markup


def test_one_number_over_all_aspects_is_folded_away_and_names_what_is_not_in_it(keeps, resident, page, neighbourhood):
    keeps(4)
    markup = resident.reads(f"{page}/bodies/{neighbourhood.council}")
    query = {"truster_side": "residents", "trustee": neighbourhood.council, "mean": "true"}
    (mean,) = neighbourhood.resident.reads(f"{neighbourhood.path}/trust", **query)["means"]
    folded = markup[markup.index("One number over all aspects") :]
    assert f"{round(100 * mean['mean'])} in 100" in folded
    assert "Not in it, for want of enough to say: answering" in folded


def test_of_a_body_that_residents_met_nothing_from_there_is_no_page(resident, page, neighbourhood):
    assert resident.gets(f"{page}/bodies/{neighbourhood.council}").status_code == 404
    assert resident.gets(f"{page}/bodies/nobody").status_code == 404


def test_an_aspect_is_counted_in_its_own_words(keeps, resident, page, neighbourhood):
    keeps(1)
    neighbourhood.resident.records(
        f"{neighbourhood.path}/asks",
        raised_by=neighbourhood.group,
        addressee=neighbourhood.council,
        kind="request",
        text="Swings",
        happened="2024-03-02",
    )
    assert "0 of 1 answered in time, 1 no answer" in words(resident.reads(page, aspect="answering"))


def test_what_is_too_few_is_counted_as_people_count(officer, neighbourhood, keeps):
    keeps(1)
    assert "About 1 promise is too few." in officer.reads(f"/partnerships/{neighbourhood.partnership}")


def test_a_link_chooses_the_figure_of_a_reply_and_nothing_else_of_its_form(officer, neighbourhood):
    form = {"figure": "H1", "words": "forged", "key": "forged", "body": neighbourhood.council}
    text = officer.reads(f"/partnerships/{neighbourhood.partnership}/reply", **form)
    assert '<option value="H1" selected>' in text
    assert "forged" not in text


@pytest.mark.parametrize("page", ["why?aspect=keeping-promises&body={council}", "bodies/{council}", "why?dimension=H1"])
def test_before_anything_was_known_a_page_of_figures_says_so(officer, neighbourhood, keeps, page):
    keeps(1)
    address = page.format(council=neighbourhood.council)
    joined = "&" if "?" in address else "?"
    text = officer.reads(f"/partnerships/{neighbourhood.partnership}/{address}{joined}known-on=2019-01-01")
    assert "Nothing was on record about this partnership by then" in text
