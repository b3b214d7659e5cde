"""Destroyed texts stay destroyed, whatever is restored: the vault alone, or the database of an earlier day."""

import base64
from contextlib import contextmanager
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql
from starlette.testclient import TestClient

from api.access.keys import Scope, create_key
from api.app import create_app
from api.runtime.services import connected
from domain.decisions.interactions import Attendee, RecordInteraction
from domain.decisions.records import CorrectRecord
from domain.decisions.registries import RegisterPerson
from domain.decisions.stewardship import ForgetPerson, RedactText
from domain.handling.sealing import opening_request
from domain.log.memorandum import ForgottenLine, Memorandum, MemorandumUnusable, TakenOutLine
from domain.vault import Erased, KeyLost, NotInTheLog, WrappingKey, WrongWrappingKey
from domain.vocabulary import InteractionKind
from scripts.cli import main
from scripts.support.exits import Exit
from tests.integration.domain.handling.test_handler import House
from tests.support.word_readers import opened_texts

KEY = WrappingKey(b"k" * 32)
TABLES = ("subject", "key", "key_subject", "tombstone", "replayed", "wrapping")


@pytest.fixture
def memorandum(tmp_path):
    return Memorandum(tmp_path / "memorandum.jsonl")


@contextmanager
def house_over(dsn, memorandum, story=None):
    """Open services over a database, as a command does, and give a house to whom the story was told before."""
    with connected(dsn, [KEY], threads=2, memorandum=memorandum) as services:
        house = House.__new__(House) if story else House(services.recorder, KEY)
        if story:
            house.__dict__.update(story)
        house.recorder, house.vault, house.handler = services.recorder, services.vault, services.handler
        yield house


class Story:
    """Somebody was at a meeting, and its notes say what should not have been written down."""

    def __init__(self, dsn, memorandum):
        with house_over(dsn, memorandum) as house:
            registered = house.does(RegisterPerson(name="Quillon Farthingale"), house.officer)
            self.person_id = registered.events[0].partition_id
            there = (Attendee(party=house.tenants.party_id, person=house.vault.reference(self.person_id)),)
            call = RecordInteraction(
                kind=InteractionKind.CALL, happened="2026-03-14", participants=there, notes="of the person"
            )
            self.call = house.does(call, house.officer).events[0]
            self.meeting = house.does(house.meeting(notes="names a child"), house.officer).events[0]
            self.parts = dict(house.__dict__)

    def over(self, dsn, memorandum):
        return house_over(dsn, memorandum, self.parts)

    def destroys(self, house, what):
        if what == "forgotten":
            return house.does(ForgetPerson(person=house.vault.reference(self.person_id)))
        return house.does(RedactText(record=self.meeting.event_id, field="notes", ground="child"))

    def reads(self, house):
        """The two texts, as far as they can still be read."""
        requests = [opening_request(each, (), "notes", each.body.notes) for each in (self.call, self.meeting)]
        texts = opened_texts(house.vault, house.recorder, requests)
        return [None if isinstance(each, Erased) else each for each in texts]


@pytest.fixture
def story(database_url, memorandum):
    return Story(database_url, memorandum)


LEFT = {"forgotten": [None, "names a child"], "taken out": ["of the person", None]}


def vault_dump(dsn):
    with psycopg.connect(dsn) as owner:
        return {
            table: owner.execute(sql.SQL("SELECT * FROM vault.{}").format(sql.Identifier(table))).fetchall()
            for table in TABLES
        }


def restore_vault(dsn, dump):
    with psycopg.connect(dsn) as owner:
        for table in reversed(TABLES):
            owner.execute(sql.SQL("DELETE FROM vault.{}").format(sql.Identifier(table)))
        for table, rows in dump.items():
            for row in rows:
                values = sql.SQL(", ").join(map(sql.Literal, row))
                owner.execute(sql.SQL("INSERT INTO vault.{} VALUES ({})").format(sql.Identifier(table), values))


@contextmanager
def copy_of(server, dsn):
    """The address of a copy of a database, made as it is now: what a dump of today restores."""
    name, origin = f"restored_{uuid4().hex}", dsn.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        copied = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        connection.execute(copied.format(sql.Identifier(name), sql.Identifier(origin)))
        try:
            yield server.dsn(name)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.mark.parametrize("what", LEFT)
