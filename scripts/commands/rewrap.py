"""Wrap the vault's keys under a new wrapping key, so that the former one can be put away.

First give every process the new key and, after it, the former one; then run this; then put the former one away where
people's references and old retries need it no more.
"""

import argparse
import sys

import psycopg

from api.access.tampering import remark_access
from domain.log.sessions import connect
from domain.vault import Vault, VaultError, rewrap, scrub
from domain.vault.kept_openings import remark_openings
from scripts.support.exits import CommandFailed, Exit
from scripts.support.services import open_database, settings_in_force, wrapping_keys

HELP = "wrap the vault's keys under the first wrapping key given, from under those given after it"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare no arguments: keys never stand on a command line."""
    del parser


def run(args: argparse.Namespace) -> int:
    """Rewrap in one transaction, write the tables anew, and say how many keys it was."""
    del args
    settings = settings_in_force()
    new, *former = wrapping_keys(settings)
    if not former:
        message = "give the new wrapping key and, after a space, the former one: only the holder of both can rewrap"
        raise CommandFailed(Exit.CONFIGURATION, message)
    with (
        open_database(settings, changes=False) as dsn,
        connect(dsn, application_name="folkmoot-rewrap", autocommit=True) as connection,
    ):
        try:
            with connection.transaction():
                Vault(new, *former).introduce(connection.cursor())
                count = sum(rewrap(connection.cursor(), old, new) for old in former)
                remark_access(connection, Vault(new, *former))
                remark_openings(connection, Vault(new, *former))
            scrub(connection)
        except psycopg.errors.InsufficientPrivilege as error:
            message = f"{error}: run this with the login that owns the database"
            raise CommandFailed(Exit.CONFIGURATION, message) from None
        except VaultError as error:
            raise CommandFailed(Exit.CONFIGURATION, str(error)) from None
    print(f"{count} keys are wrapped under the new wrapping key.", file=sys.stderr)
    return Exit.DONE
