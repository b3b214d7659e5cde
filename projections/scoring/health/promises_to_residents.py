"""Promises as the dimensions of health look at them: those of officials to residents, and whoever leaves one behind.

A promise laid at the door of a body that never agreed to sit here is nobody's. Each is looked at once, and again only
when something was said of it.
"""

from typing import Final
from uuid import UUID

from msgspec import Struct

from domain.events.commitments import CommitmentMade, CommitmentProposed
from domain.events.recorded import Effective
from domain.values import PartyAt, day_of
from domain.vocabulary import Side
from projections.agreement.answerable import is_thing_laid_at_door
from projections.history.history import History
from projections.history.memo import answers_about, once_per_history, once_per_thing
from projections.lifecycles.commitment_states import CommitmentState
from projections.lifecycles.commitment_strand import Phase
from projections.lifecycles.commitments import Commitment, commitment
from projections.lifecycles.promise_outcomes import PromiseOutcome, outcome_of
from projections.lifecycles.terms import named_due
from projections.method.method import Method
from projections.scoring.formulas.waiting_times import Ending, Wait
from projections.scoring.health.material import window_start

_ENDINGS: Final = {
    CommitmentState.FULFILLED: Ending.KEPT,
    CommitmentState.PARTLY_FULFILLED: Ending.KEPT,
    CommitmentState.SETTLED: Ending.OTHERWISE,
    CommitmentState.FAILED: Ending.OTHERWISE,
    CommitmentState.WITHDRAWN: Ending.OTHERWISE,
}


class PromiseNow(Struct, frozen=True):
    """A promise and its phase on the day asked about: its outcome in the words people use, and how long it took.

    `refusals`: the first dates that were named for it and refused.
    """

    promise: Commitment
    phase: Phase
    outcome: PromiseOutcome | None
    wait: Wait
    refusals: tuple[Effective, ...]


class PromiseToResidents(Struct, frozen=True):
    """A promise of officials to residents, made within the window or not; `now`: None while it is to others only.

    Well made, it names who owes it, to whom, by when and how its keeping is seen.
    """

    promise: Commitment
    now: PromiseNow | None
    is_recent: bool
    is_well_made: bool


@once_per_history
def promises_held(history: History, method: Method) -> tuple[Commitment, ...]:
    """Every promise followed through its life, but for those laid at another's door, in order."""
    promises = answers_about(history, method, _held, history.keys_of_things(CommitmentProposed, CommitmentMade))
    return tuple(promise for promise in promises if promise is not None)


@once_per_history
def promises_to_residents(history: History, method: Method) -> tuple[PromiseToResidents, ...]:
    """The promises of officials to residents, in order; who speaks in an office alone is no official here."""
    promises = answers_about(history, method, _to_residents, history.keys_of_things(CommitmentProposed, CommitmentMade))
    return tuple(promise for promise in promises if promise is not None)


@once_per_thing
def _held(history: History, method: Method, commitment_id: UUID) -> Commitment | None:
    promise = commitment(history, method, commitment_id)
    who = promise.body.promisers
    is_nobodys = any(is_thing_laid_at_door(history, each.party_id, commitment_id) for each in who)
    return None if is_nobodys else promise


@once_per_thing
def _to_residents(history: History, method: Method, commitment_id: UUID) -> PromiseToResidents | None:
    promise = _held(history, method, commitment_id)
    if promise is None:
        return None
    strands = [each for each in promise.strands if _is_official(each.promiser) and each.promisee.side is Side.RESIDENTS]
    if not strands:
        return None
    body, phase = promise.body, next((phase for each in strands if (phase := each.at(history.end)) is not None), None)
    return PromiseToResidents(
        promise,
        None if phase is None else _now(promise, phase, history, method),
        promise.made.occurred_at >= window_start(history, method),
        bool(body.promisers and body.promisees and named_due(body.due, body) and body.measure),
    )


def _now(promise: Commitment, phase: Phase, history: History, method: Method) -> PromiseNow:
    outcome, refusals = outcome_of(phase, method.commitments), promise.refused_dates(history.end)
    return PromiseNow(promise, phase, outcome, _wait(promise, phase, history), tuple(refusals))


def _is_official(party: PartyAt) -> bool:
    return party.is_official and not party.office_holder


def _wait(promise: Commitment, phase: Phase, history: History) -> Wait:
    ending = _ENDINGS.get(phase.state, Ending.OPEN)
    if phase.done_on is not None:
        until = min(phase.done_on, history.as_of)
    elif phase.ended_by is not None:
        until = day_of(phase.ended_by.occurred_at)
    else:
        until = history.as_of
    return Wait(days=max(0, (until - promise.promised_on).days), ending=ending)
