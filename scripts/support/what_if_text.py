"""The text of a what-if: one long table for spreadsheets, or a page of Markdown that begins with what changes."""

from collections.abc import Iterator
from typing import Final
from uuid import UUID

import msgspec

from api.reading.formats import csv_of
from projections.what_if.readings import WhatIfReading
from projections.what_if.spread import CompositeSpread, TrustSpread, WhatIf, WhatIfSpread, WhatIfVariant
from projections.what_if.spread_table import COLUMNS, spread_rows
from projections.what_if.variants import WhatIfVariantKind
from scripts.support.replay_text import BASIS, EventSeen, as_claimed, plain, table, with_basis

_HEADING: Final = ("variant", "value", "likely range", "n", "what differs")


class NamedWhatIf(WhatIf, frozen=True, kw_only=True):
    """A what-if, and beside it, outside the digest, names and what events were."""

    partnership_id: UUID
    partnership: str | None
    names: dict[UUID, str]
    events: dict[UUID, EventSeen]


def in_json(what_if: NamedWhatIf) -> bytes:
    """Write everything as one JSON object."""
    return msgspec.json.format(msgspec.json.encode(what_if)) + b"\n"


def in_csv(what_if: NamedWhatIf) -> bytes:
    """Write a row for each figure under each variant, each with what it rests on."""
    return with_basis(csv_of(COLUMNS, spread_rows(what_if), what_if.names, {}), what_if)


def in_markdown(what_if: NamedWhatIf) -> bytes:
    """Write a page: what it rests on, which figures change, the variants, then figure by figure where they differ."""
    parts = [
        f"# {what_if.partnership or what_if.partnership_id}: what if",
        table(("what it rests on", ""), [(name, plain(getattr(what_if, name))) for name in BASIS]),
        *as_claimed(what_if.rules_as_claimed),
        *_changes(what_if),
        *_variants(what_if),
        *_figures(what_if),
    ]
    return ("\n\n".join(parts) + "\n").encode()


def _changes(what_if: NamedWhatIf) -> Iterator[str]:
    """The figures that a variant makes appear or disappear, cross a half, or turn, by variant."""
    yield "## What changes"
    rows = [
        (_about(title), str(len(spread.changes_status)), str(len(spread.crosses_half)), str(len(spread.turns)))
        for title, spread in _spreads(what_if)
        if spread.changes_status or spread.crosses_half or spread.turns
    ]
    if not rows:
        yield "No figure changes its status, the side of a half on which it lies, or the way it last went."
        return
    yield "Under how many variants a figure changes its status, crosses a half, or last went the other way:"
    yield table(("figure", "status", "crosses a half", "turns"), rows)


def _about(title: str) -> str:
    return title.removeprefix("## ")


def _variants(what_if: NamedWhatIf) -> Iterator[str]:
    yield "## Variants"
    rows = [
        (_name(variant, what_if), f"{variant.method} `{variant.method_sha256[:12]}`", _events(variant, what_if))
        for variant in what_if.variants
        if variant.kind is not WhatIfVariantKind.WITHOUT_ACT
    ]
    yield "A variant that is not listed under a figure below leaves it as it stands, or does not bear on it."
    yield table(("variant", "method", "event left out"), rows)
    acts = sum(each.kind is WhatIfVariantKind.WITHOUT_ACT for each in what_if.variants)
    if acts:
        slight = f"; {what_if.acts_not_tried} slighter ones were not tried" if what_if.acts_not_tried else ""
        yield f"Beside these, each of {acts} acts is left out in turn{slight}: shown where it makes a difference."


def _figures(what_if: NamedWhatIf) -> Iterator[str]:
    variants = {each.name: each for each in what_if.variants}
    for title, spread in _spreads(what_if):
        yield title
        yield _range(spread)
        differing = {name: each for name, each in spread.under.items() if each != spread.as_it_stands}
        lines = {WhatIfVariantKind.AS_IT_STANDS.value: spread.as_it_stands, **differing}
        yield table(_HEADING, [_line(variants[name], each, spread, what_if) for name, each in lines.items()])
    if what_if.composite is not None:
        yield "## The headlines combined"
        yield _composite(what_if.composite)


def _spreads(what_if: NamedWhatIf) -> Iterator[tuple[str, WhatIfSpread]]:
    for trust in what_if.trust:
        yield _trust_title(trust, what_if), trust.spread
    for health in what_if.health:
        yield f"## {health.id} {health.dimension}", health.spread


def _trust_title(trust: TrustSpread, what_if: NamedWhatIf) -> str:
    trustee = what_if.names.get(trust.trustee_id) or str(trust.trustee_id)
    return f"## {plain(trust.facet)}: trust of {plain(trust.truster_side)} in {trustee}"


def _range(spread: WhatIfSpread) -> str:
    if spread.lowest is None or spread.highest is None:
        return "Not enough to say under any variant."
    return f"From {spread.lowest:.3f} to {spread.highest:.3f}."


def _line(
    variant: WhatIfVariant, reading: WhatIfReading | None, spread: WhatIfSpread, what_if: NamedWhatIf
) -> tuple[str, ...]:
    differs = {"status": spread.changes_status, "crosses a half": spread.crosses_half, "turns": spread.turns}
    changed = ", ".join(what for what, names in differs.items() if variant.name in names)
    if reading is None:
        return (_name(variant, what_if), "no such figure", "", "", changed)
    return (_name(variant, what_if), *_said(reading), f"{reading.n:.1f}", changed)


def _said(reading: WhatIfReading) -> tuple[str, str]:
    """A value with its likely range; without one, why."""
    if reading.value is None:
        return plain(reading.missing) or "not enough to say", ""
    unsure = ", less certain" if reading.is_less_certain else ""
    likely = "" if reading.low is None or reading.high is None else f"{reading.low:.3f} to {reading.high:.3f}"
    return f"{reading.value:.3f}{unsure}", likely


def _composite(spread: CompositeSpread) -> str:
    readings = {WhatIfVariantKind.AS_IT_STANDS.value: spread.as_it_stands, **spread.under}
    rows = [
        (name, "", "") if reading is None else (name, f"{reading.low:.3f} to {reading.high:.3f}", reading.band or "")
        for name, reading in readings.items()
    ]
    return table(("variant", "range", "band"), rows)


def _name(variant: WhatIfVariant, what_if: NamedWhatIf) -> str:
    if variant.party_id is None:
        return variant.name
    return f"without {what_if.names.get(variant.party_id) or variant.party_id}"


def _events(variant: WhatIfVariant, what_if: NamedWhatIf) -> str:
    events_seen = [(event, what_if.events.get(event)) for event in variant.events]
    return ", ".join(f"`{event}`" if each is None else f"{each.type} of {each.on}" for event, each in events_seen)
