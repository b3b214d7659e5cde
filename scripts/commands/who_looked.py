"""Who opened sealed words, from the trail: of one person, by one key or account, on some days. It opens none itself."""

import argparse
from datetime import date
from uuid import UUID

import msgspec

from domain.log.connections import WRITER
from domain.log.sessions import connect
from domain.values import end_of_day, start_of_day
from domain.vault import Opening, Vault
from domain.vault.kept_openings import OpeningsSought, find_openings
from scripts.support.exits import CommandFailed, Exit
from scripts.support.services import open_database, settings_in_force, wrapping_keys

HELP = "list who opened sealed words: whose, when and on which ground"
_MOST = 1_000_000


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--person", metavar="REFERENCE", help="only words that may name this person")
    parser.add_argument("--by", type=UUID, metavar="ID", help="only what this key or account opened")
    parser.add_argument("--since", type=_day, metavar="DAY", help="from this day on, in London")
    parser.add_argument("--until", type=_day, metavar="DAY", help="up to the end of this day, in London")
    parser.add_argument(
        "--bulk", action="store_true", help="only what went past the number of people one reads at work"
    )
    parser.add_argument("--limit", type=int, default=100, help="how many at most, the newest (100 unless given)")
    parser.add_argument("--json", action="store_true", help="one JSON object a line, with everything that is known")


def run(args: argparse.Namespace) -> int:
    """Print the rows, the newest first."""
    settings = settings_in_force()
    if not 1 <= args.limit <= _MOST:
        raise CommandFailed(Exit.USAGE, f"give --limit from 1 to {_MOST}")
    vault = Vault(*wrapping_keys(settings))
    sought = OpeningsSought(
        subject_id=None if args.person is None else _person(vault, args.person),
        reader_id=args.by,
        since=None if args.since is None else start_of_day(args.since),
        until=None if args.until is None else end_of_day(args.until),
        in_bulk=args.bulk,
    )
    with (
        open_database(settings, login=WRITER, changes=False) as dsn,
        connect(dsn, application_name="folkmoot-who-looked", autocommit=True, role=WRITER) as connection,
    ):
        for opening in find_openings(connection, sought, before=None, limit=args.limit):
            print(_as_json(vault, opening) if args.json else _in_words(opening))
    return Exit.DONE


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day, such as 2026-03-27") from None


def _person(vault: Vault, reference: str) -> UUID:
    person_id = vault.person_of(reference)
    if person_id is None:
        raise CommandFailed(Exit.USAGE, "--person: this is no reference of a person")
    return person_id


def _in_words(opening: Opening) -> str:
    grounds = ", ".join(sorted(set(opening.grounds)))
    counts = f"{len(opening.key_ids)} texts, {len(opening.subject_ids)} people"
    bulk = "  MANY" if opening.is_bulk else ""
    when = f"{opening.opened_at:%Y-%m-%dT%H:%M:%SZ}"
    return f"{opening.number}  {when}  {opening.actor_id}  {opening.operation}  {grounds}  {counts}{bulk}"


def _as_json(vault: Vault, opening: Opening) -> str:
    """A row whole; people by their references, for their ids stay inside."""
    fields = msgspec.structs.asdict(opening)
    fields["people"] = sorted(map(vault.reference, fields.pop("subject_ids")))
    return msgspec.json.encode(fields).decode()
