"""The trust timeline: how each side's trust in each body moved, and which events moved it."""

from typing import Final

from domain.events import (
    asks,
    consultations,
    decisions,
    funding,
    interactions,
    partnerships,
    records,
    registries,
    stewardship,
)
from domain.events.commitments import OF_COMMITMENTS
from domain.events.declaration import EventBody
from projections.declaration import projection
from projections.history.history import History
from projections.history.memo import once_per_history
from projections.method.method import Method
from projections.scoring.behaviour import evidence
from projections.scoring.trust.trust_rows import KEY, TrustRow, trust_rows

TRUST_EVENTS: Final[tuple[type[EventBody], ...]] = (
    asks.AskRaised,
    asks.AskAnswered,
    asks.ReferralAccepted,
    asks.AskWithdrawn,
    *OF_COMMITMENTS,
    consultations.ConsultationOpened,
    consultations.ConsultationClosed,
    consultations.ConsultationFeedbackGiven,
    decisions.DecisionTaken,
    decisions.DecisionAttested,
    funding.FundingApplied,
    funding.FundingAwarded,
    funding.FundingConditionChanged,
    funding.FundingVariationDecided,
    funding.FundingPaid,
    funding.ControlDelegated,
    interactions.InteractionRecorded,
    interactions.MinutesApproved,
    interactions.NotesShared,
    partnerships.PartnershipFormed,
    partnerships.MemberJoined,
    partnerships.SeatAccepted,
    partnerships.MemberLeft,
    partnerships.RuleAdopted,
    records.RecordConfirmed,
    records.RecordDisputed,
    records.DisputeResolved,
    records.RecordCorrected,
    records.RecordWithdrawn,
    registries.PartySucceeded,
    registries.PartiesFoundSame,
    stewardship.CoverageDeclared,
)


@projection(
    name="trust",
    version=4,
    row=TrustRow,
    key=KEY,
    handles=TRUST_EVENTS,
    question="How has each side's trust in each body moved, and by which events?",
    ignores_rest="Only what one body did to another is evidence; what people say of a body stands apart from it.",
    stored="Its history is read across partnerships, and every point of it is compared night by night.",
)
@once_per_history
def trust(history: History, method: Method) -> list[TrustRow]:
    """The timeline of every side's trust in every body, facet by facet."""
    return trust_rows(history, method, evidence(history, method))
