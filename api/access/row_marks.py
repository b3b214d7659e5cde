"""Marks: each row that lets somebody in is marked under the wrapping key, so that one put there otherwise is found."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
import psycopg
from psycopg.sql import SQL, Identifier

from domain.audit.alteration import Alteration
from domain.vault import Vault

_CALLED: Final = "it was made or changed by other means than by Folkmoot"
OLDER_THAN_MARKS: Final = """
    created_at < (SELECT applied_at FROM log.migration WHERE part = 'api' AND version = 4)
    AND created_at > (SELECT created_at FROM log.header)
"""


@dataclass(frozen=True, kw_only=True)
class MarkedTable:
    """A table whose rows are marked: its key, the columns that a mark is over, and the words for one row.

    `later` are columns that came after the first marks: the mark is over them only where they hold something.
    """

    table: str
    key: str
    columns: tuple[str, ...]
    words: str
    later: tuple[str, ...] = ()
    older_than_marks: str = "false"

    def rows(
        self, connection: psycopg.Connection, key: object = None
    ) -> Iterator[tuple[Any, bytes, bytes | None, bool]]:
        """Each row, or the one with this key: its key, the content that its mark is over, its mark, its age."""
        query = SQL("SELECT {key}, mark, {older}, {listed} FROM {table}").format(
            key=Identifier(self.key),
            older=SQL(self.older_than_marks),  # a constant of this module's users
            listed=SQL(", ").join(map(Identifier, (*self.columns, *self.later))),
            table=Identifier("api", self.table),
        )
        if key is not None:
            query += SQL(" WHERE {} = %s").format(Identifier(self.key))
        for row_key, mark, is_older, *values in connection.execute(query, None if key is None else (key,)):
            yield row_key, self.content(values), mark, bool(is_older)

    def content(self, values: Sequence[Any]) -> bytes:
        """The bytes of a row that its mark is over."""
        first = len(self.columns)
        marked = [*values[:first], *(value for value in values[first:] if value is not None)]
        return msgspec.msgpack.encode(
            [value.astimezone(UTC) if isinstance(value, datetime) else value for value in marked]
        )

    def mark(self, connection: psycopg.Connection, vault: Vault, key: object) -> None:
        """Mark the row with this key under the present wrapping key."""
        for row_key, content, _, _ in list(self.rows(connection, key)):
            self._set(connection, row_key, vault.marks(content)[0])

    @contextmanager
    def changing(self, connection: psycopg.Connection, vault: Vault, key: object) -> Iterator[None]:
        """A change of ours to the row with this key, in one transaction with its new mark.

        A row that was forged before keeps the mark that it had: no change of ours hides it.
        """
        with connection.transaction():
            is_forged = bool(self.forged(connection, vault, key))
            yield
            if not is_forged:
                self.mark(connection, vault, key)

    def mark_older(self, connection: psycopg.Connection, vault: Vault) -> None:
        """Mark the rows that were made before there were marks."""
        for key, content, mark, is_older in list(self.rows(connection)):
            if mark is None and is_older:
                self._set(connection, key, vault.marks(content)[0])

    def remark(self, connection: psycopg.Connection, vault: Vault) -> None:
        """Mark under the present wrapping key those rows that are marked under a former one."""
        for key, content, mark, _ in list(self.rows(connection)):
            marks = vault.marks(content)
            if mark in marks[1:]:
                self._set(connection, key, marks[0])

    def forged(self, connection: psycopg.Connection, vault: Vault, key: object = None) -> list[Alteration]:
        """The rows that were made, or changed, by other means than by Folkmoot; of all, or of the one with this key."""
        return [
            Alteration(where=f"{self.words} {row_key}", detail=_CALLED)
            for row_key, content, mark, is_older in self.rows(connection, key)
            if (mark not in vault.marks(content) if mark is not None else not is_older)
        ]

    def _set(self, connection: psycopg.Connection, key: object, mark: bytes) -> None:
        query = SQL("UPDATE {table} SET mark = %s WHERE {key} = %s").format(
            table=Identifier("api", self.table), key=Identifier(self.key)
        )
        connection.execute(query, (mark, key))
