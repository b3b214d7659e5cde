"""Places whose code changed: both codes with their days, as they stood on any day, and found by either."""

import pytest

OLD, NEW, OTHER = "E05000002", "E05009371", "E05014131"


@pytest.fixture
def ward(steward):
    receipt = steward.records("/v1/places", name="Abbey", kind="ward", code=OLD, happened="2003-04-01")
    place = receipt["created"]["place"][0]
    changed = {"code": NEW, "boundary_vintage": "2018", "happened": "2018-05-03"}
    steward.records(f"/v1/places/{place}/boundary-changes", **changed)
    return f"/v1/places/{place}"


@pytest.fixture
def elsewhere(steward):
    return steward.records("/v1/places", name="Chapel", kind="ward", code=OTHER, happened="2003-04-01")


def place_names(person, **parameters):
    return [each["details"]["name"] for each in person.reads("/v1/places", **parameters)["data"]]


def test_a_place_says_every_code_that_it_had_from_when_until_when(steward, ward):
    entry = steward.reads(ward)
    assert entry["details"]["code"] == NEW
    assert [(each["code"], each["since"], each["until"]) for each in entry["periods"]] == [
        (OLD, "2003-04-01", "2018-05-03"),
        (NEW, "2018-05-03", None),
    ]


@pytest.mark.parametrize(("day", "code"), [("2018-05-02", OLD), ("2018-05-03", NEW), ("2003-04-01", OLD)])
def test_as_of_a_day_a_place_has_the_code_of_that_day(steward, ward, day, code):
    entry = steward.reads(ward, as_of=day)
    assert (entry["details"]["code"], entry["periods"][-1]["code"], entry["periods"][-1]["until"]) == (code, code, None)


def test_a_wider_place_is_not_called_by_the_name_of_a_part_of_it(steward, ward):
    wider = ward.rpartition("/")[2]
    steward.records("/v1/places", name="Abbey Green", kind="neighbourhood", part_of=wider, happened="2020-01-01")
    entry = steward.reads(ward)
    assert (entry["details"]["name"], [each["name"] for each in entry["periods"]]) == ("Abbey", ["Abbey", "Abbey"])


def test_before_it_began_there_is_no_such_place(steward, ward):
    assert steward.get(ward, as_of="2003-03-31").status_code == 404


def test_a_place_is_read_as_it_was_known_too(steward, ward, services):
    before = services.recorder.head().position - 1
    assert [each["code"] for each in steward.reads(ward, known_at=before)["periods"]] == [OLD]


def test_a_change_that_is_recorded_late_takes_its_place_in_time(steward, ward):
    steward.records(f"{ward}/boundary-changes", code="E05000999", happened="2010-01-01")
    entry = steward.reads(ward)
    assert [each["code"] for each in entry["periods"]] == [OLD, "E05000999", NEW]
    assert entry["details"]["code"] == NEW


@pytest.mark.usefixtures("ward", "elsewhere")
@pytest.mark.parametrize(
    ("code", "names"), [(OLD, ["Abbey"]), (NEW, ["Abbey"]), (OTHER, ["Chapel"]), ("E05000003", [])]
)
def test_a_place_is_found_by_any_code_that_it_ever_had(steward, code, names):
    assert place_names(steward, code=code) == names


def test_a_code_that_was_corrected_is_found_as_corrected(steward, ward, elsewhere):
    assert ward
    record = elsewhere["events"][0]["event_id"]
    corrected = {"changes": {"code": OLD}, "reasons": "A slip of the pen"}
    assert steward.post(f"/v1/records/{record}/corrections", corrected).status_code == 201
    assert place_names(steward, code=OTHER) == []
    assert place_names(steward, code=OLD, limit=1) == ["Abbey"]
    assert place_names(steward, code=OLD) == ["Abbey", "Chapel"]


@pytest.mark.usefixtures("ward", "elsewhere")
def test_places_found_by_code_are_given_a_page_at_a_time(steward):
    steward.records("/v1/places", name="Abbey again", kind="ward", code=OLD, happened="2003-04-01")
    first = steward.reads("/v1/places", code=OLD, limit=1)
    second = steward.reads(first["next"])
    assert [each["details"]["name"] for each in (*first["data"], *second["data"])] == ["Abbey", "Abbey again"]
    assert second["next"] is None
