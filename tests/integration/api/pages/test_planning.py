"""Meetings are planned one by one or as a series, moved, called off, and recorded once they took place."""

from datetime import timedelta

import pytest

from api.access.keys import Scope
from domain.values import day_of
from tests.support.page_visitor import HIDDEN, address_on, error_summary


@pytest.fixture
def plans(neighbourhood):
    return f"/partnerships/{neighbourhood.partnership}/plans"


@pytest.fixture
def today(services):
    return day_of(services.now())


@pytest.fixture
def recorded(services, neighbourhood):
    head = services.recorder.head().position
    assert neighbourhood
    return lambda: [event.type for event in services.recorder.stream(head)]


def on(day, **more):
    return {"first-day": day.day, "first-month": day.month, "first-year": day.year, "kind": "meeting", **more}


def planned(neighbourhood):
    rows = neighbourhood.officer.reads(f"{neighbourhood.path}/interactions")["rows"]
    return [(row["planned_for_on"], row["state"]) for row in rows]


def test_a_meeting_is_planned_and_offered_as_the_next_one(officer, plans, today, recorded, neighbourhood):
    day = today + timedelta(days=10)
    address = address_on(
        officer.sends(f"{plans}/new", on(day, rhythm="once", **{"convened-by": neighbourhood.council}))
    )
    assert recorded() == ["interaction-planned"]
    assert "1 meeting planned." in officer.reads(address)
    form = address_on(officer.gets(f"/partnerships/{neighbourhood.partnership}/meetings/new"))
    assert "Next meeting, " in officer.reads(form)


def test_a_series_is_planned_day_by_day_once(officer, plans, today, recorded, neighbourhood):
    fields = {**officer.hidden(f"{plans}/new"), **on(today, rhythm="weekly", times="3")}
    for _ in range(2):
        answer = officer.client.post(f"{plans}/new", data=fields, headers={"Origin": officer.origin})
        assert address_on(answer) == f"{plans}?done=3"
    assert recorded() == ["interaction-planned"] * 3
    days = [(today + timedelta(weeks=index)).isoformat() for index in range(3)]
    assert planned(neighbourhood) == [(day, "planned") for day in days]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"kind": "meeting", "rhythm": "once"}, ("first-day", "Enter the date of the meeting")),
        (
            {"kind": "meeting", "rhythm": "once", "first-day": "3", "first-month": "2", "first-year": "2020"},
            ("first-day", "Date of the meeting must be today or in the future"),
        ),
        (
            {"kind": "meeting", "rhythm": "weekly", "first-month": "2", "first-year": "2090", "times": "3"},
            ("first-day", "Date of the first meeting must include a day"),
        ),
        (
            {"kind": "meeting", "rhythm": "weekly", "first-day": "1", "first-month": "2", "first-year": "2090"},
            ("times", "How many meetings must be a whole number from 2 to 24"),
        ),
        (
            {"kind": "x", "rhythm": "once", "first-day": "1", "first-month": "2", "first-year": "2090"},
            ("kind", "Select what kind of contact it will be"),
        ),
        (
            {"kind": "meeting", "rhythm": "weekly", "first-day": "31", "first-month": "12", "first-year": "9999"}
            | {"times": "9" * 5_000},
            ("times", "How many meetings must be a whole number from 2 to 24"),
        ),
        *(
            (
                {"kind": "meeting", "rhythm": rhythm, "first-day": "31", "first-month": "12", "first-year": "9999"}
                | {"times": "24"},
                ("times", "These meetings go on for longer than the calendar does. Plan fewer"),
            )
            for rhythm in ("weekly", "fortnightly", "monthly", "quarterly")
        ),
        (
            {"kind": "meeting", "rhythm": "x", "first-day": "1", "first-month": "2", "first-year": "2090"},
            ("rhythm", "Select how often it repeats"),
        ),
    ],
)
def test_what_is_wrong_with_a_plan_is_said_by_its_field(officer, plans, recorded, fields, error):
    answer = officer.sends(f"{plans}/new", fields)
    assert answer.status_code == 422
    assert error in error_summary(answer.text)
    assert recorded() == []


@pytest.fixture
def plan(neighbourhood, today):
    day = (today + timedelta(days=10)).isoformat()
    receipt = neighbourhood.officer.records(f"{neighbourhood.path}/plans", kind="meeting", planned_for=day)
    return receipt["created"]["interaction"][0]


def test_a_plan_is_moved(officer, plans, plan, today, neighbourhood):
    day = today + timedelta(days=12)
    address = address_on(officer.sends(f"{plans}/{plan}", on(day, do="move")))
    assert "The meeting was moved." in officer.reads(address)
    assert planned(neighbourhood) == [(day.isoformat(), "planned")]


def test_a_plan_is_called_off_and_is_no_more(officer, plans, plan, neighbourhood):
    address = address_on(officer.sends(f"{plans}/{plan}", reasons="The hall is flooded", do="cancel"))
    assert "The meeting was called off." in officer.reads(address)
    assert [state for _, state in planned(neighbourhood)] == ["cancelled"]
    assert officer.gets(f"{plans}/{plan}").status_code == 404


def test_a_plan_is_not_moved_into_the_past(officer, plans, plan, today, recorded):
    answer = officer.sends(f"{plans}/{plan}", on(today - timedelta(days=40), do="move"))
    assert error_summary(answer.text) == [("first-day", "Date of the meeting must be today or in the future")]
    assert recorded() == []


def test_a_plan_whose_day_passed_is_listed_to_be_recorded(officer, plans, neighbourhood, today):
    day = today - timedelta(days=3)
    receipt = neighbourhood.officer.records(f"{neighbourhood.path}/plans", kind="meeting", planned_for=day.isoformat())
    markup = officer.reads(plans)
    assert "Planned, and not recorded" in markup
    assert f"meetings/new?plan={receipt['created']['interaction'][0]}" in markup


def test_whoever_only_reads_sees_plans_and_changes_none(visitors, people, neighbourhood, plans, plan):
    reader = visitors(people(Scope.READ, neighbourhood.council))
    assert "Plan a meeting" not in reader.reads(plans)
    assert reader.gets(f"{plans}/new").status_code == 403
    assert reader.gets(f"{plans}/{plan}").status_code == 403


def test_how_many_were_planned_is_not_said_of_more_than_anybody_plans(officer, plans):
    assert " planned." not in officer.reads(plans, done="9" * 5_000)


def test_a_form_gone_back_to_and_changed_plans_nothing_until_it_is_sent_anew(officer, plans, today, recorded):
    fields = {**officer.hidden(f"{plans}/new"), **on(today, rhythm="weekly", times="2")}
    origin = {"Origin": officer.origin}
    assert officer.client.post(f"{plans}/new", data=fields, headers=origin).status_code == 303
    fields |= on(today + timedelta(days=1), rhythm="weekly", times="4")
    again = officer.client.post(f"{plans}/new", data=fields, headers=origin)
    assert [field for field, _ in error_summary(again.text)] == ["first-day"]
    assert recorded() == ["interaction-planned"] * 2
    fields |= dict(HIDDEN.findall(again.text))
    assert officer.client.post(f"{plans}/new", data=fields, headers=origin).status_code == 303
    assert recorded() == ["interaction-planned"] * 6
