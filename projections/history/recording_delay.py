"""How late a record came: in whole days of the London calendar, counted from the last day that is stated."""

from datetime import datetime
from uuid import UUID

from domain.events.declaration import EventBody
from domain.values import day_of, last_day
from projections.history.history import History
from projections.method.method import Method


def days_until_recorded(happened: str, recorded_at: datetime) -> int:
    """Count the days from what happened to its recording; 0 for what was recorded at once."""
    return max(0, (day_of(recorded_at) - last_day(happened)).days)


class RecordingDelay:
    """The method's judgement of what is recorded late; what belongs to a minuted meeting may take longer."""

    def __init__(self, history: History, method: Method) -> None:
        self._history, self._rules = history, method.health

    def is_late(self, body: EventBody, recorded_at: datetime) -> bool:
        """The record came later than the method allows."""
        return days_until_recorded(body.happened, recorded_at) > self.days_allowed(body)

    def days_allowed(self, body: EventBody) -> int:
        """How many days after it happened something may be recorded."""
        meeting_id: UUID | None = getattr(body, "interaction_id", None)
        is_minuted = meeting_id is not None and bool(self._history.minutes_of(meeting_id))
        return self._rules.late_minutes_days if is_minuted else self._rules.late_recording_days
