"""A promise without a date is no evidence, and gets a first date only while it is open and far enough ahead."""

from datetime import date

import pytest

from domain.events.commitments import CommitmentFailed, CommitmentRenegotiated, CommitmentWithdrawn
from domain.vocabulary import Extent
from projections.lifecycles.commitment_states import CommitmentState as State
from projections.lifecycles.commitments import commitments
from projections.lifecycles.work_rows import WorklistTask
from projections.method.document import default_method
from projections.method.method import Dimension
from projections.scoring.behaviour import evidence
from projections.scoring.health.measure import Missing
from projections.scoring.health.profile import health_rows
from projections.views.commitments import commitment_rows
from projections.views.worklist import worklist
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import COUNCIL, TENANTS, an_id
from tests.support.trust_figures import partnership

METHOD = default_method()
LIGHTS = an_id("lights")


def lights():
    story = partnership()
    story.promised("lights", "2026-01-01")
    return story


def named(story, on, due, *, who=TENANTS, agreed_by=(), recorded=None):
    body = CommitmentRenegotiated(happened=on, commitment_id=LIGHTS, asked_by=who, due=due, agreed_by=agreed_by)
    return story.tell(body, by=who, recorded=recorded)


def phase(story, as_of):
    history = story.at(as_of)
    (only,) = commitments(history, METHOD)
    return only.strands[0].at(history.end)


def due_on(story, as_of):
    return phase(story, as_of).due_on


def tasks(story, as_of):
    return {(row.task, row.party_id): row.silence_counts_on for row in worklist(story.at(as_of), METHOD)}


def h1(story, as_of):
    rows = health_rows(story.at(as_of), METHOD)
    return {row.name: row for row in rows if row.dimension is Dimension.RELIABILITY}


def value_of(story, as_of):
    rows = evidence(story.at(as_of), METHOD)
    return [row.value for row in rows if row.until is None]


# Without a date


ENDS = {
    "nothing": lambda _: None,
    "done": lambda story: story.confirmed_done("lights", "2026-03-01"),
    "done in part": lambda story: story.confirmed_done(
        "lights", "2026-03-01", details={"extent": Extent.PART, "fraction": 0.5}
    ),
    "failed": lambda story: story.tell(
        CommitmentFailed(happened="2026-03-01", commitment_id=LIGHTS, said_by=COUNCIL), by=COUNCIL
    ),
    "withdrawn": lambda story: story.tell(
        CommitmentWithdrawn(happened="2026-03-01", commitment_id=LIGHTS, withdrawn_by=COUNCIL), by=COUNCIL
    ),
}


@pytest.mark.parametrize("ending", ENDS.values(), ids=ENDS)
def test_whatever_becomes_of_it_a_promise_without_a_date_is_no_evidence(ending):
    story = lights()
    ending(story)
    assert evidence(story.at("2029-01-01"), METHOD) == ()
    assert evidence(story.at("2029-01-01"), folkmoot_2026()) != ()


def test_it_is_due_on_no_day_and_never_overdue():
    (row,) = commitment_rows(lights().at("2029-01-01"), METHOD)
    assert (row.state, row.due_on, row.first_due_on, row.due_is_assumed, row.days_past_due) == (
        State.OPEN,
        None,
        None,
        False,
        0,
    )


def test_it_is_on_the_worklist_of_both_to_agree_a_date():
    assert tasks(lights(), "2026-03-01") == {
        (WorklistTask.KEEP_PROMISE, COUNCIL.party_id): None,
        (WorklistTask.AGREE_DATE, COUNCIL.party_id): None,
        (WorklistTask.AGREE_DATE, TENANTS.party_id): None,
    }


def test_what_has_ended_waits_for_no_date():
    story = lights()
    story.confirmed_done("lights", "2026-02-01")
    assert tasks(story, "2026-03-01") == {}


def test_it_stands_beside_with_counts_of_its_own_and_how_long_it_takes():
    story = partnership()
    for number, done_on in enumerate(("2026-01-11", "2026-01-21", None, None)):
        story.promised(f"undated {number}", "2026-01-01")
        if done_on:
            story.confirmed_done(f"undated {number}", done_on)
    body = CommitmentFailed(happened="2026-01-31", commitment_id=an_id("undated 2"), said_by=COUNCIL)
    story.tell(body, by=COUNCIL)
    story.promised("dated", "2026-01-01", due="2026-02-01")
    story.confirmed_done("dated", "2026-01-06")
    rows = h1(story, "2026-02-28")
    assert {name: rows[name].value for name in ("undated-done", "undated-failed", "undated-open", "kept-in-time")} == {
        "undated-done": 2,
        "undated-failed": 1,
        "undated-open": 1,
        "kept-in-time": 1,
    }
    assert {name: rows[name].n for name in ("undated-done", "kept-in-time")} == {"undated-done": 4, "kept-in-time": 1}
    assert rows["undated-days-until-a-quarter-kept"].value == 10
    assert rows["undated-days-until-half-kept"].value == 20
    assert rows["undated-days-until-three-quarters-kept"].missing is Missing.NOT_YET_DUE
    assert rows["days-until-half-kept"].value == 5
    assert (rows["with-a-date"].r, rows["with-a-date"].n) == (1, 5)


# A first date


def test_the_promisee_names_a_date_and_silence_agrees_after_28_days():
    story = lights()
    named(story, "2026-02-01", "2026-06-01")
    assert due_on(story, "2026-02-28") is None
    assert tasks(story, "2026-02-28") == {
        (WorklistTask.KEEP_PROMISE, COUNCIL.party_id): None,
        (WorklistTask.AGREE_NEW_TERMS, COUNCIL.party_id): date(2026, 3, 1),
    }
    story.met("later", "2026-07-01")
    assert due_on(story, "2026-03-01") == date(2026, 6, 1)
    assert (phase(story, "2026-06-15").state, phase(story, "2026-06-16").state) == (State.OPEN, State.OVERDUE)
    assert value_of(story, "2026-06-16") == [0]


