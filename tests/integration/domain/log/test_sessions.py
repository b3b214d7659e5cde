"""A session has what is relied on, whatever the database says; what cannot keep the record is refused at the start."""

import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from domain.log.errors import LogAmiss, LogUnavailable, Malformed, UnfitServer
from domain.log.leaf import leaf_of
from domain.log.recorder import LogRecorder
from domain.log.sessions import check_server, connect
from scripts.support.database_schema import migrate
from tests.support.log_events import an_event
from tests.support.pooler import PGBOUNCER, pgbouncer, transaction_pooler

LEAF_OF = (
    *("position", "event_id", "type", "version", "partition_id", "occurred_at", "recorded_at"),
    *("tags", "envelope", "data"),
)
OTHERWISE = {
    "DateStyle": ("SQL, DMY", "ISO, YMD"),
    "IntervalStyle": ("sql_standard", "postgres"),
    "TimeZone": ("America/New_York", "UTC"),
    "bytea_output": ("escape", "hex"),
    "standard_conforming_strings": ("off", "on"),
    "client_encoding": ("LATIN1", "UTF8"),
    "extra_float_digits": ("-15", "1"),
    "array_nulls": ("off", "on"),
    "transform_null_equals": ("on", "off"),
    "quote_all_identifiers": ("on", "off"),
    "default_transaction_isolation": ("serializable", "read committed"),
    "idle_session_timeout": ("1h", "0"),
    "statement_timeout": ("2h", "30s"),
    "lock_timeout": ("2h", "5s"),
    "idle_in_transaction_session_timeout": ("2h", "1min"),
    "synchronous_commit": ("off", "on"),
    "search_path": ("log", "public, pg_temp"),
}


@pytest.fixture
def folder():
    # Its path is short, and others may enter it: it is for sockets.
    folder = Path(tempfile.mkdtemp(prefix="fm-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def otherwise(owner):
    for name, (value, _) in OTHERWISE.items():
        owner.execute(f"ALTER DATABASE {owner.info.dbname} SET {name} = '{value}'")


@pytest.mark.usefixtures("otherwise")
def test_every_session_has_what_is_relied_on_however_the_database_is_set(database_url):
    expected = {name: value for name, (_, value) in OTHERWISE.items()}
    with LogRecorder(database_url) as log:
        with log.connections.borrow() as pooled:
            assert {name: _setting(pooled, name) for name in expected} == expected
        connection = connect(database_url, application_name="folkmoot-test")
        with log.connections.open("test") as own, connection:
            without_limits = expected | {
                "statement_timeout": "0",
                "idle_in_transaction_session_timeout": "0",
                "lock_timeout": "0",
            }
            assert {name: _setting(own, name) for name in expected} == without_limits | {"lock_timeout": "5s"}
            assert {name: _setting(connection, name) for name in expected} == without_limits


def _setting(connection, name):
    return connection.execute("SELECT current_setting(%s)", (name,)).fetchone()[0]


@pytest.mark.usefixtures("otherwise")
def test_what_is_recorded_is_the_same_however_the_database_is_set(database_url):
    event = an_event("met", "a", data=b"\\x00\x00'\xff", occurred_at=datetime(2026, 7, 1, 23, 59, 59, 123456, UTC))
    with LogRecorder(database_url) as log:
        log.append([event])
        stored = log.find(event.event_id)
        with log.connections.borrow() as connection:
            [(leaf,)] = connection.execute("SELECT leaf FROM log.event").fetchall()
    assert (stored.data, stored.occurred_at) == (event.data, event.occurred_at)
    assert leaf == leaf_of(stored)


@pytest.mark.usefixtures("otherwise")
def test_the_database_computes_the_same_leaf_in_anybodys_session(database_url):
    with LogRecorder(database_url) as log:
        log.append([an_event("met", "a")])
        [stored] = log.stream()
    with psycopg.connect(database_url) as anybody:
        statement = SQL("SELECT encode(log.leaf({}), 'hex') FROM log.event")
        [(leaf,)] = anybody.execute(statement.format(SQL(", ").join(map(Identifier, LEAF_OF)))).fetchall()
    assert bytes.fromhex(leaf) == leaf_of(stored)


@pytest.mark.usefixtures("otherwise")
def test_a_database_that_is_set_otherwise_can_be_migrated(database_url):
    with psycopg.connect(database_url, autocommit=True) as owner:
        owner.execute("DROP SCHEMA api, projection, vault, work, log CASCADE")
    assert migrate(database_url)
    with LogRecorder(database_url) as log:
        assert log.append([an_event()]) == 1


def test_faults_of_the_server_are_not_blamed_on_who_asked(log):
    for statement, fault in (
        ("SELECT 'nonsense'::date", LogAmiss),
        ("SELECT '31/12/2026'::timestamptz", LogAmiss),
        ("SELECT '\\u0000'::jsonb ->> 0", LogAmiss),
        ("SELECT 1 / 0", LogAmiss),
    ):
        with pytest.raises(fault), log.connections.borrow() as connection:
            connection.execute(statement)


def test_values_that_cannot_be_stored_are_blamed_on_who_sent_them(log):
    with pytest.raises(Malformed):
        log.append([an_event("a\0b")])
    with pytest.raises(Malformed), log.connections.borrow() as connection:
        connection.execute("SELECT %s::int", (10**12,))
    assert log.append([an_event()]) == 1


def test_a_database_that_takes_no_writes_says_so(log, owner, database_url):
    log.append([an_event()])
    owner.execute(f"ALTER DATABASE {owner.info.dbname} SET default_transaction_read_only = on")

    with LogRecorder(database_url) as later:
        assert later.head().position == 1
        with pytest.raises(LogUnavailable, match="read only"):
            later.append([an_event()])


def test_a_log_with_a_gap_is_the_operators_trouble(log, owner):
    log.append([an_event() for _ in range(5)])
    owner.execute("SET session_replication_role = replica")
    owner.execute("ALTER TABLE log.event DISABLE TRIGGER append_only")
    owner.execute("DELETE FROM log.event WHERE position = 3")

    with pytest.raises(LogAmiss, match="missing"):
        log.root(4)


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_a_database_of_another_encoding_is_refused(server, encoding):
    name = f"encoded_{uuid4().hex}"
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} ENCODING '{encoding}' TEMPLATE template0")
        try:
            with pytest.raises(UnfitServer, match=encoding):
                migrate(server.dsn(name))
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_server_that_keeps_sessions_is_taken(database_url):
    check_server(database_url)


def test_a_pooler_of_transactions_is_refused_before_anything_is_set(database_url, folder):
    with transaction_pooler(database_url, folder) as pooled:
        with pytest.raises(UnfitServer, match="set DATABASE_URL to the address of PostgreSQL itself"):
            check_server(pooled)
        with psycopg.connect(pooled, autocommit=True) as connection:
            assert _setting(connection, "role") == "none"
            assert _setting(connection, "application_name") == "folkmoot-check"


@pytest.mark.skipif(PGBOUNCER is None, reason="PgBouncer is not installed; a small pooler stands for it above")
@pytest.mark.parametrize(("mode", "is_taken"), [("transaction", False), ("statement", False), ("session", True)])
def test_pgbouncer_is_taken_only_where_it_keeps_sessions(database_url, folder, mode, is_taken):
    with pgbouncer(database_url, folder, mode=mode) as pooled:
        if is_taken:
            check_server(pooled)
            with LogRecorder(pooled) as log:
                assert log.append([an_event()]) == 1
        else:
            with pytest.raises(UnfitServer):
                check_server(pooled)
