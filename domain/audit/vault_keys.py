"""The keys of the vault compared with the log: one for every sealed text, unless the log says that it is destroyed.

The log is read once, command by command, and the keys of a batch are looked up together, so that memory stays bounded.
"""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid4

from msgspec import Struct

from domain.audit.alteration import Alteration, Connection
from domain.events import Envelope, EventBody, decode, decode_envelope, texts_of
from domain.events.records import RecordCorrected
from domain.handling.destroy_again import keys_of_text, keys_redacted, replacement_body
from domain.handling.sealing import people_listed
from domain.log.decode_events import UNREADABLE
from domain.log.recorder import LogRecorder
from domain.values import Sealed
from domain.vault import Purpose, SealBroken, WrappingKey

_BATCH: Final = 1000
_EVENTS: Final = "SELECT position, type, version, tags, envelope, data FROM log.event ORDER BY position"
_ERASED: Final = "SELECT event_id, partition_id FROM log.event WHERE type = 'subject-erased'"
_REDACTIONS: Final = "SELECT event_id FROM log.event WHERE type = 'text-redacted'"
_KEYS: Final = """
    SELECT wanted.key_id, key.purpose, key.wrapping_key_id, key.wrapped, tombstone.event_id,
           ARRAY(SELECT l.subject_id FROM vault.key_subject l WHERE l.key_id = wanted.key_id)
    FROM unnest(%s::uuid[]) AS wanted (key_id)
    LEFT JOIN vault.key AS key ON key.key_id = wanted.key_id
    LEFT JOIN vault.tombstone AS tombstone ON tombstone.key_id = wanted.key_id
"""
_LOOSE: Final = {
    "tombstone of key": """
        SELECT t.key_id FROM vault.tombstone t WHERE NOT EXISTS (
            SELECT FROM log.event e WHERE e.event_id = t.event_id AND e.type IN ('subject-erased', 'text-redacted'))
    """,
    "erasure of subject": """
        SELECT s.subject_id FROM vault.subject s WHERE s.erased_at IS NOT NULL AND NOT EXISTS (
            SELECT FROM log.event e WHERE e.event_id = s.erasure_event_id AND e.type = 'subject-erased'
               AND e.partition_id = s.subject_id)
    """,
    "note of event": """
        SELECT r.event_id FROM vault.replayed r WHERE NOT EXISTS (
            SELECT FROM log.event e WHERE e.event_id = r.event_id AND e.type IN ('subject-erased', 'text-redacted'))
    """,
}
_UNDONE: Final = "SELECT event_id, kind FROM vault.outstanding()"


class _Use(Struct, frozen=True):
    """One key as the log names it: where, for what, whom it lists, and of which earlier text it may be a copy."""

    key_id: UUID
    where: str
    purpose: Purpose
    subjects: frozenset[UUID]
    copied_from: tuple[UUID, str, int] | None = None


