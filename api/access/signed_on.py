"""Those for whom a provider vouches: the account of each, found or made, and the roles that follow from what it says.

An account is that of one person at one provider within one organisation: whoever moves to another organisation gets
another account there, and sets down nothing more as the word of the former one.
"""

import secrets
from collections.abc import Sequence
from contextlib import suppress
from typing import Final
from uuid import UUID

import msgspec
import psycopg

from api.access.accounts import AccountKind, create_account, find_account
from api.access.principal import HeldRole, OrganisationUnknown, Principal, is_registered, principal_of_account
from api.access.reach import Reach, ReachKind, partnerships_within
from api.access.row_marks import MarkedTable
from api.access.user_roles import OF_AN_ORGANISATION, RIGHTS_OF, Right, UserRole
from api.sign_on.claims_table import SignedOn
from api.sign_on.provider_file import ClaimRow
from domain.log.recorder import LogRecorder
from domain.text import UnfitText, tidy_name
from domain.vault import Vault

SUBJECTS: Final = MarkedTable(
    table="sign_on_subject",
    key="account_id",
    columns=("account_id", "subject", "first_at"),
    words="account of a sign-on",
)
ROLE_NAMES: Final = {role.value: Right.RECORD in RIGHTS_OF[role] and role in OF_AN_ORGANISATION for role in UserRole}
"""The roles that a provider file can name, each with whether it stands for an organisation's word alone."""
_NAMELESS: Final = "Signed on by the provider"
_LONGEST_NAME: Final = 300
_SUBJECT_BYTES: Final = 40
_FIND: Final = "SELECT account_id, subject FROM api.sign_on_subject WHERE subject = ANY (%s)"
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended(encode(%s, 'hex'), 0))"
"""Of several that come first at once, one makes the account."""
_INSERT: Final = "INSERT INTO api.sign_on_subject (account_id, subject) VALUES (%s, %s)"
_REMARK: Final = "UPDATE api.sign_on_subject SET subject = %s WHERE account_id = %s"


def account_of(log: LogRecorder, vault: Vault, signed_on: SignedOn) -> UUID:
    """The account of somebody whose claims met a row, made when they first come. Raises OrganisationUnknown."""
    home = _home(signed_on.rows)
    subjects = vault.marks(msgspec.msgpack.encode([signed_on.issuer, signed_on.subject, home]))
    with log.connections.borrow() as connection:
        found = _found(connection, vault, subjects)
    if found is not None:
        return found
    if home is not None and not is_registered(log, home):
        raise OrganisationUnknown("The organisation or group that this role is for is not in the register.")
    with log.connections.borrow() as connection, connection.transaction():
        connection.execute(_LOCK, (subjects[0],))
        return _found(connection, vault, subjects) or _made(connection, vault, subjects[0], signed_on)


def forget_subject(connection: psycopg.Connection, vault: Vault, account_id: UUID) -> None:
    """Forget who the holder of an account is at the provider: whoever comes as them again gets another account."""
    with SUBJECTS.changing(connection, vault, account_id):
        connection.execute(_REMARK, (secrets.token_bytes(_SUBJECT_BYTES), account_id))


def principal_of_signed_on(
    log: LogRecorder, account_id: UUID, rows: Sequence[ClaimRow], acting_for: UUID | None = None
) -> Principal | None:
    """The holder of an account, by the rows that let them in; None where none does now, or the account is closed.

    Raises OrganisationUnknown.
    """
    with log.connections.borrow() as connection:
        account = find_account(connection, account_id)
    if not rows or account is None or account.closed_at is not None or account.organisation_id != _home(rows):
        return None
    roles = [_held(log, row) for row in rows]
    return principal_of_account(log, account, further_roles=roles, acting_for=acting_for)


def _home(rows: Sequence[ClaimRow]) -> UUID | None:
    """The organisation of an account: that of the first row that names one."""
    return next((row.organisation for row in rows if row.organisation is not None), None)


def _found(connection: psycopg.Connection, vault: Vault, subjects: Sequence[bytes]) -> UUID | None:
    """The account of a subject, which from now on is known under the present wrapping key."""
    row = connection.execute(_FIND, (list(subjects),)).fetchone()
    if row is None:
        return None
    account_id: UUID = row[0]
    if row[1] != subjects[0]:
        with SUBJECTS.changing(connection, vault, account_id):
            connection.execute(_REMARK, (subjects[0], account_id))
    return account_id


def _made(connection: psycopg.Connection, vault: Vault, subject: bytes, signed_on: SignedOn) -> UUID:
    kind = AccountKind.SERVICE if signed_on.is_program else AccountKind.PERSON
    name = _NAMELESS
    with suppress(UnfitText):
        name = tidy_name(signed_on.name)[:_LONGEST_NAME]
    account_id = create_account(connection, vault, kind=kind, organisation_id=_home(signed_on.rows), name=name)
    connection.execute(_INSERT, (account_id, subject))
    SUBJECTS.mark(connection, vault, account_id)
    return account_id


def _held(log: LogRecorder, row: ClaimRow) -> HeldRole:
    """The role that a row gives: it speaks for the row's organisation, and for those that the row names."""
    role, reach = UserRole(row.role), Reach(kind=ReachKind(row.reach), ids=frozenset(row.partnerships + row.places))
    own = frozenset() if row.organisation is None else frozenset({row.organisation})
    return HeldRole(
        role=role,
        rights=RIGHTS_OF[role],
        partnership_ids=partnerships_within(log, reach),
        reach=reach,
        bodies=own | frozenset(row.speaks_for),
    )
