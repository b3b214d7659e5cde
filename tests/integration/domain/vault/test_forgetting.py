"""Forgetting one person destroys every text that names them, says when and why, and harms nothing else."""

import threading
import time
from uuid import UUID, uuid4

import pytest
from psycopg import sql

from domain.log.sessions import connect
from domain.vault import Erased, NotInTheLog, OpeningRequest, SubjectForgotten, VaultBehind
from tests.support.destruction_events import erasure, forget, redaction, take_out
from tests.support.word_readers import opened_over

ANN, BEN = UUID(int=0xA, version=4), UUID(int=0xB, version=4)
WHY, WHY_BEN = UUID(int=0xC, version=4), UUID(int=0xD, version=4)


def seal_and_keep(vault, cursor, text, *subjects) -> OpeningRequest:
    event_id = uuid4()
    sealed, row = vault.seal(event_id, "note", text, frozenset(subjects))
    vault.keep(cursor, [row])
    return OpeningRequest(event_id, "note", sealed)


@pytest.fixture
def texts(vault, writer):
    cursor = writer.cursor()
    return [
        seal_and_keep(vault, cursor, "of Ann", ANN),
        seal_and_keep(vault, cursor, "of Ann and Ben", ANN, BEN),
        seal_and_keep(vault, cursor, "of Ben", BEN),
        seal_and_keep(vault, cursor, "of nobody"),
    ]


def dumped(owner):
    return {
        table: owner.execute(sql.SQL("SELECT * FROM vault.{}").format(sql.Identifier(table))).fetchall()
        for table in ("subject", "key", "key_subject", "tombstone", "replayed")
    }


def restore(owner, dump):
    owner.execute(
        "TRUNCATE vault.contents, vault.subject, vault.key, vault.key_subject, vault.tombstone, vault.replayed"
    )
    for table, rows in dump.items():
        for row in rows:
            values = sql.SQL(", ").join(map(sql.Literal, row))
            owner.execute(sql.SQL("INSERT INTO vault.{} VALUES ({})").format(sql.Identifier(table), values))


def is_erased(opened):
    return [isinstance(each, Erased) for each in opened]


def test_erasing_one_subject_destroys_every_text_that_lists_them_and_no_other(vault, writer, texts, log):
    assert forget(log, vault, writer.cursor(), ANN, WHY) == 2
    opened = opened_over(vault, writer.cursor(), texts)
    assert is_erased(opened) == [True, True, False, False]
    assert opened[2:] == ["of Ben", "of nobody"]


def test_the_destroyed_keys_are_gone_from_the_table_and_their_tombstones_say_when_and_why(
    vault, writer, owner, texts, log
):
    before = owner.execute("SELECT clock_timestamp()").fetchone()[0]
    forget(log, vault, writer.cursor(), ANN, WHY)
    after = owner.execute("SELECT clock_timestamp()").fetchone()[0]
    key_ids = {row[0] for row in owner.execute("SELECT key_id FROM vault.key")}
    assert key_ids == {request.sealed.key_id for request in texts[2:]}
    assert owner.execute("SELECT DISTINCT subject_id FROM vault.key_subject").fetchall() == [(BEN,)]
    for erased in opened_over(vault, writer.cursor(), texts[:2]):
        assert erased.event_id == WHY
        assert before <= erased.erased_at <= after


def test_erasing_again_destroys_nothing_more_and_keeps_the_first_reason(vault, writer, owner, texts, log):
    forget(log, vault, writer.cursor(), ANN, WHY)
    first = opened_over(vault, writer.cursor(), texts)
    assert forget(log, vault, writer.cursor(), ANN) == 0
    assert opened_over(vault, writer.cursor(), texts) == first
    cursor = owner.execute("SELECT erasure_event_id FROM vault.subject WHERE subject_id = %s", (ANN,))
    assert cursor.fetchone() == (WHY,)


def test_erasing_the_second_person_of_a_text_counts_only_what_is_left(vault, writer, texts, log):
    assert forget(log, vault, writer.cursor(), ANN, WHY) == 2
    assert forget(log, vault, writer.cursor(), BEN) == 1
    assert is_erased(opened_over(vault, writer.cursor(), texts)) == [True, True, True, False]


def test_somebody_whom_no_text_names_is_forgotten_all_the_same(vault, writer, log):
    assert forget(log, vault, writer.cursor(), ANN, WHY) == 0
    with pytest.raises(SubjectForgotten):
        seal_and_keep(vault, writer.cursor(), "of Ann", ANN)


def test_a_text_that_lists_somebody_forgotten_is_not_kept_nor_is_anything_beside_it(vault, writer, owner, texts, log):
    forget(log, vault, writer.cursor(), ANN, WHY)
    _, harmless = vault.seal(uuid4(), "note", "of Ben", frozenset({BEN}))
    _, refused = vault.seal(uuid4(), "note", "of both", frozenset({ANN, BEN}))
    with pytest.raises(SubjectForgotten):
        vault.keep(writer.cursor(), [harmless, refused])
    assert opened_over(vault, writer.cursor(), texts)[2:] == ["of Ben", "of nobody"]
    assert owner.execute("SELECT count(*) FROM vault.key").fetchone() == (2,)


