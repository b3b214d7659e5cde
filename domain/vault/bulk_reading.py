"""Bulk reading: whether one reader opens the words of more people than anybody reads at work."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import psycopg

_SINCE: Final = """
    SELECT subject_ids FROM vault.opening
    WHERE (actor_id = %(reader)s OR account_id = %(reader)s) AND opened_at >= %(since)s
"""
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)


class BulkReading:
    """The people whose words each reader opened lately, against how many there may be in an hour and in a day.

    Hours and days are those of the clock. A process that was just started learns from the trail what was read before.
    """

    def __init__(self, an_hour: int = 500, a_day: int = 2_000) -> None:
        self._most = {_HOUR: an_hour, _DAY: a_day}
        self._read: dict[tuple[UUID, timedelta], tuple[datetime, set[UUID]]] = {}

    def is_passed(
        self, connection: psycopg.Connection[Any], reader_id: UUID, now: datetime, subject_ids: Iterable[UUID]
    ) -> bool:
        """A reader opens with these words those of somebody new, and of more people than it may be."""
        subjects, is_passed = frozenset(subject_ids), False
        if not subjects:
            return False
        for length in self._most:
            known = self._of(connection, reader_id, length, now)
            is_passed |= not subjects <= known and len(known) + len(subjects - known) > self._most[length]
            known |= subjects
        return is_passed

    def _of(self, connection: psycopg.Connection[Any], reader_id: UUID, length: timedelta, now: datetime) -> set[UUID]:
        """The people whose words a reader opened since the hour or the day began."""
        began_at = now.replace(minute=0, second=0, microsecond=0)
        began_at = began_at if length == _HOUR else began_at.replace(hour=0)
        since, known = self._read.get((reader_id, length), (None, set()))
        if since != began_at:
            rows = connection.execute(_SINCE, {"reader": reader_id, "since": began_at}).fetchall()
            known = {subject for (subject_ids,) in rows for subject in subject_ids}
            self._forget(length, began_at)
            self._read[reader_id, length] = (began_at, known)
        return known

    def _forget(self, length: timedelta, began_at: datetime) -> None:
        """Let go what was read in hours or days that are over."""
        over = [key for key, (since, _) in self._read.items() if key[1] == length and since != began_at]
        for key in over:
            del self._read[key]
