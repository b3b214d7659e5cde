"""Stored projections under test: a log, a follower and a rebuild over one database, and what the tables hold."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import psycopg

from domain.log.connections import Connections
from domain.log.recorder import LogRecorder
from projections import views  # noqa: F401 - registers every projection
from projections.declaration import stored_projections
from projections.engine.builds import PROJECTOR, builds
from projections.engine.executors import open_executor
from projections.engine.following import Follower
from projections.engine.rebuilding import Plan, Rebuild
from projections.engine.row_sets import read_headers, read_rows
from projections.engine.shards import Source


@dataclass
class Stage:
    """One database with its log; every act opens what it needs."""

    dsn: str
    log: LogRecorder
    connections: Connections

    def rebuild(self, *, today=None, is_check=False, shards=3, workers=1, names=None, tell=lambda _: None):
        declared = stored_projections()
        plan = Plan(
            asked=tuple(declared[name] for name in names or declared),
            shards=shards,
            source=Source(self.dsn),
            is_check=is_check,
        )
        with open_executor(workers) as executor:
            return Rebuild(self.log, self.connections, executor, plan, today=_day(today), tell=tell).run()

    def verify(self, **how):
        return self.rebuild(is_check=True, **how)

    def follower(self, *, today=None, batch=1000):
        return Follower(self.log, self.connections, today=_day(today), batch=batch)

    def owner(self):
        return psycopg.connect(self.dsn, autocommit=True)

    def live(self):
        with self.owner() as connection:
            return builds(connection, "live")

    def stored(self):
        """Give what is live: by projection and partition, the header and the rows as read back, by key."""
        found = {}
        with self.owner() as connection:
            for name, build in builds(connection, "live").items():
                asked = stored_projections()[name]
                headers = read_headers(connection, build)
                rows = read_rows(connection, build, asked, list(headers))
                for partition_id, header in headers.items():
                    found[name, partition_id] = (header, dict(rows.get(partition_id, [])))
        return found


@contextmanager
def staged(database_url: str, log: LogRecorder | None = None) -> Iterator[Stage]:
    connections = Connections(
        database_url,
        role=PROJECTOR,
        application_name="folkmoot-test",
        pool_size=2,
        lock_timeout_s=5.0,
        statement_timeout_s=0,
    )
    try:
        if log is not None:
            yield Stage(database_url, log, connections)
        else:
            with LogRecorder(database_url, pool_size=4) as own:
                yield Stage(database_url, own, connections)
    finally:
        connections.close()


DAY = date(2026, 6, 1)


def _day(today):
    """Give a clock: none for the database's own, one that stands still for a day, or what is given."""
    return (lambda: today) if isinstance(today, date) else today
