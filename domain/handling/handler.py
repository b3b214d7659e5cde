"""The handler of commands: look a command up, read its boundary, decide, seal, append on condition, acknowledge.

A command is answered only once it is durable. The same command given again is answered from the log.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct
from psycopg import Cursor

from domain.decisions.command import Command, decide, with_warnings
from domain.decisions.command_context import CommandContext
from domain.decisions.facts import Facts
from domain.decisions.refusals import Refusal
from domain.events import EventBody
from domain.events.envelope import Fingerprint, Warned
from domain.events.recorded import Recorded
from domain.events.selection import Selections
from domain.events.stewardship import SubjectErased, TextRedacted
from domain.handling.combined_appends import CombinedAppends
from domain.handling.destroy_again import keys_of_text, memorandum_lines
from domain.handling.held_events import HeldBoundary, HeldEvents
from domain.handling.lookalikes import Lookalikes
from domain.handling.recording_measures import APPEND_S, CONFLICTS, REPLAYS, count_recorded
from domain.handling.remembered_events import RememberedEvents, RememberedSource
from domain.handling.sealing import SealedCommand, seal_command
from domain.log.errors import AlreadyRecorded, BoundaryConflict, StateMoved
from domain.log.find_records import find_command, last_position, recorded_commands
from domain.log.memorandum import Memorandum
from domain.log.query import AppendCondition, LogQuery
from domain.log.recorder import AppendReceipt, LogRecorder, NewAppend
from domain.log.sessions import Row
from domain.vault import Erased, SubjectForgotten, Vault, keep_contents

ATTEMPTS: Final = 20
"""How often a decision is made again when others keep recording inside its boundary."""


class Acknowledged(Struct, frozen=True):
    """A command that is durable: its events as stored, and whether they were there before."""

    events: tuple[Recorded, ...]
    repeated: bool

    @property
    def position(self) -> int:
        """The position of its last event."""
        return self.events[-1].position

    @property
    def warnings(self) -> tuple[Warned, ...]:
        """Likely slips of the pen in it: as they were found when it was recorded."""
        return self.events[0].envelope.warnings


class KeyReused(Struct, frozen=True):
    """A command id that came before with other content; nothing was recorded."""


CommandOutcome = Acknowledged | Refusal | KeyReused


class StateRead(Struct, frozen=True):
    """A state that somebody read and decided on: the last position at which any of these events was recorded."""

    selections: Selections
    position: int


class Handler:
    """Handles commands against one log and its vault. Thread-safe."""

    def __init__(self, recorder: LogRecorder, vault: Vault, memorandum: Memorandum | None = None) -> None:
        self.recorder = recorder
        self.vault = vault
        self.memorandum = memorandum
        self.remembered = RememberedEvents(recorder)
        self.appends = CombinedAppends(recorder)
        self.lookalikes = Lookalikes(RememberedSource(recorder, self.remembered))

    def handle(
        self,
        command: Command,
        context: CommandContext,
        payload: bytes,
        *,
        earlier_ids: Sequence[UUID] = (),
        seen: StateRead | None = None,
        recorded_at: datetime | None = None,
    ) -> Acknowledged | Refusal | KeyReused:
        """Decide a command and record what follows from it.

        `payload` is what makes two requests the same (its bytes are fingerprinted, not kept); `earlier_ids` are those
        under which it may have been recorded before, likeliest first. `recorded_at` is only for a log that is being
        seeded. Raises Moved when the state `seen` is no longer the present one,
        BoundaryConflict when others keep getting in first, LogUnavailable, EntryTooLarge and what else the log raises.
        """
        command_ids = (*earlier_ids, context.command_id)
        for attempt in range(1, ATTEMPTS + 1):
            boundary = self.remembered.boundary_of(command, context, command_ids)
            if boundary is None:
                return self._recorded_before(command_ids, payload)
            condition = self._condition(boundary, seen)
            known = boundary.records if context.sees is None else list(filter(context.sees, boundary.records))
            drafts = decide(command, Facts.from_records(known), context)
            if isinstance(drafts, Refusal):
                return drafts
            if recorded_at is None:
                drafts = with_warnings(drafts, self.lookalikes.of(drafts))
            sealed = seal_command(self.vault, command, context, drafts, payload)
            try:
                with APPEND_S.time():
                    receipt = self._append(sealed, condition, recorded_at)
            except (BoundaryConflict, SubjectForgotten):
                CONFLICTS.inc()
                if attempt == ATTEMPTS:
                    raise
            else:
                events = sealed.recorded(receipt.first, receipt.recorded_at)
                self.remembered.appended(sealed, events, receipt)
                count_recorded(events)
                return self._acknowledged(events, repeated=False)
        raise AssertionError

    def lookup(self, command_id: UUID, payload: bytes) -> Acknowledged | KeyReused | None:
        """Find a command that is durable already. Once somebody it named is forgotten, a repeat is the same."""
        events = find_command(self.recorder, command_id)
        return self.compared(events, payload) if events else None

    def _recorded_before(self, command_ids: Sequence[UUID], payload: bytes) -> Acknowledged | KeyReused:
        outcome = self.lookup_any(command_ids, payload)
        if outcome is None:
            raise AlreadyRecorded("an event of no command has the id of the first event of this one")
        return outcome

    def compared(self, events: Sequence[Recorded], payload: bytes) -> Acknowledged | KeyReused:
        """A durable command, by its events, as the answer to a command that comes with this content."""
        fingerprint = events[0].envelope.fingerprint
        if fingerprint is not None and not self._is_same(fingerprint, payload):
            return KeyReused()
        REPLAYS.inc()
        return self._acknowledged(tuple(events), repeated=True)

    def _is_same(self, fingerprint: Fingerprint, payload: bytes) -> bool:
        """Whether content is that of a fingerprint; once somebody it named is forgotten, nobody can tell."""
        is_same: bool | Erased | None = self.vault.derived_matches(fingerprint, payload)
        if is_same is None:
            with self.recorder.transaction() as cursor:
                is_same = self.vault.fingerprint_matches(cursor, fingerprint, payload)
        return isinstance(is_same, Erased) or is_same

    def lookup_any(self, command_ids: Sequence[UUID], payload: bytes) -> Acknowledged | KeyReused | None:
        """Find a command by any of several identities; one with the same content comes before one with other."""
        reused: KeyReused | None = None
        for command_id in recorded_commands(self.recorder, command_ids):
            match self.lookup(command_id, payload):
                case Acknowledged() as durable:
                    return durable
                case other:
                    reused = other or reused
        return reused

    def boundary_records(self, command: Command, context: CommandContext) -> list[Recorded]:
        """The events that deciding a command rests on, in order."""
        return HeldEvents(self.recorder).boundary_of(command, context).records

    def _condition(self, boundary: HeldBoundary, seen: StateRead | None) -> AppendCondition:
        """Nothing inside the boundary, nor of a state that was seen, may be recorded after it was read."""
        if seen is None:
            return AppendCondition(LogQuery(boundary.selections), boundary.position)
        if last_position(self.recorder, seen.selections, upto=boundary.position) != seen.position:
            raise StateMoved("what was read before has been touched since")
        return AppendCondition(LogQuery(boundary.selections | seen.selections), boundary.position)

    def _append(self, sealed: SealedCommand, condition: AppendCondition, recorded_at: datetime | None) -> AppendReceipt:
        """Keep keys and contents, destroy the keys that the events destroy, append the events: in one transaction."""
        append = NewAppend(sealed.events, recorded_at)
        destroys = any(isinstance(body, SubjectErased | TextRedacted) for body in sealed.bodies)
        if not (destroys or sealed.contents):
            return self.appends.append(sealed.keys, append, condition)
        with self.recorder.transaction() as cursor:
            if destroys:
                self.vault.destroy_alone(cursor)
            self.vault.keep(cursor, sealed.keys)
            for contents in sealed.contents:
                keep_contents(cursor, self.vault, contents)
            for event, body in zip(sealed.events, sealed.bodies, strict=True):
                self._destroy(cursor, event.event_id, body)
            [receipt] = self.recorder.append_all_in(cursor, [append], condition)
        return receipt

    def _destroy(self, cursor: Cursor[Row], event_id: UUID, body: EventBody) -> None:
        """Destroy the keys that an erasure or a redaction says are destroyed, in the transaction that says so."""
        match body:
            case SubjectErased(subject_id=subject_id):
                self.vault.erase(cursor, subject_id, event_id)
            case TextRedacted(record_id=record_id, field=field):
                self.vault.redact(cursor, keys_of_text(self.recorder, record_id, field), event_id)
            case _:
                return

    def _acknowledged(self, events: tuple[Recorded, ...], *, repeated: bool) -> Acknowledged:
        """Acknowledge durable events, once what they destroyed is remembered outside the database too."""
        destructions = [event for event in events if isinstance(event.body, SubjectErased | TextRedacted)]
        if self.memorandum is not None and destructions:
            log_id = self.recorder.head().log_id
            self.memorandum.add(memorandum_lines(self.recorder, log_id, destructions))
        return Acknowledged(events, repeated)
