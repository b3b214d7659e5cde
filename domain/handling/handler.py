"""Runs a decision against the log: look the command up, read its boundary, decide, seal, append on condition.

A command is answered only once it is durable. The same command given again is answered from the log.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from msgspec import Struct
from msgspec.structs import replace
from psycopg import Cursor

from domain.decisions.boundary import around, boundary, widening
from domain.decisions.case import Draft
from domain.decisions.command import Command, decide, operation_of, with_warnings
from domain.decisions.command_context import CommandContext
from domain.decisions.facts import Facts
from domain.decisions.refusals import Refusal
from domain.events import (
    Envelope,
    EventBody,
    Fingerprint,
    declaration_of,
    decode_envelope,
    encode,
    encode_envelope,
)
from domain.events.envelope import Warned
from domain.events.recorded import Recorded
from domain.events.selection import Selections
from domain.events.stewardship import SubjectErased, TextRedacted
from domain.handling.destruction import keys_of_text, memorandum_lines
from domain.handling.lookalikes import Lookalikes
from domain.handling.sealing import TextSealer, people_listed
from domain.log.decode_events import decode_event
from domain.log.errors import BoundaryConflict, EntryTooLarge, StateMoved
from domain.log.event import LogEvent
from domain.log.find_records import last_position
from domain.log.leaf import LARGEST_ENTRY, entry_of
from domain.log.memorandum import Memorandum
from domain.log.query import AppendCondition, LogQuery
from domain.log.read_events import read_events
from domain.log.recorder import LogRecorder
from domain.log.sessions import Row
from domain.vault import Erased, SubjectForgotten, Vault

ATTEMPTS: Final = 20
"""How often a decision is made again when others keep recording inside its boundary."""


class Acknowledged(Struct, frozen=True):
    """A command that is durable: its events as stored, and whether they were there before."""

    events: tuple[Recorded, ...]
    repeated: bool

    @property
    def position(self) -> int:
        """Give the position of its last event."""
        return self.events[-1].position

    @property
    def warnings(self) -> tuple[Warned, ...]:
        """Likely slips of the pen in it: as they were found when it was recorded."""
        return self.events[0].envelope.warnings


class KeyReused(Struct, frozen=True):
    """The same command id came with other content; nothing was recorded."""


class StateRead(Struct, frozen=True):
    """A state that somebody read and decided on: the last position at which any of these events was recorded."""

    selections: Selections
    position: int


class Handler:
    """Runs commands against one log and its vault. Thread-safe."""

    def __init__(self, recorder: LogRecorder, vault: Vault, memorandum: Memorandum | None = None) -> None:
        self.recorder = recorder
        self.vault = vault
        self.memorandum = memorandum
        self.lookalikes = Lookalikes(recorder)

    def handle(
        self,
        command: Command,
        context: CommandContext,
        payload: bytes,
        *,
        seen: StateRead | None = None,
        recorded_at: datetime | None = None,
    ) -> Acknowledged | Refusal | KeyReused:
        """Decide a command and record what follows from it.

        `payload` is what makes two requests the same (its bytes are fingerprinted, not kept). `recorded_at` is only
        for a log that is being seeded. Raises Moved when the state `seen` is no longer the present one,
        BoundaryConflict when others keep getting in first, LogUnavailable, EntryTooLarge and what else the log raises.
        """
        for attempt in range(1, ATTEMPTS + 1):
            earlier = self.lookup(context.command_id, payload)
            if earlier is not None:
                return earlier
            records, condition = self._read(command, context, seen)
            outcome = decide(command, Facts.from_records(records), context)
            if isinstance(outcome, Refusal):
                return outcome
            if recorded_at is None:
                outcome = with_warnings(outcome, self.lookalikes.of(outcome))
            try:
                return self._append(command, context, outcome, condition, payload, recorded_at)
            except (BoundaryConflict, SubjectForgotten):
                if attempt == ATTEMPTS:
                    raise
        raise AssertionError

    def lookup(self, command_id: UUID, payload: bytes) -> Acknowledged | KeyReused | None:
        """Find a command that is durable already. Once somebody it named is forgotten, a repeat is the same."""
        found = self.recorder.find_command(uuid5(command_id, "0"), lambda event: _belongs(event, command_id))
        if not found:
            return None
        fingerprint = decode_envelope(found[0].envelope).fingerprint
        if fingerprint is not None:
            with self.recorder.transaction() as cursor:
                same = self.vault.fingerprint_matches(cursor, fingerprint, payload)
            if not isinstance(same, Erased) and not same:
                return KeyReused()
        return self._remembered(Acknowledged(tuple(decode_event(event) for event in found), repeated=True))

    def lookup_any(self, command_ids: Sequence[UUID], payload: bytes) -> Acknowledged | KeyReused | None:
        """Find a command by any of several identities; one with the same content comes before one with other."""
        first_events = {uuid5(command_id, "0"): command_id for command_id in command_ids}
        reused: KeyReused | None = None
        for event_id in self.recorder.recorded_among(list(first_events)):
            match self.lookup(first_events[event_id], payload):
                case Acknowledged() as durable:
                    return durable
                case other:
                    reused = other or reused
        return reused

    def known(self, command: Command, context: CommandContext) -> list[Recorded]:
        """Give the events that deciding a command rests on, in order."""
        return self._read(command, context)[0]

    def _read(
        self, command: Command, context: CommandContext, seen: StateRead | None = None
    ) -> tuple[list[Recorded], AppendCondition]:
        """Read the boundary in one snapshot; records named by id are immutable and are looked up first.

        What was read may bring more into the boundary: what mends it, whether people it names were forgotten, where
        they stand already, what the command rests on by what it found. That is read as of the same position, which in
        a log that only grows is the same snapshot.
        """
        selections, record_ids = boundary(command, context)
        singles = self._chain(record_ids)
        selections |= around([decode_event(event) for event in singles])
        with self.recorder.connections.borrow() as connection:
            events, head = read_events(connection, LogQuery(selections), after=0)
            inside = {event.event_id: event for event in (*events, *singles)}
            while more := widening(command, records := _in_order(inside), context) - selections:
                events, _ = read_events(connection, LogQuery(more), after=0, upto=head)
                inside |= {event.event_id: event for event in events}
                selections |= more
        if seen is None:
            return records, AppendCondition(LogQuery(selections), head)
        if last_position(self.recorder, seen.selections, upto=head) != seen.position:
            raise StateMoved("what was read before has been touched since")
        return records, AppendCondition(LogQuery(selections | seen.selections), head)

    def _chain(self, record_ids: Iterable[UUID]) -> list[LogEvent]:
        """Look records up by id, and what each of them is about, down to the first."""
        found: list[LogEvent] = []
        wanted = list(record_ids)
        while wanted:
            event = self.recorder.find(wanted.pop())
            if event is None:
                continue
            found.append(event)
            about = getattr(decode_event(event).body, "record_id", None)
            if about is not None:
                wanted.append(about)
        return found

    def _append(
        self,
        command: Command,
        context: CommandContext,
        drafts: Sequence[Draft],
        condition: AppendCondition,
        payload: bytes,
        recorded_at: datetime | None,
    ) -> Acknowledged:
        sealing = TextSealer(self.vault)
        bodies, events = _sealed(sealing, command, context, drafts, payload)
        with self.recorder.transaction() as cursor:
            self.vault.keep(cursor, sealing.keys)
            for draft, body in zip(drafts, bodies, strict=True):
                self._destroy(cursor, draft.event_id, body)
            appended = self.recorder.append_in(cursor, events, condition, recorded_at=recorded_at)
        for offset, event in enumerate(events):
            event.position = appended.first + offset
            event.recorded_at = appended.recorded_at
        return self._remembered(Acknowledged(tuple(decode_event(event) for event in events), repeated=False))

    def must_fit(self, command: Command, context: CommandContext, drafts: Sequence[Draft], payload: bytes) -> None:
        """Refuse what the log would refuse of drafts; record nothing. Raises EntryTooLarge, UnsealableText."""
        for event in _sealed(TextSealer(self.vault), command, context, drafts, payload)[1]:
            event.position, event.recorded_at = 0, context.now
            if len(entry_of(event)) > LARGEST_ENTRY:
                raise EntryTooLarge(f"event {event.event_id} takes more than {LARGEST_ENTRY:,} bytes: shorten it")

    def _destroy(self, cursor: Cursor[Row], event_id: UUID, body: EventBody) -> None:
        """Destroy the keys that an erasure or a redaction says are destroyed, in the transaction that says so."""
        match body:
            case SubjectErased(subject_id=subject_id):
                self.vault.erase(cursor, subject_id, event_id)
            case TextRedacted(record_id=record_id, field=field):
                self.vault.redact(cursor, keys_of_text(self.recorder, record_id, field), event_id)
            case _:
                return

    def _remembered(self, durable: Acknowledged) -> Acknowledged:
        """Remember outside the database what was destroyed, before anybody is told that it is."""
        destroying = [each for each in durable.events if isinstance(each.body, SubjectErased | TextRedacted)]
        if self.memorandum is not None and destroying:
            log_id = self.recorder.head().log_id
            self.memorandum.add(memorandum_lines(self.recorder, log_id, destroying))
        return durable


def _in_order(events: Mapping[UUID, LogEvent]) -> list[Recorded]:
    inside = sorted(events.values(), key=lambda event: event.position or 0)
    return [replace(decode_event(each), subjects=people_listed(each.tags)) for each in inside]


def _belongs(event: LogEvent, command_id: UUID) -> bool:
    return decode_envelope(event.envelope).command_id == command_id


def _sealed(
    sealing: TextSealer, command: Command, context: CommandContext, drafts: Sequence[Draft], payload: bytes
) -> tuple[list[EventBody], list[LogEvent]]:
    """The bodies of drafts with their texts sealed, and the events that carry them."""
    bodies = [sealing.seal(draft) for draft in drafts]
    fingerprint = sealing.fingerprint(payload, drafts)
    events = [
        _event(draft, body, _envelope(command, context, draft, drafts, fingerprint))
        for draft, body in zip(drafts, bodies, strict=True)
    ]
    return bodies, events


def _envelope(
    command: Command, context: CommandContext, draft: Draft, drafts: Sequence[Draft], fingerprint: Fingerprint
) -> Envelope:
    first = draft is drafts[0]
    return Envelope(
        command_id=context.command_id,
        operation=operation_of(type(command)),
        actor=context.actor.actor_id,
        recorded_by=context.side,
        on_behalf_of=draft.word,
        source=context.source,
        source_reference=context.source_reference,
        source_recorded_at=context.source_recorded_at,
        cause=None if first else drafts[0].event_id,
        correlation=context.correlation,
        count=len(drafts),
        fingerprint=fingerprint if first else None,
        warnings=draft.warnings,
    )


def _event(draft: Draft, body: EventBody, envelope: Envelope) -> LogEvent:
    declaration = declaration_of(body)
    return LogEvent(
        type=declaration.name,
        data=encode(body),
        tags=sorted(draft.tags),
        event_id=draft.event_id,
        version=declaration.version,
        partition_id=draft.partition_id,
        occurred_at=draft.occurred_at,
        envelope=encode_envelope(envelope),
    )
