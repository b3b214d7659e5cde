"""Take a backup of the record, the vault and the installation, while people go on working."""

import argparse
import sys
from pathlib import Path

import psycopg

from domain.log.sessions import connect
from scripts.backups.backup_parts import BackupUnusable
from scripts.backups.take_backup import take_backup
from scripts.support.exits import CommandFailed, Exit
from scripts.support.logins import OWNER
from scripts.support.projection_database import print_json
from scripts.support.services import open_database, settings_in_force

HELP = "take a backup into a new folder: the record, the vault and the installation, each apart"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="a folder that is not there yet")
    parser.add_argument("--json", action="store_true", help="print the manifest of the record as one JSON object")


def run(args: argparse.Namespace) -> int:
    """Take it, and say how far the log reaches in it."""
    with (
        open_database(settings_in_force(), login=OWNER, changes=False) as dsn,
        connect(dsn, application_name="folkmoot-backup", autocommit=True) as connection,
    ):
        try:
            record = take_backup(connection, args.folder.absolute())
        except BackupUnusable as error:
            raise CommandFailed(Exit.CONFIGURATION, str(error)) from None
        except psycopg.errors.InsufficientPrivilege as error:
            message = f"{error.diag.message_primary}: run this with the login that owns the database"
            raise CommandFailed(Exit.CONFIGURATION, message) from None
    if args.json:
        print_json(record)
    print(
        f"Took log {record.log_id} to position {record.position}, root {record.root_sha256}, into {args.folder}.\n"
        "The wrapping key and the memorandum are not in it: keep each in a place of its own.",
        file=sys.stderr,
    )
    return Exit.DONE
