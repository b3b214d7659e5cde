"""Stored projections under test: a log, a follower and a rebuild over one database, and what the tables hold."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import pytest

from domain.log.connections import Connections
from domain.log.recorder import LogRecorder
from domain.log.sessions import connect
from projections.engine.builds import PROJECTOR, builds
from projections.engine.digest import digest
from projections.engine.executors import open_executor
from projections.engine.follow import ProjectionFollower
from projections.engine.rebuild import Rebuild, RebuildPlan
from projections.engine.replay import replay
from projections.engine.row_sets import read_headers, read_rows
from projections.engine.shard_tasks import DatabaseAddresses
from projections.views import stored_projections
from tests.support.seeded_logs import stored as as_stored

_STATES = ("live", "previous", "building", "retired")
_LAST = """
    SELECT partition_id, max(position) FROM log.event GROUP BY partition_id
    HAVING bool_or(type = 'partnership-formed')
"""
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'projection' AND tablename ~ '_v[0-9]+_b[0-9]+$'"


@dataclass
class Stage:
    """One database with its log; every act opens what it needs."""

    dsn: str
    log: LogRecorder
    connections: Connections

    def rebuild(
        self,
        *,
        today=None,
        is_check=False,
        shards=3,
        workers=1,
        names=None,
        report_progress=lambda _: None,
        max_seconds=None,
    ):
        declared = stored_projections()
        plan = RebuildPlan(
            projections=tuple(declared[name] for name in names or declared),
            shards=shards,
            source=DatabaseAddresses(self.dsn),
            is_check=is_check,
            max_seconds=max_seconds,
        )
        with open_executor(workers) as executor:
            return Rebuild(
                self.log, self.connections, executor, plan, today=_day(today), report_progress=report_progress
            ).run()

    def verify(self, **how):
        return self.rebuild(is_check=True, **how)

    def follower(self, *, today=None, batch=1000):
        return ProjectionFollower(self.log, self.connections, today=_day(today), batch=batch)

    def owner(self):
        return connect(self.dsn, application_name="folkmoot-test", autocommit=True)

    def live(self):
        with self.owner() as connection:
            return builds(connection, "live")

    def stored(self):
        """The live rows: by projection and partition, the header and the rows as read back, by key."""
        row_sets = {}
        with self.owner() as connection:
            for name, build in builds(connection, "live").items():
                projection = stored_projections()[name]
                headers = read_headers(connection, build)
                rows = read_rows(connection, build, projection, list(headers))
                for partition_id, header in headers.items():
                    row_sets[name, partition_id] = (header, dict(rows.get(partition_id, [])))
        return row_sets

    def stored_of(self, partition_id):
        """The live rows of one partition: by projection the header, and the rows as read back."""
        with self.owner() as connection:
            return {
                name: (
                    read_headers(connection, build, [partition_id]).get(partition_id),
                    [row for _, row in read_rows(connection, build, projection, [partition_id]).get(partition_id, [])],
                )
                for name, build in builds(connection, "live").items()
                for projection in [stored_projections()[name]]
            }

    def is_level(self):
        """Check that every live build holds every event that there is."""
        head = self.log.head().position
        live = self.live()
        return live.keys() == stored_projections().keys() and {each.position for each in live.values()} == {head}

    def hold_to_replay(self):
        """Hold all that is live against replay: nothing missing, doubled, half there or left over; give the count."""
        stored, head = self.stored(), self.log.head().position
        with self.owner() as connection:
            last = dict(connection.execute(_LAST).fetchall())
            tables = {name for (name,) in connection.execute(_TABLES).fetchall()}
            tables_of_builds = {build.table for state in _STATES for build in builds(connection, state).values()}
            for name, build in builds(connection, "live").items():
                count = connection.execute(f"SELECT count(*) FROM projection.{build.table}")  # noqa: S608 - our own
                assert count.fetchone() == (sum(header.rows for (of, _), (header, _) in stored.items() if of == name),)
                tracked = connection.execute(
                    "SELECT notification_id FROM projection.tracking WHERE application_name = %s", (build.table,)
                ).fetchone()
                assert tracked == (build.position,) == (head,)
        assert tables == tables_of_builds
        assert stored.keys() == {(name, partition_id) for name in stored_projections() for partition_id in last}
        for (name, partition_id), (header, rows) in stored.items():
            answer = replay(self.log, partition_id, name, as_of=header.as_of)
            assert (header.position, header.rows, header.digest) == (
                last[partition_id],
                len(answer.rows),
                answer.digest,
            )
            assert digest(stored_projections()[name], rows.values()) == answer.digest
        return len(stored)


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


@pytest.fixture
def stage(database_url):
    with staged(database_url) as staged_projections:
        yield staged_projections


DAY = date(2026, 6, 1)
BAD_DAY, BROKEN = date(2026, 1, 13), "commitments"
"""The day, and the projection that the fixture `cannot_take_the_bad_day` lets fail where something is due on it."""


def _day(today):
    """A clock: none for the database's own, one that stands still for a day, or what is given."""
    return (lambda: today) if isinstance(today, date) else today


def record(stage, story):
    """Record what was told since the last time; gives the last position."""
    count = len(stage.log.read_partition(story.partition_id))
    return stage.log.append([as_stored(each) for each in story.records[count:]])
