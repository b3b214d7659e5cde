"""Nothing of a text, of its key or of the people it lists shows where it should not."""

import traceback
from uuid import uuid4

import pytest
from psycopg import errors, sql

from domain.log.sessions import connect
from domain.values import Sealed
from domain.vault import OpeningRequest, SubjectForgotten, Vault, VaultError, WrappingKey
from tests.support.destruction_events import forget
from tests.support.word_readers import opened_over

TEXT = "Ms Quillfeather asked about the damp"


@pytest.fixture
def request_(vault, writer):
    event_id = uuid4()
    sealed, row = vault.seal(event_id, "note", TEXT, frozenset({uuid4()}))
    vault.keep(writer.cursor(), [row])
    return OpeningRequest(event_id, "note", sealed)


def test_no_table_holds_anything_of_the_text(owner, request_):
    dump = []
    tables = owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'vault'").fetchall()
    for (table,) in tables:
        rows = owner.execute(sql.SQL("SELECT t::text FROM vault.{} AS t").format(sql.Identifier(table)))
        dump += [row[0] for row in rows]
    whole = "\n".join(dump)
    assert str(request_.sealed.key_id) in whole  # the dump is one of what was kept
    for trace in ("Quillfeather", b"Quillfeather".hex(), "damp", b"damp".hex()):
        assert trace not in whole
    assert b"Quillfeather" not in request_.sealed.box


def test_no_error_shows_a_text_or_a_subject(vault, writer, owner, log, request_):
    subject = owner.execute("SELECT subject_id FROM vault.key_subject").fetchone()[0]
    stranger = Vault(WrappingKey.generate())
    short = OpeningRequest(request_.event_id, "note", Sealed(request_.sealed.key_id, request_.sealed.box[:-1]))
    _, row = vault.seal(uuid4(), "note", TEXT, frozenset({subject}))

    def late():
        forget(log, vault, writer.cursor(), subject)
        vault.keep(writer.cursor(), [row])

    for attempt in (
        lambda: opened_over(stranger, writer.cursor(), [request_]),
        lambda: opened_over(vault, writer.cursor(), [short]),
        lambda: opened_over(vault, writer.cursor(), [OpeningRequest(uuid4(), "note", request_.sealed)]),
        late,
    ):
        with pytest.raises(VaultError) as refusal:
            attempt()
        trace = "".join(traceback.format_exception(refusal.value)) + repr(refusal.value.args)
        assert "Quillfeather" not in trace
        assert str(subject) not in trace
    assert isinstance(refusal.value, SubjectForgotten)


@pytest.mark.parametrize("table", ["key", "subject", "key_subject", "tombstone"])
def test_a_reader_sees_nothing_of_the_vault(database_url, table):
    with connect(database_url, application_name="folkmoot-test", autocommit=True) as reader:
        reader.execute("SET ROLE folkmoot_reader")
        with pytest.raises(errors.InsufficientPrivilege):
            reader.execute(sql.SQL("SELECT * FROM vault.{}").format(sql.Identifier(table)))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM vault.key",
        "UPDATE vault.key SET purpose = 'text'",
        "INSERT INTO vault.tombstone SELECT key_id, now(), key_id FROM vault.key",
        "UPDATE vault.subject SET erased_at = NULL",
        "SELECT * FROM vault.key_subject",
        "SELECT vault.destroy('{}', '{}')",
    ],
)
def test_a_writer_changes_the_vault_only_by_keeping_erasing_and_redacting(writer, statement):
    with pytest.raises(errors.InsufficientPrivilege):
        writer.execute(statement)


def test_everything_in_the_schema_says_what_it_is(owner):
    unsaid = owner.execute("""
        SELECT relname::text FROM pg_class WHERE relnamespace = 'vault'::regnamespace AND relkind = 'r'
            AND obj_description(oid, 'pg_class') IS NULL
        UNION ALL SELECT attrelid::regclass || '.' || attname
            FROM pg_attribute JOIN pg_class ON oid = attrelid WHERE relnamespace = 'vault'::regnamespace
            AND relkind = 'r' AND attnum > 0 AND col_description(attrelid, attnum) IS NULL
        UNION ALL SELECT proname::text FROM pg_proc WHERE pronamespace = 'vault'::regnamespace
            AND obj_description(oid, 'pg_proc') IS NULL
    """).fetchall()
    assert unsaid == []
