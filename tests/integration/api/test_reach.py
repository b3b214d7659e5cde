"""Reach: of what lies outside it nobody learns anything, neither from lists nor from what is refused."""

from dataclasses import replace
from uuid import UUID, uuid4

import psycopg
import pytest

from api.access.grants import give_role
from api.access.reach import EVERYWHERE, Reach, ReachKind
from api.access.user_roles import UserRole
from tests.integration.api.test_a_meeting import meeting
from tests.integration.api.test_roles import SINCE, Access
from tests.support.stored_stage import staged


@pytest.fixture
def access(client, database_url, services):
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield Access(client, connection, services.vault)


@pytest.fixture
def scoped(access, neighbourhood, boards):
    """An officer of the council at both boards, whose role reaches one of them."""
    assert len(boards) == 2
    reach = Reach(kind=ReachKind.PARTNERSHIPS, ids=frozenset({UUID(neighbourhood.partnership)}))
    return access.holder(UserRole.OFFICER, neighbourhood.council, reach)


@pytest.fixture
def elsewhere(neighbourhood, boards):
    return next(each for each in boards if each != neighbourhood.partnership)


def test_a_list_holds_the_partnerships_within_reach_and_no_other(scoped, neighbourhood, elsewhere, database_url):
    with staged(database_url) as stage:
        stage.rebuild()
    lists = [each["address"] for each in scoped.reads("/v1/projections")["data"]]
    for path in ["/v1/partnerships", "/v1/early-warnings", "/v1/me", "/v1/me/news?since=0", *lists]:
        answer = scoped.get(path)
        assert answer.status_code == 200, answer.text
        assert neighbourhood.partnership in answer.text or "/projections/" in path, path
        assert elsewhere not in answer.text, path
    assert {each["partnerships"] for each in scoped.reads("/v1/projections")["data"]} == {1}
    for page in ("/v1/partnerships?limit=1", f"/v1/projections/trust?partnership={elsewhere}"):
        assert elsewhere not in scoped.get(page).text
    assert scoped.reads(f"/v1/projections/trust?partnership={elsewhere}")["data"] == []


def test_a_list_counts_its_pages_by_what_is_within_reach(access, steward, neighbourhood):
    """A page is as full as it may be, whatever lies outside between its lines."""
    ids = []
    for number in range(9):
        body = {"name": f"Board {number}", "kind": "neighbourhood-board", "happened": "2021"}
        ids += steward.records("/v1/partnerships", **body)["created"]["partnership"]
    reach = Reach(kind=ReachKind.PARTNERSHIPS, ids=frozenset(map(UUID, ids[::4])))
    reader = access.holder(UserRole.EVALUATOR, neighbourhood.council, reach)
    first = reader.reads("/v1/partnerships", limit=2)
    rest = reader.reads(first["next"])
    assert [each["partnership_id"] for each in first["data"] + rest["data"]] == ids[::4]
    assert (len(first["data"]), rest["next"]) == (2, None)


def test_a_record_out_of_reach_is_not_there(scoped, steward, elsewhere):
    record = steward.reads(f"/v1/partnerships/{elsewhere}/timeline")["data"][0]["event_id"]
    refusals = [scoped.get(f"/v1/records/{each}") for each in (record, uuid4())]
    refusals += [
        scoped.post(f"/v1/records/{each}/confirmations", {"happened": "2026-01-01"}) for each in (record, uuid4())
    ]
    assert {each.status_code for each in refusals} == {404}
    assert len({each.json()["detail"] for each in refusals}) == 1


def test_a_review_of_a_partnership_out_of_reach_is_not_there_and_cannot_be_registered(
    scoped, steward, neighbourhood, elsewhere
):
    body = {
        "question": "Do promises hold?",
        "window_start_on": "2021-02-01",
        "window_end_on": "2021-12-31",
        "method_sha256": steward.reads("/v1/methods/shipped")["method_sha256"],
        "retrospective": True,
    }
    both = steward.records("/v1/reviews", **body, cohort=[neighbourhood.partnership], comparison=[elsewhere])
    own = scoped.records("/v1/reviews", **body, cohort=[neighbourhood.partnership])
    hidden, seen = (each["created"]["review"][0] for each in (both, own))
    assert [each["details"]["review_id"] for each in scoped.reads("/v1/reviews")["data"]] == [seen]
    assert scoped.get(f"/v1/reviews/{seen}").status_code == 200
    for path in ("", "/jobs"):
        answers = [scoped.get(f"/v1/reviews/{each}{path}") for each in (hidden, uuid4())]
        assert {each.status_code for each in answers} == {404}
    refused = [scoped.post("/v1/reviews", body | {"cohort": [each]}) for each in (elsewhere, str(uuid4()))]
    assert {each.status_code for each in refused} == {422}
    faults = [each.json()["errors"] for each in refused]
    assert [each[0]["code"] for each in faults] == ["unknown-partnership"] * 2
    assert [fault[0]["detail"].rpartition(" ")[0] for fault in faults] == ["no partnership has the id"] * 2


