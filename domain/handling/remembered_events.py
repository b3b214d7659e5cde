"""The events that recent decisions rested on, remembered, and brought up to date with one short read.

Most commands come from a few partnerships, whose seats and bodies seldom change: what was read for the last command
serves for the next. Nothing is decided on what is remembered alone: each command first reads what was recorded since,
whether it is itself on record, and whether this is still the same log.
"""

import threading
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.decisions.command import Command
from domain.decisions.command_context import CommandContext
from domain.events import name_of
from domain.events.interactions import InteractionRecorded
from domain.events.recorded import Recorded
from domain.events.tags import tag
from domain.handling.held_events import HeldBoundary, HeldEvents
from domain.handling.lookalikes import LogSource
from domain.handling.sealing import SealedCommand, people_listed
from domain.log.event import LogEvent
from domain.log.find_records import first_event_id
from domain.log.read_since import SincePosition, read_since
from domain.log.recorder import AppendReceipt, LogHead, LogRecorder
from domain.values import day_of

MOST_REMEMBERED: Final = 20_000
"""Events, and selections that were read: beyond this everything is let go, and read again where it is needed."""
LONGEST_TAIL: Final = 1_000
"""Events: after more than this the memory begins anew."""
_MOST_AHEAD: Final = 64
_PARTNERSHIPS: Final = 1_000
_MEETING: Final = name_of(InteractionRecorded)


class _Mark(Struct, frozen=True):
    """The place up to which the log was remembered at some moment, since the memory last began."""

    began: LogHead
    position: int
    recorded_at: datetime | None


class RememberedEvents:
    """The memory of one process for one log. Thread-safe; empty until the first command."""

    def __init__(self, log: LogRecorder) -> None:
        self._log = log
        self._lock = threading.Lock()
        self._held: HeldEvents | None = None
        self._mark: _Mark
        self._meeting_days: dict[UUID, set[date]] = {}
        self._ahead: dict[int, tuple[SealedCommand, Sequence[Recorded], AppendReceipt]] = {}
        """Appends of this process that come after something that is not held yet, by their first positions."""

    def boundary_of(
        self, command: Command, context: CommandContext, command_ids: Sequence[UUID]
    ) -> HeldBoundary | None:
        """The boundary of a command as the log has it now; None where a command with any of these ids is on record."""
        with self._lock:
            if self._held is None:
                self._held = HeldEvents(self._log)
                self._begin(self._held)
            memory, mark = self._held, self._mark
        with self._log.connections.borrow() as connection:
            since = read_since(connection, mark.position, list(map(first_event_id, command_ids)), LONGEST_TAIL)
        if since.is_recorded:
            return None
        with self._lock:
            self._catch_up(memory, mark, since)
            return memory.boundary_of(command, context)

    @property
    def began(self) -> LogHead | None:
        """The head of the log when the memory last began; None while it is empty."""
        return None if self._held is None else self._mark.began

    def appended(self, sealed: SealedCommand, records: Sequence[Recorded], receipt: AppendReceipt) -> None:
        """Remember what was appended here, once what came before it is remembered: that of other threads, or read."""
        with self._lock:
            if len(self._ahead) < _MOST_AHEAD:
                self._ahead[receipt.first] = (sealed, records, receipt)
            self._hold_ahead()

    def has_met_on(self, partnership_id: UUID, day: date) -> bool:
        """Whether any meeting of a partnership is recorded to have begun on a day."""
        with self._lock:
            days = self._meeting_days.get(partnership_id)
            if days is None:
                if len(self._meeting_days) >= _PARTNERSHIPS:
                    self._meeting_days.clear()
                times = self._log.times_of(tag("partnership", partnership_id), _MEETING)
                days = self._meeting_days[partnership_id] = set(map(day_of, times))
            return day in days

    def _begin(self, memory: HeldEvents) -> None:
        self._mark = _Mark(memory.head, memory.position, memory.head.recorded_at)
        self._meeting_days.clear()
        self._ahead.clear()

    def _catch_up(self, memory: HeldEvents, mark: _Mark, since: SincePosition) -> None:
        """Hold what was recorded since; begin anew in another log, after much, or where too much is held."""
        if self._mark.began is not mark.began:
            return  # another thread began anew after the mark was made
        is_same = since.log_id == mark.began.log_id and since.recorded_at == mark.recorded_at
        if not is_same or len(since.events) >= LONGEST_TAIL or len(memory) > MOST_REMEMBERED:
            memory.let_go()
            self._begin(memory)
            return
        tail = [event for event in since.events if (event.position or 0) > memory.position]
        if tail:
            memory.hold_tail(tail)
            if memory.head is not mark.began:
                self._begin(memory)
                return
            self._mark = _Mark(mark.began, memory.position, tail[-1].recorded_at)
            self._ahead = {first: each for first, each in self._ahead.items() if first > memory.position}
        for event in tail:
            self._note_meeting(event)
        self._hold_ahead()

    def _hold_ahead(self) -> None:
        """Hold the appends of this process that follow the last position, and forget those up to it."""
        while self._held is not None and (following := self._ahead.pop(self._held.position + 1, None)):
            sealed, records, receipt = following
            for event, record in zip(sealed.events, records, strict=True):
                tags = frozenset(event.tags)
                self._held.hold_new(replace(record, subjects=people_listed(tags)), tags)
                self._note_meeting(event)
            self._held.settle(receipt.last)
            self._mark = _Mark(self._mark.began, receipt.last, receipt.recorded_at)

    def _note_meeting(self, event: LogEvent) -> None:
        if event.type == _MEETING and event.partition_id in self._meeting_days:
            self._meeting_days[event.partition_id].add(day_of(event.occurred_at))


class RememberedSource(LogSource):
    """The record as the log has it, which is not asked for meetings of a day on which none was."""

    def __init__(self, log: LogRecorder, remembered: RememberedEvents) -> None:
        super().__init__(log)
        self._remembered = remembered

    def meetings(self, partnership_id: UUID, day: date) -> list[Recorded]:
        """Read the meetings of one day, if there are any."""
        return super().meetings(partnership_id, day) if self._remembered.has_met_on(partnership_id, day) else []
