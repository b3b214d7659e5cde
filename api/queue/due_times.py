"""When work that has a time of day is due: every day once by the clocks of London, also when they change."""

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

_LONDON: Final = ZoneInfo("Europe/London")


class DailyTime(Struct, frozen=True):
    """A time of day in London, such as 02:30.

    Raises ValueError for a time from 01:00 to 01:59, which is there twice on a day in October and not in March.
    """

    hour: int
    minute: int

    def __post_init__(self) -> None:
        """Refuse a time that not every day has once."""
        time(self.hour, self.minute)
        if self.hour == 1:
            raise ValueError("from 01:00 to 01:59 no day is sure to have every time once")

    def last_due(self, now: datetime) -> datetime:
        """The last instant, up to `now`, at which it was this time in London."""
        day = now.astimezone(_LONDON).date()
        due_at = datetime.combine(day, time(self.hour, self.minute), _LONDON)
        if due_at > now:
            due_at = datetime.combine(day - timedelta(days=1), time(self.hour, self.minute), _LONDON)
        return due_at

    def next_due(self, now: datetime) -> datetime:
        """The first instant after `now` at which it is this time in London."""
        day = self.last_due(now).date() + timedelta(days=1)
        return datetime.combine(day, time(self.hour, self.minute), _LONDON)