class KeyAudit:
    """One look at the vault beside the log; use it once. Without wrapping keys, keys are not unwrapped."""

    def __init__(self, connection: Connection, log: LogRecorder, wrapping_keys: Mapping[bytes, WrappingKey]) -> None:
        self._connection, self._log, self._wrapping_keys = connection, log, wrapping_keys
        self._erasures: dict[UUID, UUID] = dict(connection.execute(_ERASED).fetchall())
        self._erased = frozenset(self._erasures.values())
        self._unreadable: list[Alteration] = []
        redactions = [event_id for (event_id,) in connection.execute(_REDACTIONS).fetchall()]
        self._redacted = {event_id: keys_redacted(log, event_id) for event_id in redactions}
        self._all_redacted = frozenset[UUID]().union(*self._redacted.values())

    def alterations(self) -> Iterator[Alteration]:
        """Find what the vault has otherwise than the log says."""
        for what, query in _LOOSE.items():
            for (identity,) in self._connection.execute(query).fetchall():
                yield Alteration(where=f"{what} {identity}", detail="no event of the log says so: it is forged")
        for event_id, kind in self._connection.execute(_UNDONE).fetchall():
            detail = (
                "the log says so, and the vault still has keys that it destroys: start Folkmoot, which destroys them"
            )
            yield Alteration(where=f"{kind} by event {event_id}", detail=detail)
        batch: list[_Use] = []
        for use in self._uses():
            batch.append(use)
            if len(batch) >= _BATCH:
                yield from self._looked_up(batch)
                batch = []
        yield from self._looked_up(batch)
        yield from self._unreadable

    def _uses(self) -> Iterator[_Use]:
        """Walk the log command by command; a command is fingerprinted under a key that lists everybody it names."""
        with (
            self._connection.transaction(),
            self._connection.cursor(f"keys_{uuid4().hex}", scrollable=False) as cursor,
        ):
            cursor.itersize = _BATCH
            cursor.execute(_EVENTS, binary=True)
            for _, group in groupby(filter(None, map(self._read, cursor)), key=lambda event: event.envelope.command_id):
                events = list(group)
                first = events[0]
                subjects = frozenset[UUID]().union(*(event.subjects for event in events))
                if first.envelope.fingerprint is not None and subjects:
                    where = f"fingerprint of {first.where}"
                    yield _Use(first.envelope.fingerprint.key_id, where, Purpose.FINGERPRINT, subjects)
                for event in events:
                    yield from _texts(event)

    def _read(self, row: tuple[Any, ...]) -> "_Read | None":
        """Decode what of an event names keys; one that cannot be read is noted, and the rest goes on."""
        position, kind, version, tags, envelope, data = row
        where = f"event {position} ({kind})"
        try:
            body = decode(kind, version, data)
            return _Read(position, where, decode_envelope(envelope), body, replacement_body(body), people_listed(tags))
        except UNREADABLE as error:
            self._unreadable.append(Alteration(where=where, detail=f"it cannot be read ({type(error).__name__})"))
            return None

    def _looked_up(self, batch: list[_Use]) -> Iterator[Alteration]:
        rows = self._connection.execute(_KEYS, ([use.key_id for use in batch],)).fetchall()
        key_rows = {row[0]: row[1:] for row in rows}
        for use in batch:
            fault = self._fault(use, *key_rows[use.key_id])
            if fault is not None and not self._is_copied(use):
                yield Alteration(where=use.where, detail=fault)

    def _fault(
        self,
        use: _Use,
        purpose: str | None,
        wrapping_key_id: bytes | None,
        wrapped: bytes | None,
        buried_by: UUID | None,
        subjects: list[UUID],
    ) -> str | None:
        if buried_by is not None:
            return self._fault_of_tombstone(use, buried_by, is_there=wrapped is not None)
        if wrapped is None or wrapping_key_id is None:
            return "its key is missing, and nothing says that it was destroyed"
        if use.subjects & self._erased or use.key_id in self._all_redacted:
            return "the log says that its key is destroyed, and it is there"
        if set(subjects) != use.subjects:
            return "its key is not listed under those whom the event may name: forgetting them would not destroy it"
        if purpose != use.purpose:
            return "its key is kept for another purpose"
        return self._fault_of_wrapping(use, wrapping_key_id, wrapped)

    def _fault_of_tombstone(self, use: _Use, buried_by: UUID, *, is_there: bool) -> str | None:
        if is_there:
            return "its key was destroyed and is there again"
        is_said = self._erasures.get(buried_by) in use.subjects or use.key_id in self._redacted.get(buried_by, ())
        return None if is_said else "its key was destroyed, and no event of the log says so: the tombstone is forged"

    def _fault_of_wrapping(self, use: _Use, wrapping_key_id: bytes, wrapped: bytes) -> str | None:
        wrapping_key = self._wrapping_keys.get(wrapping_key_id)
        if wrapping_key is None:
            return "its key is wrapped under a key that was not given" if self._wrapping_keys else None
        try:
            wrapping_key.unwrap(use.key_id, use.purpose, wrapped)
        except SealBroken:
            return "its key was altered in the vault"
        return None

    def _is_copied(self, use: _Use) -> bool:
        """Whether a correction only repeats a text that was sealed before, for others than it names itself."""
        if use.copied_from is None:
            return False
        record_id, field, position = use.copied_from
        return use.key_id in keys_of_text(self._log, record_id, field, before=position - 1)


class _Read(NamedTuple):
    """The parts of an event that name keys: its envelope, its body, and the body that a correction puts in place."""

    position: int
    where: str
    envelope: Envelope
    body: EventBody
    replacement: EventBody
    subjects: frozenset[UUID]


def _texts(event: _Read) -> Iterator[_Use]:
    for field, text in texts_of(event.body):
        if isinstance(text, Sealed):
            yield _Use(text.key_id, f"{field} of {event.where}", Purpose.TEXT, event.subjects)
    if not isinstance(event.body, RecordCorrected):
        return
    for field, text in texts_of(event.replacement):
        if isinstance(text, Sealed):
            copied_from = (event.body.record_id, field, event.position)
            yield _Use(text.key_id, f"{field} of {event.where}", Purpose.TEXT, event.subjects, copied_from)
