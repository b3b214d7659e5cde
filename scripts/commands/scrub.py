"""Write the vault's tables anew, so that keys that were destroyed are gone from their pages too.

Destroying a key deletes its row at once; PostgreSQL leaves the bytes in the page until the page is used again. This
command is the nightly step that ends that. Texts cannot be read for the seconds that it takes. Drafts of forms that
nobody saved for 90 days are deleted first.
"""

import argparse
import sys

import psycopg

from domain.log.sessions import Limits, connect
from domain.vault import scrub
from scripts.support.exits import CommandFailed, Exit
from scripts.support.services import open_database, settings_in_force

HELP = "write the vault's tables anew, so that destroyed keys are gone from the pages; best every night"
_PATIENCE_S = 60.0


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare no arguments."""
    del parser


def run(args: argparse.Namespace) -> int:
    """Write them anew, and say which."""
    del args
    limits = Limits(lock_s=_PATIENCE_S)
    with (
        open_database(settings_in_force(), changes=False) as dsn,
        connect(dsn, application_name="folkmoot-scrub", autocommit=True, limits=limits) as connection,
    ):
        try:
            connection.execute("SELECT api.sweep_drafts()")  # old ones go though nobody opens a form that day
            tables = scrub(connection)
        except psycopg.errors.InsufficientPrivilege as error:
            message = f"{error}: run this with the login that owns the database"
            raise CommandFailed(Exit.CONFIGURATION, message) from None
        except psycopg.errors.LockNotAvailable:
            message = "somebody holds the vault's tables for long, a dump perhaps: run this again later"
            raise CommandFailed(Exit.ANOTHER_RUN_HOLDS_THE_LOCK, message) from None
    print(f"Wrote anew: {', '.join(tables)}.", file=sys.stderr)
    return Exit.DONE
