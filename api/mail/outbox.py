"""The outbox: mail that is to be sent, put there in the transaction of whatever it tells of.

A row holds a kind and ids: neither an address nor words. Both are looked up when it is sent, so that whoever is
forgotten or leaves before then is told nothing. The same kind to the same recipient about the same things is one row,
however often it is put. Only what somebody does puts a row: what is worked out from the log has no way to this table.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

import psycopg
from msgspec import Struct

from domain.vocabulary import CodeList

GIVEN_UP_AFTER: Final = timedelta(days=5)
"""How long a mail is tried for (RFC 5321, 4.5.4.1, asks for four to five days)."""
_TURN: Final = timedelta(minutes=15)
"""Longer than any try takes: whoever tried and has not said how it ended by then has died."""
_FIRST_PAUSE: Final = timedelta(minutes=2)
_LONGEST_PAUSE: Final = timedelta(hours=4)
_NAMESPACE: Final = UUID("0b5f8b55-1b0e-4b8e-9a39-6a1f5f4e8f0c")
_PUT: Final = """
    INSERT INTO api.mail (mail_id, kind, recipient_kind, recipient_id, about) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (mail_id) DO NOTHING
"""
_TAKE: Final = """
    WITH due AS (
        SELECT mail_id, may_be_sent FROM api.mail
        WHERE mail_id = %s AND state = 'waiting' AND next_try_at <= clock_timestamp() FOR UPDATE SKIP LOCKED
    )
    UPDATE api.mail SET tries = tries + 1, may_be_sent = true, next_try_at = clock_timestamp() + %s
    FROM due WHERE mail.mail_id = due.mail_id
    RETURNING mail.mail_id, kind, recipient_kind, recipient_id, about, tries, due.may_be_sent
"""
_END: Final = """
    UPDATE api.mail SET state = %s, fault = %s, ended_at = clock_timestamp()
    WHERE mail_id = %s AND tries = %s AND state = 'waiting'
"""
_PUT_OFF: Final = """
    UPDATE api.mail SET may_be_sent = %(may_be_sent)s, fault = %(fault)s,
        next_try_at = clock_timestamp() + %(pause)s,
        state = CASE WHEN put_at < clock_timestamp() - %(given_up_after)s THEN 'dead' ELSE 'waiting' END,
        ended_at = CASE WHEN put_at < clock_timestamp() - %(given_up_after)s THEN clock_timestamp() END
    WHERE mail_id = %(mail_id)s AND tries = %(tries)s AND state = 'waiting'
"""
_AGAIN: Final = """
    UPDATE api.mail SET state = 'waiting', ended_at = NULL, next_try_at = clock_timestamp() WHERE state = 'dead'
    RETURNING mail_id
"""
_NEXT_TRY: Final = "SELECT next_try_at FROM api.mail WHERE mail_id = %s AND state = 'waiting'"
_WAITING: Final = "SELECT mail_id, next_try_at FROM api.mail WHERE state = 'waiting' ORDER BY next_try_at, mail_id"
_PEOPLE: Final = "SELECT DISTINCT recipient_id FROM api.mail WHERE recipient_kind = %s"
_FORGET_PERSON: Final = "DELETE FROM api.mail WHERE recipient_kind = %s AND recipient_id = %s"
_PUT_SINCE: Final = """
    SELECT count(*) FROM api.mail
    WHERE kind = %s AND recipient_kind = %s AND recipient_id = %s AND put_at > clock_timestamp() - %s
"""
_COUNTS: Final = "SELECT state, count(*) FROM api.mail GROUP BY state"
_OLDEST_S: Final = """
    SELECT coalesce(extract(epoch FROM max(clock_timestamp() - put_at)), 0)::float FROM api.mail WHERE state = 'waiting'
"""
_DEAD: Final = """
    SELECT mail_id, kind, recipient_kind, fault, tries FROM api.mail WHERE state = 'dead'
    ORDER BY put_at DESC, mail_id LIMIT %s
