"""Wishes to hear what becomes of an ask: who agreed to be told, what they were told, how far the log was followed."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import psycopg
from msgspec import Struct

from domain.vocabulary import CodeList

_COLUMNS: Final = "wish_id, partnership_id, ask_id, person_id, since_position, agreed_at, ended_at"
_WISH: Final = """
    INSERT INTO api.ask_wish (wish_id, partnership_id, ask_id, person_id, since_position, noted_by)
    VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (ask_id, person_id) DO UPDATE SET ended_at = NULL, since_position = excluded.since_position,
        agreed_at = clock_timestamp(), noted_by = excluded.noted_by
    RETURNING wish_id
"""
_FIND: Final = f"SELECT {_COLUMNS} FROM api.ask_wish WHERE wish_id = %s"  # noqa: S608 - constants
_OPEN: Final = f"SELECT {_COLUMNS} FROM api.ask_wish WHERE ended_at IS NULL ORDER BY wish_id"  # noqa: S608 - constants
_OF_ASK: Final = f"SELECT {_COLUMNS} FROM api.ask_wish WHERE ask_id = %s ORDER BY agreed_at, wish_id"  # noqa: S608 - constants
_END: Final = "UPDATE api.ask_wish SET ended_at = clock_timestamp() WHERE wish_id = %s AND ended_at IS NULL"
_FORGET: Final = "DELETE FROM api.ask_wish WHERE person_id = %s"
_FORGET_TOLD: Final = "DELETE FROM api.ask_told WHERE person_id = %s"
_PEOPLE: Final = "SELECT person_id FROM api.ask_wish UNION SELECT person_id FROM api.ask_told"
_TOLD: Final = """
    INSERT INTO api.ask_told (ask_id, person_id, news, event_id) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
_BEGIN: Final = "INSERT INTO api.ask_teller (log_id, position) VALUES (%s, %s) ON CONFLICT DO NOTHING"
_FROM: Final = "SELECT log_id, position FROM api.ask_teller FOR UPDATE"
_MOVE: Final = "UPDATE api.ask_teller SET log_id = %s, position = %s"
_FIRST: Final = "SELECT min(since_position) FROM api.ask_wish"
AnyCursor = psycopg.Cursor[Any]


class AskNews(CodeList):
    """The kinds of news of an ask, each of which somebody is told once."""

    ANSWERED = "answered"
    DECIDED = "decided"
    PAID_FOR = "paid-for"
    DONE = "done"


class AskWish(Struct, frozen=True, kw_only=True):
    """A person's wish to hear what becomes of an ask; `since_position` is where the log was when they agreed."""

    wish_id: UUID
    partnership_id: UUID
    ask_id: UUID
    person_id: UUID
    since_position: int
    agreed_at: datetime
    ended_at: datetime | None


def note_wish(connection: psycopg.Connection[Any], wish: AskWish, noted_by: UUID) -> UUID:
    """Note that somebody agreed to be told, from now on; the id of the wish, which is the same if they did before."""
    values = (wish.wish_id, wish.partnership_id, wish.ask_id, wish.person_id, wish.since_position, noted_by)
    row = connection.execute(_WISH, values).fetchone()
    assert row is not None  # noqa: S101 - it is inserted or updated
    return UUID(str(row[0]))


def find_wish(connection: psycopg.Connection[Any], wish_id: UUID) -> AskWish | None:
    """The wish with this id, ended or not."""
    row = connection.execute(_FIND, (wish_id,)).fetchone()
    return None if row is None else _wish(row)


def wishes_of_ask(connection: psycopg.Connection[Any], ask_id: UUID) -> list[AskWish]:
    """Every wish to hear of an ask, ended or not, the oldest first."""
    return [_wish(row) for row in connection.execute(_OF_ASK, (ask_id,)).fetchall()]


def open_wishes(cursor: AnyCursor) -> list[AskWish]:
    """Every wish that has not ended."""
    return [_wish(row) for row in cursor.execute(_OPEN).fetchall()]


def end_wish(connection: psycopg.Connection[Any], wish_id: UUID) -> None:
    """End a wish: its person is told nothing more of that ask."""
    connection.execute(_END, (wish_id,))


def people_with_wishes(cursor: AnyCursor) -> set[UUID]:
    """Everybody who has a wish, or was told something."""
    return {person_id for (person_id,) in cursor.execute(_PEOPLE).fetchall()}


def forget_wishes(cursor: AnyCursor, person_id: UUID) -> None:
    """Delete the wishes of somebody who is forgotten, and what they were told."""
    cursor.execute(_FORGET, (person_id,))
    cursor.execute(_FORGET_TOLD, (person_id,))


def is_told_first(cursor: AnyCursor, wish: AskWish, news: AskNews, event_id: UUID) -> bool:
    """Note that somebody is told a kind of news of an ask; False where they were told it before."""
    return cursor.execute(_TOLD, (wish.ask_id, wish.person_id, news.value, event_id)).rowcount == 1


def teller_position(cursor: AnyCursor, log_id: UUID, head: int) -> int:
    """How far this log was followed, for the caller alone until its transaction ends.

    It begins where the first wish did. After a restore it goes on from the head: what is recorded then is told, and
    nothing of before again.
    """
    row = cursor.execute(_FIRST).fetchone()
    first = head if row is None or row[0] is None else int(row[0])
    cursor.execute(_BEGIN, (log_id, first))
    place = cursor.execute(_FROM).fetchone()
    assert place is not None  # noqa: S101 - it was begun at the latest just now
    return int(place[1]) if place[0] == log_id and place[1] <= head else head


def move_teller(cursor: AnyCursor, log_id: UUID, position: int) -> None:
    """Note how far the log was followed."""
    cursor.execute(_MOVE, (log_id, position))


def _wish(row: tuple[Any, ...]) -> AskWish:
    return AskWish(**dict(zip(AskWish.__struct_fields__, row, strict=True)))
