"""What one variant says: every figure of trust and every headline of health, with a digest of what they are made of."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import replace

from domain.vocabulary import Facet, Side
from projections.engine.digest import digest
from projections.scoring.evidence import views_of
from projections.scoring.facets.behaviour import evidence
from projections.scoring.formulas.opinion import EvidenceStatus
from projections.scoring.health.material import Material
from projections.scoring.health.measure import HEADLINE, Measure, Missing
from projections.scoring.health.profile import health_rows
from projections.scoring.health.reliability import reliability
from projections.scoring.health.responsiveness import openness, responsiveness
from projections.scoring.health.shown_profile import ShownComposite, profile_composite, shown_measures
from projections.scoring.trust.shown_trust import shown_trust
from projections.scoring.trust.trust_rows import TrustRow, trust_rows
from projections.views import projection_called
from projections.what_if.variants import RecordVariant, headline_weights

_OF_EVIDENCE: Final[tuple[Callable[[Material], list[Measure]], ...]] = (reliability, responsiveness, openness)
"""The dimensions whose headlines are made of evidence alone, so that they can be read without a party or an act."""

Value = Annotated[float | None, Meta(description="The figure; null where there is not enough to say, or it is missing")]


class TrustFigureKey(Struct, frozen=True, order=True):
    """Which figure of trust: one side's experience of one body in one aspect."""

    facet: Facet
    truster_side: Side
    trustee_side: Side
    trustee_id: UUID


class WhatIfReading(Struct, frozen=True, kw_only=True):
    """One figure under one variant, with its likely range and how much it rests on. `change` is since the last step."""

    value: Value
    low: Annotated[float | None, Meta(description="Lower end of the likely range")]
    high: Annotated[float | None, Meta(description="Upper end of the likely range")]
    n: Annotated[float, Meta(description="The (effective) number of acts it rests on")]
    status: Annotated[EvidenceStatus, Meta(description="Whether there is enough to say")]
    is_less_certain: Annotated[bool, Meta(description="Shown before, so it stays, though now not enough")] = False
    missing: Annotated[Missing | None, Meta(description="Why a headline has no value")] = None
    change: Annotated[float | None, Meta(description="How far a figure of trust moved at its last step")] = None


class VariantReadings(Struct, frozen=True, kw_only=True):
    """All that a variant says, and the digests of the rows behind it, equal to a replay's where the history is read."""

    trust: Mapping[TrustFigureKey, WhatIfReading]
    health: Mapping[str, WhatIfReading]
    measures: Sequence[Measure]
    composite: ShownComposite | None
    digests: dict[str, str]


def read_variant(of: RecordVariant, base: VariantReadings | None = None) -> VariantReadings:
    """Read a variant; `base` is how things stand, needed where only evidence was left out or headlines weighed anew."""
    if of.rest is not None and base is not None:
        return _without_evidence(of, base)
    if of.weights is not None and base is not None:
        return replace(base, composite=profile_composite(base.measures, of.method, of.weights))
    found = evidence(of.history, of.method)
    measures = health_rows(of.history, of.method, found)
    composite = profile_composite(measures, of.method, headline_weights(of.history, of.method))
    return _readings(trust_rows(of.history, of.method, found), measures, of, composite)


def _without_evidence(of: RecordVariant, base: VariantReadings) -> VariantReadings:
    """Read again only what the evidence left out could move: the blocks it was taken from, and three dimensions."""
    rest = of.rest or ()
    rows = trust_rows(of.history, of.method, [row for row in rest if views_of(row)[2] in of.touched])
    material = Material(history=of.history, method=of.method, evidence=rest)
    found = _readings(rows, [measure for dimension in _OF_EVIDENCE for measure in dimension(material)], of, None)
    blocks = {(block.facet, block.truster_side, block.trustee_side) for block in of.touched}
    elsewhere = {
        key: reading
        for key, reading in base.trust.items()
        if (key.facet, key.truster_side, key.trustee_side) not in blocks
    }
    return replace(found, trust={**elsewhere, **found.trust})


def _readings(
    rows: Sequence[TrustRow], measures: Sequence[Measure], of: RecordVariant, composite: ShownComposite | None
) -> VariantReadings:
    return VariantReadings(
        trust=_trust(rows, of),
        health=_health(measures, of),
        measures=measures,
        composite=composite,
        digests={
            "trust": digest(projection_called("trust"), rows),
            "health": digest(projection_called("health"), measures),
        },
    )


def _trust(rows: Sequence[TrustRow], of: RecordVariant) -> dict[TrustFigureKey, WhatIfReading]:
    return {
        TrustFigureKey(each.facet, each.truster_side, each.trustee_side, each.trustee_id): WhatIfReading(
            value=each.figure.trust,
            low=each.figure.low,
            high=each.figure.high,
            n=each.figure.n,
            status=each.figure.status,
            is_less_certain=each.figure.is_less_certain,
            change=each.change,
        )
        for each in shown_trust(rows, of.method)
    }


def _health(measures: Sequence[Measure], of: RecordVariant) -> dict[str, WhatIfReading]:
    headlines = [each for each in measures if each.name == HEADLINE]
    return {
        each.dimension: WhatIfReading(
            value=each.value, low=each.low, high=each.high, n=each.n, status=each.status, missing=each.missing
        )
        for each in shown_measures(headlines, of.method)
    }
