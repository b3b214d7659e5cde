"""The readings of one variant: every figure of trust and every headline of health, with digests of the rows behind."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import replace

from domain.vocabulary import Facet, Side
from projections.engine.digest import digest
from projections.method.method import Dimension
from projections.scoring.behaviour import evidence
from projections.scoring.formulas.evidence import views_of
from projections.scoring.formulas.opinion import EvidenceStatus
from projections.scoring.health import MeasureMaker
from projections.scoring.health.experience import expressed_experience
from projections.scoring.health.material import Material
from projections.scoring.health.measure import HEADLINE, Measure, Missing
from projections.scoring.health.profile import health_rows
from projections.scoring.health.reliability import reliability
from projections.scoring.health.responsiveness import openness, responsiveness
from projections.scoring.health.shown_profile import ShownComposite, profile_composite, shown_measures
from projections.scoring.trust.shown_trust import shown_trust
from projections.scoring.trust.trust_rows import TrustRow, trust_rows
from projections.views import projection_called
from projections.what_if.variants import RecordVariant, WhatIfVariantKind, headline_weights

_OF_EVIDENCE: Final[tuple[MeasureMaker, ...]] = (reliability, responsiveness, openness)
"""The dimensions whose headlines are made of evidence alone, so that they can be read without a party or an act."""

Value = Annotated[float | None, Meta(description="The figure; null where there is not enough to say, or it is missing")]


class TrustFigureKey(Struct, frozen=True, order=True):
    """The key of a figure of trust: one side's experience of one body in one aspect."""

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
    """All readings of a variant, and the digests of the rows behind, equal to a replay's where the history is read."""

    trust: Mapping[TrustFigureKey, WhatIfReading]
    health: Mapping[str, WhatIfReading]
    measures: Sequence[Measure]
    composite: ShownComposite | None
    digests: dict[str, str]


def read_variant(variant: RecordVariant, base: VariantReadings | None = None) -> VariantReadings:
    """Read a variant; `base` is the reading as it stands, needed where only evidence or headline weights differ."""
    if variant.rest is not None and base is not None:
        return _without_evidence(variant, base)
    if variant.kind is WhatIfVariantKind.WITHOUT_LENIENCY and base is not None:
        return _without_leniency(variant, base)
    if variant.weights is not None and base is not None:
        return replace(base, composite=profile_composite(base.measures, variant.method, variant.weights))
    rows_of_evidence = evidence(variant.history, variant.method)
    measures = health_rows(variant.history, variant.method)
    composite = profile_composite(measures, variant.method, headline_weights(variant.history, variant.method))
    return _readings(trust_rows(variant.history, variant.method, rows_of_evidence), measures, variant, composite)


def _without_evidence(variant: RecordVariant, base: VariantReadings) -> VariantReadings:
    """The readings that evidence left out can move, read again: the blocks it was taken from, and three dimensions."""
    rest = variant.rest or ()
    rows = trust_rows(variant.history, variant.method, [row for row in rest if views_of(row)[2] in variant.touched])
    material = Material(history=variant.history, method=variant.method, rest=rest)
    measures = [measure for dimension in _OF_EVIDENCE for measure in dimension(material)]
    readings = _readings(rows, measures, variant, None)
    blocks = {(block.facet, block.truster_side, block.trustee_side) for block in variant.touched}
    elsewhere = {
        key: reading
        for key, reading in base.trust.items()
        if (key.facet, key.truster_side, key.trustee_side) not in blocks
    }
    return replace(readings, trust={**elsewhere, **readings.trust})


def _without_leniency(variant: RecordVariant, base: VariantReadings) -> VariantReadings:
    """The readings with what people say read again, and everything else as it stands."""
    material = Material(history=variant.history, method=variant.method, takes_out_leniency=True)
    said_again = {(each.name, each.group): each for each in expressed_experience(material)}
    measures = [
        said_again[measure.name, measure.group] if measure.dimension == Dimension.EXPRESSED_EXPERIENCE else measure
        for measure in base.measures
    ]
    return replace(
        base,
        health=_health(measures, variant),
        measures=measures,
        composite=profile_composite(measures, variant.method, headline_weights(variant.history, variant.method)),
        digests={**base.digests, "health": digest(projection_called("health"), measures)},
    )


def _readings(
    rows: Sequence[TrustRow], measures: Sequence[Measure], variant: RecordVariant, composite: ShownComposite | None
) -> VariantReadings:
    return VariantReadings(
        trust=_trust(rows, variant),
        health=_health(measures, variant),
        measures=measures,
        composite=composite,
        digests={
            "trust": digest(projection_called("trust"), rows),
            "health": digest(projection_called("health"), measures),
        },
    )


def _trust(rows: Sequence[TrustRow], variant: RecordVariant) -> dict[TrustFigureKey, WhatIfReading]:
    return {
        TrustFigureKey(figure.facet, figure.truster_side, figure.trustee_side, figure.trustee_id): WhatIfReading(
            value=figure.figure.trust,
            low=figure.figure.low,
            high=figure.figure.high,
            n=figure.figure.n,
            status=figure.figure.status,
            is_less_certain=figure.figure.is_less_certain,
            change=figure.change,
        )
        for figure in shown_trust(rows, variant.method)
    }


def _health(measures: Sequence[Measure], variant: RecordVariant) -> dict[str, WhatIfReading]:
    headlines = [each for each in measures if each.name == HEADLINE]
    return {
        measure.dimension: WhatIfReading(
            value=measure.value,
            low=measure.low,
            high=measure.high,
            n=measure.n,
            status=measure.status,
            missing=measure.missing,
        )
        for measure in shown_measures(headlines, variant.method)
    }
