"""Nobody gets to another's seat, entry or word through the registers."""

import json

import pytest

from api.access.keys import Scope
from tests.integration.api.test_a_meeting import MEETING, meeting
from tests.support.stored_stage import staged


@pytest.fixture
def stranger(people, steward):
    body = steward.records("/v1/parties", name="Elsewhere Council", kind="unitary")
    return people(Scope.RECORD, body["created"]["party"][0])


def test_a_seat_is_not_taken_over_by_claiming_a_succession(neighbourhood, stranger):
    neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
    mine, theirs, here = str(stranger.party), neighbourhood.council, [neighbourhood.partnership]
    for path, claim in (
        ("/v1/successions", {"predecessor": theirs, "successor": mine, "partnerships": here}),
        ("/v1/parties-found-same", {"kept": mine, "duplicate": theirs, "partnerships": here}),
    ):
        assert stranger.post(path, claim).status_code == 403
    assert stranger.post(f"{neighbourhood.path}/interactions", meeting(neighbourhood)).status_code == 403
    assert MEETING["notes"] not in stranger.get(f"{neighbourhood.path}/interactions").text


def test_another_bodys_entry_is_not_said_anew(neighbourhood, stranger):
    entry = f"/v1/parties/{neighbourhood.group}"
    before = neighbourhood.resident.reads(entry)
    answer = stranger.post(f"{entry}/amendments", {"name": "Elsewhere Residents", "kind": "unitary"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "only-who-recorded-it")
    assert neighbourhood.resident.reads(entry) == before
    neighbourhood.resident.records(
        f"{entry}/amendments", name="Mill Lane Tenants", kind="tenants-residents-association"
    )


# What is another's: places, seats, and the names of people


def test_another_bodys_place_is_not_renamed(neighbourhood, stranger, steward):
    place = neighbourhood.officer.records("/v1/places", name="Mill Lane", kind="neighbourhood")["created"]["place"][0]
    changes = f"/v1/places/{place}/boundary-changes"
    answer = stranger.post(changes, {"name": "Ours now"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "only-who-recorded-it")
    assert steward.reads(f"/v1/places/{place}")["details"]["name"] == "Mill Lane"
    for theirs in (neighbourhood.officer, steward):
        theirs.records(changes, name="Mill Lane and Canal Side")


def test_nobody_puts_another_off_the_table(neighbourhood, people, steward):
    county = steward.records("/v1/parties", name="Amblefordshire", kind="county")["created"]["party"][0]
    steward.records(f"{neighbourhood.path}/members", party=county)
    joined = steward.reads(f"{neighbourhood.path}/members")["rows"]
    seat = next(each["member_id"] for each in joined if each["party_id"] == neighbourhood.council)
    leave = f"{neighbourhood.path}/members/{seat}/departures"
    answer = people(Scope.RECORD, county).post(leave, {})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "only-who-recorded-it")
    neighbourhood.officer.records(leave)


def test_a_reference_that_somebody_saw_gives_nobody_the_name(neighbourhood, stranger):
    officer = neighbourhood.officer
    registered = officer.records("/v1/people", name="Ada Quill", happened="2020")
    reference = registered["created"]["person"][0]
    officer.records(f"{neighbourhood.path}/members", party=neighbourhood.council, person=reference)
    seat = {"party": neighbourhood.council, "person": reference}
    front = {"name": "A front", "kind": "neighbourhood-board"}
    answer = stranger.post("/v1/partnerships", {**front, "members": [seat]})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "not-yours-to-name")
    board = stranger.records("/v1/partnerships", **front)["created"]["partnership"][0]
    there = {"kind": "meeting", "happened": "2026-01-05", "participants": [seat]}
    for path, body in (
        (f"/v1/partnerships/{board}/members", seat),
        ("/v1/parties", {"name": "Ada's", "kind": "local-business", "person": reference}),
    ):
        answer = stranger.post(path, body)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "not-yours-to-name"), path
    assert "not-yours-to-name" in stranger.post(f"/v1/partnerships/{board}/interactions", there).text
    neighbourhood.resident.records(f"{neighbourhood.path}/interactions", **there)


