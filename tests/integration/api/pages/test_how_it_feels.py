"""How it feels, at its page: what people said of each body, with its picture and table, and nothing of one person."""

import re
from datetime import timedelta
from html import unescape

import pytest

from domain.values import day_of


@pytest.fixture
def today(services):
    return day_of(services.recorder.head().now)


@pytest.fixture
def ask_residents(neighbourhood, today):
    """Residents are asked about the council every three months, the last time so many days ago."""

    def asks(*all_counts, **details):
        for number, counts in enumerate(all_counts):
            happened = today - timedelta(days=90 * (len(all_counts) - number))
            neighbourhood.resident.records(
                f"{neighbourhood.path}/pulses",
                about=neighbourhood.council,
                rater_side="residents",
                counts=counts,
                happened=happened.isoformat(),
                **details,
            )

    return asks


@pytest.fixture
def page(neighbourhood):
    return f"/partnerships/{neighbourhood.partnership}/how-it-feels"


@pytest.fixture
def resident(visitors, neighbourhood):
    return visitors(neighbourhood.resident)


USUAL, WILD = [0, 2, 10, 20, 8], [38, 2, 0, 0, 0]


def words(markup):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", markup)))


def test_a_partnerships_page_leads_to_it(resident, neighbourhood, page):
    assert f'href="{page}">How it feels' in resident.reads(f"/partnerships/{neighbourhood.partnership}")


def test_what_was_said_is_raw_with_range_count_and_day_and_the_line_stands_beside(ask_residents, resident, page):
    ask_residents(*[USUAL] * 6, survey_question="I am listened to")
    text = words(resident.reads(page))
    assert re.search(r"“I am listened to” 71 in 100 likely range \d+ to \d+; 40 people, \d+ \w+ \d{4}", text)
    assert re.search(r"Asked 6 times since \d{4}\. By all answers so far the line stands at \d+ in 100, likely", text)
    assert re.search(r"Asked again about \d+ \w+ \d{4}, people would say \d+ in 100, likely range", text)


def test_two_questions_in_the_same_letters_have_pictures_of_their_own(ask_residents, resident, page):
    for question in ("We are heard", "Are we heard"):
        ask_residents(USUAL, survey_question=question.lower())
    ids = re.findall(r' id="([^"]+)"', resident.reads(page))
    assert len(ids) == len(set(ids))


def test_a_reading_far_out_of_line_is_hollow_and_says_that_it_waits_or_was_left_out(ask_residents, resident, page):
    ask_residents(*[USUAL] * 6, WILD, *[USUAL] * 2, WILD)
    markup = resident.reads(page)
    assert len(re.findall(r'class="said open"', markup)) == 2
    assert len(re.findall(r'class="said"', markup)) == 8
    assert "Far from what was expected: waits for the next time." in words(markup)
    assert "the next time did not bear it out: left out" in words(markup)


def test_every_dot_of_the_picture_stands_in_the_table_with_the_same_words_and_record(ask_residents, resident, page):
    ask_residents(*[USUAL] * 3)
    markup = resident.reads(page)
    dots = re.findall(r'<a class="ev" href="(/records/[^"]+)"', markup)
    table = markup[markup.index("<table") : markup.index("</table>")]
    assert len(dots) == 3
    assert sorted(re.findall(r'href="(/records/[^"]+)"', table)) == sorted(dots)


def test_of_a_long_line_the_latest_sixty_are_drawn_and_listed(neighbourhood, resident, page, today):
    for number in range(61):
        neighbourhood.resident.records(
            f"{neighbourhood.path}/pulses",
            about=neighbourhood.council,
            rater_side="residents",
            counts=USUAL,
            happened=(today - timedelta(days=61 - number)).isoformat(),
        )
    markup = resident.reads(page)
    assert markup.count('class="ev"') == 60
    assert "Asked 61 times since" in words(markup)
    assert "Drawn and listed are the latest 60." in words(markup)


def test_ratings_of_single_people_are_led_to_by_nothing(neighbourhood, resident, page, today):
    month_ago = (today.replace(day=1) - timedelta(days=5)).isoformat()
    for number in range(5):
        person = neighbourhood.resident.records("/v1/people", name=f"Rater {number}")["created"]["person"][0]
        neighbourhood.resident.records(
            f"{neighbourhood.path}/feedback",
            about=neighbourhood.council,
            rater=person,
            rater_side="residents",
            score=4,
            happened=month_ago,
        )
    markup = resident.reads(page)
    assert "from ratings month by month" in markup
    assert "/records/" not in markup


def test_where_too_few_answered_nothing_is_shown(ask_residents, resident, page):
    ask_residents([4, 0, 0, 0, 0])
    text = words(resident.reads(page))
    assert "too few people answered" in text
    assert " in 100" not in text
