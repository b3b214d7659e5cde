"""The library's own way to keep projections: its `ProjectionRunner`, event by event, with its tracking recorder.

It runs the same projections over the same log, and is given every help that leaves it what it is: it reads through
the log's own subscription, keeps the decoded history of every partition in memory, and writes only the rows that
changed, each event's together with its tracking.
"""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from eventsourcing.dcb.api import DCBEvent
from eventsourcing.dcb.application import DCBApplication
from eventsourcing.dcb.domain import Tagged
from eventsourcing.dcb.persistence import DCBInfrastructureFactory, DCBMapper
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier

from domain.events.partnerships import PartnershipFormed
from domain.events.recorded import Recorded
from domain.log.decode_events import decode_event
from domain.log.event import LogEvent
from domain.log.recorder import LogRecorder
from projections.engine.digest import digest_of, encoded
from projections.history.history import history
from projections.method.document import default_method
from projections.views import projection_called

_TIMEOUT_S: Final = 1800.0
_DSN: Final = "BENCH_DSN"
_TABLE: Final = "bench_row"

Rows = Mapping[bytes, bytes]


class LibraryRun(NamedTuple):
    """A run of the library's runner: its speed, and the digest of every partition's rows, read back, by projection."""

    events: int
    seconds: float
    digests: dict[tuple[str, UUID], str]


class LogFactory(DCBInfrastructureFactory[Any]):
    """A factory by which the library's application reads our log."""

    def dcb_recorder(self) -> LogRecorder:
        """The log."""
        self._recorder = LogRecorder(self.env[_DSN], application_name="folkmoot-bench")
        return self._recorder

    def close(self) -> None:
        """Close the log's connections."""
        self._recorder.close()


class LibraryMapper(DCBMapper[Any]):
    """Decodes what the log gives."""

    def to_dcb_event(self, event: Tagged[Any]) -> DCBEvent:
        """Nothing is recorded through the library here."""
        raise NotImplementedError

    def to_domain_event(self, event: DCBEvent) -> Tagged[Any]:
        """Decode one stored event."""
        return Tagged(event.tags, decode_event(LogEvent.of(event)))


class LibraryLog(DCBApplication):
    """The log as one of the library's applications."""

    env: Mapping[str, str] = {
        "PERSISTENCE_MODULE": "scripts.benchmarks.library_runner:LogFactory",
        "MAPPER_TOPIC": "scripts.benchmarks.library_runner:LibraryMapper",
    }


class LibraryView(PostgresTrackingRecorder):
    """Rows as they are digested, in one table, written in one transaction with the tracking."""

    def __init__(self, datastore: PostgresDatastore, **kwargs: Any) -> None:  # noqa: ANN401 - as the library declares it
        super().__init__(datastore, **kwargs)
        table = Identifier(datastore.schema, _TABLE)
        self._names = {"table": table}
        self.sql_create_statements.append(
            SQL(
                "CREATE TABLE IF NOT EXISTS {} (projection text, partition_id uuid, key bytea, row bytea, "
                "PRIMARY KEY (projection, partition_id, key))"
            ).format(table)
        )
        self._upsert = SQL(
            "INSERT INTO {} VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (projection, partition_id, key) DO UPDATE SET row = excluded.row"
        ).format(table)
        self._delete = SQL("DELETE FROM {} WHERE projection = %s AND partition_id = %s AND key = ANY(%s)").format(table)
        self._select = SQL("SELECT projection, partition_id, key, row FROM {}").format(table)

    def write(self, changes: Sequence[tuple[str, UUID, Rows, Rows]], tracking: Tracking) -> None:
        """Bring rows from what they were to what they are now, and say how far that is."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            for name, partition_id, before, now in changes:
                added_rows = [(name, partition_id, key, row) for key, row in now.items() if before.get(key) != row]
                if added_rows:
                    cursor.executemany(self._upsert, added_rows)
                if removed := list(before.keys() - now.keys()):
                    cursor.execute(self._delete, (name, partition_id, removed))

    def digests(self) -> dict[tuple[str, UUID], str]:
        """Read every row back and digest it."""
        rows_by_partition: defaultdict[tuple[str, UUID], dict[bytes, bytes]] = defaultdict(dict)
        with self.datastore.transaction() as cursor:
            for row in cursor.execute(self._select):
                rows_by_partition[row["projection"], row["partition_id"]][row["key"]] = row["row"]
        return {which: digest_of(rows) for which, rows in rows_by_partition.items()}


def _projecting(names: Sequence[str], as_of: date) -> type[Projection[LibraryView]]:
    """Make the projection class: the runner builds it itself and gives it nothing but the view."""

    class TrustAndHealth(Projection[LibraryView]):
        def __init__(self, view: LibraryView) -> None:
            super().__init__(view)
            self._histories: defaultdict[UUID, list[Recorded]] = defaultdict(list)
            self._rows: defaultdict[tuple[str, UUID], Rows] = defaultdict(dict)

        def process_event(self, domain_event: Tagged[Any], tracking: Tracking) -> None:
            record: Recorded = domain_event.decision
            records = self._histories[record.partition_id]
            records.append(record)
            if not isinstance(records[0].body, PartnershipFormed):
                self.view.write([], tracking)
                return
            resolved = history(records, as_of=as_of, position=record.position, recorded_at=record.recorded_at)
            changes = []
            for name in names:
                projection, which = projection_called(name), (name, record.partition_id)
                now = encoded(projection, projection.project(resolved, default_method()))
                changes.append((*which, self._rows[which], now))
                self._rows[which] = now
            self.view.write(changes, tracking)

    return TrustAndHealth


def run(dsn: str, names: Sequence[str], as_of: date, head: int) -> LibraryRun:
    """Follow a log from its beginning to its head as the library does, into tables of the same database."""
    connection_parameters = conninfo_to_dict(dsn)
    env = {
        _DSN: dsn,
        "TRUSTANDHEALTH_PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(connection_parameters["dbname"]),
        "POSTGRES_HOST": str(connection_parameters["host"]),
        "POSTGRES_PORT": str(connection_parameters.get("port", "")),
        "POSTGRES_USER": str(connection_parameters["user"]),
        "POSTGRES_PASSWORD": "",
        "POSTGRES_SCHEMA": "public",
    }
    started = time.perf_counter()
    runner = ProjectionRunner(
        application_class=LibraryLog, projection_class=_projecting(names, as_of), view_class=LibraryView, env=env
    )
    with runner:
        runner.wait(head, timeout=_TIMEOUT_S)
        seconds = time.perf_counter() - started
        digests = runner.view.digests()
        runner.view.datastore.close()
    return LibraryRun(head, seconds, digests)
