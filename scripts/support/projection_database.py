"""The database of stored projections as commands open it: the log to read, connections to write."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import msgspec
import psycopg

from api.runtime.settings import Settings
from domain.log.connections import READER, Connections
from domain.log.errors import LogError, LogUnavailable, RebuildNeeded
from domain.log.memorandum import Memorandum, MemorandumUnusable
from domain.log.recorder import LogRecorder
from projections.declaration import Projection
from projections.engine.builds import PROJECTOR
from projections.engine.shard_tasks import DatabaseAddresses
from projections.views import UnknownProjection, stored_projections
from scripts.support.exits import CommandFailed, Exit
from scripts.support.services import memorandum_of, open_database, unavailable

_EVENTS_PER_SHARD: Final = 20_000


@dataclass(frozen=True, kw_only=True)
class ProjectionDatabase:
    """One database: its log, connections that may write projections, and the addresses for shards elsewhere."""

    log: LogRecorder
    connections: Connections
    source: DatabaseAddresses
    memorandum: Memorandum | None = None


@contextmanager
def open_projection_database(
    settings: Settings, *, command: str, login: str = PROJECTOR, changes: bool = True
) -> Iterator[ProjectionDatabase]:
    """Open the database for work on stored projections; what goes wrong inside ends the command with its code."""
    name, database_url = f"folkmoot-{command}", settings.database_url
    try:
        with (
            open_database(settings, login=login, changes=changes) as dsn,
            LogRecorder(dsn, role=READER, application_name=name, pool_size=3) as log,
        ):
            connections = Connections(
                dsn, role=PROJECTOR, application_name=name, pool_size=2, lock_timeout_s=10.0, statement_timeout_s=0
            )
            try:
                source = DatabaseAddresses(dsn, settings.read_database_url or None)
                yield ProjectionDatabase(
                    log=log, connections=connections, source=source, memorandum=memorandum_of(settings)
                )
            finally:
                connections.close()
    except psycopg.errors.DiskFull:
        message = "the database's disk is full: free space and run again; nothing that was live has changed"
        raise CommandFailed(Exit.DATABASE_UNAVAILABLE, message) from None
    except RebuildNeeded as error:
        raise CommandFailed(Exit.DRIFT_FOUND, f"{error}: run folkmoot rebuild --all") from None
    except LogUnavailable as error:
        raise unavailable(error, database_url, READER, PROJECTOR) from None
    except (LogError, MemorandumUnusable) as error:
        raise CommandFailed(Exit.CONFIGURATION, str(error)) from None


def named_projections(names: Sequence[str]) -> tuple[Projection, ...]:
    """Find stored projections by name, all for none. Raises CommandFailed naming every unknown one."""
    declared = stored_projections()
    unknown = sorted(set(names) - declared.keys())
    if unknown:
        there = ", ".join(sorted(declared))
        raise CommandFailed(Exit.USAGE, str(UnknownProjection(f"not stored: {', '.join(unknown)}; there are {there}")))
    return tuple(each for name, each in sorted(declared.items()) if not names or name in names)


def shards_for(head: int, workers: int) -> int:
    """A number of shards that keeps all workers busy to the end and loses little when one is cut short."""
    return workers * max(2, -(-head // (workers * _EVENTS_PER_SHARD)))


def usual_workers() -> int:
    """The number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def print_json(result: object) -> None:
    """Print one result object on standard output."""
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(result)) + b"\n")
    sys.stdout.buffer.flush()
