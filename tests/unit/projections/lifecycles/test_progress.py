"""Progress is not an end: a part done keeps a promise open, and settling for it is the promisee's to say.

The table of SCORING 3, worked by hand: g is 14 days and L 90, so what is settled 60 days after it was due is worth
f * (1 - 46/90) = f * .488889.
"""

from datetime import date

import pytest

from domain.events.commitments import CommitmentRenegotiated, FulfilmentClaimed, PartSettled
from domain.values import day_of, start_of_day
from domain.vocabulary import Extent
from projections.lifecycles.commitment_states import CommitmentState as State
from projections.lifecycles.commitments import commitments
from projections.lifecycles.work_rows import WorklistTask
from projections.method.document import default_method
from projections.scoring.behaviour import evidence
from projections.views.commitments import commitment_rows
from projections.views.worklist import worklist
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import COUNCIL, FORUM, TENANTS, an_id
from tests.support.trust_figures import partnership

METHOD = default_method()
DUE = "2026-02-01"
LIGHTS = an_id("lights")


def lights(*, due=DUE):
    story = partnership()
    story.promised("lights", "2026-01-01", due=due)
    return story


def part_done(story, on, fraction, *, done_on=None):
    return story.confirmed_done("lights", on, details={"extent": Extent.PART, "fraction": fraction, "done": done_on})


def part_reported(story, on, fraction):
    body = FulfilmentClaimed(
        happened=on, commitment_id=LIGHTS, claimed_by=COUNCIL, extent=Extent.PART, fraction=fraction
    )
    return story.tell(body, by=COUNCIL)


def settled(story, on, fraction, *, agreed_by=()):
    body = PartSettled(happened=on, commitment_id=LIGHTS, settled_by=TENANTS, fraction=fraction, agreed_by=agreed_by)
    return story.tell(body, by=TENANTS)


def phase(story, as_of, method=METHOD):
    history = story.at(as_of)
    (only,) = commitments(history, method)
    return only.strands[0].at(history.end)


def counting(story, as_of, method=METHOD):
    """The value and weight of the promise as evidence on a day, and the day that it fades from; None: no evidence."""
    history = story.at(as_of)
    rows = [row for row in evidence(history, method) if row.stands_at(history.end)]
    if not rows:
        return None
    (row,) = rows
    return round(row.value, 6), row.weight, None if row.open_zero else row.at


def day(text):
    return start_of_day(date.fromisoformat(text))


# The table, state by state


def test_a_part_done_before_it_is_due_is_no_evidence():
    story = lights()
    part_done(story, "2026-01-20", 0.9)
    assert (phase(story, "2026-02-15").state, phase(story, "2026-02-15").fraction) == (State.OPEN, 0.9)
    assert counting(story, "2026-02-15") is None


def test_past_its_grace_it_is_overdue_however_much_of_it_is_done_and_does_not_fade():
    story = lights()
    part_done(story, "2026-01-20", 0.9)
    assert (phase(story, "2026-02-16").state, phase(story, "2026-02-16").fraction) == (State.OVERDUE, 0.9)
    assert counting(story, "2027-06-30") == (0, 1, None)


def test_of_several_statements_of_how_much_is_done_the_latest_stands():
    story = lights()
    for on, fraction in (("2026-01-10", 0.5), ("2026-01-20", 0.8), ("2026-01-25", 0.3)):
        part_done(story, on, fraction)
    assert phase(story, "2026-01-21").fraction == 0.8
    assert phase(story, "2026-01-26").fraction == 0.3
    (row,) = commitment_rows(story.at("2026-03-01"), METHOD)
    assert (row.state, row.fraction, row.strands_kept, row.done_on) == (State.OVERDUE, 0.3, 0, None)


@pytest.mark.parametrize(
    ("done_on", "value"), [("2026-01-30", 1), ("2026-02-15", 1), ("2026-02-16", 1 - 1 / 90), ("2026-04-02", 44 / 90)]
)
def test_what_was_part_done_and_is_finished_is_worth_what_its_lateness_leaves(done_on, value):
    story = lights()
    part_done(story, "2026-01-20", 0.5)
    story.confirmed_done("lights", "2026-04-10", details={"done": done_on})
    assert counting(story, "2026-04-10") == (round(value, 6), 1, day(done_on))
    assert phase(story, "2026-04-10").fraction is None


@pytest.mark.parametrize(
    ("on", "value"), [("2026-02-16", 0.6 * 89 / 90), ("2026-04-02", 0.6 * 44 / 90), ("2027-06-01", 0.06)]
)
def test_settled_once_overdue_it_is_worth_the_part_times_its_lateness_from_that_day(on, value):
    story = lights()
    settled(story, on, 0.6)
    assert phase(story, on).state is State.SETTLED
    value_then, weight, fades_from = counting(story, on)
    assert (value_then, weight, day_of(fades_from)) == (round(value, 6), 1, date.fromisoformat(on))


