"""The spread as one long table: a row for each figure under each variant, for spreadsheets and statistics."""

from collections.abc import Iterator
from typing import Annotated, Any, Final
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import fields

from domain.vocabulary import CodeList, Facet, Side
from projections.scoring.formulas.opinion import EvidenceStatus
from projections.scoring.health.measure import Missing
from projections.scoring.health.shown_profile import ShownComposite
from projections.what_if.readings import WhatIfReading
from projections.what_if.spread import WhatIf, WhatIfSpread, WhatIfVariant
from projections.what_if.variants import WhatIfVariantKind


class FigureKind(CodeList):
    """The subject of a figure."""

    TRUST = "trust"
    HEALTH = "health"
    COMPOSITE = "composite"


class SpreadRow(Struct, frozen=True, kw_only=True):
    """One figure under one variant. Where `is_there` is false there is no such figure then."""

    sort: FigureKind
    facet: Facet | None = None
    truster_side: Side | None = None
    trustee_side: Side | None = None
    trustee_id: UUID | None = None
    dimension: str | None = None
    variant: str
    kind: WhatIfVariantKind
    variant_method_sha256: Annotated[str, Meta(description="The method that this variant is read by")]
    is_there: bool = True
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: float | None = None
    status: EvidenceStatus | None = None
    is_less_certain: bool | None = None
    missing: Missing | None = None
    change: float | None = None
    changes_status: bool = False
    crosses_half: bool = False
    turns: bool = False


COLUMNS: Final = tuple(field.name for field in fields(SpreadRow))


def spread_rows(result: WhatIf) -> list[SpreadRow]:
    """The rows of a spread: figure by figure, as it stands first, then variant by variant."""
    variants = {each.name: each for each in result.variants}
    rows: list[SpreadRow] = []
    for trust in result.trust:
        figure = {
            "sort": FigureKind.TRUST,
            "facet": trust.facet,
            "truster_side": trust.truster_side,
            "trustee_side": trust.trustee_side,
            "trustee_id": trust.trustee_id,
        }
        rows += _figure_rows(figure, trust.spread, variants)
    for health in result.health:
        rows += _figure_rows({"sort": FigureKind.HEALTH, "dimension": health.dimension}, health.spread, variants)
    if result.composite is not None:
        combined = {WhatIfVariantKind.AS_IT_STANDS.value: result.composite.as_it_stands, **result.composite.under}
        rows += [_composite_row(variants[name], each) for name, each in combined.items()]
    return rows


def _figure_rows(
    figure: dict[str, Any], spread: WhatIfSpread, variants: dict[str, WhatIfVariant]
) -> Iterator[SpreadRow]:
    for name, reading in {WhatIfVariantKind.AS_IT_STANDS.value: spread.as_it_stands, **spread.under}.items():
        yield SpreadRow(
            **figure,
            **_variant_columns(variants[name]),
            **_reading_columns(reading),
            is_there=reading is not None,
            changes_status=name in spread.changes_status,
            crosses_half=name in spread.crosses_half,
            turns=name in spread.turns,
        )


def _composite_row(variant: WhatIfVariant, composite: ShownComposite | None) -> SpreadRow:
    low, high = (None, None) if composite is None else (composite.low, composite.high)
    is_there = composite is not None
    return SpreadRow(sort=FigureKind.COMPOSITE, **_variant_columns(variant), is_there=is_there, low=low, high=high)


def _variant_columns(variant: WhatIfVariant) -> dict[str, Any]:
    return {"variant": variant.name, "kind": variant.kind, "variant_method_sha256": variant.method_sha256}


def _reading_columns(reading: WhatIfReading | None) -> dict[str, Any]:
    return {} if reading is None else {name: getattr(reading, name) for name in reading.__struct_fields__}
