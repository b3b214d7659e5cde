"""The code lists of partnership working in England: what a side, a tier, a contact or an answer is called.

A list may grow; a value is never reused with another meaning. Values are kebab-case, as on the wire.
"""

from domain.vocabulary.asks_and_promises import Answer, AskKind, Extent, Materiality, PromiseAnswer
from domain.vocabulary.bodies import (
    KINDS_BY_SIDE,
    OFFICE_HOLDER_KINDS,
    OFFICIALS,
    PARTNERSHIP_KINDS,
    SIDE_OF_KIND,
    PartyKind,
    Role,
    Side,
)
from domain.vocabulary.code_list import CodeList
from domain.vocabulary.contacts import NOTED_KINDS, TOGETHER, Attendance, Channel, InteractionKind, Level, Mode, Support
from domain.vocabulary.documents import DocumentFormat, DocumentKind
from domain.vocabulary.funding import (
    Allocation,
    ConditionChange,
    Control,
    Delegated,
    DelegationStep,
    Payment,
    Restriction,
    VariationAnswer,
)
from domain.vocabulary.outcomes import Basis, Challenge, ContributorKind, Facet, OutcomeDomain, PlaceKind, Stance
from domain.vocabulary.records import (
    Assurance,
    Confidence,
    PublicReport,
    ResolutionOutcome,
    Sensitivity,
    SharingKind,
    Source,
)

__all__ = [
    "KINDS_BY_SIDE",
    "NOTED_KINDS",
    "OFFICE_HOLDER_KINDS",
    "OFFICIALS",
    "PARTNERSHIP_KINDS",
    "SIDE_OF_KIND",
    "TOGETHER",
    "Allocation",
    "Answer",
    "AskKind",
    "Assurance",
    "Attendance",
    "Basis",
    "Challenge",
    "Channel",
    "CodeList",
    "ConditionChange",
    "Confidence",
    "ContributorKind",
    "Control",
    "Delegated",
    "DelegationStep",
    "DocumentFormat",
    "DocumentKind",
    "Extent",
    "Facet",
    "InteractionKind",
    "Level",
    "Materiality",
    "Mode",
    "OutcomeDomain",
    "PartyKind",
    "Payment",
    "PlaceKind",
    "PromiseAnswer",
    "PublicReport",
    "ResolutionOutcome",
    "Restriction",
    "Role",
    "Sensitivity",
    "SharingKind",
    "Side",
    "Source",
    "Stance",
    "Support",
    "VariationAnswer",
]
