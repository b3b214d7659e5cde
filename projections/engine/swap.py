"""The swap of stored lists: new builds are brought level with the log unseen, then put in place between two events.

The follower and appends wait only for the last step; a reader who holds a view open makes that step wait, for a short
time at once, and it tries again.
"""

import time
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

import psycopg
import structlog

from domain.errors import FolkmootError
from domain.log.recorder import LogRecorder
from domain.log.tail import LogTail
from projections.declaration import Projection
from projections.engine.builds import (
    Build,
    Connection,
    NoEarlierBuild,
    builds,
    drop_builds,
    exchange,
    refuse_another_log,
    retired,
)
from projections.engine.shard_tasks import refuse_overtime
from projections.engine.updater import BuildUpdater

LOCK_TIMEOUT: Final = "SET LOCAL lock_timeout = '500ms'"  # less than it takes PostgreSQL to end a deadlock by force
REGISTRY_TIMEOUT: Final = "SET LOCAL lock_timeout = '60s'"  # only followers hold it, each for one batch
_BATCH: Final = 20_000  # behind by so many, a partition is projected once for all that came to it
_NEAR: Final = 1000
_GAINING: Final = 0.8
_BEHIND_AT_ONCE: Final = 20
_TRIES: Final = 30
_PAUSE_S: Final = 0.5
_logger = structlog.get_logger(__name__)


class SwapBlocked(FolkmootError):
    """Somebody holds the views open for long: nothing was swapped; find who reads them, and run again."""


def swap(
    log: LogRecorder,
    connection: Connection,
    waiting_builds: Callable[[], Mapping[str, Build]],
    day: date,
    put_in_place: Callable[[Mapping[str, Build]], bool],
    deadline: float | None = None,
) -> bool:
    """Bring the waiting builds to the day and near the head, and let them be put in place in the same transaction.

    They then hold at least what the live ones hold; what comes faster than it is taken in is left to the follower.
    Returns what `put_in_place` returns. Raises OutOfTime, SwapBlocked, ViewHeld and what the log raises.
    """
    for _ in range(_TRIES):
        updater, tail = _bring_near_head(log, connection, waiting_builds(), day, deadline)
        try:
            with connection.transaction():
                connection.execute(REGISTRY_TIMEOUT)
                live = builds(connection, "live", lock=True)  # nobody moves them until the transaction ends
                for state in ("building", "previous"):
                    builds(connection, state, lock=True)
                connection.execute(LOCK_TIMEOUT)
                shown_position = max((live[name].position for name in updater.builds.keys() & live.keys()), default=0)
                _take_in(updater, tail, shown_position, day)
                return put_in_place(updater.builds)
        except psycopg.errors.LockNotAvailable:
            refuse_overtime(deadline)
            time.sleep(_PAUSE_S)
    raise SwapBlocked("somebody reads the views without end: nothing was swapped; end that, and run again")


def roll_back(log: LogRecorder, connection: Connection, names: Mapping[str, Projection], day: date) -> dict[str, Build]:
    """Put the previous builds of some projections back, brought to the head; returns them.

    Raises NoBuild, SwapBlocked, ViewHeld, and RebuildNeeded for one that was made from another log.
    One that another version of its projection made is put back as it stands: this release cannot bring it on.
    """
    previous = builds(connection, "previous")
    if missing := sorted(names.keys() - previous.keys()):
        raise NoEarlierBuild(f"no earlier build is kept of {', '.join(missing)}: there is nothing to roll back to")
    foreign = [name for name in names if previous[name].version != names[name].version]

    def waiting_builds() -> dict[str, Build]:
        now = builds(connection, "previous")
        return {name: now[name] for name in names if name not in foreign}

    def put_back(level: Mapping[str, Build]) -> bool:
        for name in (*level, *foreign):
            exchange(connection, name, dict(names))
        return True

    if len(foreign) < len(names):
        swap(log, connection, waiting_builds, day, put_back)
    else:
        with connection.transaction():
            connection.execute(LOCK_TIMEOUT)
            put_back({})
    return {name: build for name, build in builds(connection, "live").items() if name in names}


def drop_retired(connection: Connection) -> None:
    """Drop builds that nothing needs any more; one that is still read is left to the next run."""
    for build in retired(connection):
        try:
            with connection.transaction():
                connection.execute(LOCK_TIMEOUT)
                drop_builds(connection, [build])
        except psycopg.Error as error:
            _logger.warning("a table that nothing reads stays", table=build.table, reason=type(error).__name__)


def _bring_near_head(
    log: LogRecorder, connection: Connection, waiting_builds: Mapping[str, Build], day: date, deadline: float | None
) -> tuple[BuildUpdater, LogTail]:
    """Bring builds near the head and to the day, batch by batch. Raises RebuildNeeded for those of another log.

    Each pass goes to the head as it was when the pass began. It is over when little came meanwhile, or when as much
    came as was taken in: then no number of passes would end it.
    """
    refuse_another_log(log, connection, waiting_builds.values())
    updater = BuildUpdater(log, connection, waiting_builds.values())
    rearmost = min(waiting_builds.values(), key=lambda build: build.position)
    tail = LogTail(log.connections, after=rearmost.position, log_id=rearmost.log_id, leaf=rearmost.leaf)
    behind = updater.partnerships_behind(day) if any(build.as_of != day for build in waiting_builds.values()) else []
    begun_position, head = tail.position, log.head().position
    while True:
        refuse_overtime(deadline)
        events = tail.pull(_BATCH)
        some_behind = behind[:_BEHIND_AT_ONCE] if updater.is_level else []
        behind = behind[len(some_behind) :]
        with connection.transaction():
            updater.write(updater.project(events, some_behind, day), tail.position)
            if some_behind and not behind:
                updater.set_day(day)
        if behind or tail.position < head:
            continue
        events_taken, head = tail.position - begun_position, log.head().position
        events_left = head - tail.position
        if events_left < _NEAR or events_left > _GAINING * events_taken:
            return updater, tail
        begun_position = tail.position


def _take_in(updater: BuildUpdater, tail: LogTail, position: int, day: date) -> None:
    """Take in what came since, at least up to a position and at most a batch beyond, within the open transaction."""
    while True:
        events = tail.pull(_BATCH)
        updater.write(updater.project(events, (), day), tail.position)
        if len(events) < _BATCH or tail.position >= position:
            return
