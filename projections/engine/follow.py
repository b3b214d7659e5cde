"""The follower: keeps the live builds level with the log, exactly once, and brings them to each new day in London.

One follower leads; others stand by. Its lock, its registry and its writes share one connection, so that a follower
that loses the lock has written nothing since.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from typing import Final
from uuid import UUID

import psycopg
import structlog

from domain.errors import FolkmootError
from domain.log.connections import Connections
from domain.log.errors import LogUnavailable, RebuildNeeded
from domain.log.recorder import LogRecorder
from domain.log.tail import POLL_S, LogTail
from domain.values import day_of
from projections.engine.builds import LEADING, Build, Connection, builds, refuse_another_log, take_lock
from projections.engine.tracking import FollowedAlready
from projections.engine.updater import BuildUpdater
from projections.views import stored_projections

_BATCH: Final = 5000  # behind by so many, a partnership is projected once for all that came to it
_SWEPT_AT_ONCE: Final = 10
_SETTLE_S: Final = 0.05
_logger = structlog.get_logger(__name__)


class _OtherBuildsLive(FolkmootError):
    """Other builds are live than those that were followed: load them."""


class AnotherLeads(FolkmootError):
    """Another follower leads: it is the one to catch up; ask what it has reached."""


class ProjectionFollower:
    """A process that follows the log. `today` is the day to project as of; by default the database's, in London."""

    def __init__(
        self,
        log: LogRecorder,
        connections: Connections,
        *,
        today: Callable[[], date] | None = None,
        batch: int = _BATCH,
    ) -> None:
        self._log, self._connections, self._batch = log, connections, batch
        self._today = today or self._day
        self._behind: deque[UUID] = deque()
        self._behind_for: date | None = None

    def run(self, stopping: threading.Event) -> None:
        """Follow until the event is set; outages only delay. Raises RebuildNeeded for another or a restored log."""
        while not stopping.is_set():
            try:
                with self._leading() as connection:
                    if connection is None:
                        stopping.wait(POLL_S)
                    else:
                        self._follow(connection, stopping)
            except (LogUnavailable, psycopg.OperationalError, psycopg.InterfaceError) as error:
                _logger.warning("following interrupted", reason=type(error).__name__)
                stopping.wait(POLL_S)
            except (_OtherBuildsLive, FollowedAlready) as error:
                _logger.info("following anew", reason=str(error))
                stopping.wait(_SETTLE_S)

    def catch_up(self) -> int:
        """Follow to the head as it is now and to today; returns the position reached.

        Raises LogUnavailable, RebuildNeeded and AnotherLeads.
        """
        while True:
            with suppress(_OtherBuildsLive, FollowedAlready), self._leading() as connection:
                if connection is None:
                    raise AnotherLeads("another follower leads: folkmoot status says what it has reached")
                with self._loaded(connection) as (updater, tail):
                    while updater is not None and self._step(connection, updater, tail):
                        pass
                    return updater.position if updater else 0

    def _follow(self, connection: Connection, stopping: threading.Event) -> None:
        with self._loaded(connection) as (updater, tail):
            while not stopping.is_set():
                if updater is None:
                    stopping.wait(POLL_S)
                    if followed(connection):
                        raise _OtherBuildsLive("the first builds are live")
                elif not self._step(connection, updater, tail):
                    tail.wait()

    def _step(self, connection: Connection, updater: BuildUpdater, tail: LogTail) -> bool:
        """Take in the next events, and some partnerships behind the day; false where there was nothing to do."""
        events = tail.pull(self._batch)
        day = max(self._today(), *(build.as_of for build in updater.builds.values()))
        if self._behind_for != day:
            self._behind, self._behind_for = deque(updater.partnerships_behind(day)), day
        behind = self._next_behind() if updater.is_level else []
        is_new_day = (
            not self._behind and updater.is_level and any(each.as_of != day for each in updater.builds.values())
        )
        if not (events or behind or is_new_day):
            self._check_registry(connection, updater)
            return False
        with connection.transaction():
            self._check_registry(connection, updater)
            row_count = updater.write(updater.project(events, behind, day), tail.position)
            if is_new_day:
                updater.set_day(day)
        _logger.info("followed", position=tail.position, rows=row_count, events=len(events))
        return True

    def _next_behind(self) -> list[UUID]:
        return [self._behind.popleft() for _ in range(min(_SWEPT_AT_ONCE, len(self._behind)))]

    def _check_registry(self, connection: Connection, updater: BuildUpdater) -> None:
        """Hold the live builds where they are until the transaction ends. Raises _OtherBuildsLive."""
        live = followed(connection, lock=connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE)
        if live != updater.builds:
            raise _OtherBuildsLive("other builds are live")

    def _day(self) -> date:
        return day_of(self._log.head().now)

    @contextmanager
    def _loaded(self, connection: Connection) -> Iterator[tuple[BuildUpdater | None, LogTail]]:
        self._behind_for = None
        live = followed(connection)
        if not live:
            _logger.warning("nothing to follow", reason="no build is live: run folkmoot rebuild")
            yield None, LogTail(self._log.connections)
            return
        _refuse_false_tracking(connection, live)
        refuse_another_log(self._log, connection, live.values())
        rearmost = min(live.values(), key=lambda build: build.position)
        updater = BuildUpdater(self._log, connection, live.values())
        tail = LogTail(self._log.connections, after=rearmost.position, log_id=rearmost.log_id, leaf=rearmost.leaf)
        try:
            yield updater, tail
        finally:
            tail.close()

    @contextmanager
    def _leading(self) -> Iterator[Connection | None]:
        """The connection that holds the lead, or None while another follower has it."""
        connection = self._connections.open("follow")
        try:
            yield connection if take_lock(connection, LEADING) else None
        finally:
            with suppress(psycopg.Error):
                connection.close()


def followed(connection: Connection, *, lock: bool = False) -> dict[str, Build]:
    """The live builds that this release can follow: those made by its own version of the projection."""
    declared = stored_projections()
    live = builds(connection, "live", lock=lock)
    return {name: build for name, build in live.items() if name in declared and declared[name].version == build.version}


def _refuse_false_tracking(connection: Connection, live: dict[str, Build]) -> None:
    """Refuse builds whose registered and tracked positions differ: one of them was changed by another hand."""
    rows = connection.execute(
        "SELECT b.name FROM projection.build b LEFT JOIN projection.tracking t "
        "ON t.application_name = format('%s_v%s_b%s', b.name, b.version, b.build) "
        "WHERE b.state = 'live' AND t.notification_id IS DISTINCT FROM b.position ORDER BY b.name"
    ).fetchall()
    if wrong := [name for (name,) in rows if name in live]:
        raise RebuildNeeded(f"the positions kept for {', '.join(wrong)} contradict each other: rebuild needed")