def test_an_erasure_that_rolls_back_forgets_nobody(vault, writer, texts, log):
    with writer.transaction(force_rollback=True):
        vault.erase(writer.cursor(), ANN, WHY)
        log.append_in(writer.cursor(), [erasure(ANN, WHY)])
    assert opened_over(vault, writer.cursor(), texts[:1]) == ["of Ann"]


def test_after_a_restore_the_erasures_of_the_log_are_done_again(vault, writer, owner, texts, log):
    dump = dumped(owner)  # older than the erasures
    forget(log, vault, writer.cursor(), ANN, WHY)
    forget(log, vault, writer.cursor(), BEN, WHY_BEN)
    restore(owner, dump)
    with pytest.raises(VaultBehind):
        opened_over(vault, writer.cursor(), texts)

    erasures = [(ANN, WHY), (BEN, WHY_BEN), (ANN, WHY)]
    assert vault.replay_erasures(writer.cursor(), erasures) == 3
    opened = opened_over(vault, writer.cursor(), texts)
    assert is_erased(opened) == [True, True, True, False]
    assert (opened[0].event_id, opened[2].event_id) == (WHY, WHY_BEN)
    assert vault.replay_erasures(writer.cursor(), erasures) == 0
    assert vault.replay_erasures(writer.cursor(), []) == 0


def test_a_tombstone_outlives_a_key_that_a_restore_brought_back(vault, writer, owner, texts, log):
    row = owner.execute("SELECT * FROM vault.key WHERE key_id = %s", (texts[0].sealed.key_id,)).fetchone()
    forget(log, vault, writer.cursor(), ANN, WHY)
    owner.execute("INSERT INTO vault.key VALUES (%s, %s, %s, %s, %s)", row)
    assert is_erased(opened_over(vault, writer.cursor(), texts[:1])) == [True]


def test_redacting_destroys_one_text_and_leaves_those_it_named_known(vault, writer, owner, texts, log):
    assert take_out(log, vault, writer.cursor(), texts[1].sealed.key_id, WHY) == 1
    assert take_out(log, vault, writer.cursor(), texts[1].sealed.key_id, WHY) == 0
    opened = opened_over(vault, writer.cursor(), texts)
    assert is_erased(opened) == [False, True, False, False]
    assert opened[1].event_id == WHY
    assert owner.execute(
        "SELECT count(*) FROM vault.key_subject LEFT JOIN vault.key USING (key_id) WHERE purpose IS NULL"
    ).fetchone() == (0,)
    seal_and_keep(vault, writer.cursor(), "of Ann again", ANN)


@pytest.mark.parametrize("is_known", [True, False])
def test_a_text_kept_while_its_subject_is_being_erased_never_survives(vault, writer, database_url, is_known, log):
    if is_known:
        seal_and_keep(vault, writer.cursor(), "of Ann before", ANN)
    with connect(database_url, application_name="folkmoot-test") as keeper:
        request = seal_and_keep(vault, keeper.cursor(), "of Ann", ANN)
        counts = []
        eraser = threading.Thread(target=lambda: counts.append(forget(log, vault, writer.cursor(), ANN, WHY)))
        eraser.start()
        wait_until_blocked(eraser, database_url)
        keeper.commit()
        eraser.join()
    assert counts == [2 if is_known else 1]
    assert is_erased(opened_over(vault, writer.cursor(), [request])) == [True]


@pytest.mark.parametrize("is_known", [True, False])
def test_a_text_that_waited_for_an_erasure_is_refused(vault, writer, database_url, is_known, log):
    if is_known:
        seal_and_keep(vault, writer.cursor(), "of Ann before", ANN)
    refusals = []

    def keep():
        try:
            seal_and_keep(vault, writer.cursor(), "of Ann", ANN)
        except SubjectForgotten as refusal:
            refusals.append(refusal)

    with connect(database_url, application_name="folkmoot-test") as eraser:
        forget(log, vault, eraser.cursor(), ANN, WHY)
        keeper = threading.Thread(target=keep)
        keeper.start()
        wait_until_blocked(keeper, database_url)
        eraser.commit()
        keeper.join()
    assert len(refusals) == 1


def wait_until_blocked(thread, database_url):
    with connect(database_url, application_name="folkmoot-test", autocommit=True) as watcher:
        blocked = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"
        while thread.is_alive() and not watcher.execute(blocked).fetchone()[0]:
            time.sleep(0.01)


@pytest.mark.parametrize("is_said_of", ["nothing", "another subject", "a record that it does not seal"])
def test_nothing_is_destroyed_that_the_log_does_not_say_is_destroyed(vault, writer, log, texts, is_said_of):
    why = uuid4()
    if is_said_of == "another subject":
        log.append([erasure(BEN, why)])
        vault.erase(writer.cursor(), BEN, why)
    elif is_said_of == "a record that it does not seal":
        log.append(redaction(texts[2].sealed.key_id, why))
        vault.redact(writer.cursor(), [texts[2].sealed.key_id], why)
    for attempt in (
        lambda: vault.erase(writer.cursor(), ANN, why),
        lambda: vault.redact(writer.cursor(), [texts[0].sealed.key_id], why),
    ):
        with pytest.raises(NotInTheLog):
            attempt()
    assert opened_over(vault, writer.cursor(), texts[:1]) == ["of Ann"]
