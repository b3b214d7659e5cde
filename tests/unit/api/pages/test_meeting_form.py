"""The meeting form read: answers become one command's body, and faults are named by field in words for people."""

from datetime import date
from uuid import uuid4

import pytest

from api.http.problems import Problem, ProblemFault
from api.pages.ground.entered_dates import end_of_march, end_of_quarter, entered_date
from api.pages.meetings.answers import MOST_BLOCKS, Answers
from api.pages.meetings.form_refusals import refusal_errors
from api.pages.meetings.meeting_choices import (
    Choices,
    EarlierMeeting,
    OfferedAsk,
    OfferedBody,
    OfferedPromise,
    PlannedMeeting,
)
from api.pages.meetings.meeting_form import read_meeting, texts_written
from domain.decisions.interactions import RecordInteraction
from domain.structs import read_value
from domain.vocabulary import InteractionKind

TODAY = date(2026, 11, 27)
COUNCIL, FORUM, TRADERS, RESIDENTS, WIRELESS, SWINGS, PLAN = (str(uuid4()) for _ in range(7))
CHOICES = Choices(
    partnership_id=uuid4(),
    name="Mill Lane Board",
    as_of=TODAY,
    members=(OfferedBody(COUNCIL, "Ambleford Council"), OfferedBody(FORUM, "Mill Lane Forum")),
    other_members=(OfferedBody(TRADERS, "Mill Lane Traders"),),
    guests=(),
    residents=OfferedBody(RESIDENTS, "Residents at large"),
    promises=(OfferedPromise(WIRELESS, "Set up wireless", "Ambleford Council", COUNCIL, TODAY, is_reported=False),),
    asks=(OfferedAsk(SWINGS, "Mend the swings", "Mill Lane Forum"),),
    meetings=(
        EarlierMeeting(str(uuid4()), InteractionKind.CALL, "2026-09-01", (COUNCIL,)),
        EarlierMeeting(str(uuid4()), InteractionKind.MEETING, "2026-10-13", (COUNCIL, FORUM)),
        EarlierMeeting(str(uuid4()), InteractionKind.WALKABOUT, "2026-11-02", (TRADERS,)),
    ),
    plans=(
        PlannedMeeting(PLAN, InteractionKind.MEETING, date(2026, 11, 26)),
        PlannedMeeting(str(uuid4()), InteractionKind.MEETING, date(2026, 12, 8)),
    ),
)
LEAST = {"when": "today", "kind": "meeting", "came": [COUNCIL, FORUM]}


def answers(**texts):
    listed = {name.replace("_", "-"): text if isinstance(text, list) else [text] for name, text in texts.items()}
    return Answers(listed)


def read(**texts):
    return read_meeting(answers(**{**LEAST, **texts}), CHOICES, TODAY)


def faults(**texts):
    return [(fault.field, fault.words) for fault in read(**texts).faults]


def body(**texts):
    form = read(**texts)
    assert form.faults == ()
    read_value(form.body, RecordInteraction)
    return form.body


def test_a_day_a_kind_and_who_was_there_make_a_meeting():
    assert body() == {
        "happened": "2026-11-27",
        "kind": "meeting",
        "participants": [{"party": COUNCIL}, {"party": FORUM}],
    }


@pytest.mark.parametrize(
    ("texts", "when"),
    [
        ({"when": "yesterday"}, "2026-11-26"),
        ({"when": "today", "held_day": "3", "held_month": "x"}, "2026-11-27"),
        ({"when": "other", "held_day": "27", "held_month": "3", "held_year": "2026"}, "2026-03-27"),
        ({"when": "", "held_day": " 03 ", "held_month": "09", "held_year": "2026."}, "2026-09-03"),
        ({"when": "other", "held_day": "3", "held_month": "September", "held_year": "2026"}, "2026-09-03"),
        ({"when": "other", "held_day": "", "held_month": "5", "held_year": "2019"}, "2019-05"),
        ({"when": "other", "held_day": "29", "held_month": "2", "held_year": "2024"}, "2024-02-29"),
    ],
)
def test_a_day_is_read_however_it_is_written_and_a_past_month_will_do(texts, when):
    assert read(**texts).body["happened"] == when
    assert faults(**texts) == []


