"""The worth of single acts: the table of promises by state and lateness, answers, sharing, integrity."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.values import start_of_day
from domain.vocabulary import Level
from projections.lifecycles.commitment_states import CommitmentState
from projections.lifecycles.late_promises import overdue_at
from projections.scoring.facets.act_value import (
    answer_value,
    commitment_value,
    integrity_value,
    lateness_factor,
    sharing_value,
)
from projections.scoring.formulas.belief_in_reports import belief_in_reports
from projections.scoring.formulas.opinion import expectation
from tests.support.methods import folkmoot_2026

PROMISES = folkmoot_2026().commitments
ANSWERS = folkmoot_2026().answers
OPENNESS = folkmoot_2026().openness


@pytest.mark.parametrize(
    ("days_late", "value"),
    [(-30, 1), (0, 1), (14, 1), (15, 1 - 1 / 90), (59, 0.5), (95, 0.1), (104, 0.1), (730, 0.1)],
)
def test_a_promise_kept_late_loses_value_after_its_grace(days_late: int, value: float) -> None:
    worth = commitment_value(CommitmentState.FULFILLED, PROMISES, days_late=days_late)
    assert worth == pytest.approx(value)


@pytest.mark.parametrize(
    ("state", "value"),
    [
        (CommitmentState.WITHDRAWN, 0),
        (CommitmentState.FAILED, 0),
        (CommitmentState.OVERDUE, 0),
        (CommitmentState.OPEN, None),
        (CommitmentState.RELEASED, None),
        (CommitmentState.SUPERSEDED, None),
        (CommitmentState.REFERRED, None),
    ],
)
def test_the_other_states_are_nothing_or_no_evidence(state: CommitmentState, value: float | None) -> None:
    assert commitment_value(state, PROMISES) == value


def test_a_part_kept_late_is_that_part_of_what_lateness_leaves() -> None:
    worth = commitment_value(CommitmentState.PARTLY_FULFILLED, PROMISES, days_late=59, fraction=0.5)
    assert worth == pytest.approx(0.25)


def test_a_promise_renegotiated_after_its_date_is_worth_half_at_most() -> None:
    assert commitment_value(CommitmentState.FULFILLED, PROMISES, renegotiated_late=True) == 0.5
    late = commitment_value(CommitmentState.FULFILLED, PROMISES, days_late=95, renegotiated_late=True)
    assert late == pytest.approx(0.1)
    assert commitment_value(CommitmentState.OPEN, PROMISES, renegotiated_late=True) is None


@pytest.mark.parametrize("days_late", [100, 365, 730])
def test_delivering_at_last_is_better_than_leaving_it_open(days_late: int) -> None:
    delivered = commitment_value(CommitmentState.FULFILLED, PROMISES, days_late=days_late)
    left_open = commitment_value(CommitmentState.OVERDUE, PROMISES)
    assert delivered is not None
    assert left_open is not None
    assert expectation(4 + delivered, 1 + 1 - delivered, 0.5, 2) > expectation(4, 1 + 1 - left_open, 0.5, 2)


def test_a_promise_is_overdue_the_day_after_its_grace() -> None:
    assert overdue_at(date(2026, 3, 1), PROMISES) == start_of_day(date(2026, 3, 16))


@given(st.integers(-100, 2_000), st.integers(0, 500))
def test_being_later_is_never_worth_more(days_late: int, more: int) -> None:
    assert lateness_factor(days_late + more, PROMISES) <= lateness_factor(days_late, PROMISES)


@pytest.mark.parametrize(("days", "value"), [(0, 1), (20, 1), (40, 0.55), (60, 0.1), (400, 0.1)])
def test_an_answer_loses_value_in_a_line_after_the_standard(days: int, value: float) -> None:
    assert answer_value(days, ANSWERS) == pytest.approx(value)


def test_sharing_late_is_worth_half() -> None:
    due = date(2026, 3, 10)
    assert sharing_value(due, due, OPENNESS) == 1
    assert sharing_value(due + timedelta(days=1), due, OPENNESS) == 0.5


@pytest.mark.parametrize(
    ("promised", "practised", "value"),
    [
        (Level.INFORM, Level.INFORM, 1),
        (Level.EMPOWER, Level.INFORM, 0),
        (Level.COLLABORATE, Level.CONSULT, 0.5),
        (Level.CONSULT, Level.EMPOWER, 1),
    ],
)
def test_integrity_is_the_level_promised_being_practised(promised: Level, practised: Level, value: float) -> None:
    assert integrity_value(promised, practised) == value


def test_reports_are_half_believed_until_the_other_side_has_spoken() -> None:
    assert belief_in_reports(0, 0) == 0.5
    assert belief_in_reports(9, 0) == pytest.approx(10 / 11)
    assert belief_in_reports(0, 9) == pytest.approx(1 / 11)
