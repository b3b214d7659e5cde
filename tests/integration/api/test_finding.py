"""Finding by name: partnerships as a list with their place and state, bodies and places, and who oneself is."""

import pytest

from api.access.keys import Scope
from tests.integration.api.test_a_meeting import meeting

AFON = "Bwrdd T\u0177\u2019r Afon"


@pytest.fixture
def parish(steward):
    county = steward.records("/v1/places", name="Powys", kind="county", happened="2020")["created"]["place"][0]
    place = {"name": "Llanfair-ym-Muallt", "kind": "neighbourhood", "part_of": county, "happened": "2020"}
    return steward.records("/v1/places", **place)["created"]["place"][0]


@pytest.fixture
def forms(steward):
    """Form a partnership; gives its id."""

    def formed(name, **more):
        body = {"name": name, "kind": "neighbourhood-board", "happened": "2021-01-01"} | more
        return steward.records("/v1/partnerships", **body)["created"]["partnership"][0]

    return formed


@pytest.fixture
def other(forms, parish, neighbourhood):
    """A board of another place at which only the residents' group sits."""
    group = {"party": neighbourhood.group, "role": "member"}
    return forms(AFON, place=parish, programme="Ten Years Here", members=[group])


def listed(person, **parameters):
    return [each["name"] for each in person.reads("/v1/partnerships", **parameters)["data"]]


def test_partnerships_are_listed_by_what_people_call_them(steward, neighbourhood, other, parish):
    first, second = steward.reads("/v1/partnerships")["data"]
    assert (first["partnership_id"], first["name"], first["place"]) == (
        neighbourhood.partnership,
        "Mill Lane Board",
        None,
    )
    fields = {name: second[name] for name in ("partnership_id", "name", "kind", "programme", "formed", "state")}
    assert fields == {
        "partnership_id": other,
        "name": AFON,
        "kind": "neighbourhood-board",
        "programme": "Ten Years Here",
        "formed": "2021-01-01",
        "state": "formed",
    }
    assert second["place"] == {"place_id": parish, "name": "Llanfair-ym-Muallt", "part_of": "Powys"}


def test_what_the_list_said_before_it_still_says(steward, neighbourhood):
    [entry] = steward.reads("/v1/partnerships")["data"]
    one = steward.reads(neighbourhood.path)
    assert entry["details"]["partnership_id"] == neighbourhood.partnership
    assert one["event_id"] == entry["event_id"]
    assert one["details"] == entry["details"]


@pytest.mark.usefixtures("neighbourhood", "other")
@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("mill", ["Mill Lane Board"]),
        ("  LANE   board ", ["Mill Lane Board"]),
        ("ty'r afon", [AFON]),
        ("b", ["Mill Lane Board", AFON]),
        ("council", []),
    ],
)
def test_a_partnership_is_found_by_a_part_of_its_name_however_it_is_typed(steward, words, names):
    assert listed(steward, q=words) == names


def test_a_partnership_is_found_by_the_name_that_it_has_now(steward, neighbourhood):
    entry = steward.reads(neighbourhood.path)
    steward.records(f"/v1/records/{entry['event_id']}/corrections", changes={"name": "Weir Board"}, reasons="A slip")
    assert listed(steward, q="mill") == []
    assert listed(steward, q="weir") == ["Weir Board"]


@pytest.mark.usefixtures("other")
def test_partnerships_are_listed_by_a_body_that_has_a_seat_there_now(steward, neighbourhood):
    assert listed(steward, member=neighbourhood.council) == ["Mill Lane Board"]
    assert listed(steward, member=neighbourhood.group) == ["Mill Lane Board", AFON]
    seats = steward.reads(f"{neighbourhood.path}/members")["rows"]
    [seat] = [each["member_id"] for each in seats if each["party_id"] == neighbourhood.group]
    steward.records(f"{neighbourhood.path}/members/{seat}/departures")
    assert listed(steward, member=neighbourhood.group) == [AFON]


def test_a_body_has_the_seats_of_those_whose_place_it_took(steward, neighbourhood):
    heir = steward.records("/v1/parties", name="Ambleford Unitary", kind="unitary")["created"]["party"][0]
    seats = {"predecessor": neighbourhood.council, "successor": heir, "partnerships": [neighbourhood.partnership]}
    steward.records("/v1/successions", **seats)
    assert listed(steward, member=heir) == ["Mill Lane Board"]


