"""Entrusted: what a funder or an official body puts into residents' hands, and what it refuses or takes back."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from domain.events.funding import ControlDelegated, FundingAwarded, FundingConditionChanged, FundingPaid
from domain.vocabulary import OFFICIALS, ConditionChange, Control, Delegated, DelegationStep, Facet, Payment, Side
from projections.lifecycles.awards import FundersAct
from projections.method.method import Method
from projections.scoring.facets.disputed_acts import readings_through_disputes
from projections.scoring.facets.evidence_periods import ActReading, body_of, evidence_rows, is_scored
from projections.scoring.formulas.evidence import Evidence

ENTRUSTING: Final = OFFICIALS | {Side.FUNDER}
_GIVEN, _REFUSED = 1.0, 0.0


class Handover(Struct, frozen=True, kw_only=True):
    """Something that was put into residents' hands, or kept from them: its steps, and what each was worth."""

    act: str
    steps: tuple[tuple[FundersAct, float], ...]


def handovers(acts: Iterable[FundersAct]) -> list[Handover]:
    """Gather control of spending, payment in advance, delegated decisions and lifted conditions, step by step."""
    steps: dict[str, list[tuple[FundersAct, float]]] = {}
    for act, step, value in _steps(acts):
        steps.setdefault(act, []).append((step, value))
    return [Handover(act=act, steps=tuple(steps_of_act)) for act, steps_of_act in steps.items()]


def evidence(handover: Handover, method: Method, end: datetime) -> list[Evidence]:
    """The evidence of one thing put into residents' hands: worth 1 while it stands, 0 once refused or taken back."""
    readings: list[ActReading] = []
    truster = trustee = None
    for step, value in handover.steps:
        if step.giver.side not in ENTRUSTING or step.taker.side is not Side.RESIDENTS or not is_scored(step.giver):
            continue
        if value == _REFUSED and not readings and isinstance(step.fact.body, FundingConditionChanged):
            continue  # a condition that was never lifted entrusts nothing
        truster, trustee = step.taker, step.giver
        earlier = [reading for reading in readings if reading.since < step.fact.occurred_at]
        readings = [*earlier, *readings_through_disputes(step.fact, value, trustee, step.disputes, method)]
    if truster is None or trustee is None:
        return []
    return evidence_rows(handover.act, Facet.ENTRUSTED, body_of(truster), body_of(trustee), readings, end=end)


def _steps(acts: Iterable[FundersAct]) -> Iterator[tuple[str, FundersAct, float]]:
    """Each step with what it is a step of, and what it is worth."""
    paid_early: set[UUID] = set()
    for act in acts:
        match act.fact.body:
            case ControlDelegated(step=step) as delegated:
                yield _handed(delegated), act, _GIVEN if step is DelegationStep.GRANTED else _REFUSED
            case FundingAwarded(award_id=award, control=control, payment=payment):
                if control is Control.RESIDENTS:
                    yield f"control {award}", act, _GIVEN
                if payment is Payment.ADVANCE:
                    paid_early.add(award)
                    yield f"advance {award}", act, _GIVEN
            case FundingPaid(award_id=award, payment=Payment.ADVANCE):
                if award not in paid_early:
                    paid_early.add(award)
                    yield f"advance {award}", act, _GIVEN
            case FundingConditionChanged(condition_id=condition, change=change):
                yield (
                    f"condition {condition}",
                    act,
                    _GIVEN if change is ConditionChange.LIFTED else _REFUSED,
                )


def _handed(delegated: ControlDelegated) -> str:
    """Name what was handed over, so that taking it back ends the same act: an award's money, a decision, or itself."""
    if delegated.what is Delegated.SPENDING and delegated.award_id is not None:
        return f"control {delegated.award_id}"
    if delegated.what is Delegated.DECISION and delegated.decision_id is not None:
        return f"delegation of {delegated.decision_id} to {delegated.delegated_to.party_id}"
    return f"delegation {delegated.delegation_id}"
