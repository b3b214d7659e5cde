"""Who opened sealed words: one row a request, on record before its answer leaves; without it no words leave."""

from uuid import UUID, uuid4

import psycopg
import pytest
from starlette.testclient import TestClient

from api.access.keys import Scope
from api.app import create_app
from api.runtime.services import connected
from domain.vault import Asker, Ground, UnrecordedOpening, Vault, WordReader
from tests.integration.api.test_a_meeting import MEETING, meeting
from tests.support.page_visitor import PageVisitor

ROW = (
    "number",
    "request_id",
    "operation",
    "actor_id",
    "organisation_id",
    "key_ids",
    "grounds",
    "subject_ids",
    "is_bulk",
)


@pytest.fixture
def owner(database_url):
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def trail(owner):
    """Every row of the trail, oldest first."""

    def rows():
        found = owner.execute(f"SELECT {', '.join(ROW)} FROM vault.opening ORDER BY number").fetchall()  # noqa: S608 - our own columns
        return [dict(zip(ROW, row, strict=True)) for row in found]

    return rows


@pytest.fixture
def met(neighbourhood, steward):
    """The address of a meeting's record, at which a resident was by name."""
    person = steward.records("/v1/people", name="Zebulon Quartermain")["created"]["person"][0]
    there = [{"party": neighbourhood.council}, {"party": neighbourhood.group, "person": person}]
    receipt = steward.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood, participants=there))
    return f"/v1/records/{receipt['events'][0]['event_id']}"


def key_of(person):
    return UUID(person.key.split("_")[1])


def test_who_reads_a_record_at_the_table_is_on_record(neighbourhood, met, trail):
    request_id = str(uuid4())
    answer = neighbourhood.officer.get(met, headers={"Request-Id": request_id})
    assert answer.json()["stands"]["notes"]["text"] == MEETING["notes"]
    (row,) = trail()
    assert (row["number"], row["operation"], row["is_bulk"]) == (1, "read-record", False)
    assert row["request_id"] == UUID(request_id)
    assert (row["actor_id"], row["organisation_id"]) == (key_of(neighbourhood.officer), UUID(neighbourhood.council))
    assert set(row["grounds"]) == {"seat-at-the-table"}


def test_a_row_names_whom_the_words_may_name(services, neighbourhood, met, trail):
    people = neighbourhood.officer.reads(met)["people"]
    (row,) = trail()
    assert {services.vault.reference(each) for each in row["subject_ids"]} == set(people) != set()


@pytest.mark.usefixtures("met")
def test_every_text_that_was_opened_stands_in_the_one_row(neighbourhood, trail, monkeypatch):
    opened, unwrap = set(), Vault._unwrapped

    def noted(vault, rows, purpose):
        opened.update(row.key_id for row in rows)
        return unwrap(vault, rows, purpose)

    monkeypatch.setattr(Vault, "_unwrapped", noted)
    neighbourhood.officer.reads(f"{neighbourhood.path}/timeline")
    (row,) = trail()
    assert set(row["key_ids"]) == opened
    assert len(opened) > 3
    assert len(row["grounds"]) == len(row["key_ids"])


@pytest.mark.parametrize(("who", "ground"), [("steward", "care-of-the-record"), ("resident", "seat-at-the-table")])
def test_the_ground_is_that_on_which_the_right_rests(neighbourhood, met, trail, steward, who, ground):
    {"steward": steward, "resident": neighbourhood.resident}[who].reads(met)
    assert [set(row["grounds"]) for row in trail()] == [{ground}]


def test_an_entry_is_read_on_the_ground_that_it_is_ones_own(neighbourhood, trail):
    receipt = neighbourhood.officer.records("/v1/parties", name="Beck Mutual", kind="charity", contact="by the door")
    party = receipt["created"]["party"][0]
    details = neighbourhood.officer.reads(f"/v1/parties/{party}")["details"]
    assert details["contact"]["text"] == "by the door"
    assert [row["grounds"] for row in trail()] == [["own-entry"]]


def test_who_reads_no_words_leaves_no_row(neighbourhood, met, people, trail):
    reader = people(Scope.READ)
    assert reader.reads(met)["stands"]["notes"]["text"] is None
    neighbourhood.officer.reads(f"{neighbourhood.path}/health")
    assert trail() == []


