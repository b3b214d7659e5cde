"""Accounts: the people and services that use the installation, each of one organisation, or of those who run it."""

from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

import psycopg
from msgspec import Struct

from api.access.account_mail import drop_address
from api.access.grants import GrantHand, grants_in_force, take_away
from api.access.keys import unname_keys
from api.access.row_marks import MarkedTable
from domain.vault import Vault
from domain.vocabulary import CodeList

ACCOUNTS: Final = MarkedTable(
    table="account",
    key="account_id",
    columns=("account_id", "kind", "party_id", "name", "created_at", "closed_at"),
    words="account",
)
_COLUMNS: Final = "account_id, kind, party_id, name, created_at, closed_at"
_INSERT: Final = "INSERT INTO api.account (account_id, kind, party_id, name) VALUES (%s, %s, %s, %s)"
_FIND: Final = f"SELECT {_COLUMNS} FROM api.account WHERE account_id = %s"  # noqa: S608 - constants
_LIST: Final = f"""
    SELECT {_COLUMNS} FROM api.account
    WHERE %(all)s OR party_id = ANY (%(party_ids)s) ORDER BY created_at, account_id
"""  # noqa: S608 - constants
_CLOSE: Final = "UPDATE api.account SET closed_at = clock_timestamp() WHERE account_id = %s AND closed_at IS NULL"
_RENAME: Final = "UPDATE api.account SET name = %s WHERE account_id = %s"


class AccountKind(CodeList):
    """The kind of user of an account: a person or a program."""

    PERSON = "person"
    SERVICE = "service"


class Account(Struct, frozen=True, kw_only=True):
    """A person or service that uses the installation; without an organisation it is one of those who run it."""

    account_id: UUID
    kind: AccountKind
    organisation_id: UUID | None
    name: str
    created_at: datetime
    closed_at: datetime | None


def create_account(
    connection: psycopg.Connection,
    vault: Vault,
    *,
    kind: AccountKind,
    organisation_id: UUID | None,
    name: str,
    account_id: UUID | None = None,
) -> UUID:
    """Make an account, which may do nothing until it is given a role; its id."""
    account_id = account_id or uuid4()
    with connection.transaction():
        connection.execute(_INSERT, (account_id, kind.value, organisation_id, name))
        ACCOUNTS.mark(connection, vault, account_id)
    return account_id


def find_account(connection: psycopg.Connection, account_id: UUID) -> Account | None:
    """The account with this id, closed or not."""
    row = connection.execute(_FIND, (account_id,)).fetchone()
    return None if row is None else _account(*row)


def list_accounts(connection: psycopg.Connection, organisation_ids: frozenset[UUID] | None = None) -> list[Account]:
    """Every account, or those of some organisations, oldest first."""
    parameters = {"all": organisation_ids is None, "party_ids": list(organisation_ids or ())}
    return [_account(*row) for row in connection.execute(_LIST, parameters).fetchall()]


def close_account(connection: psycopg.Connection, vault: Vault, account_id: UUID) -> bool:
    """Close an account: from now on none of its keys and roles holds. False where it is closed already."""
    with ACCOUNTS.changing(connection, vault, account_id):
        closed = connection.execute(_CLOSE, (account_id,)).rowcount == 1
        drop_address(connection, account_id)
    return closed


def close_with_roles(connection: psycopg.Connection, vault: Vault, account_id: UUID, by: GrantHand) -> None:
    """Close an account and take away what it holds, so that the trail says when each role ended and why."""
    for grant in grants_in_force(connection, account_id):
        take_away(connection, vault, grant.grant_id, by)
    close_account(connection, vault, account_id)


def rename_account(connection: psycopg.Connection, vault: Vault, account_id: UUID, name: str) -> None:
    """Call an account something else."""
    with ACCOUNTS.changing(connection, vault, account_id):
        connection.execute(_RENAME, (name, account_id))


def forget_holder(connection: psycopg.Connection, vault: Vault, account_id: UUID) -> None:
    """Empty the name of an account, and what its keys are called, which may tell who held it; forget its address."""
    with ACCOUNTS.changing(connection, vault, account_id):
        drop_address(connection, account_id)
        connection.execute(_RENAME, ("", account_id))
        unname_keys(connection, vault, account_id)


def _account(
    account_id: UUID,
    kind: str,
    party_id: UUID | None,
    name: str,
    created_at: datetime,
    closed_at: datetime | None,
) -> Account:
    return Account(
        account_id=account_id,
        kind=AccountKind(kind),
        organisation_id=party_id,
        name=name,
        created_at=created_at,
        closed_at=closed_at,
    )
