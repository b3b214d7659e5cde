"""The mail of an account: where its holder wants it sent, once they confirmed that, and how often.

The address is sealed under a key of its own, as a draft is: it goes with the account, and opens for nobody but its
holder and whoever sends mail.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import psycopg
from msgspec import Struct

from domain.values import Sealed
from domain.vault import OpeningRequest, Vault
from domain.vault.errors import vault_errors
from domain.vocabulary import CodeList

_FIELD: Final = "mail-address"
_KEEP: Final = "SELECT api.keep_mail_address(%s, %s, %b, %s, %b, %b)"
_DROP: Final = "SELECT api.drop_mail_address(%s)"
_FIND: Final = "SELECT wants, key_id, box, given_at, confirmed_at FROM api.mail_choice WHERE account_id = %s"
_WANT: Final = "UPDATE api.mail_choice SET wants = %s WHERE account_id = %s"
_CONFIRM: Final = """
    UPDATE api.mail_choice SET confirmed_at = coalesce(confirmed_at, clock_timestamp())
    WHERE account_id = %s AND key_id = %s
"""
_WANTING: Final = """
    SELECT account_id FROM api.mail_choice JOIN api.account USING (account_id)
    WHERE wants = ANY (%s) AND confirmed_at IS NOT NULL AND closed_at IS NULL ORDER BY account_id
"""
AnyConnection = psycopg.Connection[Any]


class MailFrequency(CodeList):
    """How often somebody wants to be told by mail what waits for them."""

    NEVER = "never"
    DAILY = "daily"
    WEEKLY = "weekly"


class MailChoice(Struct, frozen=True, kw_only=True):
    """Where somebody has mail sent, sealed, and how often. Nothing but a link goes to an address not confirmed yet."""

    account_id: UUID
    wants: MailFrequency
    sealed: Sealed
    given_at: datetime
    confirmed_at: datetime | None

    @property
    def opening(self) -> OpeningRequest:
        """The request by which the vault opens the address."""
        return OpeningRequest(self.account_id, _FIELD, self.sealed)


def keep_address(connection: AnyConnection, vault: Vault, account_id: UUID, address: str, wants: MailFrequency) -> UUID:
    """Keep an address in place of the one before, to be confirmed; the id of its key, new each time."""
    sealed, key = vault.seal(account_id, _FIELD, address, frozenset({account_id}))
    values = (account_id, wants.value, sealed.box, key.key_id, key.wrapping_key_id, key.wrapped)
    with vault_errors():
        connection.execute(_KEEP, values)
    return key.key_id


def drop_address(connection: AnyConnection, account_id: UUID) -> None:
    """Forget the address of an account, where it has one, with its key."""
    connection.execute(_DROP, (account_id,))


def find_choice(connection: AnyConnection, account_id: UUID) -> MailChoice | None:
    """Where and how often somebody wants mail; None where they gave no address."""
    row = connection.execute(_FIND, (account_id,)).fetchone()
    if row is None:
        return None
    wants, key_id, box, given_at, confirmed_at = row
    return MailChoice(
        account_id=account_id,
        wants=MailFrequency(wants),
        sealed=Sealed(key_id, bytes(box)),
        given_at=given_at,
        confirmed_at=confirmed_at,
    )


def choose_frequency(connection: AnyConnection, account_id: UUID, wants: MailFrequency) -> None:
    """Note how often somebody wants mail who gave an address."""
    connection.execute(_WANT, (wants.value, account_id))


def confirm_address(connection: AnyConnection, account_id: UUID, key_id: UUID) -> bool:
    """Note that an address is its holder's; False where another was given since."""
    return connection.execute(_CONFIRM, (account_id, key_id)).rowcount == 1


def accounts_wanting(connection: AnyConnection, *frequencies: MailFrequency) -> list[UUID]:
    """The open accounts with a confirmed address whose holders want mail so often."""
    rows = connection.execute(_WANTING, ([each.value for each in frequencies],)).fetchall()
    return [account_id for (account_id,) in rows]