def test_a_page_leaves_one_row_however_much_it_asks(client, neighbourhood, met, trail):
    visitor = PageVisitor(client.app).signs_in(neighbourhood.officer.key)
    assert MEETING["title"] in visitor.reads(f"/records/{met.rpartition('/')[2]}")
    visitor.reads(f"/partnerships/{neighbourhood.partnership}")
    operations = [row["operation"] for row in trail()]
    assert operations == ["page record", "page partnership"], operations


def test_a_draft_is_opened_on_the_ground_that_it_is_ones_own(client, neighbourhood, trail):
    visitor = PageVisitor(client.app).signs_in(neighbourhood.officer.key)
    address = visitor.gets(f"/partnerships/{neighbourhood.partnership}/meetings/new").headers["Location"]
    visitor.sends(address, {"when": "today", "kind": "meeting", "came": [neighbourhood.council]})
    visitor.reads(address)
    assert "own-draft" in {ground for row in trail() for ground in row["grounds"]}


def test_a_row_costs_one_statement(neighbourhood, met, monkeypatch):
    sent, execute = [], psycopg.Cursor.execute

    def counted(cursor, query, *args, **kwargs):
        sent.append(str(query))
        return execute(cursor, query, *args, **kwargs)

    neighbourhood.officer.reads(met)  # learns which number is next
    monkeypatch.setattr(psycopg.Cursor, "execute", counted)
    neighbourhood.officer.reads(met)
    assert [each for each in sent if "vault.opening" in each or "record_opening" in each] == [
        each for each in sent if "record_opening" in each
    ]
    assert len([each for each in sent if "record_opening" in each]) == 1


UNWRITABLE = {
    "its table refuses": """
        CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
        CREATE TRIGGER refuse BEFORE INSERT ON vault.opening FOR EACH ROW EXECUTE FUNCTION public.refuse();
    """,
    "its function is gone": "DROP FUNCTION vault.record_opening",
    "it may not be written": "REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA vault FROM folkmoot_writer; "
    "GRANT EXECUTE ON FUNCTION vault.listed, vault.is_behind TO folkmoot_writer",
}


@pytest.mark.parametrize("fault", UNWRITABLE.values(), ids=UNWRITABLE)
def test_where_the_row_cannot_be_written_no_words_leave(client, neighbourhood, met, owner, trail, fault):
    visitor = PageVisitor(client.app).signs_in(neighbourhood.officer.key)
    owner.execute(fault)
    for answer in (neighbourhood.officer.get(met), visitor.gets(f"/records/{met.rpartition('/')[2]}")):
        assert answer.status_code >= 500
        assert MEETING["notes"] not in answer.text
        assert MEETING["title"] not in answer.text
        assert "Zebulon" not in answer.text
    assert trail() == []


@pytest.mark.usefixtures("met")
def test_figures_are_read_while_the_trail_cannot_be_written(neighbourhood, owner):
    owner.execute(UNWRITABLE["its function is gone"])
    assert neighbourhood.officer.get(f"{neighbourhood.path}/health").status_code == 200


def test_numbers_have_no_gap_though_several_services_add_by_turns(
    neighbourhood, met, trail, database_url, wrapping_key
):
    with connected(database_url, [wrapping_key], threads=1) as other, TestClient(create_app(other)) as one:
        for _ in range(3):
            neighbourhood.officer.reads(met)
            assert one.get(met, headers={"Authorization": f"Bearer {neighbourhood.resident.key}"}).status_code == 200
    assert [row["number"] for row in trail()] == list(range(1, 7))


CHANGES = (
    "UPDATE vault.opening SET operation = 'x'",
    "DELETE FROM vault.opening",
    "TRUNCATE vault.opening",
    "UPDATE vault.opening SET number = 7",
)


@pytest.mark.parametrize("change", CHANGES)
def test_a_row_is_neither_changed_nor_taken_out(neighbourhood, met, owner, trail, change):
    neighbourhood.officer.reads(met)
    before = trail()
    with pytest.raises(psycopg.Error):
        owner.execute(change)
    assert trail() == before


def test_nothing_is_opened_where_nothing_would_record_it(services):
    with pytest.raises(UnrecordedOpening):
        services.reading  # noqa: B018 - what is asked for is the refusal
    reader = WordReader(services.trail, Asker(actor_id=uuid4()), "test")
    with services.recorder.transaction() as cursor, pytest.raises(UnrecordedOpening):
        services.vault.open(cursor, [], reader, Ground.CARE)
