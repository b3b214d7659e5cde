"""Replay one partnership as of any day, as known at any position, under any method: figures with their causes."""

import argparse
import sys
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Final, TypeVar
from uuid import UUID

import projections.views  # noqa: F401 - registers every projection
from api.services import Services
from api.words import Words, ids_in
from domain.decisions.boundary import Selection
from domain.events import name_of
from domain.events.partnership import PartnershipFormed
from domain.log.errors import BeyondHead, LogUnavailable
from domain.log.finding import find_records
from domain.values import day_of
from projections.declaration import ProjectionRow
from projections.declaration import projections as declared
from projections.engine.replay import Answer, DayOutOfReach, Known, UnknownPartnership, answer, known
from projections.scoring.health.measure import Measure
from projections.scoring.health.shown import shown as shown_health
from projections.scoring.method import Method
from projections.scoring.method_document import MethodInvalid, load_method
from projections.scoring.trust import TrustRow
from projections.scoring.trust_shown import shown as shown_trust
from scripts.exits import CommandFailed, Exit
from scripts.replay_text import EventSeen, Replayed, in_csv, in_json, in_markdown
from scripts.services import open_services, settings_in_force

HELP = "replay a partnership: any view, as of any day, as known at any position, under any method"

_FORMATS: Final = {"json": in_json, "csv": in_csv, "md": in_markdown}
R = TypeVar("R", bound=ProjectionRow)


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("partnership", metavar="PARTNERSHIP", help="its id, or its exact name")
    parser.add_argument("--view", required=True, metavar="NAME", choices=sorted(declared()), help=_views())
    parser.add_argument("--as-of", type=date.fromisoformat, metavar="DAY", help="as it was by the end of this day")
    parser.add_argument("--known-at", type=_known_at, metavar="POSITION|INSTANT", help="as far as was recorded by then")
    parser.add_argument("--method", type=Path, metavar="FILE", help="score by this method document")
    parser.add_argument("--format", choices=sorted(_FORMATS), default="json", help="json unless given")


def run(args: argparse.Namespace) -> int:
    """Answer on standard output; the same question gives the same bytes."""
    method = None if args.method is None else _method(args.method)
    with open_services(settings_in_force(), command="replay") as services:
        try:
            partnership_id = _partnership(services, args.partnership)
            found = known(services.recorder, partnership_id, as_of=args.as_of, known_at=args.known_at, method=method)
            replayed = _replayed(services, found, args.view)
        except (UnknownPartnership, BeyondHead, DayOutOfReach) as error:
            raise CommandFailed(Exit.USAGE, str(error)) from None
        except LogUnavailable as error:
            raise CommandFailed(Exit.DATABASE_UNAVAILABLE, str(error)) from None
    sys.stdout.buffer.write(_FORMATS[args.format](replayed))
    sys.stdout.buffer.flush()
    return Exit.DONE


def _views() -> str:
    return "one of: " + "; ".join(f"{name} ({each.question})" for name, each in sorted(declared().items()))


def _known_at(text: str) -> int | datetime:
    if text.isascii() and text.isdigit():
        return int(text)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("give a position, or an instant such as 2026-03-27T19:00:00Z") from None
    if instant.tzinfo is None:
        raise argparse.ArgumentTypeError("give the instant with its zone, such as 2026-03-27T19:00:00Z")
    return instant


def _method(path: Path) -> Method:
    try:
        return load_method(path.read_bytes())
    except OSError as error:
        raise CommandFailed(Exit.USAGE, f"--method: {path} cannot be read ({error.strerror})") from None
    except MethodInvalid as error:
        raise CommandFailed(Exit.USAGE, f"--method: {path} is no method: {error}") from None


def _partnership(services: Services, named: str) -> UUID:
    """Find a partnership by id or exact name."""
    try:
        return UUID(named)
    except ValueError:
        pass
    formed = find_records(
        services.recorder, frozenset({Selection(frozenset({name_of(PartnershipFormed)}), frozenset())})
    )
    bodies = [each.body for each in formed if isinstance(each.body, PartnershipFormed)]
    found = [body.partnership_id for body in bodies if body.name == named]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(str(each) for each in found)
        raise CommandFailed(Exit.USAGE, f"several partnerships are called {named!r}; give the id of one: {ids}")
    alike = sorted(body.name for body in bodies if named.casefold() in body.name.casefold())[:10]
    hint = f"; did you mean {' | '.join(alike)}?" if alike else ""
    raise CommandFailed(Exit.USAGE, f"no partnership is called {named!r}{hint}")


def _replayed(services: Services, found: Known, view: str) -> Replayed:
    asked = declared()[view]
    answered = answer(found, asked)
    formed = found.history.of(PartnershipFormed)
    body = formed[0].body if formed else None
    return Replayed(
        partnership_id=found.history.partition_id,
        partnership=body.name if isinstance(body, PartnershipFormed) else None,
        view=view,
        version=asked.version,
        log_id=found.basis.log_id,
        position=found.basis.position,
        as_of=found.basis.as_of,
        method=found.basis.method,
        method_sha256=found.basis.method_sha256,
        tree_root=found.basis.tree_root,
        digest=answered.digest,
        columns=asked.columns,
        rows=answered.rows,
        figures=shown_trust(_all(answered.rows, TrustRow), found.method) if view == "trust" else None,
        profile=shown_health(_all(answered.rows, Measure), found.method) if view == "health" else None,
        names=_names(services, answered, body if isinstance(body, PartnershipFormed) else None),
        events=_events(found, answered),
    )


def _all(rows: Iterable[ProjectionRow], kind: type[R]) -> list[R]:
    return [row for row in rows if isinstance(row, kind)]


def _names(services: Services, answered: Answer, formed: PartnershipFormed | None) -> dict[UUID, str]:
    """Name the organisations and places in the rows; they stand outside the digest."""
    kinds = ("party", "place", "promiser", "promisee", "truster", "trustee", "body")
    ids = {each for row in answered.rows for each in ids_in(row, *kinds)}
    return Words(services, entitled=False).names(ids, formed=formed, upto=answered.basis.position)


def _events(found: Known, answered: Answer) -> dict[UUID, EventSeen]:
    """Say what the events were that rows name as their causes."""
    causes = {cause for row in answered.rows for cause in getattr(row, "causes", ())}
    facts = (fact for fact in found.history.facts if fact.event_id in causes)
    return {fact.event_id: EventSeen(type=fact.name, on=day_of(fact.occurred_at)) for fact in facts}
