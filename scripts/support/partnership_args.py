"""The arguments about a partnership that commands share: which one, known when, by which method."""

import argparse
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from api.runtime.services import Services
from domain.events import name_of
from domain.events.partnerships import PartnershipFormed
from domain.events.selection import Selection
from domain.log.find_records import find_records
from projections.history.claimed_record import SourceDay, source_day
from projections.method.document import MethodInvalid, load_method
from projections.method.method import Method
from scripts.support.exits import CommandFailed, Exit


def known_at(text: str) -> int | datetime:
    """Read a position or an instant. Raises argparse.ArgumentTypeError."""
    if text.isascii() and text.isdigit():
        return int(text)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("give a position, or an instant such as 2026-03-27T19:00:00Z") from None
    if instant.tzinfo is None:
        raise argparse.ArgumentTypeError("give the instant with its zone, such as 2026-03-27T19:00:00Z")
    return instant


def known_by(text: str) -> SourceDay:
    """Read a question to sources. Raises argparse.ArgumentTypeError."""
    try:
        return source_day(text)
    except ValueError:
        raise argparse.ArgumentTypeError("give `source:` and a day, such as source:2016-03-31") from None


def add_past_args(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments that say which past is asked about: `as_of`, and `known_at` by either clock."""
    parser.add_argument("--as-of", type=date.fromisoformat, metavar="DAY", help="as it was by the end of this day")
    clocks = parser.add_mutually_exclusive_group()
    clocks.add_argument("--known-at", type=known_at, metavar="POSITION|INSTANT", help="as far as was recorded by then")
    clocks.add_argument(
        "--known-by",
        type=known_by,
        dest="known_at",
        metavar="source:DAY",
        help="as far as sources claim to have known by the end of this day; `:` and a position may follow",
    )


def read_method(path: Path) -> Method:
    """Read a method document. Raises CommandFailed naming every fault in it."""
    try:
        return load_method(path.read_bytes())
    except OSError as error:
        raise CommandFailed(Exit.USAGE, f"--method: {path} cannot be read ({error.strerror})") from None
    except MethodInvalid as error:
        raise CommandFailed(Exit.USAGE, f"--method: {path} is no method: {error}") from None


def find_partnership(services: Services, id_or_name: str) -> UUID:
    """Find a partnership by id or exact name. Raises CommandFailed, naming those alike."""
    try:
        return UUID(id_or_name)
    except ValueError:
        pass
    formed = find_records(
        services.recorder, frozenset({Selection(frozenset({name_of(PartnershipFormed)}), frozenset())})
    )
    bodies = [each.body for each in formed if isinstance(each.body, PartnershipFormed)]
    partnership_ids = [body.partnership_id for body in bodies if body.name == id_or_name]
    if len(partnership_ids) == 1:
        return partnership_ids[0]
    if partnership_ids:
        ids = ", ".join(str(each) for each in partnership_ids)
        raise CommandFailed(Exit.USAGE, f"several partnerships are called {id_or_name!r}; give the id of one: {ids}")
    alike = sorted(body.name for body in bodies if id_or_name.casefold() in body.name.casefold())[:10]
    hint = f"; did you mean {' | '.join(alike)}?" if alike else ""
    raise CommandFailed(Exit.USAGE, f"no partnership is called {id_or_name!r}{hint}")