# Seats that another gave


@pytest.fixture
def front(stranger, neighbourhood):
    """Let a stranger form a board, seat the council unasked, and write down what it promised."""
    formed = stranger.records(
        "/v1/partnerships",
        name="A front",
        kind="neighbourhood-board",
        happened="2025-01-01",
        members=[{"party": str(stranger.party), "voting": True}, {"party": neighbourhood.council, "voting": True}],
    )
    path = f"/v1/partnerships/{formed['created']['partnership'][0]}"
    promise = {"promisers": [neighbourhood.council], "promisees": [str(stranger.party)], "happened": "2025-02-01"}
    stranger.records(f"{path}/commitments", **promise, text="A million pounds", due="2025-03-01")
    ask_body = {"kind": "request", "raised_by": str(stranger.party), "addressee": neighbourhood.council}
    stranger.records(f"{path}/asks", **ask_body, text="Where is it?", happened="2025-02-02")
    return path


def of_council(person, path, council, **more):
    rows = person.reads(path, **more)
    rows_found = rows["rows"] if "rows" in rows else rows["data"]
    return [row for row in rows_found if council in json.dumps(row)]


def seat_of(person, path, party):
    return next(each for each in person.reads(f"{path}/members")["rows"] if each["party_id"] == party)


def test_what_a_stranger_lays_at_a_councils_door_stands_in_no_list_until_it_accepts(
    front, neighbourhood, stranger, database_url
):
    council, officer = neighbourhood.council, neighbourhood.officer
    (marked,) = of_council(stranger, f"{front}/commitments", council)
    assert (marked["state"], marked["is_unaccepted"]) == ("made", True)
    assert not seat_of(stranger, front, council)["is_accepted"]
    with staged(database_url) as stage:
        stage.rebuild()
        for name in ("commitments", "asks", "trust", "worklist"):
            assert of_council(officer, f"/v1/projections/{name}", council) == [], name
        assert of_council(officer, "/v1/projections/worklist", council, party_id=council) == []
        accept = f"{front}/members/{seat_of(officer, front, council)['member_id']}/acceptances"
        refused = stranger.post(accept, {})
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (403, "may-not-speak-for")
        receipt = officer.records(accept)
        assert [event["type"] for event in receipt["events"]] == ["seat-accepted"]
        assert officer.post(accept, {}).status_code == 409
        assert seat_of(officer, front, council)["is_accepted"]
        stage.rebuild()
        assert len(of_council(officer, "/v1/projections/commitments", council)) == 1
        assert len(of_council(officer, "/v1/projections/asks", council)) == 1


def test_a_steward_vouches_for_a_seat(front, neighbourhood, steward):
    seat = seat_of(steward, front, neighbourhood.council)["member_id"]
    steward.records(f"{front}/members/{seat}/acceptances")
    assert seat_of(steward, front, neighbourhood.council)["is_accepted"]
    sentences = [each["sentence"] for each in steward.reads(f"{front}/timeline")["data"]]
    assert any("vouched for the seat of Ambleford Council" in each for each in sentences), sentences


def test_a_seat_that_a_steward_gives_is_accepted_at_once(neighbourhood, steward):
    for party in (neighbourhood.council, neighbourhood.group):
        assert seat_of(steward, neighbourhood.path, party)["is_accepted"]


def test_whoever_took_the_place_of_a_body_at_the_table_reads_what_it_read(neighbourhood, people, steward):
    neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
    successor = steward.records("/v1/parties", name="New Ambleford", kind="unitary")["created"]["party"][0]
    clerk = people(Scope.RECORD, successor)
    assert MEETING["notes"] not in clerk.get(f"{neighbourhood.path}/interactions").text
    succession = {"predecessor": neighbourhood.council, "successor": successor}
    steward.records("/v1/successions", **succession, partnerships=[neighbourhood.partnership])
    assert MEETING["notes"] in clerk.get(f"{neighbourhood.path}/interactions").text
