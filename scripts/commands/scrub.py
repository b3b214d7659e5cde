"""Write the vault's tables anew, so that keys that were destroyed are gone from their pages too.

Destroying a key deletes its row at once; PostgreSQL leaves the bytes in the page until the page is used again. This
command is the nightly step that ends that. Texts cannot be read for the seconds that it takes. Drafts of forms that
nobody saved for 90 days are deleted first, and so is what is older than FOLKMOOT_OPENINGS_YEARS of who opened words.
"""

import argparse
import sys
from datetime import UTC, datetime
from typing import Any

import psycopg

from api.runtime.settings import Settings
from domain.log.sessions import Limits, connect
from domain.vault import Vault, scrub
from domain.vault.kept_openings import cut_openings
from scripts.support.exits import CommandFailed, Exit
from scripts.support.logins import OWNER
from scripts.support.services import known_wrapping_keys, open_database, settings_in_force

HELP = "write the vault's tables anew, so that destroyed keys are gone from the pages; best every night"
_PATIENCE_S = 60.0


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare no arguments."""
    del parser


def run(args: argparse.Namespace) -> int:
    """Write them anew, and say which."""
    del args
    settings = settings_in_force()
    limits = Limits(lock_s=_PATIENCE_S)
    with (
        open_database(settings, login=OWNER, changes=False) as dsn,
        connect(dsn, application_name="folkmoot-scrub", autocommit=True, limits=limits) as connection,
    ):
        try:
            connection.execute("SELECT api.sweep_drafts()")  # old ones go though nobody opens a form that day
            print(_cut(connection, settings), file=sys.stderr)
            tables = scrub(connection)
        except psycopg.errors.InsufficientPrivilege as error:
            message = f"{error}: run this with the login that owns the database"
            raise CommandFailed(Exit.CONFIGURATION, message) from None
        except psycopg.errors.LockNotAvailable:
            message = "somebody holds the vault's tables for long, a dump perhaps: run this again later"
            raise CommandFailed(Exit.ANOTHER_RUN_HOLDS_THE_LOCK, message) from None
    print(f"Wrote anew: {', '.join(tables)}.", file=sys.stderr)
    return Exit.DONE


def _cut(connection: psycopg.Connection[Any], settings: Settings) -> str:
    """Take out what is older than it is kept for of who opened words, and say so."""
    try:
        vault = Vault(*known_wrapping_keys(settings))
    except CommandFailed as failure:
        return f"Who opened words is kept whole, since nothing can mark that it was cut: {failure}"
    count = cut_openings(connection, vault, years_before(datetime.now(UTC), settings.openings_years))
    return f"Took out {count} rows of who opened words that are older than {settings.openings_years} years."


def years_before(instant: datetime, years: int) -> datetime:
    """The same day and hour, years earlier; the 28th of February for one that there was not."""
    try:
        return instant.replace(year=instant.year - years)
    except ValueError:
        return instant.replace(year=instant.year - years, day=28)