"""
AnyConnection = psycopg.Connection[Any]


class RecipientKind(CodeList):
    """Where the address of a mail is found: with an account, or in the registers of people and of bodies."""

    ACCOUNT = "account"
    PERSON = "person"
    PARTY = "party"


class MailState(CodeList):
    """How far a mail has come; dropped: there was nobody to tell any more, or nothing."""

    WAITING = "waiting"
    SENT = "sent"
    DROPPED = "dropped"
    DEAD = "dead"


class Recipient(Struct, frozen=True):
    """Whom a mail is for, by reference."""

    kind: RecipientKind
    recipient_id: UUID


class QueuedMail(Struct, frozen=True, kw_only=True):
    """A mail whose turn it is. `may_be_sent`: an earlier try broke off, and nobody knows how it ended."""

    mail_id: UUID
    kind: str
    recipient: Recipient
    about: tuple[UUID, ...]
    tries: int
    may_be_sent: bool


class DeadMail(Struct, frozen=True, kw_only=True):
    """A mail that could not be sent, and why: a code."""

    mail_id: UUID
    kind: str
    recipient_kind: RecipientKind
    fault: str
    tries: int


def put_row(cursor: psycopg.Cursor[Any], kind: str, recipient: Recipient, about: Sequence[UUID]) -> UUID:
    """Put a mail in the outbox, in the caller's transaction; its id. Put again it is the same, and sent once.

    Whoever has something to tell calls `put_mail` (api/jobs/mail_tasks.py), which also has it sent.

    `about` are the ids of what it tells of. Where the same things may be told of again, as every day, one of them is
    of that occasion.
    """
    name = "/".join((kind, recipient.kind.value, *map(str, (recipient.recipient_id, *about))))
    mail_id = uuid5(_NAMESPACE, name)
    cursor.execute(_PUT, (mail_id, kind, recipient.kind.value, recipient.recipient_id, list(about)))
    return mail_id


def take(connection: AnyConnection, mail_id: UUID) -> QueuedMail | None:
    """A mail for the caller alone to try, for a quarter of an hour; None where it has ended or is not due."""
    row = connection.execute(_TAKE, (mail_id, _TURN)).fetchone()
    if row is None:
        return None
    mail_id, kind, recipient_kind, recipient_id, about, tries, may_be_sent = row
    return QueuedMail(
        mail_id=mail_id,
        kind=kind,
        recipient=Recipient(RecipientKind(recipient_kind), recipient_id),
        about=tuple(about),
        tries=tries,
        may_be_sent=may_be_sent,
    )


def end(connection: AnyConnection, mail: QueuedMail, state: MailState, fault: str | None = None) -> None:
    """End a mail: it is never tried again, unless it is dead and somebody asks for that."""
    connection.execute(_END, (state.value, fault, mail.mail_id, mail.tries))


def put_off(connection: AnyConnection, mail: QueuedMail, fault: str, *, may_be_sent: bool) -> None:
    """Let a mail wait for another try, longer after each; after five days it is dead."""
    pause = min(_FIRST_PAUSE * 2 ** min(mail.tries - 1, 10), _LONGEST_PAUSE)
    values = {"fault": fault, "pause": pause, "may_be_sent": may_be_sent, "given_up_after": GIVEN_UP_AFTER}
    connection.execute(_PUT_OFF, values | {"mail_id": mail.mail_id, "tries": mail.tries})


def people_written_to(cursor: psycopg.Cursor[Any]) -> set[UUID]:
    """The people in the register for whom there is mail, sent or not."""
    return {person_id for (person_id,) in cursor.execute(_PEOPLE, (RecipientKind.PERSON.value,)).fetchall()}


def forget_mail_to(cursor: psycopg.Cursor[Any], person_id: UUID) -> None:
    """Delete all mail for somebody who is forgotten, sent or not."""
    cursor.execute(_FORGET_PERSON, (RecipientKind.PERSON.value, person_id))


def count_put(connection: AnyConnection, kind: str, recipient: Recipient, within: timedelta) -> int:
    """How many mails of a kind were put for a recipient within a time until now."""
    row = connection.execute(_PUT_SINCE, (kind, recipient.kind.value, recipient.recipient_id, within)).fetchone()
    return 0 if row is None else int(row[0])


def count_mail(connection: AnyConnection) -> dict[MailState, int]:
    """How many mails there are in each state."""
    counts = {MailState(state): number for state, number in connection.execute(_COUNTS).fetchall()}
    return {state: counts.get(state, 0) for state in MailState}


def oldest_waiting_s(connection: AnyConnection) -> float:
    """For how many seconds the oldest mail that waits is there; 0 where none does."""
    row = connection.execute(_OLDEST_S).fetchone()
    return 0.0 if row is None else float(row[0])


def dead_mail(connection: AnyConnection, most: int = 100) -> list[DeadMail]:
    """The mails that could not be sent, the newest first."""
    rows = connection.execute(_DEAD, (most,)).fetchall()
    return [
        DeadMail(mail_id=mail_id, kind=kind, recipient_kind=RecipientKind(recipient_kind), fault=fault, tries=tries)
        for mail_id, kind, recipient_kind, fault, tries in rows
    ]


def revive_dead(connection: AnyConnection) -> list[UUID]:
    """Let every dead mail wait to be tried once more at least; their ids."""
    return [mail_id for (mail_id,) in connection.execute(_AGAIN).fetchall()]


def next_try_of(connection: AnyConnection, mail_id: UUID) -> datetime | None:
    """When a mail is to be tried next; None once it has ended."""
    row = connection.execute(_NEXT_TRY, (mail_id,)).fetchone()
    return None if row is None else row[0]


def waiting_mail(connection: AnyConnection) -> list[tuple[UUID, datetime]]:
    """Every mail that waits, with when it is to be tried next, the nearest first."""
    return connection.execute(_WAITING).fetchall()
