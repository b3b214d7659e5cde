"""A sealed text opens where it was sealed and nowhere else, while its key is kept."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.rows import dict_row

from domain.log.event import LogEvent
from domain.log.recorder import LogRecorder
from domain.values import Sealed
from domain.vault import (
    KeyLost,
    OpeningRequest,
    SealBroken,
    Vault,
    WrappingKey,
    WrongVaultIsolation,
    WrongWrappingKey,
)
from tests.support.word_readers import opened_over, opened_texts

NOBODY: frozenset[UUID] = frozenset()
TEXT = "Ms Quillfeather asked about the damp"


def seal_and_keep(vault, writer, text=TEXT, subjects=NOBODY, field="note") -> OpeningRequest:
    event_id = uuid4()
    sealed, row = vault.seal(event_id, field, text, subjects)
    vault.keep(writer.cursor(), [row])
    return OpeningRequest(event_id, field, sealed)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(texts=st.lists(st.text(), max_size=6), data=st.data())
def test_whatever_is_sealed_opens_as_it_was_and_in_the_order_asked(vault, writer, texts, data):
    requests, rows = [], []
    for text in texts:
        event_id, field = uuid4(), data.draw(st.text(st.characters(codec="utf-8"), max_size=5))
        sealed, row = vault.seal(event_id, field, text, data.draw(st.frozensets(st.uuids(), max_size=3)))
        requests.append(OpeningRequest(event_id, field, sealed))
        rows.append(row)
    with writer.transaction():
        vault.keep(writer.cursor(), rows)
    order = data.draw(st.permutations(range(len(texts))))
    with writer.transaction():
        assert opened_over(vault, writer.cursor(), [requests[i] for i in order]) == [texts[i] for i in order]


def test_opening_works_on_a_cursor_that_gives_rows_as_mappings(vault, writer):
    request = seal_and_keep(vault, writer)
    assert opened_over(vault, writer.cursor(row_factory=dict_row), [request]) == [TEXT]


def test_opening_nothing_asks_nothing(vault, writer):
    assert opened_over(vault, writer.cursor(), []) == []


def test_one_query_serves_all_keys_and_one_more_says_who_opened_them(vault, writer, monkeypatch):
    requests = [seal_and_keep(vault, writer, f"text {n}") for n in range(5)]
    queries = []
    execute = psycopg.Cursor.execute

    def counted(self, query, *args, **kwargs):
        queries.append(query)
        return execute(self, query, *args, **kwargs)

    monkeypatch.setattr(psycopg.Cursor, "execute", counted)
    assert opened_over(vault, writer.cursor(), requests) == [f"text {n}" for n in range(5)]
    assert len(queries) == 2


@pytest.mark.parametrize("byte", [0, 11, 12, -1])
def test_a_box_altered_anywhere_is_refused(vault, writer, byte):
    request = seal_and_keep(vault, writer)
    box = bytearray(request.sealed.box)
    box[byte] ^= 1
    altered = OpeningRequest(request.event_id, request.field, Sealed(request.sealed.key_id, bytes(box)))
    with pytest.raises(SealBroken, match="field note"):
        opened_over(vault, writer.cursor(), [altered])


@pytest.mark.parametrize("length", [0, 5, 12, 27])
def test_a_box_cut_short_is_refused(vault, writer, length):
    request = seal_and_keep(vault, writer)
    cut = Sealed(request.sealed.key_id, request.sealed.box[:length])
    with pytest.raises(SealBroken):
        opened_over(vault, writer.cursor(), [OpeningRequest(request.event_id, request.field, cut)])


def test_a_box_moved_to_another_event_field_or_key_is_refused(vault, writer):
    request, other = seal_and_keep(vault, writer), seal_and_keep(vault, writer)
    forgeries = [
        OpeningRequest(uuid4(), request.field, request.sealed),
        OpeningRequest(request.event_id, "reason", request.sealed),
        OpeningRequest(request.event_id, request.field, Sealed(other.sealed.key_id, request.sealed.box)),
    ]
    for forgery in forgeries:
        with pytest.raises(SealBroken):
            opened_over(vault, writer.cursor(), [forgery])


def test_a_key_moved_to_another_row_is_refused(vault, writer, owner):
    request, other = seal_and_keep(vault, writer), seal_and_keep(vault, writer)
    owner.execute(
        "UPDATE vault.key SET wrapped = (SELECT wrapped FROM vault.key WHERE key_id = %s) WHERE key_id = %s",
        (other.sealed.key_id, request.sealed.key_id),
    )
    with pytest.raises(SealBroken, match="a key in the vault"):
        opened_over(vault, writer.cursor(), [request])


def test_a_wrong_wrapping_key_is_told_from_a_broken_seal(vault, writer):
    request = seal_and_keep(vault, writer)
    with pytest.raises(WrongWrappingKey):
        opened_over(Vault(WrappingKey.generate()), writer.cursor(), [request])


def test_a_key_that_nobody_destroyed_is_lost_and_not_erased(vault, writer, owner):
    request = seal_and_keep(vault, writer)
    owner.execute("DELETE FROM vault.key")
    with pytest.raises(KeyLost, match="restore the vault's dump"):
        opened_over(vault, writer.cursor(), [request])


def test_keys_are_kept_with_the_append_or_not_at_all(vault, database_url, owner):
    def record(recorder, *, fail):
        event_id = uuid4()
        sealed, row = vault.seal(event_id, "note", TEXT, frozenset({uuid4()}))
        event = LogEvent(
            type="note-taken",
            data=sealed.box,
            tags=[],
            event_id=event_id,
            version=1,
            partition_id=uuid4(),
            occurred_at=datetime(2026, 3, 27, tzinfo=UTC),
            envelope=b"",
        )
        with recorder.transaction() as cursor:
            vault.keep(cursor, [row])
            recorder.append_in(cursor, [event])
            if fail:
                raise InterruptedError
        return opened_texts(vault, recorder, [OpeningRequest(event_id, "note", sealed)])

    with LogRecorder(database_url, pool_size=1) as recorder:
        with pytest.raises(InterruptedError):
            record(recorder, fail=True)
        assert owner.execute("""
            SELECT (SELECT count(*) FROM vault.key), (SELECT count(*) FROM vault.key_subject),
                   (SELECT count(*) FROM vault.subject), (SELECT count(*) FROM log.event)
        """).fetchone() == (0, 0, 0, 0)
        assert record(recorder, fail=False) == [TEXT]


def test_keeping_nothing_is_nothing(vault, writer, owner):
    vault.keep(writer.cursor(), [])
    assert owner.execute("SELECT count(*) FROM vault.key").fetchone() == (0,)


def test_keys_are_kept_and_destroyed_at_read_committed_only(vault, writer):
    _, row = vault.seal(uuid4(), "note", TEXT, NOBODY)
    writer.execute("SET default_transaction_isolation = 'repeatable read'")
    for change in (
        lambda: vault.keep(writer.cursor(), [row]),
        lambda: vault.erase(writer.cursor(), uuid4(), uuid4()),
        lambda: vault.redact(writer.cursor(), [uuid4()], uuid4()),
    ):
        with pytest.raises(WrongVaultIsolation):
            change()
