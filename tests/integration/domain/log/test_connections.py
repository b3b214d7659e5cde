"""Every connection has its role and its limits, survives outages, and keeps its secrets."""

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from domain.log import connections
from domain.log.errors import LogNotPrepared, LogUnavailable
from domain.log.recorder import LogRecorder
from tests.support.log_events import an_event, eventually

SETTINGS = """
    SELECT current_setting('role'), current_setting('TimeZone'), current_setting('lock_timeout'),
           current_setting('statement_timeout'), current_setting('idle_in_transaction_session_timeout'),
           current_setting('application_name')
"""


def test_a_pooled_connection_has_the_writers_role_and_limits(log):
    with log.connections.borrow() as connection:
        assert connection.execute(SETTINGS).fetchone() == (
            "folkmoot_writer",
            "UTC",
            "5s",
            "30s",
            "1min",
            "folkmoot-log",
        )


def test_a_long_read_has_the_role_and_no_limit(log):
    connection = log.connections.open("stream")
    with connection:
        assert connection.execute(SETTINGS).fetchone() == (
            "folkmoot_writer",
            "UTC",
            "5s",
            "0",
            "0",
            "folkmoot-log-stream",
        )


def test_a_login_that_is_only_the_writer_records(owner, database_url):
    owner.execute("CREATE ROLE office LOGIN IN ROLE folkmoot_writer")
    try:
        with LogRecorder(make_conninfo(database_url, user="office")) as log:
            assert log.append([an_event()]) == 1
            assert log.root(1)
    finally:
        owner.execute("DROP ROLE office")


def test_connections_that_were_cut_while_idle_are_replaced_unnoticed(log, owner):
    log.append([an_event()])
    ours = "FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'folkmoot-log'"
    cut = [pid for (pid,) in owner.execute(f"SELECT pid {ours}").fetchall()]
    owner.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) AS pid", (cut,))
    connections_left = "SELECT count(*) FROM pg_stat_activity WHERE pid = ANY (%s)"
    eventually(lambda: owner.execute(connections_left, (cut,)).fetchone() == (0,))
    assert cut
    assert log.append([an_event()]) == 2


def test_a_server_that_cannot_be_reached_is_named_as_unavailable_and_no_secret_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(connections, "_PATIENCE_S", 0.5)
    dsn = make_conninfo(host=str(tmp_path), user="clerk", password="sesame", dbname="folkmoot")  # noqa: S106 - made up
    with LogRecorder(dsn) as log:
        for attempt in (log.head, lambda: next(log.stream(upto=1))):
            with pytest.raises(LogUnavailable) as fault:
                attempt()
            assert "sesame" not in f"{fault.value} {fault.value.__cause__} {fault.value.__context__}"


@pytest.mark.usefixtures("template")
def test_a_database_without_a_log_says_to_migrate(server):
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE bare_of_a_log")
        try:
            with LogRecorder(server.dsn("bare_of_a_log")) as log, pytest.raises(LogNotPrepared):
                log.head()
        finally:
            connection.execute("DROP DATABASE bare_of_a_log WITH (FORCE)")