def test_a_receipt_does_not_tell_that_a_body_out_of_reach_looks_like_it(scoped, neighbourhood, elsewhere):
    """The steward's own receipt for the same name tells it."""
    body = {"name": "Canal Side Board", "kind": "neighbourhood-board", "happened": "2021"}
    told = neighbourhood.officer.records("/v1/partnerships", **body)["warnings"]
    assert any(elsewhere in each["detail"] for each in told)
    assert scoped.records("/v1/partnerships", **body)["warnings"] == []


def test_what_is_observed_at_a_place_is_for_who_reads_in_a_partnership_there(access, steward, neighbourhood):
    def place(name, kind="neighbourhood", **details):
        body = {"name": name, "kind": kind, "happened": "2020", **details}
        return steward.records("/v1/places", **body)["created"]["place"][0]

    district = place("Ambleford", "district")
    here, there = place("Mill Lane", part_of=district), place("Canal Side", part_of=district)
    formed = [
        steward.records(
            "/v1/partnerships", name=f"Board {each}", kind="neighbourhood-board", happened="2021", place=each
        )["created"]["partnership"][0]
        for each in (here, there)
    ]
    observed = {
        each: steward.records(
            f"/v1/places/{each}/outcomes",
            indicator="Belonging",
            domain="belonging",
            period_start_on="2021-01-01",
            period_end_on="2021-12-31",
            value=0.5,
            unit="share",
            source="Survey",
            happened="2021",
        )["events"][0]["event_id"]
        for each in (here, there, district)
    }
    for reach in (
        Reach(kind=ReachKind.PARTNERSHIPS, ids=frozenset({UUID(formed[0])})),
        Reach(kind=ReachKind.PLACES, ids=frozenset({UUID(here)})),
    ):
        reader = access.holder(UserRole.OFFICER, neighbourhood.council, reach)
        statuses = [reader.get(f"/v1/places/{each}/observations").status_code for each in (here, district, there)]
        assert statuses == [200, 200, 403]
        records = [reader.get(f"/v1/records/{observed[each]}").status_code for each in (here, district, there)]
        assert records == [200, 200, 404]
        assert reader.get(f"/v1/places/{there}").status_code == 200
        listed = reader.reads("/v1/partnerships")["data"]
        assert [each["partnership_id"] for each in listed] == formed[:1]


def test_a_place_that_is_put_elsewhere_takes_its_partnership_out_of_reach_at_once(access, steward, neighbourhood):
    towns = [
        steward.records("/v1/places", name=each, kind="district", happened="2020")["created"]["place"][0]
        for each in ("Ambleford", "Bramley")
    ]
    ward = steward.records("/v1/places", name="Mill Lane", kind="ward", part_of=towns[0], happened="2020")
    body = {"name": "A board", "kind": "neighbourhood-board", "happened": "2021"}
    formed = steward.records("/v1/partnerships", **body, place=ward["created"]["place"][0])
    path = f"/v1/partnerships/{formed['created']['partnership'][0]}"
    readers = [
        access.holder(
            UserRole.EVALUATOR, neighbourhood.council, Reach(kind=ReachKind.PLACES, ids=frozenset({UUID(each)}))
        )
        for each in towns
    ]
    assert [each.get(path).status_code for each in readers] == [200, 404]
    changes = {"part_of_place_id": towns[1]}
    steward.records(
        f"/v1/records/{ward['events'][0]['event_id']}/corrections", changes=changes, reasons="It is not there"
    )
    assert [each.get(path).status_code for each in readers] == [404, 200]


