"""Working days of England and Wales, by the bank holidays a method names."""

from datetime import date
from functools import lru_cache
from typing import Final

import numpy as np

from projections.method.method import Holidays

_KEPT: Final = 65_536
_MOST_CALENDARS: Final = 32


class WorkingDays:
    """Counts Mondays to Fridays that are not bank holidays; build one with `working_days`.

    Histories ask about the same few thousand days again and again, so that answers are kept.
    """

    def __init__(self, holidays: tuple[date, ...]) -> None:
        self._calendar = np.busdaycalendar(holidays=np.array(holidays, dtype="datetime64[D]"))
        self._known_after = lru_cache(maxsize=_KEPT)(self._after)
        self._known_between = lru_cache(maxsize=_KEPT)(self._between)

    def after(self, day: date, count: int) -> date:
        """The `count`-th working day after a day; the day itself is not counted."""
        return self._known_after(day, count)

    def between(self, first: date, last: date) -> int:
        """Count the working days after `first` up to and with `last`; none when `last` is not later."""
        return self._known_between(first, last)

    def _after(self, day: date, count: int) -> date:
        day_found = np.busday_offset(np.datetime64(day, "D"), count, roll="backward", busdaycal=self._calendar)
        return date.fromisoformat(str(day_found))

    def _between(self, first: date, last: date) -> int:
        one = np.timedelta64(1, "D")
        start, stop = np.datetime64(first, "D") + one, np.datetime64(last, "D") + one
        return max(0, int(np.busday_count(start, stop, busdaycal=self._calendar)))


def working_days(holidays: Holidays) -> WorkingDays:
    """The counter for a method's bank holidays."""
    counter = _COUNTERS.get(id(holidays))
    if counter is None:
        if len(_COUNTERS) >= _MOST_CALENDARS:
            _COUNTERS.clear()
        counter = _COUNTERS[id(holidays)] = (holidays, _counter(holidays.dates))
    return counter[1]


@lru_cache(maxsize=_MOST_CALENDARS)
def _counter(dates: tuple[date, ...]) -> WorkingDays:
    return WorkingDays(dates)


_COUNTERS: Final[dict[int, tuple[Holidays, WorkingDays]]] = {}
"""Those used of late by identity, kept alive with their calendars: comparing hundreds of days would take longer."""