def test_a_vault_restored_from_before_opens_nothing_that_was_destroyed_since(story, database_url, what):
    dump = vault_dump(database_url)
    with story.over(database_url, None) as house:
        assert story.reads(house) == ["of the person", "names a child"]
        story.destroys(house, what)
    restore_vault(database_url, dump)
    with story.over(database_url, None) as house:
        assert story.reads(house) == LEFT[what]


@pytest.mark.parametrize("what", LEFT)
def test_a_vault_restored_while_folkmoot_runs_opens_nothing_either(story, database_url, what):
    dump = vault_dump(database_url)
    with story.over(database_url, None) as house:
        story.destroys(house, what)
        restore_vault(database_url, dump)
        assert story.reads(house) == LEFT[what]


def test_a_text_of_a_correction_of_a_correction_goes_with_the_record_and_stays_gone(story, database_url):
    dump_after = None
    with story.over(database_url, None) as house:
        officer = house.officer
        first = house.does(
            CorrectRecord(record=story.meeting.event_id, changes={"notes": "a slip"}, reasons="x"), officer
        )
        again = {"replacement": {"notes": "names the child again"}}
        outcome = house.ask(CorrectRecord(record=first.events[0].event_id, changes=again, reasons="y"), officer)
        dump_after = vault_dump(database_url)
        before = live_keys(database_url)
        story.destroys(house, "taken out")
        after = live_keys(database_url)
        assert len(before - after) == 2 + (1 if hasattr(outcome, "events") else 0)
    restore_vault(database_url, dump_after)
    with story.over(database_url, None):
        assert live_keys(database_url) == after


def live_keys(dsn) -> set[UUID]:
    with psycopg.connect(dsn) as owner:
        return {key_id for (key_id,) in owner.execute("SELECT key_id FROM vault.key WHERE purpose = 'text'")}


@pytest.mark.parametrize("what", LEFT)
def test_a_database_restored_from_before_forgets_again_and_says_so_in_its_log(
    server, story, database_url, memorandum, what
):
    with copy_of(server, database_url) as older:
        with story.over(database_url, memorandum) as house:
            story.destroys(house, what)
        for _ in range(2):
            with story.over(older, memorandum) as house:
                assert story.reads(house) == LEFT[what]
        with psycopg.connect(older) as owner:
            kinds = "SELECT count(*) FROM log.event WHERE type IN ('subject-erased', 'text-redacted')"
            assert owner.execute(kinds).fetchone() == (1,)


def test_a_database_in_which_it_cannot_be_done_again_is_not_opened(server, story, database_url, memorandum):
    with copy_of(server, database_url) as older:
        with story.over(database_url, memorandum) as house:
            story.destroys(house, "forgotten")
        with psycopg.connect(older) as owner:
            owner.execute("ALTER TABLE log.event DISABLE TRIGGER ALL")
            owner.execute("UPDATE log.event SET type = 'place-registered' WHERE type = 'person-registered'")
            owner.execute("ALTER TABLE log.tag DISABLE TRIGGER ALL")
            owner.execute("DELETE FROM log.tag WHERE type = 'person-registered'")
        with pytest.raises(NotInTheLog, match="older than 1 erasures"), story.over(older, memorandum):
            pass


def test_what_is_destroyed_is_remembered_outside_before_it_is_acknowledged(story, database_url, memorandum):
    with story.over(database_url, memorandum) as house:
        log_id = house.recorder.head().log_id
        forgotten = story.destroys(house, "forgotten").events[0]
        taken_out = story.destroys(house, "taken out").events[0]
    assert memorandum.lines(log_id) == [
        ForgottenLine(log_id=log_id, event_id=forgotten.event_id, subject_id=story.person_id),
        TakenOutLine(
            log_id=log_id,
            event_id=taken_out.event_id,
            record_id=story.meeting.event_id,
            field="notes",
            key_ids=(story.meeting.body.notes.key_id,),
        ),
    ]
    text = memorandum.file.read_text("utf-8")
    assert "Quillon" not in text
    assert "child" not in text