@pytest.mark.usefixtures("neighbourhood", "other")
def test_partnerships_are_listed_by_place_and_by_all_that_is_asked_at_once(steward, parish, neighbourhood):
    assert listed(steward, place=parish) == [AFON]
    assert listed(steward, place=parish, member=neighbourhood.group, q="afon") == [AFON]
    assert listed(steward, place=parish, member=neighbourhood.council) == []


def test_what_is_found_by_name_comes_a_page_at_a_time(steward, forms):
    for number in range(5):
        forms(f"Board {number}")
        forms(f"Other {number}")
    names, address = [], "/v1/partnerships?q=board&limit=2"
    while address:
        page = steward.reads(address)
        names.append([each["name"] for each in page["data"]])
        address = page["next"]
    assert names == [["Board 0", "Board 1"], ["Board 2", "Board 3"], ["Board 4"]]


def test_a_partnership_rests_until_somebody_meets_and_is_closed_for_good(steward, neighbourhood):
    def state():
        return steward.reads(neighbourhood.path)["state"]

    steward.records(f"{neighbourhood.path}/pauses", happened="2026-01-05")
    assert state() == "paused"
    neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
    assert state() == "formed"
    steward.records(f"{neighbourhood.path}/closings")
    assert state() == "closed"


@pytest.mark.usefixtures("neighbourhood")
@pytest.mark.parametrize(
    ("words", "names"), [("residents", ["Mill Lane Residents"]), ("AMBLE", ["Ambleford Council"]), ("weir", [])]
)
def test_bodies_are_found_by_name(steward, words, names):
    assert [each["details"]["name"] for each in steward.reads("/v1/parties", q=words)["data"]] == names


def test_a_name_that_is_a_persons_is_not_searched(steward):
    pat = steward.records("/v1/people", name="Pat Example")["created"]["person"][0]
    steward.records("/v1/parties", name="Pat Example", kind="local-business", person=pat)
    assert len(steward.reads("/v1/parties")["data"]) == 1
    assert steward.reads("/v1/parties", q="pat")["data"] == []


def test_a_place_is_found_by_any_name_that_it_ever_had(steward, parish):
    steward.records(f"/v1/places/{parish}/boundary-changes", name="Builth Wells", happened="2024-05-01")
    for words in ("llanfair", "builth"):
        assert [each["details"]["name"] for each in steward.reads("/v1/places", q=words)["data"]] == ["Builth Wells"]
    assert steward.reads("/v1/places", q="mill")["data"] == []


def test_a_key_says_who_holds_it_and_where_its_bodies_sit(neighbourhood, other):
    me = neighbourhood.resident.reads("/v1/me")
    group = {"party_id": neighbourhood.group, "name": "Mill Lane Residents"}
    assert (me["name"], me["scope"], me["scope_in_words"]) == ("for a test", "record", "may read and record")
    assert me["organisation"] == group
    assert me["bodies"] == [group]
    assert [(each["partnership_id"], each["name"], each["party_ids"]) for each in me["partnerships"]] == [
        (other, AFON, [neighbourhood.group]),
        (neighbourhood.partnership, "Mill Lane Board", [neighbourhood.group]),
    ]


def test_a_key_of_nobody_in_the_register_speaks_for_those_it_was_given(people, neighbourhood):
    me = people(Scope.READ, speaks_for=[neighbourhood.council]).reads("/v1/me")
    assert me["organisation"] is None
    assert [each["name"] for each in me["bodies"]] == ["Ambleford Council"]
    assert [each["name"] for each in me["partnerships"]] == ["Mill Lane Board"]
    assert not any("record what happened" in each for each in me["rights"])


def test_who_i_am_is_kept_by_no_cache_and_told_to_nobody_without_a_key(client, steward):
    assert steward.get("/v1/me").headers["Cache-Control"] == "no-store"
    assert client.get("/v1/me").status_code == 401


def test_what_was_withdrawn_from_a_register_ends_no_list_early(steward):
    receipts = [steward.records("/v1/places", name=f"Place {number}", kind="ward") for number in range(4)]
    for receipt in receipts[:3]:
        steward.records(f"/v1/records/{receipt['events'][0]['event_id']}/withdrawals", reasons="A slip")
    names, address = [], "/v1/places?limit=1"
    while address:
        page = steward.reads(address)
        names += [each["details"]["name"] for each in page["data"]]
        address = page["next"]
    assert names == ["Place 3"]
