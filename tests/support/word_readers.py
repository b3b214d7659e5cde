"""Readers of sealed words for tests that make no request: what they open is recorded as anybody's is."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any
from uuid import uuid4

import psycopg

from domain.log.recorder import LogRecorder
from domain.vault import Asker, Erased, Ground, OpeningRequest, OpeningTrail, Vault, WordReader


@contextmanager
def a_reader(vault: Vault, log: LogRecorder) -> Iterator[WordReader]:
    """Somebody for whom words are opened within the block."""
    with WordReader(OpeningTrail(vault, log.connections), Asker(actor_id=uuid4()), "test").recorded() as reader:
        yield reader


def opened_texts(vault: Vault, log: LogRecorder, requests: Sequence[OpeningRequest]) -> list[str | Erased]:
    """Texts, opened for somebody who has the care of the record."""
    with a_reader(vault, log) as reader, log.transaction() as cursor:
        return vault.open(cursor, requests, reader, Ground.CARE)


class OneConnection:
    """One connection, lent again and again."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def borrow(self) -> AbstractContextManager[psycopg.Connection[Any]]:
        """Lend it."""
        return nullcontext(self._connection)


def opened_over(vault: Vault, cursor: psycopg.Cursor[Any], requests: Sequence[OpeningRequest]) -> list[str | Erased]:
    """Texts, opened over a connection at hand for somebody who has the care of the record."""
    trail = OpeningTrail(vault, OneConnection(cursor.connection))
    with WordReader(trail, Asker(actor_id=uuid4()), "test").recorded() as reader:
        return vault.open(cursor, requests, reader, Ground.CARE)
