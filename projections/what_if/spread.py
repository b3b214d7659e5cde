"""The spread: how far each figure depends on the method, on single acts and on single parties, side by side."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, Final
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from domain.vocabulary import Facet, Side
from projections.history.claimed_record import KnownByClaims
from projections.method.method import Dimension, method_sha256
from projections.scoring.health.shown_profile import ShownComposite
from projections.what_if.readings import VariantReadings, WhatIfReading
from projections.what_if.variants import RecordVariant, WhatIfVariantKind

_HALF: Final = 0.5

Under = Sequence[tuple[RecordVariant, VariantReadings]]


class WhatIfVariant(Struct, frozen=True, kw_only=True):
    """One variant: what it changes, by which method it is read, and the digests of the rows behind its figures."""

    name: str
    kind: WhatIfVariantKind
    method: str
    method_sha256: str
    events: tuple[UUID, ...]
    party_id: UUID | None
    digests: dict[str, str]


class WhatIfSpread(Struct, frozen=True, kw_only=True):
    """One figure as it stands and under each variant by name; null where there is no such figure then.

    Single acts are listed only where they make a difference. A body or an act left out leaves no reading of
    headlines that are not made of evidence about bodies; the weights of headlines bear on the composite alone.
    """

    as_it_stands: WhatIfReading | None
    under: dict[str, WhatIfReading | None]
    lowest: Annotated[float | None, Meta(description="The lowest value, as it stands or under a variant")]
    highest: Annotated[float | None, Meta(description="The highest value, as it stands or under a variant")]
    changes_status: Annotated[
        tuple[str, ...], Meta(description="The variants under which it begins or ceases to be said, or to be there")
    ]
    crosses_half: Annotated[tuple[str, ...], Meta(description="The variants that put it on the other side of a half")]
    turns: Annotated[tuple[str, ...], Meta(description="The variants under which its last step goes the other way")]


class TrustSpread(Struct, frozen=True, kw_only=True):
    """How far one figure of trust depends on how it is asked for."""

    facet: Facet
    truster_side: Side
    trustee_side: Side
    trustee_id: UUID
    spread: WhatIfSpread


class HealthSpread(Struct, frozen=True, kw_only=True):
    """How far one headline of health depends on how it is asked for."""

    id: str
    dimension: str
    spread: WhatIfSpread


class CompositeSpread(Struct, frozen=True, kw_only=True):
    """The headlines combined into one range, as it stands and under each variant that reads all of them."""

    as_it_stands: ShownComposite | None
    under: dict[str, ShownComposite | None]
    lowest: float | None
    highest: float | None
    changes_band: tuple[str, ...]


class WhatIf(Struct, frozen=True, kw_only=True):
    """The figures of one partnership side by side, and what they rest on; the digest is over all their digests.

    `acts_not_tried` counts the acts too slight to be left out in turn.
    """

    log_id: UUID
    position: int
    as_of: date
    method: str
    method_sha256: str
    tree_root: str
    rules_as_claimed: tuple[UUID, ...]
    known_by: KnownByClaims = None
    digest: str
    variants: tuple[WhatIfVariant, ...]
    acts_not_tried: int
    trust: tuple[TrustSpread, ...]
    health: tuple[HealthSpread, ...]
    composite: CompositeSpread | None


def trust_spreads(base: VariantReadings, under: Under) -> tuple[TrustSpread, ...]:
    """The spread of every figure of trust that there is under any variant, in order of facet, sides and body."""
    keys = sorted({key for each in (base, *(readings for _, readings in under)) for key in each.trust})
    return tuple(
        TrustSpread(
            facet=key.facet,
            truster_side=key.truster_side,
            trustee_side=key.trustee_side,
            trustee_id=key.trustee_id,
            spread=_spread(base.trust.get(key), ((variant, each.trust.get(key)) for variant, each in under)),
        )
        for key in keys
    )


def health_spreads(base: VariantReadings, under: Under) -> tuple[HealthSpread, ...]:
    """The spread of every headline, in the order of the dimensions."""
    spreads = []
    for number, dimension in enumerate(Dimension, start=1):
        if dimension in base.health:
            readings = [(variant, each.health[dimension]) for variant, each in under if dimension in each.health]
            spread = _spread(base.health[dimension], readings)
            spreads.append(HealthSpread(id=f"H{number}", dimension=dimension, spread=spread))
    return tuple(spreads)


def composite_spread(base: VariantReadings, under: Under) -> CompositeSpread:
    """The spread of the composite over the variants that read every headline."""
    composites = {variant.name: each.composite for variant, each in under if variant.rest is None}
    there = [each for each in (base.composite, *composites.values()) if each is not None]
    band = base.composite and base.composite.band
    return CompositeSpread(
        as_it_stands=base.composite,
        under=composites,
        lowest=min((each.low for each in there), default=None),
        highest=max((each.high for each in there), default=None),
        changes_band=tuple(name for name, each in composites.items() if (each and each.band) != band),
    )


def shown_variant(variant: RecordVariant, readings: VariantReadings) -> WhatIfVariant:
    """A variant as it is shown, with the digests of what its figures are made of."""
    return WhatIfVariant(
        name=variant.name,
        kind=variant.kind,
        method=variant.method.id,
        method_sha256=method_sha256(variant.method),
        events=variant.events,
        party_id=variant.party_id,
        digests=readings.digests,
    )


def digest_of(variants: Sequence[WhatIfVariant]) -> str:
    """The hexadecimal SHA-256 over the variants, each with its method and the digests of its rows."""
    return hashlib.sha256(msgspec.msgpack.encode(variants, order="deterministic")).hexdigest()


def _spread(base: WhatIfReading | None, readings: Iterable[tuple[RecordVariant, WhatIfReading | None]]) -> WhatIfSpread:
    under = {
        variant.name: reading
        for variant, reading in readings
        if variant.weights is None and (variant.kind is not WhatIfVariantKind.WITHOUT_ACT or reading != base)
    }
    values = [each.value for each in (base, *under.values()) if each is not None and each.value is not None]
    return WhatIfSpread(
        as_it_stands=base,
        under=under,
        lowest=min(values, default=None),
        highest=max(values, default=None),
        changes_status=tuple(name for name, each in under.items() if _status(each) != _status(base)),
        crosses_half=tuple(name for name, each in under.items() if _are_opposed(_above_half(base), _above_half(each))),
        turns=tuple(name for name, each in under.items() if _are_opposed(_step(base), _step(each))),
    )


def _status(reading: WhatIfReading | None) -> object:
    return None if reading is None else (reading.status, reading.missing)


def _above_half(reading: WhatIfReading | None) -> float:
    return 0.0 if reading is None or reading.value is None else reading.value - _HALF


def _step(reading: WhatIfReading | None) -> float:
    return 0.0 if reading is None or reading.change is None else reading.change


def _are_opposed(one: float, other: float) -> bool:
    return one * other < 0