def test_settled_before_that_it_is_let_off_until_the_promiser_agrees_in_words():
    story = lights()
    record = settled(story, "2026-01-20", 0.6)
    assert (phase(story, "2026-06-01").state, counting(story, "2026-06-01")) == (State.RELEASED, None)
    tasks = [(row.task, row.party_id) for row in worklist(story.at("2026-06-01"), METHOD)]
    assert tasks == [(WorklistTask.AGREE_SETTLEMENT, COUNCIL.party_id)]
    story.confirmed(record, "2026-06-02", by=COUNCIL)
    assert phase(story, "2026-06-02").state is State.SETTLED
    assert counting(story, "2026-06-02")[:2] == (0.6, 1)
    assert worklist(story.at("2026-06-02"), METHOD) == []


def test_settled_early_with_the_promisers_agreement_it_counts_at_once():
    story = lights()
    record = settled(story, "2026-01-20", 0.6, agreed_by=(COUNCIL,))
    assert counting(story, "2026-01-20") is None  # what the tenants write down of the council's word is theirs
    story.confirmed(record, "2026-01-20", by=COUNCIL)
    assert counting(story, "2026-01-20")[:2] == (0.6, 1)


def test_a_settlement_that_the_promiser_disputes_ends_nothing():
    story = lights()
    record = settled(story, "2026-03-20", 0.1)
    story.disputed(record, "2026-03-25", by=COUNCIL)
    assert phase(story, "2026-03-25").state is State.OVERDUE


def test_work_done_after_a_settlement_stands_beside_it_and_is_no_evidence():
    story = lights()
    settled(story, "2026-04-02", 0.6)
    before = counting(story, "2026-05-01")
    story.confirmed_done("lights", "2026-05-01")
    assert phase(story, "2026-05-01").state is State.SETTLED
    assert counting(story, "2026-05-01") == before


def test_a_settlement_after_terms_that_were_moved_late_is_worth_half_at_most():
    story = lights()
    body = CommitmentRenegotiated(
        happened="2026-02-10", commitment_id=LIGHTS, asked_by=COUNCIL, due="2026-03-01", agreed_by=(TENANTS,)
    )
    story.tell(body)
    settled(story, "2026-03-16", 0.9)
    assert counting(story, "2026-03-16")[0] == 0.5


# Whose word it is


def test_a_part_reported_before_it_is_due_holds_no_lateness_back():
    story = lights()
    part_reported(story, "2026-01-20", 0.5)
    assert phase(story, "2026-02-01").fraction is None
    assert phase(story, "2026-02-16").state is State.OVERDUE
    assert WorklistTask.CONFIRM_FULFILMENT in {row.task for row in worklist(story.at("2026-02-01"), METHOD)}
    assert phase(story, "2026-02-28").fraction == 0.5  # the tenants stayed silent for 28 days


def test_whoever_confirms_a_part_of_what_was_reported_whole_denies_the_rest():
    story = lights()
    story.reported_done("lights", "2026-01-20")
    assert phase(story, "2026-02-16").state is State.REPORTED
    part_done(story, "2026-02-16", 0.5)
    assert (phase(story, "2026-02-16").state, phase(story, "2026-02-16").fraction) == (State.OVERDUE, 0.5)
    story.confirmed_done("lights", "2026-03-01")
    assert phase(story, "2026-03-01").state is State.FULFILLED


@pytest.mark.parametrize("asked_on", ["2026-03-10", "2026-04-01"])
def test_silence_moves_no_date_of_what_has_been_settled(asked_on):
    story = lights()
    body = CommitmentRenegotiated(happened=asked_on, commitment_id=LIGHTS, asked_by=COUNCIL, due="2026-12-31")
    story.tell(body, by=COUNCIL)
    settled(story, "2026-04-02", 0.6)
    assert counting(story, "2026-07-31") == counting(story, "2026-04-03")
    assert phase(story, "2026-07-31").due_on == date(2026, 2, 1)


def test_each_of_several_promisees_settles_for_itself():
    story = partnership(COUNCIL, TENANTS, FORUM)
    story.promised("lights", "2026-01-01", to=(TENANTS, FORUM), due=DUE)
    settled(story, "2026-03-01", 0.5)
    history = story.at("2026-03-02")
    (promise,) = commitments(history, METHOD)
    assert [strand.at(history.end).state for strand in promise.strands] == [State.SETTLED, State.OVERDUE]


# The method of before


def test_by_the_method_of_before_a_part_ends_the_promise():
    story = lights()
    part_done(story, "2026-01-20", 0.5)
    assert phase(story, "2026-06-01", folkmoot_2026()).state is State.PARTLY_FULFILLED
    assert counting(story, "2026-06-01", folkmoot_2026())[0] == 0.5


def test_what_was_agreed_to_be_done_is_not_settled_for_a_part_afterwards():
    story = partnership(COUNCIL, TENANTS)
    story.promised("lights", "2026-01-05", due=DUE)
    story.reported_done("lights", "2026-01-20")
    story.confirmed_done("lights", "2026-01-21")
    settlement = settled(story, "2026-01-22", 0.1)
    assert phase(story, "2026-03-01").state is State.FULFILLED
    before = counting(story, "2026-03-01")
    story.disputed(settlement, "2026-01-23", by=COUNCIL)
    assert counting(story, "2026-03-01") == before