@pytest.mark.parametrize(
    ("texts", "field", "words"),
    [
        ({"when": ""}, "when", "Enter the date of the meeting"),
        ({"when": "other"}, "held-day", "Enter the date of the meeting"),
        (
            {"when": "other", "held_day": "27", "held_month": "3"},
            "held-year",
            "Date of the meeting must include a year",
        ),
        (
            {"when": "other", "held_year": "2026"},
            "held-day",
            "Date of the meeting must include a day and month",
        ),
        (
            {"when": "other", "held_day": "4", "held_month": "", "held_year": "2026"},
            "held-month",
            "Date of the meeting must include a month",
        ),
        (
            {"when": "other", "held_day": "31", "held_month": "2", "held_year": "2026"},
            "held-day",
            "Date of the meeting must be a real date",
        ),
        (
            {"when": "other", "held_day": "1", "held_month": "13", "held_year": "2026"},
            "held-month",
            "Date of the meeting must be a real date",
        ),
        (
            {"when": "other", "held_day": "1", "held_month": "x", "held_year": "2026"},
            "held-month",
            "Date of the meeting must be a real date",
        ),
        (
            {"when": "other", "held_day": "1", "held_month": "3", "held_year": "26"},
            "held-year",
            "Year must include 4 numbers",
        ),
        (
            {"when": "other", "held_day": "28", "held_month": "11", "held_year": "2026"},
            "held-day",
            "Date of the meeting must be today or in the past",
        ),
        (
            {"when": "other", "held_day": "", "held_month": "11", "held_year": "2026"},
            "held-day",
            "Date of the meeting must include a day",
        ),
    ],
)
def test_a_day_that_will_not_do_is_named_by_its_first_bad_part(texts, field, words):
    assert faults(**texts) == [(field, words)]


def test_nothing_is_taken_for_granted():
    assert faults(when="", kind="", came=[]) == [
        ("when", "Enter the date of the meeting"),
        ("kind", "Select what kind of contact it was"),
        ("came", "Select who was there"),
    ]


def test_another_kind_is_chosen_in_the_list():
    assert body(kind="other", other_kind="drop-in")["kind"] == "drop-in"
    assert faults(kind="other") == [("other-kind", "Select what kind of contact it was")]


def test_apologies_are_recorded_beside_those_who_came():
    assert body(apologies=[TRADERS])["participants"][-1] == {"party": TRADERS, "attendance": "apologies"}
    assert faults(apologies=[COUNCIL]) == [
        ("apologies", "Ambleford Council cannot both have been there and have sent apologies")
    ]


def test_a_body_that_is_not_listed_is_named_in_place_and_can_promise():
    newcomer = {"name": "Canal Anglers", "kind": "charity"}
    promise = {"promised_1_by": "visitor-1", "promised_1_to": RESIDENTS, "promised_1_text": "Clear the towpath"}
    form = body(visitor_1_name="Canal Anglers", visitor_1_kind="charity", **promise, promised_1_when="none")
    assert form["participants"][-1] == {"party": newcomer}
    assert form["commitments"] == [{"promisers": [newcomer], "promisees": [RESIDENTS], "text": "Clear the towpath"}]


def test_what_is_missing_of_a_body_not_listed_is_asked_for():
    assert faults(visitor_1_name="Canal Anglers") == [
        ("visitor-1-kind", "Select what kind of organisation or group Canal Anglers is")
    ]
    assert faults(visitor_1_kind="charity") == [("visitor-1-name", "Enter the name of the organisation or group")]


@pytest.mark.parametrize(("text", "count"), [("12", 12), ("1,200", 1200), (" 7 ", 7)])
def test_the_public_is_counted(text, count):
    assert body(public=text)["crowds"] == [{"side": "residents", "count": count}]


@pytest.mark.parametrize("text", ["many", "-3", "2.5", "100001", "١٢"])
def test_the_public_is_counted_in_whole_numbers(text):
    assert faults(public=text) == [("public", "How many others from the public must be a whole number, like 12")]


def test_nobody_from_the_public_is_no_crowd():
    assert "crowds" not in body(public="0")


