"""Reliability (H1): whether officials keep their promises to residents, and residents theirs to officials."""

from collections.abc import Iterator
from typing import Final

from domain.values import PartyAt, day_of
from domain.vocabulary import OFFICIALS, Facet, Side
from projections.history.causes import causes_of
from projections.lifecycles.commitment_states import CommitmentState
from projections.lifecycles.commitment_strand import Phase
from projections.lifecycles.commitments import Commitment
from projections.lifecycles.terms import named_due
from projections.method.method import Dimension
from projections.scoring.formulas.waiting_times import Ending, Wait, cumulative_incidence, days_until_share_kept
from projections.scoring.health.material import RESIDENT_SIDE, Material, block
from projections.scoring.health.measure import HEADLINE, Measure, Missing, counted, share

H1: Final = Dimension.RELIABILITY
_ENDINGS: Final = {
    CommitmentState.FULFILLED: Ending.KEPT,
    CommitmentState.PARTLY_FULFILLED: Ending.KEPT,
    CommitmentState.FAILED: Ending.OTHERWISE,
    CommitmentState.WITHDRAWN: Ending.OTHERWISE,
}
_OUTCOMES: Final = (
    ("kept-in-time", CommitmentState.FULFILLED, False),
    ("kept-late", CommitmentState.FULFILLED, True),
    ("in-part", CommitmentState.PARTLY_FULFILLED, None),
    ("overdue", CommitmentState.OVERDUE, None),
    ("let-off", CommitmentState.RELEASED, None),
)
_QUARTERS: Final = {
    "days-until-a-quarter-kept": 0.25,
    "days-until-half-kept": 0.5,
    "days-until-three-quarters-kept": 0.75,
}


def reliability(material: Material) -> list[Measure]:
    """Measure officials' promises to residents kept; beside it the twin, the timing and how promises are made."""
    ours = [promise for promise in material.promises if _is_to_residents(promise)]
    missing = Missing.NOT_YET_DUE if ours else Missing.NOTHING_HAPPENED
    twin = block(
        material,
        H1,
        "residents-to-officials",
        Facet.RELIABILITY,
        trusters=OFFICIALS,
        trustees=RESIDENT_SIDE,
    )
    recent = [promise for promise in ours if promise.made.occurred_at >= material.start]
    return [
        block(material, H1, HEADLINE, Facet.RELIABILITY, missing=missing),
        twin,
        *_outcomes(ours, material),
        *_timing(recent, material),
        _well_made(recent),
        _renegotiated(ours, material),
        _unconfirmed(ours, material),
    ]


def _is_to_residents(promise: Commitment) -> bool:
    return any(_is_official(strand.promiser) and strand.promisee.side is Side.RESIDENTS for strand in promise.strands)


def _is_official(party: PartyAt) -> bool:
    return party.is_official and not party.office_holder


def _now(promise: Commitment, material: Material) -> Phase | None:
    """The phase of a promise in its first strand from officials to residents."""
    strands = (each for each in promise.strands if _is_official(each.promiser) and each.promisee.side is Side.RESIDENTS)
    return next((phase for strand in strands if (phase := strand.at(material.end)) is not None), None)


def _outcomes(promises: list[Commitment], material: Material) -> Iterator[Measure]:
    """Count what became of promises by the words people use: late means past the days of grace."""
    grace = material.method.commitments.grace_days
    phases = {promise.commitment_id: _now(promise, material) for promise in promises}
    for name, state, is_late in _OUTCOMES:
        promises_so = [
            promise.made
            for promise in promises
            if (phase := phases[promise.commitment_id]) is not None
            and phase.state is state
            and is_late in (None, phase.days_late > grace)
        ]
        yield counted(H1, name, len(promises_so), n=len(promises), causes=causes_of(promises_so))


def _timing(promises: list[Commitment], material: Material) -> Iterator[Measure]:
    """The days until shares of promises are expected kept, the open ones counted as still waiting."""
    waits = [wait for promise in promises if (wait := _wait(promise, material)) is not None]
    steps = cumulative_incidence(waits)
    causes = causes_of(promise.made for promise in promises)
    missing = Missing.NOT_YET_DUE if waits else Missing.NOTHING_HAPPENED
    for name, part in _QUARTERS.items():
        days = days_until_share_kept(steps, part)
        yield counted(H1, name, days, n=len(waits), causes=causes, missing=missing)


def _wait(promise: Commitment, material: Material) -> Wait | None:
    phase = _now(promise, material)
    if phase is None:
        return None
    ending = _ENDINGS.get(phase.state, Ending.OPEN)
    if phase.done_on is not None:
        until = min(phase.done_on, material.history.as_of)
    elif phase.settled_by is not None:
        until = day_of(phase.settled_by.occurred_at)
    else:
        until = material.history.as_of
    return Wait(days=max(0, (until - promise.promised_on).days), ending=ending)


def _well_made(promises: list[Commitment]) -> Measure:
    """The share with an owner, somebody it was made to, a day and a measure."""
    whole = [
        promise
        for promise in promises
        if promise.body.promisers
        and promise.body.promisees
        and named_due(promise.body.due, promise.body)
        and promise.body.measure
    ]
    return share(H1, "owner-promisee-due-and-measure", len(whole), len(promises))


def _renegotiated(promises: list[Commitment], material: Material) -> Measure:
    """The share of promises first due in the window whose terms were moved by agreement."""
    due = [each for each in promises if day_of(material.start) <= each.first_due_on <= material.history.as_of]
    changed = [each for each in due if (phase := _now(each, material)) is not None and phase.renegotiated]
    return share(H1, "renegotiated", len(changed), len(due), causes=causes_of(each.made for each in changed))


def _unconfirmed(promises: list[Commitment], material: Material) -> Measure:
    waiting = [each for each in promises if (phase := _now(each, material)) is not None and phase.is_reported]
    causes = causes_of(each.made for each in waiting)
    return counted(H1, "reported-but-unconfirmed", len(waiting), n=len(promises), causes=causes)
