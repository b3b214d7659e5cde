"""A diary that never notes who shared minutes gives no figure of openness, and every answer says what is left out."""

import csv
import io

import pytest

from domain.imports.row_report import RowOutcome
from domain.log.decode_events import decode_event
from tests.support.meeting_diary import import_diary
from tests.support.page_visitor import address_on, error_summary

DAYS = [f"2025-{month:02}-05" for month in range(1, 9)]
SENTENCE = "{} of {} meetings are left out: nobody records here whether notes were shared."


@pytest.fixture
def diary(services, neighbourhood, tmp_path):
    def imported(rows, **more):
        entries = import_diary(
            services.handler,
            tmp_path,
            rows,
            partnership=neighbourhood.partnership,
            council=neighbourhood.council,
            group=neighbourhood.group,
            **more,
        )
        assert {each.outcome for each in entries} == {RowOutcome.IMPORTED}, entries

    return imported


@pytest.fixture
def openness(neighbourhood):
    def asked(**more):
        return neighbourhood.officer.reads(
            f"{neighbourhood.path}/trust", facet="openness", truster_side="residents", **more
        )

    return asked


def dimension(neighbourhood, number, **more):
    profile = neighbourhood.officer.reads(f"{neighbourhood.path}/health", **more)["profile"]
    return next(each for each in profile["dimensions"] if each["id"] == number)


def test_a_diary_without_notes_gives_no_figure_and_says_what_is_left_out(diary, openness, neighbourhood):
    diary([(day, "") for day in DAYS])
    answer = openness()
    assert answer["figures"] == []
    (row,) = answer["left_out"]
    assert (row["kind"], row["trustee_id"], row["left_out"], row["of"]) == ("notes", neighbourhood.council, 8, 8)
    assert row["in_words"] == SENTENCE.format(8, 8)
    assert len(row["causes"]) == 8
    assert answer["names"][neighbourhood.council] == "Ambleford Council"
    (figure,) = openness(method="folkmoot-2026")["figures"]
    assert (figure["counts"]["acts"], figure["figure"]["trust"]) == (8, pytest.approx(0.019, abs=0.1))
    assert openness(method="folkmoot-2026")["left_out"] == []


def test_health_says_so_too(diary, neighbourhood):
    diary([(day, "") for day in DAYS])
    h10 = dimension(neighbourhood, "H10")
    assert h10["headline"]["missing"] == "not-recorded"
    (gaps,) = (each for each in h10["beside"] if each["name"] == "not-recorded")
    assert (gaps["group"], gaps["value"], gaps["n"]) == ("notes", 8, 8)


def test_a_figure_some_of_whose_duties_are_left_out_says_which_share(diary, openness, neighbourhood):
    noted = {day: day.replace("-05", "-09") for day in DAYS[3:]}
    diary([(day, noted.get(day, "")) for day in (*DAYS, "2025-12-01")])
    answer = openness()
    (figure,) = answer["figures"]
    assert figure["counts"]["acts"] == 5
    (row,) = answer["left_out"]
    assert (row["left_out"], row["of"]) == (4, 9)
    text = neighbourhood.officer.get(f"{neighbourhood.path}/trust", facet="openness", format="csv").text
    rows = [each for each in csv.DictReader(io.StringIO(text)) if each["left_out"]]
    assert [(each["left_out"], each["left_out_of"], each["truster_side"]) for each in rows] == [("4", "9", "residents")]


def test_why_a_figure_moved_says_what_is_left_out_of_it(diary, officer, neighbourhood):
    noted = {day: day.replace("-05", "-09") for day in DAYS[3:]}
    diary([(day, noted.get(day, "")) for day in (*DAYS, "2025-12-01")])
    which = {"facet": "openness", "truster_side": "residents", "trustee": neighbourhood.council}
    days = {"from": "2025-06-30", "to": "2025-12-31"}
    answer = neighbourhood.officer.reads(f"{neighbourhood.path}/trust/explanation", **which, **days)
    assert [(row["left_out"], row["of"]) for row in answer["left_out"]] == [(4, 9)]
    other = {**which, "facet": "reliability"}
    assert neighbourhood.officer.get(f"{neighbourhood.path}/trust/explanation", **other, **days).status_code == 404
    body = {"aspect": "being-open", "body": neighbourhood.council}
    page = officer.reads(f"/partnerships/{neighbourhood.partnership}/why", **body, **days)
    assert SENTENCE.format(4, 9) in page


def test_days_that_cannot_be_right_are_listed_with_the_sources_and_lead_to_both_records(officer, neighbourhood):
    board, sources = neighbourhood.path, f"/partnerships/{neighbourhood.partnership}/sources"
    asking = {
        "kind": "request",
        "raised_by": neighbourhood.group,
        "addressee": neighbourhood.council,
        "text": "Cut the hedge",
    }
    ask = neighbourhood.resident.records(f"{board}/asks", happened="2026-03-01", **asking)
    answer = neighbourhood.officer.records(
        f"{board}/asks/{ask['created']['ask'][0]}/answers",
        answered_by=neighbourhood.council,
        answer="adopted",
        happened="2026-03-10",
    )
    ask_id, answer_id = (each["events"][0]["event_id"] for each in (ask, answer))
    assert "cannot be right" not in officer.reads(sources)
    changes = {"happened": "2026-03-20"}
    neighbourhood.resident.records(f"/v1/records/{ask_id}/corrections", changes=changes, reasons="Misread")
    page = officer.reads(sources)
    assert "Days that cannot be right" in page
    assert f'href="/records/{answer_id}"' in page
    assert page.index(f"/records/{answer_id}") < page.index("10 March 2026") < page.index("20 March 2026")


