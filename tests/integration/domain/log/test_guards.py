"""Nothing recorded can be changed, and nobody can record except through the one function."""

import psycopg
import pytest

from domain.log.connections import READER
from domain.log.errors import LogNotPrepared, WrongIsolation
from domain.log.recorder import LogRecorder
from tests.support.log_events import an_event, positions

CHANGES = [
    "UPDATE log.event SET data = ''",
    "DELETE FROM log.event",
    "TRUNCATE log.event",
    "UPDATE log.tag SET tag = ''",
    "DELETE FROM log.tag",
    "TRUNCATE log.tag",
    "UPDATE log.header SET log_id = gen_random_uuid()",
    "DELETE FROM log.header",
    "TRUNCATE log.header",
]
OTHER_WAYS_IN = [
    *CHANGES,
    "INSERT INTO log.event SELECT * FROM log.event",
    "INSERT INTO log.tag VALUES ('a', 'b', 1)",
    "INSERT INTO log.header DEFAULT VALUES",
    "LOCK TABLE log.writer IN EXCLUSIVE MODE",
    "SELECT log.begin_seeding()",
    "ALTER TABLE log.event DISABLE TRIGGER append_only",
]
UNDOCUMENTED = """
    SELECT c.relname, a.attname FROM pg_class c
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND c.relkind = 'r'
    LEFT JOIN pg_constraint k ON k.conindid = c.oid
    WHERE c.relnamespace = 'log'::regnamespace AND k.oid IS NULL AND c.relkind IN ('r', 'i', 'v', 'S')
      AND (obj_description(c.oid, 'pg_class') IS NULL
           OR (a.attnum IS NOT NULL AND col_description(c.oid, a.attnum) IS NULL))
    UNION ALL
    SELECT proname, NULL FROM pg_proc
    WHERE pronamespace = 'log'::regnamespace AND obj_description(oid, 'pg_proc') IS NULL
    UNION ALL
    SELECT tgname, NULL FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = 'log'::regnamespace AND NOT tgisinternal
      AND obj_description(t.oid, 'pg_trigger') IS NULL
"""


def sqlstate_of(connection, statement: str) -> str | None:
    try:
        with connection.transaction():
            connection.execute(statement)
    except psycopg.Error as error:
        return error.sqlstate
    return None


@pytest.mark.parametrize("session", ["origin", "replica"])
def test_history_cannot_be_changed_even_by_its_owner_even_in_replication(log, owner, session):
    log.append([an_event("meeting-held", "place:a")])
    before = list(log.stream())
    owner.execute(f"SET session_replication_role = {session}")
    assert {change: sqlstate_of(owner, change) for change in CHANGES} == dict.fromkeys(CHANGES, "FM006")
    assert list(log.stream()) == before


@pytest.mark.parametrize("role", ["folkmoot_writer", "folkmoot_reader"])
def test_no_role_but_the_owners_has_another_way_in(log, owner, role):
    log.append([an_event("meeting-held", "place:a")])
    owner.execute(f"SET ROLE {role}")
    refused = psycopg.errors.InsufficientPrivilege.sqlstate
    assert {way: sqlstate_of(owner, way) for way in OTHER_WAYS_IN} == dict.fromkeys(OTHER_WAYS_IN, refused)


def test_a_reader_reads_and_does_not_append(log, database_url):
    log.append([an_event()])
    with LogRecorder(database_url, role=READER) as reader:
        assert positions(reader) == [1]
        assert reader.head().position == 1
        assert reader.root(1) == log.root(1)
        with pytest.raises(LogNotPrepared, match="permission denied for function append"):
            reader.append([an_event()])


APPEND = """
    SELECT log.append(array[gen_random_uuid(), gen_random_uuid(), gen_random_uuid()], array['a', 'a', 'a'], '{1,1,1}',
        array[gen_random_uuid(), gen_random_uuid(), gen_random_uuid()], '{2026-01-01,2026-01-01,2026-01-01}',
        array['', '', '']::bytea[], array['', '', '']::bytea[], '{}', '{}', '%s', NULL, NULL, '{NULL,NULL}')
"""


@pytest.mark.parametrize(("append_of", "sqlstate"), [("{1,2,2}", None), ("{2,1,1}", "22023"), ("{1,2,1}", "22023")])
def test_no_writer_records_anything_before_what_stands_before_it(owner, append_of, sqlstate):
    owner.execute("SET ROLE folkmoot_writer")
    assert sqlstate_of(owner, APPEND % append_of) == sqlstate


def test_a_role_that_was_granted_nothing_sees_nothing(owner):
    owner.execute("CREATE ROLE passer_by")
    try:
        owner.execute("SET ROLE passer_by")
        refused = psycopg.errors.InsufficientPrivilege.sqlstate
        assert sqlstate_of(owner, "SELECT * FROM log.event") == refused
        assert sqlstate_of(owner, "SELECT log.now()") == refused
    finally:
        owner.execute("RESET ROLE")
        owner.execute("DROP ROLE passer_by")


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_an_append_at_another_isolation_is_refused(log, level):
    with log.connections.borrow() as connection, connection.transaction(force_rollback=True):
        connection.execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
        with pytest.raises(WrongIsolation, match=f"not at {level}"):
            log.append_in(connection.cursor(), [an_event()])
    assert positions(log) == []


def test_a_server_that_defaults_to_another_isolation_still_appends(owner, database_url):
    owner.execute(
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_isolation = serializable', "
        "current_database()); END $$"
    )
    with LogRecorder(database_url) as other:
        assert other.append([an_event()]) == 1


def test_everything_in_the_schema_says_what_it_is_for(owner):
    assert owner.execute(UNDOCUMENTED).fetchall() == []
