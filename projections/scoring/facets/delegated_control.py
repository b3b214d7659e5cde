"""Entrusted: what a funder or an official body puts into residents' hands, and what it refuses or takes back."""

from collections.abc import Iterable, Iterator
from typing import Final
from uuid import UUID

from domain.events.funding import ControlDelegated, FundingAwarded, FundingConditionChanged, FundingPaid
from domain.values import PartyAt
from domain.vocabulary import OFFICIALS, ConditionChange, Control, Delegated, DelegationStep, Facet, Payment, Side
from projections.lifecycles.awards import FundersAct
from projections.lifecycles.conduct import PartnershipConduct
from projections.method.method import Method
from projections.scoring.facets.disputed_acts import readings_through_disputes
from projections.scoring.facets.evidence_periods import ActReading, body_of, evidence_rows, is_scored
from projections.scoring.formulas.evidence import Evidence

ENTRUSTING: Final = OFFICIALS | {Side.FUNDER}
_GIVEN, _REFUSED = 1.0, 0.0


def evidence(conduct: PartnershipConduct, method: Method) -> list[Evidence]:
    """Gather control of spending, payment in advance, delegated decisions and lifted conditions.

    Each is one act, worth 1 while it stands and 0 once it is refused or taken back.
    """
    acts: dict[str, tuple[PartyAt, PartyAt, list[ActReading]]] = {}
    for act, step, value in _steps(conduct.funders_acts):
        fact, truster, trustee = step.fact, step.taker, step.giver
        if trustee.side not in ENTRUSTING or truster.side is not Side.RESIDENTS or not is_scored(trustee):
            continue
        _, _, before = acts.get(act, (truster, trustee, []))
        if value == _REFUSED and not before and isinstance(fact.body, FundingConditionChanged):
            continue  # a condition that was never lifted entrusts nothing
        earlier = [reading for reading in before if reading.since < fact.occurred_at]
        acts[act] = (
            truster,
            trustee,
            earlier + readings_through_disputes(fact, value, trustee, step.disputes, method),
        )
    return [
        row
        for act, (truster, trustee, readings) in acts.items()
        for row in evidence_rows(
            act,
            Facet.ENTRUSTED,
            body_of(truster),
            body_of(trustee),
            readings,
            end=conduct.end,
        )
    ]


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
                yield f"condition {condition}", act, _GIVEN if change is ConditionChange.LIFTED else _REFUSED


def _handed(delegated: ControlDelegated) -> str:
    """Name what was handed over, so that taking it back ends the same act: an award's money, a decision, or itself."""
    if delegated.what is Delegated.SPENDING and delegated.award_id is not None:
        return f"control {delegated.award_id}"
    if delegated.what is Delegated.DECISION and delegated.decision_id is not None:
        return f"delegation of {delegated.decision_id} to {delegated.delegated_to.party_id}"
    return f"delegation {delegated.delegation_id}"
