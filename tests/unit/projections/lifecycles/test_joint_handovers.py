"""A joint promise passed on: each promiser answers for the whole until it handed over, and silence lets nobody off."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.events.commitments import CommitmentReassigned
from domain.events.registries import PartySucceeded
from projections.lifecycles.commitments import commitments
from projections.lifecycles.promise_work import promise_work
from projections.lifecycles.work_rows import WorklistTask
from projections.method.document import default_method, shipped_method
from projections.scoring.behaviour import evidence
from tests.support.partnership_story import COUNCIL, COUNTY, ICB, TENANTS, an_id
from tests.support.trust_figures import partnership, point, side_view, trust

METHOD = default_method()
BEFORE = shipped_method("folkmoot-2026-11")
LIGHTS = an_id("lights")
A_YEAR_ON = "2026-05-31"


def promised(*promisers):
    """The tenants were promised lights by 1 June 2025, by all of these together, as each of them said."""
    story = partnership(COUNCIL, COUNTY, ICB, TENANTS)
    record = story.promised("lights", "2025-02-01", who=promisers, due="2025-06-01", by=promisers[0])
    for promiser in promisers[1:]:
        story.confirmed(record, "2025-02-02", by=promiser)
    return story


def passed_on(story, on, former, to, *, is_agreed=False):
    """Passed on in the words of whoever takes it on, or by the pen of the tenants, who agree."""
    agreed_by = (to, TENANTS) if is_agreed else ()
    body = CommitmentReassigned(
        happened=on, commitment_id=LIGHTS, from_promiser=former, to_promiser=to, agreed_by=agreed_by
    )
    return story.tell(body, by=TENANTS if is_agreed else to)


def answering(story, on, method=METHOD):
    """Those who answer for the promise at the end of a day, in the order of the promisers in whose place they stand."""
    history = story.at(on)
    (promise,) = commitments(history, method)
    return [strand.at(history.end).promiser for strand in promise.strands]


def owed_by(story, on, method=METHOD):
    """The bodies against whom the promise counts at the end of a day, with its value and weight."""
    history = story.at(on)
    rows = evidence(history, method)
    return sorted((row.trustee.party_id, row.value, row.weight) for row in rows if row.stands_at(history.end))


def owing(*bodies):
    return sorted((body.party_id, 0.0, 1.0) for body in bodies)


def agree_handover_waits(story, on):
    history = story.at(on)
    return {row.party_id for row in promise_work(history, METHOD, LIGHTS) if row.task is WorklistTask.AGREE_HANDOVER}


def test_a_joint_promiser_that_passes_its_part_to_another_is_let_off_by_words_and_not_by_silence():
    story = promised(COUNCIL, COUNTY)
    record = passed_on(story, "2025-07-05", COUNCIL, COUNTY)
    assert answering(story, A_YEAR_ON) == [COUNCIL, COUNTY]
    assert owed_by(story, A_YEAR_ON) == owing(COUNCIL, COUNTY)
    assert agree_handover_waits(story, A_YEAR_ON) == {TENANTS.party_id}
    story.confirmed(record, "2026-06-05")
    assert answering(story, "2026-06-05") == [COUNTY, COUNTY]
    assert owed_by(story, "2026-06-05") == [*owing(COUNTY), *owing(COUNTY)]
    assert agree_handover_waits(story, "2026-06-05") == set()


def test_agreed_at_once_it_passes_at_once():
    story = promised(COUNCIL, COUNTY)
    passed_on(story, "2025-07-05", COUNCIL, COUNTY, is_agreed=True)
    assert answering(story, "2025-07-05") == [COUNTY, COUNTY]


def test_by_methods_before_it_silence_lets_it_off():
    story = promised(COUNCIL, COUNTY)
    passed_on(story, "2025-07-05", COUNCIL, COUNTY)
    assert answering(story, A_YEAR_ON, BEFORE) == [COUNTY, COUNTY]


def test_to_one_who_had_not_promised_it_passes_by_silence_and_every_other_joint_promiser_answers_on():
    story = promised(COUNCIL, COUNTY)
    passed_on(story, "2025-07-05", COUNCIL, ICB)
    assert answering(story, "2025-07-10") == [COUNCIL, COUNTY]
    assert answering(story, A_YEAR_ON) == [ICB, COUNTY]
    assert owed_by(story, A_YEAR_ON) == owing(ICB, COUNTY)


def test_one_who_took_on_a_part_answers_already_when_another_part_is_passed_to_it():
    story = promised(COUNCIL, COUNTY)
    passed_on(story, "2025-03-05", COUNCIL, ICB, is_agreed=True)
    passed_on(story, "2025-07-05", COUNTY, ICB)
    assert answering(story, A_YEAR_ON) == [ICB, COUNTY]


def test_so_does_the_successor_of_a_joint_promiser():
    story = promised(COUNCIL, COUNTY)
    body = PartySucceeded(happened="2025-03-05", succession_id=an_id("s"), predecessor=COUNTY, successor=ICB)
    story.tell(body)
    passed_on(story, "2025-07-05", COUNCIL, ICB)
    assert answering(story, A_YEAR_ON) == [COUNCIL, ICB]


def test_one_that_has_handed_over_takes_a_part_back_as_anybody_would():
    story = promised(COUNCIL, COUNTY)
    passed_on(story, "2025-03-05", COUNCIL, ICB, is_agreed=True)
    passed_on(story, "2025-07-05", ICB, COUNCIL)
    assert answering(story, A_YEAR_ON) == [COUNCIL, COUNTY]


def test_a_worked_figure_the_promise_counts_once_for_each_who_answers_and_once_in_all():
    """No fading (it is owed), a .6, W 2: each owes one of one, T = (0 + 2 · .6)/(0 + 1 + 2) = .4.

    Neither is in the other's base rate, being joint. Once the council is let off in words, it has no act and T = .6,
    and the county still has one act, not two: .4.
    """
    story = promised(COUNCIL, COUNTY)
    record = passed_on(story, "2025-07-05", COUNCIL, COUNTY)
    history = story.at("2025-12-31")
    assert [trust(history, METHOD, side_view(body)) for body in (COUNCIL, COUNTY)] == pytest.approx([0.4, 0.4])
    story.confirmed(record, "2026-01-05")
    history = story.at("2026-01-05")
    assert [trust(history, METHOD, side_view(body)) for body in (COUNCIL, COUNTY)] == pytest.approx([0.6, 0.4])
    assert (point(history, METHOD, side_view(COUNTY)).acts, point(history, METHOD, side_view(COUNTY)).s) == (1, 1.0)


days = st.integers(0, 400).map(lambda after: (date(2025, 2, 3) + timedelta(days=after)).isoformat())


@given(st.permutations([COUNCIL, COUNTY, ICB]), days, st.integers(0, 500))
def test_passing_a_part_among_those_who_promised_together_changes_nothing_without_a_word(order, on, after):
    former, to, _ = order
    plain, passed = promised(COUNCIL, COUNTY, ICB), promised(COUNCIL, COUNTY, ICB)
    passed_on(passed, on, former, to)
    asked_on = (date.fromisoformat(on) + timedelta(days=after)).isoformat()
    assert owed_by(passed, asked_on) == owed_by(plain, asked_on)
    assert answering(passed, asked_on) == answering(plain, asked_on) == [COUNCIL, COUNTY, ICB]


@given(st.permutations([COUNCIL, COUNTY, ICB]), days)
def test_whoever_is_let_off_owes_nothing_and_whoever_took_it_on_owes_no_more(order, on):
    former, to, other = order
    story = promised(COUNCIL, COUNTY, ICB)
    passed_on(story, on, former, to, is_agreed=True)
    owing_now = {trustee for trustee, _, _ in owed_by(story, "2026-06-30")}
    assert owing_now == {to.party_id, other.party_id}
    assert point(story.at("2026-06-30"), METHOD, side_view(to)).s == 1.0