def test_agreed_in_words_it_counts_from_then():
    story = lights()
    record = named(story, "2026-02-01", "2026-06-01")
    story.confirmed(record, "2026-02-03", by=COUNCIL)
    assert due_on(story, "2026-02-03") == date(2026, 6, 1)


@pytest.mark.parametrize(("due", "is_date"), [("2026-02-28", False), ("2026-03-01", True)])
def test_a_first_date_lies_at_least_28_days_ahead(due, is_date):
    story = lights()
    story.confirmed(named(story, "2026-02-01", due), "2026-02-01", by=COUNCIL)
    assert (due_on(story, "2026-02-02") is not None) is is_date


def test_written_down_late_it_lies_28_days_ahead_of_the_writing_unless_it_is_agreed_in_words():
    story = lights()
    record = named(story, "2026-02-01", "2026-04-01", recorded="2026-03-10")
    story.met("later", "2026-07-01")
    assert due_on(story, "2026-06-30") is None
    story.confirmed(record, "2026-07-02", by=COUNCIL)
    assert due_on(story, "2026-07-02") == date(2026, 4, 1)


def test_only_an_open_promise_is_dated():
    story = lights()
    story.reported_done("lights", "2026-01-31")
    story.confirmed(named(story, "2026-02-01", "2026-06-01"), "2026-02-01", by=COUNCIL)
    story.said_not_done("lights", "2026-02-02")
    assert due_on(story, "2026-06-30") is None


@pytest.mark.parametrize(("done_on", "values"), [("2026-03-28", []), ("2026-03-29", [1])])
def test_what_is_done_within_28_days_of_the_agreement_stays_undated(done_on, values):
    story = lights()
    named(story, "2026-02-01", "2026-06-01")
    story.met("later", "2026-07-01")
    story.confirmed_done("lights", done_on)
    assert value_of(story, "2026-06-30") == values


def test_a_date_that_the_promiser_names_needs_the_word_of_the_promisee():
    story = lights()
    record = named(story, "2026-02-01", "2026-06-01", who=COUNCIL)
    story.met("later", "2026-07-01")
    assert due_on(story, "2026-06-30") is None
    story.confirmed(record, "2026-02-10", by=TENANTS)
    assert due_on(story, "2026-06-30") == date(2026, 6, 1)


def test_a_refused_date_is_counted_and_a_date_is_still_to_be_agreed():
    story = lights()
    record = named(story, "2026-02-01", "2026-06-01")
    assert h1(story, "2026-02-05")["dates-refused"].value == 0
    story.disputed(record, "2026-02-10", by=COUNCIL)
    story.met("later", "2026-07-01")
    assert due_on(story, "2026-06-30") is None
    assert h1(story, "2026-02-10")["dates-refused"].value == 1
    assert (WorklistTask.AGREE_DATE, TENANTS.party_id) in tasks(story, "2026-03-01")


def test_once_it_has_a_date_that_moves_like_any_other():
    story = lights()
    named(story, "2026-02-01", "2026-06-01", agreed_by=(COUNCIL,))
    story.confirmed(story.records[-1].event_id, "2026-02-02", by=COUNCIL)
    story.confirmed(named(story, "2026-05-01", "2026-05-10", who=COUNCIL), "2026-05-02", by=TENANTS)
    assert (due_on(story, "2026-05-02"), phase(story, "2026-05-02").renegotiated) == (date(2026, 5, 10), 2)


# A first date by correction


@pytest.mark.parametrize("pen", [COUNCIL, TENANTS])
@pytest.mark.parametrize("due", ["2026-01-15", "2026-06-01"])
def test_before_it_is_acknowledged_whoever_promised_puts_a_date_to_come_to_it(pen, due):
    story = partnership()
    record = story.promised("lights", "2026-01-01", by=pen)
    story.corrected(record, "2026-02-01", by=pen)(due=due)
    counts_at_once = pen is COUNCIL and due > "2026-02-01"
    assert (due_on(story, "2026-02-02") is not None) is counts_at_once


def test_a_first_date_that_waits_is_on_the_worklist_of_whoever_promised():
    story = partnership()
    record = story.promised("lights", "2026-01-01", by=TENANTS)
    story.met("later", "2026-01-31")
    story.corrected(record, "2026-02-01", by=TENANTS)(due="2026-06-01")
    waiting = tasks(story, "2026-02-02")
    assert waiting[WorklistTask.AGREE_CORRECTION, COUNCIL.party_id] == date(2026, 3, 1)
    assert not any(task is WorklistTask.AGREE_DATE for task, _ in waiting)


@pytest.mark.parametrize("due", [None, "2026-06-01"], ids=["taken away", "moved"])
def test_a_correction_of_a_date_that_has_passed_is_on_the_worklist_of_those_promised_to(due):
    story = partnership()
    record = story.promised("lights", "2026-01-01", due="2026-02-01", by=COUNCIL)
    story.corrected(record, "2026-02-10", by=COUNCIL)(due=due)
    assert due_on(story, "2026-02-20") == date(2026, 2, 1)
    assert (WorklistTask.AGREE_CORRECTION, TENANTS.party_id) in tasks(story, "2026-02-20")


def test_what_was_all_but_done_when_the_record_was_dated_stays_undated():
    story = partnership()
    record = story.promised("lights", "2026-01-01", by=COUNCIL)
    story.corrected(record, "2026-02-01", by=COUNCIL)(due="2026-06-01")
    story.confirmed_done("lights", "2026-02-20")
    assert value_of(story, "2026-06-30") == []
