"""Readers: for whom sealed words are opened, and the trail that says so.

Nothing is opened but for a reader, and a reader opens only while what it opens is going to be recorded: one row a
request, before its answer leaves. Where the row cannot be written, the request fails, and its words go nowhere.
"""

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, Protocol
from uuid import UUID, uuid4

import msgspec
import psycopg
import structlog
from msgspec import Struct

from domain.vault.bulk_reading import BulkReading
from domain.vault.errors import TrailBusy, UnrecordedOpening, sentence_of_error, vault_errors

_logger = structlog.get_logger(__name__)
_RECORD: Final = """
    SELECT vault.record_opening(%s, %s, %s, %s, %s, %s, %s, %s::uuid[], %s::text[], %s::uuid[], %s, %s)
"""
_TRIES: Final = 100
_MOST_KEYS: Final = 5_000
"""Texts; whoever opens more in one go, as an import does, leaves more than one row."""


class Ground(StrEnum):
    """The ground on which somebody may read sealed words; said where that right is decided."""

    SEAT = "seat-at-the-table"
    OWN_ENTRY = "own-entry"
    OWN_DRAFT = "own-draft"
    CARE = "care-of-the-record"
    INFORMATION_GOVERNANCE = "information-governance"
    IMPORT = "comparison-by-an-import"
    MAIL = "mail-to-somebody"
    LINK = "answer-by-link"


class Asker(Struct, frozen=True, kw_only=True):
    """The one who asks: a credential, and the account and the organisation that it belongs to, where there are any."""

    actor_id: UUID
    account_id: UUID | None = None
    organisation_id: UUID | None = None


class Opening(Struct, frozen=True, kw_only=True):
    """One row of the trail: a request that opened sealed words. Ids only."""

    number: int
    opened_at: datetime
    request_id: UUID
    operation: str
    actor_id: UUID
    account_id: UUID | None
    organisation_id: UUID | None
    key_ids: tuple[UUID, ...]
    grounds: tuple[Ground, ...]
    subject_ids: tuple[UUID, ...]
    is_bulk: bool

    def content(self) -> bytes:
        """The bytes that its mark is over."""
        return msgspec.msgpack.encode(
            [value.astimezone(UTC) if isinstance(value, datetime) else value for value in msgspec.structs.astuple(self)]
        )

    def sha256(self) -> bytes:
        """A hash that tells this row from every other, whatever wrapping key marks it."""
        return hashlib.sha256(self.content()).digest()


class Marker(Protocol):
    """Whatever marks content, as the vault does."""

    def marks(self, content: bytes) -> list[bytes]:
        """Marks under each key, the present one first."""
        ...


class Borrowing(Protocol):
    """Whatever lends connections that commit by themselves, as those of the log."""

    def borrow(self) -> AbstractContextManager[psycopg.Connection[Any]]:
        """Lend a connection."""
        ...


class OpeningTrail:
    """The trail as one process adds to it; safe to use from many threads."""

    def __init__(
        self,
        marker: Marker,
        connections: Borrowing,
        bulk: BulkReading | None = None,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._marker, self._connections, self._bulk = marker, connections, bulk or BulkReading()
        self._clock, self._lock = clock, threading.Lock()
        self._next = 1

    def add(
        self,
        asker: Asker,
        operation: str,
        request_id: UUID,
        keys: Mapping[UUID, Ground],
        subject_ids: Iterable[UUID],
    ) -> None:
        """Add one row, which lasts once this returns: one statement, unless others add at the same time.

        Raises what the log raises where its database cannot be written, and TrailBusy.
        """
        subjects, now = tuple(sorted(subject_ids)), self._clock()
        with self._lock, self._connections.borrow() as connection, vault_errors():
            is_bulk = self._bulk.is_passed(connection, asker.account_id or asker.actor_id, now, subjects)
            for _ in range(_TRIES):
                opening = Opening(
                    number=self._next,
                    opened_at=now,
                    request_id=request_id,
                    operation=operation,
                    actor_id=asker.actor_id,
                    account_id=asker.account_id,
                    organisation_id=asker.organisation_id,
                    key_ids=tuple(sorted(keys)),
                    grounds=tuple(keys[key_id] for key_id in sorted(keys)),
                    subject_ids=subjects,
                    is_bulk=is_bulk,
                )
                if self._is_taken(connection, opening):
                    break
            else:
                raise TrailBusy(sentence_of_error(TrailBusy))
        if is_bulk:
            _logger.warning(
                "words of many people read",
                actor=str(asker.actor_id),
                account=None if asker.account_id is None else str(asker.account_id),
                request_id=str(request_id),
                opening=opening.number,
            )

    def _is_taken(self, connection: psycopg.Connection[Any], opening: Opening) -> bool:
        """Send a row under the number that is thought to be next; remember which number is."""
        values = (*map(_as_sent, msgspec.structs.astuple(opening)), self._marker.marks(opening.content())[0])
        (number,) = connection.execute(_RECORD, values).fetchone() or (0,)
        self._next = number + (number == opening.number)
        return bool(number == opening.number)


class WordReader:
    """Whom words are opened for in one request, and what was opened so far."""

    def __init__(self, trail: OpeningTrail, asker: Asker, operation: str, request_id: UUID | None = None) -> None:
        self._trail, self._asker, self._operation = trail, asker, operation
        self._request_id = request_id or uuid4()
        self._keys: dict[UUID, Ground] = {}
        self._subjects: set[UUID] = set()
        self._depth = 0

    @contextmanager
    def recorded(self) -> Iterator["WordReader"]:
        """Record at the end of the block what is opened within it, whatever comes of it; no answer may leave before."""
        self._depth += 1
        try:
            yield self
        finally:
            self._depth -= 1
            if not self._depth:
                self._record()

    def note(self, key_ids: Iterable[UUID], subject_ids: Iterable[UUID], ground: Ground) -> None:
        """Note keys that are about to be used, and whom they list. Raises UnrecordedOpening outside the block."""
        if not self._depth:
            raise UnrecordedOpening(sentence_of_error(UnrecordedOpening))
        for key_id in key_ids:
            self._keys.setdefault(key_id, ground)
        self._subjects.update(subject_ids)
        if len(self._keys) >= _MOST_KEYS:
            self._record()

    def _record(self) -> None:
        keys, subjects = self._keys, self._subjects
        self._keys, self._subjects = {}, set()
        if keys:
            self._trail.add(self._asker, self._operation, self._request_id, keys, subjects)


def in_force(reader: WordReader | None) -> WordReader:
    """The reader, where anybody is known to read. Raises UnrecordedOpening."""
    if reader is None:
        raise UnrecordedOpening(sentence_of_error(UnrecordedOpening))
    return reader


def _as_sent(value: object) -> object:
    """A value as the driver takes it: many ids as a list."""
    return [str(each) if isinstance(each, Ground) else each for each in value] if isinstance(value, tuple) else value
