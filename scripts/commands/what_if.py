"""Ask what if: the figures of a partnership under other methods, or with something left out, side by side."""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, TypeVar
from uuid import UUID

import msgspec

from api.reading.formats import csv_of
from api.reading.names_and_texts import NamesAndTexts, ids_in
from api.runtime.services import Services
from domain.events.partnerships import PartnershipFormed
from domain.log.errors import BeyondHead, LogUnavailable
from domain.values import day_of
from projections.engine.replay import (
    DayOutOfReach,
    DayToCome,
    KnownPartnership,
    MethodMissing,
    UnknownPartnership,
    known_partnership,
)
from projections.method.method import Method
from projections.what_if.question import NothingToLeaveOut, WhatIfQuestion, what_if
from projections.what_if.readings import WhatIfReading
from projections.what_if.spread import CompositeSpread, TrustSpread, WhatIf, WhatIfSpread, WhatIfVariant
from projections.what_if.spread_table import COLUMNS, spread_rows
from projections.what_if.variants import WhatIfVariantKind
from scripts.support.exits import CommandFailed, Exit
from scripts.support.partnership_args import add_past_args, find_partnership, read_method
from scripts.support.replay_text import EventSeen, basis_of, plain, table, with_basis
from scripts.support.services import open_services, settings_in_force

HELP = "ask what if: a partnership's figures by other methods, or without an event or a body, side by side"
INFINITE: Final = "infinite"
MOST: Final = 100_000

_HEADING: Final = ("variant", "value", "likely range", "n", "what differs")
V = TypeVar("V")


class NamedWhatIf(WhatIf, frozen=True, kw_only=True):
    """A what-if, and beside it, outside the digest, names and what events were."""

    partnership_id: UUID
    partnership: str | None
    names: dict[UUID, str]
    events: dict[UUID, EventSeen]


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("partnership", metavar="PARTNERSHIP", help="its id, or its exact name")
    add_past_args(parser)
    parser.add_argument("--base", metavar="FILE", help="set against this method document, not the method adopted")
    _several(parser, "--method", "FILE", "by this method document")
    _several(parser, "--half-life", "DAYS", f"with this half-life in days, or {INFINITE!r}")
    _several(parser, "--adverse-weight", "WEIGHT", "with this weight on what goes against a body")
    _several(parser, "--without-event", "ID", "without this event, as though it had been withdrawn")
    _several(parser, "--without-party", "ID", "without the evidence by and about this body")
    parser.add_argument(
        "--sensitivity",
        action="store_true",
        help="under the usual settings and weights, and without each body and act; so too when nothing is named",
    )
    parser.add_argument("--composite", action="store_true", help="combine the headlines of health as well")
    parser.add_argument("--format", choices=sorted(_FORMATS), default="json", help="json unless given")


def run(args: argparse.Namespace) -> int:
    """Answer on standard output; the same question gives the same bytes."""
    faults: list[str] = []
    bases = _each("--base", [args.base] if args.base else [], _method, faults)
    question = WhatIfQuestion(
        methods=_each("--method", args.method, _method, faults),
        half_lives_days=_each("--half-life", args.half_life, _half_life, faults),
        adverse_weights=_each("--adverse-weight", args.adverse_weight, _weight, faults),
        without_events=_each("--without-event", args.without_event, _id, faults),
        without_parties=_each("--without-party", args.without_party, _id, faults),
        sensitivity=args.sensitivity,
        composite=args.composite,
        method_is_named=bool(args.base),
    )
    if faults:
        raise CommandFailed(Exit.USAGE, "; ".join(faults))
    with open_services(settings_in_force(), command="what-if", changes=False) as services:
        try:
            partnership_id = find_partnership(services, args.partnership)
            method = next(iter(bases), None)
            partnership = known_partnership(
                services.recorder, partnership_id, as_of=args.as_of, known_at=args.known_at, method=method
            )
            named_what_if = _named_what_if(services, partnership, what_if(services.recorder, partnership, question))
        except (UnknownPartnership, BeyondHead, DayOutOfReach, DayToCome, MethodMissing, NothingToLeaveOut) as error:
            raise CommandFailed(Exit.USAGE, str(error)) from None
        except LogUnavailable as error:
            raise CommandFailed(Exit.DATABASE_UNAVAILABLE, str(error)) from None
    sys.stdout.buffer.write(_FORMATS[args.format](named_what_if))
    sys.stdout.buffer.flush()
    return Exit.DONE


def _several(parser: argparse.ArgumentParser, name: str, metavar: str, meaning: str) -> None:
    parser.add_argument(name, metavar=metavar, nargs="+", action="extend", default=[], help=meaning)


def _each(name: str, texts: Sequence[str], read: Callable[[str], V], faults: list[str]) -> tuple[V, ...]:
    """Read every value of an option; what cannot be read is added to the faults."""

    def values() -> Iterator[V]:
        for text in texts:
            try:
                yield read(text)
            except CommandFailed as error:
                faults.append(str(error))
            except ValueError as error:
                faults.append(f"{name}: {text}: {error}")

    return tuple(values())


def _method(text: str) -> Method:
    return read_method(Path(text))


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ValueError("give an id (UUID)") from None


def _half_life(text: str) -> float | None:
    if text == INFINITE:
        return None
    return _number(text, 1, f"give a number of days from 1 to {MOST}, or {INFINITE}")


def _weight(text: str) -> float:
    return _number(text, 0.01, f"give a number from 0.01 to {MOST}")


def _number(text: str, least: float, what: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise ValueError(what) from None
    if not least <= number <= MOST:
        raise ValueError(what)
    return number


def _named_what_if(services: Services, partnership: KnownPartnership, result: WhatIf) -> NamedWhatIf:
    formed = next((body for _, body in partnership.history.each(PartnershipFormed)), None)
    ids = set(ids_in(result, "trustee", "party"))
    events = {event for variant in result.variants for event in variant.events}
    facts = [fact for fact in partnership.history.facts if fact.event_id in events]
    return NamedWhatIf(
        **{name: getattr(result, name) for name in WhatIf.__struct_fields__},
        partnership_id=partnership.history.partition_id,
        partnership=None if formed is None else formed.name,
        names=NamesAndTexts(services, entitled=None).names(ids, formed=formed, upto=result.position),
        events={fact.event_id: EventSeen(type=fact.name, on=day_of(fact.occurred_at)) for fact in facts},
    )


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
        *basis_of(what_if),
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


_FORMATS: Final = {"json": in_json, "csv": in_csv, "md": in_markdown}
