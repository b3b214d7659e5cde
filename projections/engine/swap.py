"""Swapping: builds are brought level with the log unseen, then put in place between two events.

The follower and appends wait for nothing but the last moment; a reader who holds a view open makes it wait, for
a short time at once, and it tries again.
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
    waiting: Callable[[], Mapping[str, Build]],
    day: date,
    put_in_place: Callable[[Mapping[str, Build]], bool],
    until: float | None = None,
) -> bool:
    """Bring the waiting builds to the day and near the head, and let them be put in place in the same transaction.

    They then hold at least what the live ones hold; what comes faster than it is taken in is left to the follower.
    Gives what `put_in_place` says of it. Raises OutOfTime, SwapBlocked, ViewHeld and what the log raises.
    """
    for _ in range(_TRIES):
        keeper, tail = _brought(log, connection, waiting(), day, until)
        try:
            with connection.transaction():
                connection.execute(REGISTRY_TIMEOUT)
                live = builds(connection, "live", lock=True)  # nobody moves them until the transaction ends
                for state in ("building", "previous"):
                    builds(connection, state, lock=True)
                connection.execute(LOCK_TIMEOUT)
                shown = max((live[name].position for name in keeper.builds.keys() & live.keys()), default=0)
                _take_in(keeper, tail, shown, day)
                return put_in_place(keeper.builds)
        except psycopg.errors.LockNotAvailable:
            refuse_overtime(until)
            time.sleep(_PAUSE_S)
    raise SwapBlocked("somebody reads the views without end: nothing was swapped; end that, and run again")


def roll_back(log: LogRecorder, connection: Connection, names: Mapping[str, Projection], day: date) -> dict[str, Build]:
    """Put the kept builds of some projections back, brought to the head; gives them.

    Raises NoBuild, SwapBlocked, ViewHeld, and RebuildNeeded for one that was made from another log.
    One that another version of its projection made is put back as it stands: this release cannot bring it on.
    """
    kept = builds(connection, "previous")
    if missing := sorted(names.keys() - kept.keys()):
        raise NoEarlierBuild(f"no earlier build is kept of {', '.join(missing)}: there is nothing to roll back to")
    foreign = [name for name in names if kept[name].version != names[name].version]

    def waiting() -> dict[str, Build]:
        now = builds(connection, "previous")
        return {name: now[name] for name in names if name not in foreign}

    def put_back(level: Mapping[str, Build]) -> bool:
        for name in (*level, *foreign):
            exchange(connection, name, dict(names))
        return True

    if len(foreign) < len(names):
        swap(log, connection, waiting, day, put_back)
    else:
        with connection.transaction():
            connection.execute(LOCK_TIMEOUT)
            put_back({})
    return {name: build for name, build in builds(connection, "live").items() if name in names}


def drop_retired(connection: Connection) -> None:
    """Drop what nothing needs any more; whoever still needs it leaves that to the next run."""
    for build in retired(connection):
        try:
            with connection.transaction():
                connection.execute(LOCK_TIMEOUT)
                drop_builds(connection, [build])
        except psycopg.Error as error:
            _logger.warning("a table that nothing reads stays", table=build.table, reason=type(error).__name__)


def _brought(
    log: LogRecorder, connection: Connection, waiting: Mapping[str, Build], day: date, until: float | None
) -> tuple[BuildUpdater, LogTail]:
    """Bring builds near the head and to the day, batch by batch. Raises RebuildNeeded for those of another log.

    Each pass goes to the head as it was when the pass began. It is over when little came meanwhile, or when as much
    came as was taken in: then no number of passes would end it.
    """
    refuse_another_log(log, connection, waiting.values())
    keeper = BuildUpdater(log, connection, waiting.values())
    rearmost = min(waiting.values(), key=lambda build: build.position)
    tail = LogTail(log.connections, after=rearmost.position, log_id=rearmost.log_id, leaf=rearmost.leaf)
    behind = keeper.behind(day) if any(build.as_of != day for build in waiting.values()) else []
    begun, head = tail.position, log.head().position
    while True:
        refuse_overtime(until)
        events = tail.pull(_BATCH)
        also = behind[:_BEHIND_AT_ONCE] if keeper.is_level else []
        behind = behind[len(also) :]
        with connection.transaction():
            keeper.write(keeper.project(events, also, day), tail.position)
            if also and not behind:
                keeper.brought_to(day)
        if behind or tail.position < head:
            continue
        taken, head = tail.position - begun, log.head().position
        left = head - tail.position
        if left < _NEAR or left > _GAINING * taken:
            return keeper, tail
        begun = tail.position


def _take_in(keeper: BuildUpdater, tail: LogTail, position: int, day: date) -> None:
    """Take in what came since, at least up to a position and at most a batch beyond, within the open transaction."""
    while True:
        events = tail.pull(_BATCH)
        keeper.write(keeper.project(events, (), day), tail.position)
        if len(events) < _BATCH or tail.position >= position:
            return
