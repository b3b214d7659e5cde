"""The follower: keeps the live builds level with the log, exactly once, and brings them to each new day in London.

One follower leads; others stand by. Its lock, its registry and its writes share one connection, so that a follower
that loses the lock has written nothing since.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date
from functools import partial
from typing import Final
from uuid import UUID

import psycopg
import structlog

from domain.errors import FolkmootError
from domain.events.recorded import Recorded
from domain.log.connections import Connections
from domain.log.errors import LogUnavailable, RebuildNeeded
from domain.log.recorder import LogRecorder
from domain.log.tail import POLL_S, LogTail
from domain.values import day_of
from projections.engine.builds import (
    LEADING,
    Build,
    Connection,
    Cursor,
    builds,
    note_release,
    read_builds,
    refuse_another_log,
    select_builds,
    take_lock,
)
from projections.engine.follow_counts import FollowCounts
from projections.engine.held_partitions import HOLD, PartitionRows
from projections.engine.runs import release
from projections.engine.tracking import FollowedAlready
from projections.engine.updater import CACHED_EVENTS, CHECKED_ONE_IN, BuildUpdater
from projections.views import stored_projections

_BATCH: Final = 5000  # behind by so many, a partnership is projected once for all that came to it
_SWEPT_AT_ONCE: Final = 4
_SETTLE_S: Final = 0.05
_CLOCK_S: Final = 1.0
_UNFORCED: Final = "SET synchronous_commit = off"
"""The log is forced to the disk; what is made of it can be made again. Commits come in order: nothing is ever ahead."""
_logger = structlog.get_logger(__name__)


class OtherBuildsLive(FolkmootError):
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
        hold: Callable[[Iterable[Recorded]], PartitionRows] = HOLD,
        cached_events: int = CACHED_EVENTS,
        checked_one_in: int = CHECKED_ONE_IN,
    ) -> None:
        self.counts = FollowCounts()
        self._log, self._connections, self._batch = log, connections, batch
        self._today = today or _DatabaseDay(log)
        self._new_updater = partial(
            BuildUpdater,
            log,
            cached_events=cached_events,
            hold=hold,
            counts=self.counts,
            checked_one_in=checked_one_in,
        )

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
            except (OtherBuildsLive, FollowedAlready) as error:
                _logger.info("following anew", reason=str(error))
                stopping.wait(_SETTLE_S)

    def catch_up(self) -> int:
        """Follow to the head as it is now and to today; returns the position reached.

        Raises LogUnavailable, RebuildNeeded and AnotherLeads.
        """
        while True:
            with suppress(OtherBuildsLive, FollowedAlready), self.leading() as lead:
                while lead is not None and lead.step():
                    pass
                return lead.position if lead else 0

    @contextmanager
    def leading(self) -> Iterator["Lead | None"]:
        """Take the lead over the live builds, to go on step by step; None where no build is live.

        Raises LogUnavailable, RebuildNeeded and AnotherLeads.
        """
        with self._leading() as connection:
            if connection is None:
                raise AnotherLeads("another follower leads: folkmoot status says what it has reached")
            with self._loaded(connection) as lead:
                yield lead

    def _follow(self, connection: Connection, stopping: threading.Event) -> None:
        with self._loaded(connection) as lead:
            while not stopping.is_set():
                if lead is None:
                    stopping.wait(POLL_S)
                    if followed(connection):
                        raise OtherBuildsLive("the first builds are live")
                elif not lead.step() and not lead.prepare():
                    lead.tail.wait()

    @contextmanager
    def _loaded(self, connection: Connection) -> Iterator["Lead | None"]:
        live = followed(connection)
        if not live:
            _logger.warning("nothing to follow", reason="no build is live: run folkmoot rebuild")
            yield None
            return
        _refuse_false_tracking(connection, live)
        refuse_another_log(self._log, connection, live.values())
        note_release(connection, live.values(), release())
        rearmost = min(live.values(), key=lambda build: build.position)
        updater = self._new_updater(connection, live.values())
        tail = LogTail(self._log.connections, after=rearmost.position, log_id=rearmost.log_id, leaf=rearmost.leaf)
        try:
            yield Lead(connection, updater, tail, self._today, self._batch)
        finally:
            tail.close()

    @contextmanager
    def _leading(self) -> Iterator[Connection | None]:
        """The connection that holds the lead, or None while another follower has it."""
        connection = self._connections.open("follow")
        try:
            connection.execute(_UNFORCED)
            yield connection if take_lock(connection, LEADING) else None
        finally:
            with suppress(psycopg.Error):
                connection.close()


class _DatabaseDay:
    """The day that it is by the database's clock, in London; asked for once a second."""

    def __init__(self, log: LogRecorder) -> None:
        self._log = log
        self._asked_at: float | None = None
        self._day = date.min

    def __call__(self) -> date:
        now = time.monotonic()
        if self._asked_at is None or now - self._asked_at >= _CLOCK_S:
            self._day, self._asked_at = day_of(self._log.head().now), now
        return self._day


