"""Put a backup back into an empty database, prove it, and forget again whoever was forgotten since."""

import argparse
import sys
from pathlib import Path

import psycopg

from api.access.answer_links import withdraw_all
from domain.log.sessions import connect
from scripts.backups.backup_parts import BackupUnusable
from scripts.backups.put_back import put_back
from scripts.support.database_schema import SchemaMismatch, migrate
from scripts.support.exits import CommandFailed, Exit
from scripts.support.projection_database import print_json
from scripts.support.services import (
    known_wrapping_keys,
    memorandum_of,
    open_empty_database,
    open_services_over,
    settings_in_force,
)

HELP = "put a backup back into an empty database, proven by its root; whoever was forgotten stays forgotten"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="the backup to take the record from")
    parser.add_argument("--vault", type=Path, metavar="DIR", help="take the vault from this backup instead")
    parser.add_argument(
        "--installation", type=Path, metavar="DIR", help="take keys, accounts and drafts from this backup instead"
    )
    parser.add_argument(
        "--without-installation", action="store_true", help="put no keys, accounts and drafts back; make new keys"
    )
    parser.add_argument("--json", action="store_true", help="print the manifest of the record as one JSON object")


def run(args: argparse.Namespace) -> int:
    """Put it back, bring it to this version's schema, and destroy again what was destroyed since."""
    settings = settings_in_force()
    known_wrapping_keys(settings)
    folders = {"record": args.folder, "vault": args.vault or args.folder}
    if not args.without_installation:
        folders["installation"] = args.installation or args.folder
    memorandum = memorandum_of(settings)
    with open_empty_database(settings) as dsn:
        try:
            with connect(dsn, application_name="folkmoot-restore", autocommit=True) as connection:
                record = put_back(connection, folders)
            migrate(dsn, finish=True)
            is_remembered = memorandum is not None and bool(memorandum.lines(record.log_id))
        except (BackupUnusable, SchemaMismatch) as error:
            raise CommandFailed(Exit.CONFIGURATION, str(error)) from None
        except psycopg.errors.InsufficientPrivilege as error:
            message = f"{error.diag.message_primary}: run this with the login that owns the database"
            raise CommandFailed(Exit.CONFIGURATION, message) from None
        with open_services_over(settings, dsn, command="restore") as services:
            head = services.recorder.head()
            withdrawn = withdraw_all(services.recorder, services.vault)
    if args.json:
        print_json(record)
    print(f"Put log {record.log_id} back to position {record.position}, root {record.root_sha256}.", file=sys.stderr)
    if head.position > record.position:
        count = head.position - record.position
        print(f"Recorded again from the memorandum: {count} erasures or redactions.", file=sys.stderr)
    if withdrawn:
        print(
            f"Links to promises withdrawn: {withdrawn}. Which of them were used or withdrawn since is not known: "
            "make new ones where an answer is still wanted.",
            file=sys.stderr,
        )
    if memorandum is None or not is_remembered:
        print(
            "No memorandum speaks of this log: who was forgotten since this backup is not known. Where there is one, "
            "name it in FOLKMOOT_MEMORANDUM_FILE and start again.",
            file=sys.stderr,
        )
    elif any(root.position > record.position for root in memorandum.roots(record.log_id)):
        print("The memorandum has later roots: `folkmoot verify --restored` says that this was you.", file=sys.stderr)
    return Exit.DONE