def test_whoever_reaches_some_places_asks_the_log_for_three_things_more_and_no_register(
    access, neighbourhood, steward, monkeypatch
):
    """Where partnerships are is remembered, and only what was recorded since is read."""
    place = steward.records("/v1/places", name="Mill Lane", kind="ward", happened="2020")["created"]["place"][0]
    body = {"name": "A board", "kind": "neighbourhood-board", "happened": "2021", "place": place}
    path = f"/v1/partnerships/{steward.records('/v1/partnerships', **body)['created']['partnership'][0]}/members"
    reaches = [EVERYWHERE, Reach(kind=ReachKind.PLACES, ids=frozenset({UUID(place)}))]
    readers = [access.holder(UserRole.OFFICER, neighbourhood.council, each) for each in reaches]
    counted = []
    execute = psycopg.Cursor.execute

    def counting(self, *given, **more):
        counted[-1] += 1
        return execute(self, *given, **more)

    monkeypatch.setattr(psycopg.Cursor, "execute", counting)
    for reader in readers * 2:
        counted.append(0)
        assert reader.get(path).status_code == 200
    first_all, first_scoped, again_all, again_scoped = counted
    assert again_scoped <= again_all + 3
    assert first_scoped - first_all <= 3


def test_nobody_widens_their_reach_by_saying_what_a_place_is_part_of(access, neighbourhood, steward):
    officer = neighbourhood.officer
    town = officer.records("/v1/places", name="Ambleford", kind="district", happened="2020")["created"]["place"][0]
    ward = officer.records("/v1/places", name="Mill Lane", kind="ward", happened="2020")
    body = {"name": "A board", "kind": "neighbourhood-board", "happened": "2021"}
    formed = steward.records("/v1/partnerships", **body, place=ward["created"]["place"][0])
    path = f"/v1/partnerships/{formed['created']['partnership'][0]}"
    of_the_town = access.holder(
        UserRole.OFFICER, neighbourhood.council, Reach(kind=ReachKind.PLACES, ids=frozenset({UUID(town)}))
    )
    record = f"/v1/records/{ward['events'][0]['event_id']}"
    moved = {"changes": {"part_of_place_id": town}, "reasons": "It is part of the town"}
    assert of_the_town.post(f"{record}/corrections", moved).status_code == 403
    assert of_the_town.get(path).status_code == 404
    officer.records(f"{record}/corrections", **moved)
    assert of_the_town.get(path).status_code == 200
    assert of_the_town.post(f"{record}/withdrawals", {"reasons": "It is no place"}).status_code == 403
    alone = of_the_town.records("/v1/places", name="A street", kind="ward", happened="2020")["events"][0]["event_id"]
    of_the_town.records(f"/v1/records/{alone}/withdrawals", reasons="It is no place")
    back = officer.records(f"{record}/corrections", changes={"part_of_place_id": None}, reasons="It is not")
    assert of_the_town.get(path).status_code == 404
    taking_back = f"/v1/records/{back['events'][0]['event_id']}/withdrawals"
    assert of_the_town.post(taking_back, {"reasons": "It is"}).status_code == 403
    assert of_the_town.post(
        f"{record}/corrections", {"changes": {"name": "Mill Road"}, "reasons": "Its name"}
    ).is_success
    assert of_the_town.get(path).status_code == 404
    withdrawn = officer.records(taking_back, reasons="It is")
    assert of_the_town.post(f"/v1/records/{withdrawn['events'][0]['event_id']}/withdrawals", {"reasons": "No"}).is_error


def test_acting_for_a_body_shows_its_words_only_where_a_role_lets_one_speak_for_it(
    access, neighbourhood, elsewhere, steward
):
    charity = steward.records("/v1/parties", name="Abbey Trust", kind="charity", happened="2020")
    holder = access.holder(
        UserRole.OFFICER,
        charity["created"]["party"][0],
        Reach(kind=ReachKind.PARTNERSHIPS, ids=frozenset({UUID(elsewhere)})),
        bodies=[neighbourhood.group],
    )
    give_role(
        access.connection,
        access.vault,
        account_id=access.account_id,
        role=UserRole.OFFICER,
        reach=Reach(kind=ReachKind.PARTNERSHIPS, ids=frozenset({UUID(neighbourhood.partnership)})),
        by=SINCE,
    )
    readable = []
    for partnership in (elsewhere, neighbourhood.partnership):
        path = f"/v1/partnerships/{partnership}/interactions"
        board = replace(neighbourhood, path=f"/v1/partnerships/{partnership}", partnership=partnership)
        board.residents_at_large = steward.reads(board.path)["details"]["residents"]["party_id"]
        receipt = board.officer.records(path, **meeting(board))
        record = holder.get(
            f"/v1/records/{receipt['events'][0]['event_id']}", headers={"Acting-For": neighbourhood.group}
        )
        readable.append(record.json()["record"]["body"]["notes"]["text"] is not None)
    assert readable == [True, False]
