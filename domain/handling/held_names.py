"""Lookalikes among events that are held in memory: the names of the log, and meetings by their day."""

from datetime import date
from typing import Final
from uuid import UUID

from domain.events import name_of
from domain.events.interactions import InteractionRecorded
from domain.events.recorded import Recorded
from domain.events.selection import Selection, Selections
from domain.events.tags import tag
from domain.handling.held_events import HeldEvents
from domain.handling.lookalikes import MEETINGS_LOOKED_AT, LogSource
from domain.log.recorder import LogRecorder
from domain.values import day_of

_MEETING: Final = frozenset({name_of(InteractionRecorded)})


class HeldSource:
    """The record as held: names are read from the log, and noted by whoever holds new ones."""

    def __init__(self, log: LogRecorder, held_events: HeldEvents) -> None:
        self._log, self._held = LogSource(log), held_events

    def records(self, selections: Selections) -> list[Recorded]:
        """Select among the events held."""
        return self._held.records(selections)

    def names_after(self, position: int) -> tuple[list[Recorded], int]:
        """Read on only where the log has grown."""
        return ([], position) if position >= self._held.position else self._log.names_after(position)

    def meetings(self, partnership_id: UUID, day: date) -> list[Recorded]:
        """Select by day among the latest meetings of a partnership."""
        tags = frozenset({tag("partnership", partnership_id)})
        latest = self._held.records(frozenset({Selection(_MEETING, tags)}))[-MEETINGS_LOOKED_AT:]
        return [each for each in latest if day_of(each.occurred_at) == day]