def test_what_was_asked_and_answered_at_one_meeting_is_tied_together():
    form = body(
        asked_2_by=FORUM,
        asked_2_to=COUNCIL,
        asked_2_kind="request",
        asked_2_text="Mend the lamps",
        answered_1_ask="asked-2",
        answered_1_by=COUNCIL,
        answered_1_answer="adopted",
        answered_2_ask=SWINGS,
        answered_2_by=COUNCIL,
        answered_2_answer="declined",
        answered_2_reasons="No money",
    )
    assert form["asks"] == [{"raised_by": FORUM, "addressee": COUNCIL, "kind": "request", "text": "Mend the lamps"}]
    assert form["answers"] == [
        {"ask": {"here": 0}, "answered_by": COUNCIL, "answer": "adopted"},
        {"ask": SWINGS, "answered_by": COUNCIL, "answer": "declined", "reasons": "No money"},
    ]


def test_what_is_missing_of_an_item_is_named_with_its_number_where_there_are_several():
    assert faults(asked_1_text="One", asked_1_kind="request", asked_2_by=FORUM, asked_2_kind="question") == [
        ("asked-1-by", "Ask 1: select who asked"),
        ("asked-2-text", "Ask 2: enter what was asked"),
    ]
    assert faults(answered_1_by=COUNCIL) == [
        ("answered-1-answer", "Select what the answer was"),
        ("answered-1-ask", "Select which ask was answered"),
    ]
    assert faults(answered_1_ask=SWINGS, answered_1_by=COUNCIL, answered_1_answer="declined") == [
        ("answered-1-reasons", "Enter the reasons why it was declined")
    ]


def test_a_decision_says_whose_proposal_it_was_and_how_far_people_took_part():
    form = body(
        decided_1_title="Open the library on Sundays",
        decided_1_by=COUNCIL,
        decided_1_led=FORUM,
        decided_1_promised="involve",
        decided_1_practised="consult",
    )
    assert form["decisions"] == [
        {
            "title": "Open the library on Sundays",
            "decided_by": COUNCIL,
            "led_by": FORUM,
            "level_promised": "involve",
            "level_practised": "consult",
        }
    ]


PROMISE = {"promised_1_by": COUNCIL, "promised_1_to": RESIDENTS, "promised_1_text": "Mend the lamps"}


@pytest.mark.parametrize(
    ("texts", "due"),
    [
        ({"promised_1_when": "next"}, "2026-12-08"),
        ({"promised_1_when": "quarter"}, "2026-12-31"),
        ({"promised_1_when": "march"}, "2027-03-31"),
        ({"promised_1_when": "none"}, None),
        (
            {
                "promised_1_when": "other",
                "promised_1_due_day": "1",
                "promised_1_due_month": "2",
                "promised_1_due_year": "2027",
            },
            "2027-02-01",
        ),
        ({"promised_1_due_month": "2", "promised_1_due_year": "2027"}, "2027-02"),
    ],
)
def test_a_promise_is_due_at_the_next_meeting_the_end_of_a_quarter_another_day_or_without_a_date(texts, due):
    [promise] = body(**PROMISE, **texts)["commitments"]
    assert promise.get("due") == due


@pytest.mark.parametrize(
    ("texts", "field", "words"),
    [
        ({}, "promised-1-when", "Select by when it was promised"),
        ({"promised_1_when": "other"}, "promised-1-due-day", "Enter the date when it is due"),
        ({"promised_1_due_day": "1"}, "promised-1-due-month", "Due date must include a month and year"),
        (
            {"promised_1_when": "none", "promised_1_to": COUNCIL},
            "promised-1-to",
            "Select somebody other than who promised",
        ),
        ({"promised_1_when": "none", "promised_1_by": ""}, "promised-1-by", "Select who promised"),
        ({"promised_1_when": "none", "promised_1_by": "made-up"}, "promised-1-by", "Select who promised"),
        ({"promised_1_when": "none", "promised_1_text": " "}, "promised-1-text", "Enter what was promised"),
    ],
)
def test_what_is_missing_of_a_promise_is_asked_for(texts, field, words):
    assert faults(**{**PROMISE, **texts}) == [(field, words)]


def test_a_promise_that_was_ticked_is_reported_done_by_who_promised_it():
    assert body(kept=[WIRELESS])["fulfilments"] == [{"commitment": WIRELESS, "claimed_by": COUNCIL}]
    assert faults(kept=[str(uuid4())]) == [("kept", "A promise that you ticked is no longer open. Untick it")]


def test_a_meeting_of_the_day_and_kind_of_a_plan_is_that_meeting():
    assert body(when="yesterday")["planned"] == PLAN
    assert "planned" not in body(when="yesterday", kind="call")


