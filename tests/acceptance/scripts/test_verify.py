"""Whatever a superuser changes behind Folkmoot's back, `folkmoot verify` names it, and no rebuild adopts it."""

import base64
import json
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from api.access.account_acts import AccountDeed, do_once
from api.access.accounts import AccountKind, close_account, create_account
from api.access.grants import GrantHand, give_role, take_away
from api.access.keys import Scope, create_key, revoke_key
from api.access.reach import Reach, ReachKind
from api.access.user_roles import UserRole
from domain.decisions.asks import RaiseAsk
from domain.decisions.commitments import MakeCommitment
from domain.decisions.interactions import Attendee, RecordInteraction
from domain.decisions.records import CorrectRecord
from domain.decisions.registries import RegisterPerson
from domain.decisions.stewardship import ForgetPerson, RedactText
from domain.handling.sealing import opening_request
from domain.log.recorder import LogRecorder
from domain.vault import WrappingKey
from domain.vocabulary import AskKind, InteractionKind
from scripts.cli import main
from scripts.support.catalogue import AS_SHIPPED, lines
from scripts.support.exits import Exit
from tests.integration.domain.handling.test_handler import House
from tests.support.stored_stage import staged
from tests.support.tampering import REHASHED, TAMPERINGS
from tests.support.word_readers import opened_texts

KEY = b"k" * 32


@pytest.fixture(scope="module")
def recorded(server, template, tmp_path_factory):
    """A database in which a board met, promised, corrected, forgot somebody and took a text out; verified once."""
    name = f"recorded_{uuid4().hex}"
    memorandum = tmp_path_factory.mktemp("outside") / "memorandum.jsonl"
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
    tell_a_story(server.dsn(name))
    with staged(server.dsn(name)) as stage:
        stage.rebuild()
    with pytest.MonkeyPatch.context() as patched:
        of(patched, server.dsn(name), memorandum)
        assert main(["verify", "--workers", "1"]) == Exit.DONE
    yield name, memorandum
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def tell_a_story(dsn: str) -> None:
    with LogRecorder(dsn) as log:
        house = House(log, WrappingKey(KEY))
        with log.transaction() as cursor:
            house.vault.introduce(cursor)
        people = [
            house.vault.reference(house.does(RegisterPerson(name=name), house.officer).events[0].partition_id)
            for name in ("Quillon Farthingale", "Ottoline Marsh", "Ann Other")
        ]
        call_records = []
        for person in people:
            attended = (Attendee(party=house.tenants.party_id, person=person),)
            ask = RaiseAsk(kind=AskKind.REQUEST, raised_by=house.tenants.party_id, text="a new boiler")
            call = RecordInteraction(
                kind=InteractionKind.CALL, happened="2026-03-14", participants=attended, notes="we spoke", asks=(ask,)
            )
            receipt = house.does(call, house.officer)
            call_records.append(receipt.events[0])
        record_id = receipt.events[0].event_id
        house.does(
            CorrectRecord(record=record_id, changes={"kind": "workshop"}, reasons="a slip of the pen"), house.officer
        )
        house.does(house.meeting(notes="who shall not be named"), house.officer)
        house.does(
            MakeCommitment(
                promisers=(house.council.party_id,),
                promisees=(house.tenants.party_id,),
                text="lights",
                due="2026-12-31",
            ),
            house.officer,
        )
        secret = house.does(house.meeting(notes="names a child"), house.officer)
        house.does(RedactText(record=secret.events[0].event_id, field="notes", ground="child"))
        opened_by_turns(house, call_records)
        house.does(ForgetPerson(person=people[0]))
        with psycopg.connect(dsn, autocommit=True) as owner:
            create_key(owner, name="a reader", scope=Scope.READ, vault=house.vault)
            revoked = create_key(owner, name="gone", scope=Scope.STEWARD, vault=house.vault)
            revoke_key(owner, uuid_of(revoked), vault=house.vault)
            let_somebody_in(owner, house, leaves=False)
            let_somebody_in(owner, house, leaves=True)


def let_somebody_in(owner, house: House, *, leaves: bool) -> None:
    """Somebody is let in; of who leaves, the role is taken away again and the account closed."""
    account_id, grant_id, by = uuid4(), uuid4(), GrantHand(why="for a test")
    deeds = {
        "make-account": lambda connection: create_account(
            connection,
            house.vault,
            kind=AccountKind.PERSON,
            organisation_id=house.council.party_id,
            name="Sam",
            account_id=account_id,
        ),
        "give-role": lambda connection: give_role(
            connection,
            house.vault,
            account_id=account_id,
            role=UserRole.OFFICER,
            reach=Reach(kind=ReachKind.PARTNERSHIPS, ids=frozenset({uuid4()})),
            by=by,
            grant_id=grant_id,
        ),
    }
    if leaves:
        deeds["take-away-role"] = lambda connection: take_away(connection, house.vault, grant_id, by)
        deeds["close-account"] = lambda connection: close_account(connection, house.vault, account_id)
    for act, carry_out in deeds.items():
        made = grant_id if act.endswith("role") else account_id
        do_once(owner, house.vault, AccountDeed(act=act, account_id=account_id, made=made, by=by, carry_out=carry_out))