def test_what_a_mapping_covers_is_stamped_on_what_it_records_and_held_against_nobody_beyond(diary, openness, services):
    diary([(day, "") for day in DAYS], covers='covers = "notes"\ncovered_until = "2025-03"')
    envelopes = [decode_event(event).envelope for event in services.recorder.stream()]
    stamped = [each.covers for each in envelopes if each.source_reference == "council-diary/meeting"]
    assert len(stamped) == 8
    assert {(line.kind, str(line.covered_until)) for covers in stamped for line in covers} == {("notes", "2025-03-31")}
    assert openness()["figures"][0]["counts"]["acts"] == 3
    assert (openness()["left_out"][0]["left_out"], openness()["left_out"][0]["of"]) == (5, 8)


def test_a_steward_declares_what_a_diary_covers_and_no_other(diary, openness, neighbourhood, steward):
    diary([(day, "") for day in DAYS])
    path = f"{neighbourhood.path}/source-coverage"
    body = {"mapping": "council-diary", "covers": [{"kind": "notes", "bodies": [neighbourhood.council]}]}
    assert neighbourhood.officer.post(path, body).status_code == 403
    before = neighbourhood.officer.reads(f"{neighbourhood.path}/worklist")["position"]
    steward.records(path, **body)
    assert openness()["figures"][0]["counts"]["acts"] == 8
    assert openness()["left_out"] == []
    assert openness(known_at=before)["figures"] == []
    steward.records(path, mapping="council-diary", covers=[])
    assert openness()["figures"][0]["counts"]["acts"] == 8, "they were due by then"
    worklist = neighbourhood.officer.reads(f"{neighbourhood.path}/worklist")
    notices = [row for row in worklist["rows"] if row["task"] == "note-coverage"]
    assert {row["side"] for row in notices} == {"residents", "government"}
    assert "hange to what the record covers" in worklist["labels"][notices[0]["thing_id"]]


def test_what_is_recorded_with_a_key_says_what_was_declared_of_its_source(neighbourhood, steward, services):
    meeting = {"kind": "meeting", "participants": [{"party": neighbourhood.council}]}
    neighbourhood.officer.records(f"{neighbourhood.path}/interactions", happened="2026-01-05", **meeting)
    key = neighbourhood.officer.reads("/v1/me")["key_id"]
    steward.records(f"{neighbourhood.path}/source-coverage", key=key, covers=[{"kind": "reasons"}])
    neighbourhood.officer.records(f"{neighbourhood.path}/interactions", happened="2026-01-06", **meeting)
    meetings = [
        decode_event(event).envelope.covers
        for event in services.recorder.stream()
        if event.type == "interaction-recorded"
    ]
    assert [None if covers is None else [line.kind for line in covers] for covers in meetings] == [None, ["reasons"]]


def test_the_pages_say_it_in_plain_words(diary, visitors, neighbourhood):
    diary([(day, "") for day in DAYS])
    visitor = visitors(neighbourhood.resident)
    page = visitor.reads(f"/partnerships/{neighbourhood.partnership}?aspect=being-open")
    assert "Not recorded here" in page
    assert f"Ambleford Council: {SENTENCE.format(8, 8)}" in page
    assert "This record does not hold it. It may have happened." in page
    assert page.count(SENTENCE.format(8, 8)) == 2
    to_do = visitor.reads(f"/partnerships/{neighbourhood.partnership}/to-do")
    assert "Notes of meetings to share" not in to_do


def test_a_steward_says_at_a_page_what_a_source_would_note(diary, visitors, neighbourhood, steward, openness):
    diary([(day, "") for day in DAYS])
    page = f"/partnerships/{neighbourhood.partnership}/sources"
    reader = visitors(neighbourhood.resident).reads(page)
    assert "Imports by council-diary" in reader
    assert "would not be noted" in reader
    assert "Only who looks after this record can change it" in reader
    visitor = visitors(steward)
    wrong = visitor.sends(page, kinds=["notes", "none"], **{"from-year": "2025"})
    assert error_summary(wrong.text) == [
        ("source", "Choose a source"),
        ("from-day", "The first day must include a day and month"),
        ("kinds", "Choose what it would note, or only none of these"),
    ]
    form = {
        "source": "mapping:council-diary",
        "kinds": ["notes"],
        "bodies": [neighbourhood.council],
        "from-month": "3",
        "from-year": "2025",
        "until-day": "1",
        "until-month": "1",
        "until-year": "2025",
    }
    turned = visitor.sends(page, form)
    assert error_summary(turned.text) == [("until-day", "The last day must not be before the first")]
    form["until-year"] = "2026"
    assert address_on(visitor.sends(page, form)) == f"{page}?recorded=yes"
    assert "would be noted of Ambleford Council from 1 March 2025 until 1 January 2026" in visitor.reads(page)
    assert openness()["figures"][0]["counts"]["acts"] == 6
    visitor.sends(page, source="mapping:council-diary", kinds=["none"])
    assert "would be noted of" not in visitor.reads(page)
