"""Wrap the vault's keys under a new wrapping key, so that the former one can be put away.

First give every process the new key and, after it, the former one; then run this; then put the former one away where
people's references and old retries need it no more.
"""

import argparse
import sys
from collections.abc import Sequence

import psycopg

from api.access.kept_webhooks import rewrap_secrets
from api.access.tampering import remark_access
from domain.log.sessions import connect
from domain.vault import Vault, VaultError, WrappingKey, rewrap, scrub
from domain.vault.kept_openings import remark_openings
from scripts.support.exits import CommandFailed, Exit
from scripts.support.logins import OWNER, VAULT, as_login
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
    with open_database(settings, login=OWNER, changes=False) as owner_dsn:
        count = _rewrapped(as_login(settings, owner_dsn, VAULT), new, former)
        print(f"{count} keys are wrapped under the new wrapping key.", file=sys.stderr)
        with connect(owner_dsn, application_name="folkmoot-rewrap", autocommit=True) as connection:
            try:
                scrub(connection)
            except psycopg.errors.InsufficientPrivilege:
                print("The former wrapping stands in pages still: run `folkmoot scrub` as the owner.", file=sys.stderr)
    return Exit.DONE


def _rewrapped(dsn: str, new: WrappingKey, former: Sequence[WrappingKey]) -> int:
    """Wrap anew whatever is wrapped under a former key, and mark anew what is marked; returns how many keys it was."""
    vault = Vault(new, *former)
    try:
        with connect(dsn, application_name="folkmoot-rewrap", role=VAULT) as connection:
            vault.introduce(connection.cursor())
            count = sum(rewrap(connection.cursor(), old, new) for old in former)
            rewrap_secrets(connection, vault)
            remark_access(connection, vault)
            remark_openings(connection, vault)
    except psycopg.errors.InsufficientPrivilege as error:
        message = f"{error}: run this with the login that owns the database, or with one that is a member of {VAULT}"
        raise CommandFailed(Exit.CONFIGURATION, message) from None
    except VaultError as error:
        raise CommandFailed(Exit.CONFIGURATION, str(error)) from None
    return count