def test_last_time_is_the_last_meeting_of_the_same_kind():
    assert CHOICES.last_meeting("meeting").came == (COUNCIL, FORUM)
    assert CHOICES.last_meeting("drop-in").came == (TRADERS,)


def test_empty_blocks_are_left_out_and_one_is_always_there_to_fill_in():
    blank = answers(promised_1_text="", promised_2_text="Two", asked_1_kind="request")
    assert (blank.blocks("promised"), blank.shown_blocks("promised")) == ([2], [2])
    assert (blank.blocks("asked"), blank.shown_blocks("asked")) == ([], [1])


def test_a_block_is_added_after_the_last():
    more, number = answers(promised_1_text="One").with_block("promised")
    assert (more.shown_blocks("promised"), number, more.one("promised-1-text")) == ([1, 2], 2, "One")


def test_a_block_that_is_taken_out_takes_what_points_at_it_along_and_those_after_it_move_up():
    form = answers(
        asked_1_text="One", asked_2_text="Two", asked_3_text="Three", answered_1_ask="asked-1", answered_2_ask="asked-3"
    )
    fewer = form.without_block("asked", 1)
    assert [fewer.one(f"asked-{number}-text") for number in fewer.blocks("asked")] == ["Two", "Three"]
    assert (fewer.one("answered-1-ask"), fewer.one("answered-2-ask")) == ("", "asked-2")


def test_free_texts_are_found_for_screening():
    form = answers(promised_1_text="a", promised_1_when="none", visitor_1_name="b", decided_1_title="c", came=[FORUM])
    assert dict(texts_written(form)) == {"promised-1-text": "a", "visitor-1-name": "b", "decided-1-title": "c"}


def test_a_refusal_of_the_api_stands_under_the_field_it_came_from():
    form = read(**PROMISE, promised_1_when="quarter", kept=[WIRELESS])
    problem = Problem(
        "invalid",
        "No.",
        [
            ProblemFault(code="due-before-made", detail="x", pointer="#/commitments/0/due"),
            ProblemFault(code="unknown-party", detail="x", pointer="#/commitments/0/promisers/0"),
            ProblemFault(code="already-ended", detail="x", pointer="#/fulfilments/0/commitment"),
            ProblemFault(code="in-the-future", detail="x", pointer="#/happened"),
            ProblemFault(code="not-a-member", detail="x", pointer="#"),
        ],
    )
    assert [(error.field, error.words) for error in refusal_errors(problem, form.fields)] == [
        ("promised-1-when", "Due date must be the day of the meeting or later"),
        ("promised-1-by", "No such organisation or group is recorded here"),
        ("kept", "This promise has ended already. Leave it out"),
        ("when", "Date of the meeting must be today or in the past"),
        ("meeting", "Your organisation has no seat here, so it cannot record this meeting"),
    ]


def test_a_refusal_that_points_nowhere_stands_at_the_form_in_words_for_people():
    [error] = refusal_errors(Problem("unavailable", "The log is away."), {})
    assert error.words == "The record cannot be reached now. Nothing was recorded. Try again in a moment"


@pytest.mark.parametrize(
    ("day", "quarter", "march"),
    [
        (date(2026, 1, 1), date(2026, 3, 31), date(2026, 3, 31)),
        (date(2026, 3, 31), date(2026, 3, 31), date(2026, 3, 31)),
        (date(2026, 4, 1), date(2026, 6, 30), date(2027, 3, 31)),
        (date(2026, 11, 27), date(2026, 12, 31), date(2027, 3, 31)),
    ],
)
def test_quarters_end_in_march_june_september_and_december(day, quarter, march):
    assert (end_of_quarter(day), end_of_march(day)) == (quarter, march)


def test_a_date_of_which_nothing_was_entered_is_none():
    assert entered_date(Answers(), "held", "Date") == entered_date(answers(held_day=" "), "held", "Date")


def test_a_block_for_which_one_form_has_no_room_is_named_and_kept():
    blocks = {f"asked-{number}-text": [f"Ask {number}"] for number in [*range(1, MOST_BLOCKS + 1), 123]}
    answers = Answers(blocks)
    [fault] = [each for each in read_meeting(answers, CHOICES, TODAY).faults if "holds" in each.words]
    assert (fault.field, fault.words[:23]) == ("asked-123-by", "Ask 123: one form holds")
    assert answers.shown_blocks("asked")[-1] == 123