class Lead:
    """The live builds in one follower's hands: it takes in what comes, and brings partnerships to the day."""

    def __init__(
        self, connection: Connection, updater: BuildUpdater, tail: LogTail, today: Callable[[], date], batch: int
    ) -> None:
        self.tail = tail
        self._connection, self._updater, self._today, self._batch = connection, updater, today, batch
        self._behind: deque[UUID] = deque()
        self._behind_for: date | None = None

    @property
    def position(self) -> int:
        """The position up to which the live builds hold every event."""
        return self._updater.position

    def step(self) -> bool:
        """Take in the next events, and some partnerships behind the day; false where there was nothing to do.

        Raises OtherBuildsLive, FollowedAlready, and what the log raises: then take the lead anew.
        """
        updater, tail = self._updater, self.tail
        events = tail.pull(self._batch)
        day = max(self._today(), *(build.as_of for build in updater.builds.values()))
        if self._behind_for != day:
            self._behind, self._behind_for = deque(updater.partnerships_behind(day)), day
        behind = self._next_behind() if updater.is_level else []
        is_new_day = (
            not self._behind and updater.is_level and any(each.as_of != day for each in updater.builds.values())
        )
        if not (events or behind or is_new_day):
            return self._check_rows(day)
        before = updater.counts.copy()
        with self._transaction():
            updater.write(updater.project(events, behind, day), tail.position)
            if is_new_day:
                updater.set_day(day)
        updater.counts.steps += 1
        updater.counts.events += len(events)
        _logger.info("followed", position=tail.position, **updater.counts.since(before))
        return True

    def prepare(self) -> bool:
        """While nothing is to be done, take a partition into memory before its next event; false when none is left.

        Raises what `step` does.
        """
        updater = self._updater
        if not (updater.is_level and updater.can_prepare):
            return False
        with self._transaction():
            return updater.prepare(max(build.as_of for build in updater.builds.values()))

    def _check_rows(self, day: date) -> bool:
        """While nothing else is to be done, compare a partition that is due with the log; false where none is."""
        if not self._updater.is_check_due:
            self._refuse_others(select_builds(self._connection, "live"))
            return False
        with self._transaction():
            self._updater.check(day)
        return True

    def _next_behind(self) -> list[UUID]:
        return [self._behind.popleft() for _ in range(min(_SWEPT_AT_ONCE, len(self._behind)))]

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """A transaction that holds the live builds where they are until it ends. Raises OtherBuildsLive."""
        connection = self._connection
        try:
            with connection.pipeline():  # in one turn
                connection.execute("BEGIN")
                registry = select_builds(connection, "live", lock=True)
            self._refuse_others(registry)
            yield
        except BaseException:
            if not connection.closed:
                connection.rollback()
            raise
        connection.commit()

    def _refuse_others(self, registry: Cursor) -> None:
        if _that_can_be_followed(read_builds(registry)) != self._updater.builds:
            raise OtherBuildsLive("other builds are live")


def followed(connection: Connection) -> dict[str, Build]:
    """The live builds that this release can follow: those made by its own version of the projection."""
    return _that_can_be_followed(builds(connection, "live"))


def _that_can_be_followed(live: Mapping[str, Build]) -> dict[str, Build]:
    declared = stored_projections()
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
