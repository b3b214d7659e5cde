"""Who may record what: a table, event by side. A cell says whether that side's word may stand as the record.

Registries and what people saw are open to all who work in partnerships; running a partnership, granting money and
looking after the record are not. Rules about single promises, asks and attestations come on top of this table.
"""

from typing import Final

from domain.events import (
    EventBody,
    asks,
    commitments,
    consultations,
    decisions,
    disputes,
    documents,
    experience,
    funding,
    interactions,
    name_of,
    outcomes,
    partnerships,
    records,
    registries,
    stewardship,
)
from domain.vocabulary import Side

_R, _G, _A, _C, _F, _B, _P, _O = Side

EVERYONE: Final = frozenset(Side)
PARTNERS: Final = EVERYONE - {_O}
CONVENING: Final = frozenset({_R, _G, _C, _P})
PAYING: Final = frozenset({_G, _A, _C, _F, _B, _P})
STEWARDS: Final = frozenset({_G, _C, _P, _O})

TABLE: Final[dict[type[EventBody], frozenset[Side]]] = {
    registries.PlaceRegistered: EVERYONE,
    registries.PlaceBoundaryChanged: EVERYONE,
    registries.PartyRegistered: EVERYONE,
    registries.PartyAmended: EVERYONE,
    registries.PartySucceeded: STEWARDS,
    registries.PartiesFoundSame: STEWARDS,
    registries.PersonRegistered: EVERYONE,
    registries.PeopleFoundSame: STEWARDS,
    partnerships.PartnershipFormed: CONVENING | {_O, _F},
    partnerships.MemberJoined: CONVENING | {_O},
    partnerships.SeatAccepted: EVERYONE,
    partnerships.MemberLeft: PARTNERS,
    partnerships.RuleAdopted: CONVENING,
    partnerships.MethodAdopted: CONVENING,
    partnerships.ExpectedBodiesSet: CONVENING,
    partnerships.DataSharingRecorded: CONVENING | {_O},
    partnerships.PublicationDecided: CONVENING,
    partnerships.PartnershipPaused: CONVENING,
    partnerships.PartnershipClosed: CONVENING,
    interactions.InteractionPlanned: PARTNERS,
    interactions.InteractionRescheduled: PARTNERS,
    interactions.InteractionCancelled: PARTNERS,
    interactions.InteractionRecorded: EVERYONE,
    interactions.MinutesApproved: CONVENING,
    interactions.NotesShared: PARTNERS,
    records.RecordConfirmed: PARTNERS,
    records.RecordDisputed: PARTNERS,
    records.DisputeResolved: EVERYONE,
    records.RecordCorrected: EVERYONE,
    records.RecordWithdrawn: EVERYONE,
    records.ReplyAttached: PARTNERS,
    asks.AskRaised: EVERYONE,
    asks.AskAnswered: PARTNERS,
    asks.AskDeferred: PARTNERS,
    asks.AskReferred: PARTNERS,
    asks.ReferralAccepted: PARTNERS,
    asks.AskWithdrawn: PARTNERS,
    asks.PublicWordingGiven: CONVENING,
    consultations.ConsultationOpened: PARTNERS,
    consultations.ConsultationClosed: PARTNERS,
    consultations.ConsultationFeedbackGiven: PARTNERS,
    decisions.DecisionTaken: PARTNERS,
    decisions.DecisionAttested: PARTNERS,
    decisions.SpendingRecorded: PARTNERS,
    commitments.CommitmentProposed: PARTNERS,
    commitments.CommitmentMade: PARTNERS,
    commitments.CommitmentAcknowledged: PARTNERS,
    commitments.CommitmentRenegotiated: PARTNERS,
    commitments.FulfilmentClaimed: PARTNERS,
    commitments.FulfilmentConfirmed: PARTNERS,
    commitments.FulfilmentDisputed: PARTNERS,
    commitments.CommitmentRemarked: PARTNERS,
    commitments.CommitmentFailed: PARTNERS,
    commitments.CommitmentWithdrawn: PARTNERS,
    commitments.CommitmentReleased: PARTNERS,
    commitments.PartSettled: PARTNERS,
    commitments.CommitmentSuperseded: PARTNERS,
    commitments.CommitmentReassigned: PARTNERS,
    disputes.DisputeRaised: PARTNERS,
    disputes.DisputeSettled: PARTNERS,
    documents.DocumentAttached: EVERYONE,
    documents.DocumentErased: STEWARDS,
    funding.FundingApplied: PARTNERS,
    funding.FundingAwarded: PARTNERS,
    funding.FundingRefused: PARTNERS,
    funding.FundingConditionChanged: PARTNERS,
    funding.FundingVariationRequested: PARTNERS,
    funding.FundingVariationDecided: PAYING,
    funding.FundingPaid: PARTNERS,
    funding.FundingReported: PARTNERS,
    funding.FundingEnded: PARTNERS,
    funding.FundingReturned: PARTNERS,
    funding.ControlDelegated: PAYING,
    outcomes.InterventionStarted: PARTNERS,
    outcomes.InterventionEnded: PARTNERS,
    outcomes.OutcomeObserved: EVERYONE,
    outcomes.ContributionClaimed: EVERYONE,
    outcomes.LessonDrawn: EVERYONE,
    experience.FeedbackGiven: EVERYONE,
    experience.PulseObserved: EVERYONE,
    experience.ProfileObserved: PARTNERS,
    stewardship.MethodPublished: EVERYONE,
    stewardship.ReviewRegistered: EVERYONE,
    stewardship.ReviewFrozen: EVERYONE,
    stewardship.SubjectErased: STEWARDS,
    stewardship.TextRedacted: STEWARDS,
    stewardship.CheckpointSigned: STEWARDS,
    stewardship.CoverageDeclared: STEWARDS,
}

BY_RELATION: Final[dict[type[EventBody], str]] = {
    registries.PlaceBoundaryChanged: "who registered the place",
    registries.PartyAmended: "who registered the body, or speaks for it",
    registries.PartySucceeded: "nobody else",
    registries.PartiesFoundSame: "nobody else",
    registries.PeopleFoundSame: "nobody else",
    partnerships.SeatAccepted: "who sits there",
    partnerships.MemberLeft: "who sits there, or gave the seat",
}
"""Commands on an entry or a seat that may be another's: who may say it, beside a key that looks after the record.

So is such an entry mended, and what made it: by whom it concerns, and by no other of their side.
"""

_BY_NAME: Final = {name_of(body): sides for body, sides in TABLE.items()}


def may_record(event: str, side: Side) -> bool:
    """A side's word may stand as the record of an event of this stored name."""
    return side in _BY_NAME[event]
