"""Entrusted: what a funder or an official body puts into residents' hands, and what it refuses or takes back."""

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from domain.events.funding import ControlDelegated, FundingAwarded, FundingConditionChanged, FundingPaid
from domain.events.recorded import Effective
from domain.values import PartyAt
from domain.vocabulary import OFFICIALS, ConditionChange, Control, Delegated, DelegationStep, Facet, Payment, Side
from projections.history.history import History
from projections.method.method import Method
from projections.scoring.evidence import Evidence
from projections.scoring.facets.disputed_acts import readings_through_disputes
from projections.scoring.facets.evidence_periods import ActReading, body_of, evidence_rows, is_scored

ENTRUSTING: Final = OFFICIALS | {Side.FUNDER}
_GIVEN, _REFUSED = 1.0, 0.0


def evidence(history: History, method: Method) -> list[Evidence]:
    """Gather control of spending, payment in advance, delegated decisions and lifted conditions.

    Each is one act, worth 1 while it stands and 0 once it is refused or taken back.
    """
    acts: dict[str, tuple[PartyAt, PartyAt, list[ActReading]]] = {}
    for act, fact, truster, trustee, value in _steps(history):
        if trustee.side not in ENTRUSTING or truster.side is not Side.RESIDENTS or not is_scored(trustee):
            continue
        _, _, before = acts.get(act, (truster, trustee, []))
        if value == _REFUSED and not before and isinstance(fact.body, FundingConditionChanged):
            continue  # a condition that was never lifted entrusts nothing
        earlier = [reading for reading in before if reading.since < fact.occurred_at]
        acts[act] = (
            truster,
            trustee,
            earlier + readings_through_disputes(history, method, fact, value, trustee, truster),
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
            end=history.end,
        )
    ]


def _steps(history: History) -> Iterator[tuple[str, Effective, PartyAt, PartyAt, float]]:
    """Each step with its act, the residents' body, the one that entrusts it, and what the step is worth."""
    paid_early: set[UUID] = set()
    for fact in history.of(ControlDelegated, FundingAwarded, FundingPaid, FundingConditionChanged):
        match fact.body:
            case ControlDelegated(delegated_by=giver, delegated_to=taker, step=step) as handed:
                yield _handed(handed), fact, taker, giver, _GIVEN if step is DelegationStep.GRANTED else _REFUSED
            case FundingAwarded(award_id=award, funder=giver, recipient=taker, control=control, payment=payment):
                if control is Control.RESIDENTS:
                    yield f"control {award}", fact, taker, giver, _GIVEN
                if payment is Payment.ADVANCE:
                    paid_early.add(award)
                    yield f"advance {award}", fact, taker, giver, _GIVEN
            case FundingPaid(award_id=award, funder=giver, recipient=taker, payment=Payment.ADVANCE):
                if award not in paid_early:
                    paid_early.add(award)
                    yield f"advance {award}", fact, taker, giver, _GIVEN
            case FundingConditionChanged(condition_id=act, funder=giver, recipient=taker, change=change):
                yield (
                    f"condition {act}",
                    fact,
                    taker,
                    giver,
                    _GIVEN if change is ConditionChange.LIFTED else _REFUSED,
                )


def _handed(delegated: ControlDelegated) -> str:
    """Name what was handed over, so that taking it back ends the same act: an award's money, a decision, or itself."""
    if delegated.what is Delegated.SPENDING and delegated.award_id is not None:
        return f"control {delegated.award_id}"
    if delegated.what is Delegated.DECISION and delegated.decision_id is not None:
        return f"delegation of {delegated.decision_id} to {delegated.delegated_to.party_id}"
    return f"delegation {delegated.delegation_id}"
