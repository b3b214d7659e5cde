"""Verify the log, and all that is derived from it, without changing anything that is read."""

import argparse
import sys
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import UTC, datetime
from typing import Final

import psycopg
from msgspec import Struct
from rich.console import Console
from rich.table import Table

from api.access.tampering import forged_access
from api.runtime.settings import Settings
from domain.audit.alteration import Alteration, Connection
from domain.audit.document_contents import contents_alterations
from domain.audit.kept_roots import takes_no_writes
from domain.audit.log_history import history_alterations, order_alterations, tag_alterations
from domain.audit.opening_trail import opening_alterations
from domain.audit.vault_keys import KeyAudit
from domain.log.connections import Connections
from domain.log.decode_events import UNREADABLE
from domain.log.errors import LogError
from domain.log.memorandum import RestoredLine
from domain.vault import Vault, WrappingKey
from projections.engine.builds import builds
from projections.engine.rebuild import RebuildReport
from projections.engine.view_audit import view_alterations
from scripts.support.catalogue import schema_alterations
from scripts.support.database_schema import otherwise_applied
from scripts.support.exits import CommandFailed, Exit
from scripts.support.logins import OWNER
from scripts.support.projection_database import (
    ProjectionDatabase,
    named_projections,
    open_projection_database,
    print_json,
)
from scripts.support.rebuild_run import configure_run, exit_of, print_report, run_rebuild
from scripts.support.services import known_wrapping_keys, settings_in_force

HELP = "prove that the log, its keys, its schema and the stored projections are as they were recorded"
_SHOWN = 200
_SCHEMA: Final = "the log's schema, triggers, functions and rights"
_AS_LOGGED_IN: Final = "none"
"""PostgreSQL's word for no other role than the login's own."""


class Audit(Struct, frozen=True, kw_only=True):
    """The outcome of an audit: its alterations, and all it could not look at and why."""

    alterations: tuple[Alteration, ...]
    not_looked_at: tuple[str, ...]


class Verified(Struct, frozen=True, kw_only=True):
    """All that was found altered or could not be looked at, and how the stored projections compare."""

    altered: tuple[str, ...]
    not_looked_at: tuple[str, ...]
    projections: RebuildReport | None


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--projections",
        nargs="*",
        metavar="NAME",
        default=None,
        help="compare only these stored projections with the log (all unless named); by default everything is verified",
    )
    parser.add_argument(
        "--restored",
        action="store_true",
        help="say that the database was restored on purpose: roots kept outside it since that backup no longer count",
    )
    configure_run(parser)


def run(args: argparse.Namespace) -> int:
    """Verify, and end with 3 when anything was altered or differs."""
    settings = settings_in_force()
    with open_projection_database(settings, command="verify", login=OWNER, changes=False) as database:
        if args.restored:
            return _say_restored(database)
        if args.projections is not None:
            return print_report(
                run_rebuild(database, named_projections(args.projections), args, is_check=True), as_json=args.json
            )
        outcome = audit(database, settings)
        try:
            report = _compared(database, args)
        except LogError as error:
            if not outcome.alterations and not _takes_no_writes(database):
                raise
            report, unread = None, f"the stored projections: {error}"
            outcome = Audit(alterations=outcome.alterations, not_looked_at=(*outcome.not_looked_at, unread))
    if args.json:
        print_json(_verified(outcome, report))
    _print_audit(outcome)
    if outcome.alterations:
        return Exit.DRIFT_FOUND
    if report is not None and (code := exit_of(report)) != Exit.DONE:
        return code
    return Exit.DONE


def _takes_no_writes(database: ProjectionDatabase) -> bool:
    """Whether the database is a replica or set to read only: comparing stored rows needs tables of its own."""
    with database.connections.borrow() as connection:
        return takes_no_writes(connection)


def _compared(database: ProjectionDatabase, args: argparse.Namespace) -> RebuildReport | None:
    """Compare the projections that are shown; those that were never built have nothing to be compared."""
    with database.connections.borrow() as connection:
        live = builds(connection, "live")
    projections = tuple(each for each in named_projections(()) if each.name in live)
    if not projections:
        print("No stored projection was built yet.", file=sys.stderr)
        return None
    report = run_rebuild(database, projections, args, is_check=True)
    print_report(report, as_json=False)
    return report


