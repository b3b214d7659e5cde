"""The county itself: the same from the same seed, true to its clock, and as untidy as records are."""

from collections import Counter
from datetime import date, timedelta

import pytest

from domain.log.decode_events import decode_event
from domain.values import day_of
from scripts.demonstration.play import is_begun, is_played, play

BRIEF = {"places": 7, "begins": date(2024, 11, 1)}


@pytest.fixture(scope="module")
def events(storied):
    return [decode_event(event) for event in storied.recorder.stream()]


def test_what_is_planned_is_recorded_in_the_order_and_at_the_times_planned(storied, events):
    firsts = {}
    for event in events:
        firsts.setdefault(event.envelope.command_id, event)
    assert len(firsts) == len(storied.plan.acts)
    for act, event in zip(storied.plan.acts, firsts.values(), strict=True):
        assert timedelta(0) <= event.recorded_at - act.at < timedelta(seconds=1)


def test_nothing_lies_after_the_end(storied, events):
    last = storied.recorder.head().recorded_at
    assert all(day_of(event.recorded_at) <= date(2026, 10, 31) for event in events)
    assert events[-1].recorded_at == last


def test_the_log_says_that_its_clock_was_seeded(storied):
    assert storied.recorder.head().clock == "seeded"


def test_playing_a_county_again_adds_nothing(storied):
    before = storied.recorder.head()
    assert is_begun(storied.plan, storied.handler)
    assert is_played(storied.plan, storied.handler)
    play(storied.plan, storied.handler)
    assert storied.recorder.head().position == before.position


def test_records_are_mended_as_records_are(events):
    counts = Counter(event.name for event in events)
    assert counts["record-corrected"] >= 0.02 * len(events)
    assert counts["record-withdrawn"] > 0


def test_some_contact_is_written_down_late(events):
    contacts = [event for event in events if event.name == "interaction-recorded"]
    late = [event for event in contacts if event.recorded_at - event.occurred_at > timedelta(days=14)]
    assert 0.01 * len(contacts) < len(late) < 0.2 * len(contacts)


def test_money_promises_asks_and_outcomes_all_happen(events):
    names = {event.name for event in events}
    assert {
        "data-sharing-recorded",
        "minutes-approved",
        "notes-shared",
        "commitment-made",
        "commitment-renegotiated",
        "fulfilment-confirmed",
        "fulfilment-disputed",
        "ask-answered",
        "ask-referred",
        "decision-attested",
        "consultation-feedback-given",
        "funding-variation-decided",
        "control-delegated",
        "outcome-observed",
        "contribution-claimed",
        "lesson-drawn",
        "pulse-observed",
        "dispute-settled",
    } <= names


def test_the_first_boards_attach_papers_and_the_very_first_opens_what_became_of_its_asks(storied, events):
    first, second, *_ = (each.partnership_id for each in storied.plan.neighbourhoods)
    papers = Counter(
        (event.partition_id, event.body.kind.value) for event in events if event.name == "document-attached"
    )
    kinds = {"minutes": 3, "photograph": 1, "plan": 1}
    assert papers == {(board, kind): number for board in (first, second) for kind, number in kinds.items()}
    opened = [event for event in events if event.name in {"publication-decided", "public-wording-given"}]
    assert {event.partition_id for event in opened} == {first}
    assert [event.body.kept_back for event in opened if event.name == "public-wording-given"].count(True) == 1


def test_minutes_that_are_attached_are_named_by_the_approval_that_follows(events):
    attached = {event.body.document_id: event.body.sha256 for event in events if event.name == "document-attached"}
    approved = [event.body for event in events if event.name == "minutes-approved" and event.body.document_id]
    assert len(approved) >= 3
    assert {each.document_id: each.sha256 for each in approved}.items() <= attached.items()
