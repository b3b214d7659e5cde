"""Public names of the shapes and code lists in the API's description.

A class is known by its own name unless another stands here, so that classes of the record and of projections can be
renamed while their public names stay: those are for ever (docs/reference/openapi-components.txt).
"""

from collections.abc import Mapping
from typing import Final

from domain import vocabulary
from domain.decisions import partnerships, references, warnings
from domain.events import experience, interactions
from projections import rows
from projections.agreement import steps
from projections.engine import runs
from projections.reviews import compare, comparison, files, freeze, manifest, registration
from projections.scoring.formulas import opinion
from projections.scoring.health import measure, shown_profile
from projections.scoring.trust import change_shares, shown_trust, trust_rows
from projections.views import composition, network, worklist
from projections.what_if import readings, spread, variants

PUBLIC_NAMES: Final[Mapping[type, str]] = {
    vocabulary.Allocation: "AllocationMethod",
    vocabulary.Answer: "AskAnswer",
    vocabulary.Basis: "ClaimBasis",
    vocabulary.Channel: "InvitationChannel",
    vocabulary.Confidence: "RecorderConfidence",
    vocabulary.Control: "SpendingControl",
    vocabulary.Delegated: "DelegatedPower",
    vocabulary.Extent: "FulfilmentExtent",
    vocabulary.Facet: "TrustFacet",
    vocabulary.Level: "ParticipationLevel",
    vocabulary.Mode: "InteractionMode",
    vocabulary.Payment: "PaymentTiming",
    vocabulary.Restriction: "SpendingRestriction",
    vocabulary.Source: "RecordSource",
    vocabulary.Stance: "ClaimStance",
    vocabulary.Support: "ParticipationSupport",
    references.Here: "InRequestReference",
    partnerships.Expected: "ExpectedBody",
    partnerships.FirstSeat: "FoundingSeat",
    warnings.Slip: "WarningCode",
    interactions.Crowd: "HeadCount",
    experience.Group: "GroupShare",
    steps.Agreed: "Agreement",
    change_shares.Cause: "ChangeCause",
    change_shares.CauseKind: "ChangeCauseKind",
    shown_trust.Figure: "TrustFigure",
    shown_trust.Step: "TrustStep",
    shown_trust.PlainCounts: "TrustCounts",
    trust_rows.Variant: "TrustVariant",
    opinion.Status: "EvidenceStatus",
    measure.Basis: "MeasureBasis",
    measure.Measure: "HealthRow",
    measure.Missing: "MissingReason",
    shown_profile.ShownMeasure: "HealthMeasure",
    shown_profile.ShownComposite: "HealthComposite",
    composition.Requirement: "CompositionRequirement",
    worklist.Task: "TaskKind",
    network.Tie: "TieKind",
    rows.TextAt: "TextReference",
    runs.Run: "ProjectionRun",
    variants.Kind: "WhatIfVariantKind",
    spread.ShownVariant: "WhatIfVariant",
    spread.Spread: "WhatIfSpread",
    readings.Reading: "WhatIfReading",
    compare.Alone: "UnsharedScope",
    compare.Extract: "ComparedExtract",
    comparison.ComparisonInBrief: "ComparisonSummary",
    registration.Beforehand: "RecordBeforehand",
    registration.Frozen: "FrozenExtract",
    freeze.Difference: "RerunDifference",
    freeze.Rerun: "RerunResult",
    files.Form: "ExtractFormat",
    manifest.Registered: "ReviewRegistration",
}


def public_name(described: type) -> str:
    """The name by which the API's description knows a class."""
    return PUBLIC_NAMES.get(described, described.__name__)
