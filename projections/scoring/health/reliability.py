"""Reliability (H1): whether officials keep their promises to residents, and residents theirs to officials."""

from typing import Final

from domain.values import PartyAt, day_of
from domain.vocabulary import OFFICIALS, Facet, Side
from projections.history.causes import causes_of
from projections.lifecycles.commitment_strand import Phase
from projections.lifecycles.commitments import Commitment
from projections.lifecycles.terms import named_due
from projections.method.method import Dimension
from projections.scoring.health.material import RESIDENT_SIDE, Material, block
from projections.scoring.health.measure import HEADLINE, Measure, Missing, counted, share
from projections.scoring.health.promise_counts import PromiseNow, outcomes, timing, undated, with_a_date

H1: Final = Dimension.RELIABILITY


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
    rules, standing = material.method.commitments, _standing(ours, material)
    recent_now = _standing(recent, material)
    timed = [now for now in recent_now if rules.usual_term is not None or now.phase.due_on is not None]
    return [
        block(material, H1, HEADLINE, Facet.RELIABILITY, missing=missing),
        twin,
        *outcomes(standing, rules, len(ours)),
        *timing(timed, material.history.as_of),
        *(undated(standing, material.history) if rules.usual_term is None else ()),
        *([with_a_date(recent_now)] if rules.usual_term is None else ()),
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


def _standing(promises: list[Commitment], material: Material) -> list[PromiseNow]:
    phases = ((promise, _now(promise, material)) for promise in promises)
    return [PromiseNow(promise, phase) for promise, phase in phases if phase is not None]


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
    start_on, as_of = day_of(material.start), material.history.as_of
    due = [each for each in promises if each.first_due_on is not None and start_on <= each.first_due_on <= as_of]
    changed = [each for each in due if (phase := _now(each, material)) is not None and phase.renegotiated]
    return share(H1, "renegotiated", len(changed), len(due), causes=causes_of(each.made for each in changed))


def _unconfirmed(promises: list[Commitment], material: Material) -> Measure:
    waiting = [each for each in promises if (phase := _now(each, material)) is not None and phase.is_reported]
    causes = causes_of(each.made for each in waiting)
    return counted(H1, "reported-but-unconfirmed", len(waiting), n=len(promises), causes=causes)
