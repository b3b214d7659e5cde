"""Ask what if: the figures of a partnership under other methods, or with something left out, side by side."""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Final, TypeVar
from uuid import UUID

from api.reading.names_and_texts import NamesAndTexts, ids_in
from api.runtime.services import Services
from domain.events.partnerships import PartnershipFormed
from domain.log.errors import BeyondHead, LogUnavailable
from domain.values import day_of
from projections.engine.replay import (
    DayOutOfReach,
    KnownPartnership,
    MethodMissing,
    UnknownPartnership,
    known_partnership,
)
from projections.method.method import Method
from projections.what_if.question import NothingToLeaveOut, WhatIfQuestion, what_if
from projections.what_if.spread import WhatIf
from scripts.support.exits import CommandFailed, Exit
from scripts.support.partnership_args import find_partnership, known_at, read_method
from scripts.support.replay_text import EventSeen
from scripts.support.services import open_services, settings_in_force
from scripts.support.what_if_text import NamedWhatIf, in_csv, in_json, in_markdown

HELP = "ask what if: a partnership's figures by other methods, or without an event or a body, side by side"
INFINITE: Final = "infinite"
MOST: Final = 100_000

_FORMATS: Final = {"json": in_json, "csv": in_csv, "md": in_markdown}
V = TypeVar("V")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("partnership", metavar="PARTNERSHIP", help="its id, or its exact name")
    parser.add_argument("--as-of", type=date.fromisoformat, metavar="DAY", help="as it was by the end of this day")
    parser.add_argument("--known-at", type=known_at, metavar="POSITION|INSTANT", help="as far as was recorded by then")
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
        except (UnknownPartnership, BeyondHead, DayOutOfReach, MethodMissing, NothingToLeaveOut) as error:
            raise CommandFailed(Exit.USAGE, str(error)) from None
        except LogUnavailable as error:
            raise CommandFailed(Exit.DATABASE_UNAVAILABLE, str(error)) from None
    sys.stdout.buffer.write(_FORMATS[args.format](named_what_if))
    sys.stdout.buffer.flush()
    return Exit.DONE


def _several(parser: argparse.ArgumentParser, name: str, metavar: str, meaning: str) -> None:
    parser.add_argument(name, metavar=metavar, nargs="+", action="extend", default=[], help=meaning)


def _each(name: str, given: Sequence[str], read: Callable[[str], V], faults: list[str]) -> tuple[V, ...]:
    """Read every value of an option; what cannot be read is added to the faults."""

    def values() -> Iterator[V]:
        for text in given:
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
        names=NamesAndTexts(services, entitled=False).names(ids, formed=formed, upto=result.position),
        events={fact.event_id: EventSeen(type=fact.name, on=day_of(fact.occurred_at)) for fact in facts},
    )