def _say_restored(database: ProjectionDatabase) -> int:
    if database.memorandum is None:
        raise CommandFailed(Exit.CONFIGURATION, "there is no memorandum: name its file in FOLKMOOT_MEMORANDUM_FILE")
    head = database.log.head()
    database.memorandum.add([RestoredLine(log_id=head.log_id, position=head.position, said_at=datetime.now(UTC))])
    print(f"Noted: the log was restored, and reached position {head.position}.", file=sys.stderr)
    return Exit.DONE


def _verified(outcome: Audit, report: RebuildReport | None) -> Verified:
    return Verified(
        altered=tuple(str(each) for each in outcome.alterations),
        not_looked_at=outcome.not_looked_at,
        projections=report,
    )


def _print_audit(outcome: Audit) -> None:
    console = Console(stderr=True, highlight=False)
    for reason in outcome.not_looked_at:
        console.print(f"Not looked at: {reason}", markup=False)
    if not outcome.alterations:
        console.print("The log, its tags, keys, schema and rights are as they were recorded.")
        return
    table = Table(title=f"Altered: {len(outcome.alterations)}", title_justify="left")
    table.add_column("what", overflow="fold")
    table.add_column("how", overflow="fold")
    for altered in outcome.alterations[:_SHOWN]:
        table.add_row(altered.where, altered.detail)
    console.print(table)


def audit(database: ProjectionDatabase, settings: Settings) -> Audit:
    """Compare everything; what cannot be looked at is named, and the rest goes on."""
    wrapping_keys, not_looked_at = _wrapping_keys(settings)
    alterations: list[Alteration] = []
    connections = Connections(
        database.source.to_write(),
        role=_AS_LOGGED_IN,
        application_name="folkmoot-verify",
        pool_size=1,
        lock_timeout_s=10.0,
        statement_timeout_s=0,
    )
    with closing(connections), closing(connections.open("audit")) as connection:
        comparisons = _comparisons(database, wrapping_keys)
        if others := otherwise_applied(connection):
            del comparisons[_SCHEMA]
            not_looked_at.append(
                f"{_SCHEMA}: an upgrade is not finished ({', '.join(others)}); `folkmoot migrate --plan`"
            )
        for what, compare in comparisons.items():
            try:
                alterations += compare(connection)
            except psycopg.errors.InsufficientPrivilege as error:
                not_looked_at.append(f"{what}: the login may not read it ({error.diag.message_primary})")
            except UNREADABLE as error:
                alterations.append(Alteration(where=what, detail=f"an event cannot be read ({type(error).__name__})"))
            except psycopg.ProgrammingError as error:
                alterations.append(Alteration(where=what, detail=f"cannot be looked at: {error.diag.message_primary}"))
    if database.memorandum is None:
        not_looked_at.append(
            "roots kept outside the database: there is no memorandum; name a file in FOLKMOOT_MEMORANDUM_FILE"
        )
    return Audit(alterations=tuple(alterations), not_looked_at=tuple(not_looked_at))


def _comparisons(
    database: ProjectionDatabase, wrapping_keys: tuple[WrappingKey, ...]
) -> dict[str, Callable[[Connection], Iterable[Alteration]]]:
    by_name = {key.key_id: key for key in wrapping_keys}
    comparisons: dict[str, Callable[[Connection], Iterable[Alteration]]] = {
        _SCHEMA: schema_alterations,
        "the log's history": lambda connection: history_alterations(connection, database.memorandum),
        "the order of the log": order_alterations,
        "the log's tags": tag_alterations,
        "the vault's keys": lambda connection: list(KeyAudit(connection, database.log, by_name).alterations()),
        "the contents of documents": lambda connection: list(contents_alterations(connection, by_name)),
        "the views of stored projections": view_alterations,
    }
    vault = Vault(*wrapping_keys) if wrapping_keys else None
    comparisons["who opened words"] = lambda connection: opening_alterations(connection, vault, database.memorandum)
    if vault is not None:
        comparisons["who may use the API"] = lambda connection: forged_access(connection, vault)
    return comparisons


def _wrapping_keys(settings: Settings) -> tuple[tuple[WrappingKey, ...], list[str]]:
    try:
        return known_wrapping_keys(settings), []
    except CommandFailed as failure:
        return (), [f"the keys of the API, and whether keys of texts open: {failure}"]