def test_nothing_is_acknowledged_that_cannot_be_remembered_and_a_repeat_remembers_it(
    story, database_url, memorandum, monkeypatch
):
    with story.over(database_url, memorandum) as house:
        command_id, order = uuid4(), ForgetPerson(person=house.vault.reference(story.person_id))

        def full(_):
            raise MemorandumUnusable("the disk is full")

        with monkeypatch.context() as patched:
            patched.setattr(memorandum, "add", full)
            with pytest.raises(MemorandumUnusable):
                house.ask(order, command_id=command_id)
        assert house.ask(order, command_id=command_id).repeated
        assert [type(each) for each in memorandum.lines(house.recorder.head().log_id)] == [ForgottenLine]


def test_what_was_destroyed_before_there_was_a_memorandum_is_remembered_at_the_next_start(
    story, database_url, memorandum
):
    with story.over(database_url, None) as house:
        story.destroys(house, "forgotten")
        story.destroys(house, "taken out")
        log_id = house.recorder.head().log_id
    with story.over(database_url, memorandum):
        assert [type(each) for each in memorandum.lines(log_id)] == [ForgottenLine, TakenOutLine]


# Wrong key, missing keys, restored vault: told apart


def test_another_wrapping_key_alone_is_told_as_that_and_not_as_lost_data(database_url, story):
    assert story
    wrong, right = WrappingKey(b"w" * 32), KEY
    with pytest.raises(WrongWrappingKey, match="Nothing is lost"), connected(database_url, [wrong], threads=1):
        pass
    with connected(database_url, [wrong, right], threads=1) as services:
        assert services.vault.person_of(services.vault.reference(story.person_id)) == story.person_id


def test_another_wrapping_key_is_told_too_where_nothing_is_sealed(database_url):
    with connected(database_url, [KEY], threads=1) as services:
        House(services.recorder, KEY)
    with pytest.raises(WrongWrappingKey), connected(database_url, [WrappingKey(b"w" * 32)], threads=1):
        pass


def test_a_vault_without_its_rows_is_told_as_that(database_url, story):
    assert story
    restore_vault(database_url, dict.fromkeys(TABLES, ()))
    with pytest.raises(KeyLost, match="the vault is empty"), connected(database_url, [KEY], threads=1):
        pass


def test_a_text_whose_key_is_lost_is_answered_with_a_sentence(database_url, story):
    with psycopg.connect(database_url, autocommit=True) as owner:
        key = create_key(owner, name="test", scope=Scope.STEWARD)
        owner.execute("DELETE FROM vault.key WHERE key_id = %s", (story.meeting.body.notes.key_id,))
    with connected(database_url, [KEY], threads=2) as services, TestClient(create_app(services)) as client:
        path = f"/v1/partnerships/{story.meeting.partition_id}/timeline"
        answer = client.get(path, headers={"Authorization": f"Bearer {key}"})
    assert (answer.status_code, "Tell the operator" in answer.json()["detail"]) == (503, True)


def command(monkeypatch, dsn, secret: bytes, *words) -> int:
    monkeypatch.setenv("DATABASE_URL", dsn)
    monkeypatch.setenv("FOLKMOOT_WRAPPING_KEY", base64.b64encode(secret).decode())
    return main(list(words))


@pytest.mark.parametrize(
    ("break_it", "secret", "sentence"),
    [
        (lambda _: None, b"w" * 32, "Wrong wrapping key"),
        (
            lambda owner: owner.execute("TRUNCATE vault.key, vault.key_subject, vault.wrapping CASCADE"),
            b"k" * 32,
            "the vault is empty",
        ),
        (lambda owner: owner.execute("DROP SCHEMA vault CASCADE"), b"k" * 32, "vault"),
    ],
    ids=["wrong key", "no rows", "no schema"],
)
def test_a_command_ends_with_a_sentence(monkeypatch, database_url, story, capsys, break_it, secret, sentence):
    assert story
    with psycopg.connect(database_url, autocommit=True) as owner:
        break_it(owner)
    code = command(monkeypatch, database_url, secret, "key", "create", "--name", "x", "--scope", "read")
    assert (code, sentence in (err := capsys.readouterr().err), "Traceback" in err) == (Exit.CONFIGURATION, True, False)
