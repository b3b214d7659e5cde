"""A person's name where names stand readable is taken out of everything that is answered, of the past too."""

import pytest

from tests.support.followed_lists import followed

NAME = "Jane Q. Example"


def redacts(steward, record, field):
    return steward.records(f"/v1/records/{record}/redactions", field=field, ground="a person's name")


@pytest.fixture
def promise(neighbourhood):
    body = {"promisers": [neighbourhood.council], "promisees": [neighbourhood.group], "text": "x", "theme": NAME}
    return neighbourhood.officer.records(f"{neighbourhood.path}/commitments", **body)


@pytest.fixture
def meeting(neighbourhood):
    who = [{"party": neighbourhood.council}]
    body = {"kind": "meeting", "happened": "2026-03-27", "participants": who, "themes": ["play", NAME]}
    return neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **body)


def test_a_theme_is_taken_out_of_the_record_the_lists_and_the_past(
    steward, neighbourhood, promise, meeting, database_url
):
    position = meeting["position"]
    for receipt, field in ((promise, "theme"), (meeting, "themes")):
        taken_out = redacts(steward, receipt["events"][0]["event_id"], field)
    paths = [
        f"{neighbourhood.path}/commitments",
        f"{neighbourhood.path}/interactions",
        f"{neighbourhood.path}/timeline",
        *(f"/v1/records/{each['events'][0]['event_id']}" for each in (promise, meeting)),
    ]
    for path in paths:
        assert NAME not in steward.get(path).text, path
    for path in paths[:3]:
        assert NAME not in steward.get(path, known_at=position).text, path
    with followed(database_url):
        parameters = {"min-position": taken_out["position"]}
        listed = steward.get("/v1/projections/commitments", headers={"Prefer": "wait=10"}, **parameters)
    assert listed.status_code == 200, listed.text
    assert NAME not in listed.text


def test_the_name_of_a_body_and_of_a_place_is_taken_out(steward):
    party = steward.records("/v1/parties", name=NAME, kind="charity")
    place = steward.records("/v1/places", name=NAME, kind="ward")
    for receipt, path in ((party, "/v1/parties"), (place, "/v1/places")):
        redacts(steward, receipt["events"][0]["event_id"], "name")
        (thing,) = next(iter(receipt["created"].values()))
        assert NAME not in steward.get(path).text
        assert NAME not in steward.get(f"{path}/{thing}").text
        assert NAME not in steward.get(f"/v1/records/{receipt['events'][0]['event_id']}").text
    assert "[taken out]" in steward.get("/v1/places").text


def test_a_correction_keeps_nothing_of_what_was_taken_out_and_can_say_something_else(steward, neighbourhood, promise):
    record = promise["events"][0]["event_id"]
    officer = neighbourhood.officer
    corrected = officer.records(f"/v1/records/{record}/corrections", changes={"theme": f"{NAME} II"}, reasons="x")
    redacts(steward, record, "theme")
    for record_id in (record, corrected["events"][0]["event_id"]):
        assert NAME not in officer.get(f"/v1/records/{record_id}").text
    assert NAME not in officer.get(f"{neighbourhood.path}/commitments").text
    officer.records(f"/v1/records/{record}/corrections", changes={"theme": "play"}, reasons="x")
    (row,) = officer.reads(f"{neighbourhood.path}/commitments")["rows"]
    assert row["theme"] == "play"


@pytest.mark.parametrize("field", ["due", "commitment_id", "promisers", "public"])
def test_what_holds_no_name_is_not_taken_out(steward, promise, field):
    record = promise["events"][0]["event_id"]
    answer = steward.post(f"/v1/records/{record}/redactions", {"field": field, "ground": "x"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#/field")


@pytest.mark.parametrize(
    "details", [{"language": NAME}, {"document": f"https://{NAME}"}, {"document": NAME}, {"language": "english"}]
)
def test_a_language_is_a_tag_and_a_document_an_address(neighbourhood, details):
    who = [{"party": neighbourhood.council}]
    body = {"kind": "meeting", "happened": "2026-03-27", "participants": who, **details}
    answer = neighbourhood.officer.post(f"{neighbourhood.path}/interactions", body)
    assert [each["pointer"] for each in answer.json()["errors"]] == [f"#/{next(iter(details))}"]
