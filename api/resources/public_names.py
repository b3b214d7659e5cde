"""Public names of the shapes and code lists in the API's description.

A class is known by its own name unless another stands here, so that classes of the record and of projections can be
renamed while their public names stay: those are for ever (docs/reference/openapi-components.txt).
"""

from collections.abc import Mapping
from typing import Final

from api.reading.figures import ShownBeside
from domain.decisions.partnerships import Expected, FirstSeat
from domain.decisions.references import Here
from domain.decisions.warnings import Slip
from domain.events.experience import Group
from domain.events.interactions import Crowd
from domain.vocabulary import (
    Allocation,
    Answer,
    Channel,
    Confidence,
    Control,
    Delegated,
    Extent,
    Facet,
    Level,
    Mode,
    Payment,
    Restriction,
    Source,
    Stance,
    Support,
)
from domain.vocabulary import Basis as ContributionBasis
from projections.agreement.steps import Agreed
from projections.lifecycles.work_rows import WorklistTask
from projections.rows import TextAt
from projections.scoring.health.measure import Measure, Missing
from projections.scoring.health.shown_profile import ShownComposite, ShownMeasure
from projections.scoring.trust.explanation import CauseKind
from projections.scoring.trust.shown_trust import Figure, PlainCounts
from projections.views.composition import Requirement
from projections.views.network import Tie

PUBLIC_NAMES: Final[Mapping[type, str]] = {
    ShownBeside: "RowFigure",
    Allocation: "AllocationMethod",
    Answer: "AskAnswer",
    ContributionBasis: "ClaimBasis",
    Channel: "InvitationChannel",
    Confidence: "RecorderConfidence",
    Control: "SpendingControl",
    Delegated: "DelegatedPower",
    Extent: "FulfilmentExtent",
    Facet: "TrustFacet",
    Level: "ParticipationLevel",
    Mode: "InteractionMode",
    Payment: "PaymentTiming",
    Restriction: "SpendingRestriction",
    Source: "RecordSource",
    Stance: "ClaimStance",
    Support: "ParticipationSupport",
    Here: "InRequestReference",
    Expected: "ExpectedBody",
    FirstSeat: "FoundingSeat",
    Slip: "WarningCode",
    Crowd: "HeadCount",
    Group: "GroupShare",
    Agreed: "Agreement",
    CauseKind: "ChangeCauseKind",
    Figure: "TrustFigure",
    PlainCounts: "TrustCounts",
    Measure: "HealthRow",
    Missing: "MissingReason",
    ShownMeasure: "HealthMeasure",
    ShownComposite: "HealthComposite",
    Requirement: "CompositionRequirement",
    WorklistTask: "TaskKind",
    Tie: "TieKind",
    TextAt: "TextReference",
}


def public_name(described: type) -> str:
    """The name by which the API's description knows a class."""
    return PUBLIC_NAMES.get(described, described.__name__)