def opened_by_turns(house: House, records) -> None:
    """Somebody reads the notes of one record after the other."""
    for record in records:
        opened_texts(house.vault, house.recorder, [opening_request(record, (), "notes", record.body.notes)])


def uuid_of(key: str) -> str:
    return key.split("_")[1]


def of(monkeypatch, dsn: str, memorandum) -> None:
    monkeypatch.setenv("DATABASE_URL", dsn)
    monkeypatch.setenv("FOLKMOOT_WRAPPING_KEY", base64.b64encode(KEY).decode())
    monkeypatch.setenv("FOLKMOOT_MEMORANDUM_FILE", str(memorandum))


@pytest.fixture
def house_of_cards(server, recorded, monkeypatch):
    """A copy of the database that a superuser may tamper with."""
    origin, memorandum = recorded
    name = f"tampered_{uuid4().hex}"
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        clone = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        connection.execute(clone.format(sql.Identifier(name), sql.Identifier(origin)))
        of(monkeypatch, server.dsn(name), memorandum)
        try:
            with psycopg.connect(server.dsn(name), autocommit=True) as superuser:
                yield superuser
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def tamper(superuser, statement: str) -> None:
    """Change something as whoever owns the server can: with the triggers off, and on again afterwards."""
    tables = ("log.event", "log.tag", "log.header", "log.kept", "vault.opening", "vault.opening_cut")
    triggers = [(table, "append_only") for table in tables]
    triggers += [("api.grant_entry", "keep_grant_entry"), ("api.account_act", "keep_account_act")]
    triggers += [("log.header", "seeded_only_while_empty")]
    if "{table}" in statement:
        table = superuser.execute(
            "SELECT name || '_v' || version || '_b' || build FROM projection.build WHERE name = 'commitments'"
        )
        columns = superuser.execute(
            "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute "
            "WHERE attrelid = 'projection.commitments'::regclass AND attnum > 0"
        )
        statement = statement.format(table=table.fetchone()[0], columns=columns.fetchone()[0])
    if not statement.startswith(("DROP TRIGGER", "ALTER TABLE", "CREATE TRIGGER")):
        for table, trigger in triggers:
            superuser.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(statement)
        superuser.execute("RESET session_replication_role")
        for table, trigger in triggers:
            superuser.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")
    else:
        superuser.execute(statement)


def verified(capsys) -> tuple[int, list[str], dict]:
    capsys.readouterr()
    code = main(["verify", "--json", "--workers", "1"])
    report = json.loads(capsys.readouterr().out)
    return code, report["altered"], report


@pytest.mark.parametrize("what", TAMPERINGS)
def test_whatever_is_altered_is_found_and_named(house_of_cards, capsys, what):
    statement, finding = TAMPERINGS[what]
    tamper(house_of_cards, statement)
    code, altered, _ = verified(capsys)
    assert code == Exit.DRIFT_FOUND
    assert any(finding in each for each in altered), altered


def test_a_replica_is_verified_and_nothing_else_is_tried_on_it(house_of_cards, capsys):
    name = house_of_cards.info.dbname
    house_of_cards.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    assert verified(capsys)[:2] == (Exit.DONE, [])
    tamper_with = "UPDATE log.event SET version = version + 1 WHERE position = 5"
    tamper(house_of_cards, tamper_with)
    code, altered, _ = verified(capsys)
    assert (code, any("event 5" in each for each in altered)) == (Exit.DRIFT_FOUND, True)
    assert main(["key", "create", "--name", "x", "--scope", "read"]) == Exit.DATABASE_UNAVAILABLE
    assert "takes no writes" in capsys.readouterr().err


def test_there_are_as_many_tamperings_as_were_asked_for():
    assert len(TAMPERINGS) >= 33


def test_what_was_not_altered_is_said_to_be_whole_again_and_again(house_of_cards, capsys):
    assert house_of_cards
    for _ in range(2):
        code, altered, report = verified(capsys)
        assert (code, altered, report["not_looked_at"]) == (Exit.DONE, [], [])


@pytest.mark.parametrize("with_leaf", [False, True])
def test_a_moved_due_date_is_adopted_by_no_rebuild(house_of_cards, capsys, with_leaf):
    before = house_of_cards.execute("SELECT due_on FROM projection.commitments").fetchall()
    statement = (
        "UPDATE log.event SET data = replace(data::text, '323032362d31322d3331', '323032372d31322d3331')::bytea "
        "WHERE type = 'commitment-made'"
    )
    tamper(house_of_cards, statement + (f"; {REHASHED.replace('position = 5', 'true')}" if with_leaf else ""))
    for _ in range(2):
        capsys.readouterr()
        assert main(["rebuild", "--all", "--workers", "1"]) == Exit.DRIFT_FOUND
        assert "nothing was put in place" in capsys.readouterr().err
    assert house_of_cards.execute("SELECT due_on FROM projection.commitments").fetchall() == before


def test_the_catalogue_is_of_this_release(database_url):
    with psycopg.connect(database_url, autocommit=True) as connection:
        there = lines(connection)
    assert there == AS_SHIPPED.read_text("utf-8").splitlines(), "run `folkmoot migrate --catalogue`"
