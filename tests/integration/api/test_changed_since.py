"""Lists kept to what changed since a position or an instant: nothing new is left out, nothing old is sent again."""

import pytest

from tests.integration.api.test_a_meeting import meeting

LISTS = [f"/v1/projections/{name}" for name in ("asks", "commitments", "expressed", "glance", "health", "trust")]
LATER = "2999-01-01T00:00:00Z"


def since(reader, address, moment, **more):
    return reader.reads(address, **{"changed-since": str(moment)}, **more)


@pytest.mark.parametrize("address", [*LISTS, "/v1/projections/worklist"])
def test_a_list_holds_only_the_partnerships_that_changed(built, neighbourhood, steward, boards, address):
    everything = steward.reads(address, limit=200)
    position = everything["position"]
    assert since(steward, address, position)["data"] == []
    assert since(steward, address, 0, limit=200)["data"] == everything["data"]

    neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
    built.rebuild()
    news = since(steward, address, position, limit=200)
    of_board = steward.reads(address, partnership=neighbourhood.partnership, limit=200)
    assert news["data"] == of_board["data"] != []
    assert news["position"] > position
    assert sorted({each["partnership_id"] for each in steward.reads(address, limit=200)["data"]}) == boards


@pytest.mark.usefixtures("built")
def test_the_position_of_a_change_is_the_first_that_leaves_it_out(neighbourhood, steward):
    address = LISTS[1]
    last = steward.reads(address, partnership=neighbourhood.partnership)
    position = last["row_sets"][neighbourhood.partnership]["position"]
    here = {each["partnership_id"] for each in since(steward, address, position - 1)["data"]}
    assert neighbourhood.partnership in here
    after = {each["partnership_id"] for each in since(steward, address, position)["data"]}
    assert neighbourhood.partnership not in after


def test_a_partnership_that_changed_is_named_where_no_row_of_it_is_left(built, neighbourhood, steward):
    address, task = "/v1/projections/worklist", "settle-dispute"
    position = steward.reads(address)["position"]
    neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
    built.rebuild()
    news = since(steward, address, position, task=task)
    assert (news["data"], list(news["row_sets"])) == ([], [neighbourhood.partnership])
    elsewhere = since(steward, address, position, task=task, partnership="00000000-0000-4000-8000-000000000000")
    assert elsewhere["row_sets"] == since(steward, address, news["position"], task=task)["row_sets"] == {}


def test_pages_of_changes_stay_changes(built, neighbourhood, steward):
    position = steward.reads(LISTS[4])["position"]
    neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
    built.rebuild()
    whole = since(steward, LISTS[4], position, limit=200)["data"]
    page = since(steward, LISTS[4], position, limit=1)
    rows = page["data"]
    while page["next"]:
        assert f"changed-since={position}" in page["next"]
        page = steward.reads(page["next"])
        rows += page["data"]
    assert rows == whole


@pytest.mark.usefixtures("built")
def test_an_instant_does_as_well_and_one_to_come_holds_nothing(steward, neighbourhood):
    assert since(steward, LISTS[1], "2001-01-01T00:00:00Z")["data"] == steward.reads(LISTS[1])["data"]
    assert since(steward, LISTS[1], LATER)["data"] == []
    timeline = f"{neighbourhood.path}/timeline"
    assert since(steward, timeline, "2001-01-01T00:00:00Z")["data"] == steward.reads(timeline)["data"]
    assert since(steward, timeline, LATER)["data"] == []


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize(
    "moment", ["-1", "yesterday", "2026-02-30T00:00:00Z", "2026-03-27", "null", "", "9" * 18, "9" * 19]
)
def test_what_is_no_position_and_no_instant_is_refused(steward, neighbourhood, moment):
    for address in (LISTS[1], f"{neighbourhood.path}/timeline"):
        answer = steward.get(address, **{"changed-since": moment})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid-query"), (address, moment)
        assert {fault["parameter"] for fault in answer.json()["errors"]} == {"changed-since"}


def test_a_timeline_holds_what_was_recorded_put_right_or_withdrawn_since(neighbourhood):
    officer, timeline = neighbourhood.officer, f"{neighbourhood.path}/timeline"
    receipt = officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
    recorded, ask, promise = (each["event_id"] for each in receipt["events"])

    def news(position):
        answer = since(officer, timeline, position)
        assert answer["entries_in_all"] == len(answer["data"])
        return {each["event_id"] for each in answer["data"]}

    before = receipt["events"][0]["position"] - 1
    assert news(before) == {recorded, ask, promise}
    assert news(receipt["position"]) == set()

    correction = {"changes": {"title": "The spring board"}, "reasons": "Its title"}
    corrected = officer.records(f"/v1/records/{recorded}/corrections", **correction)
    assert recorded in news(receipt["position"])
    assert not {ask, promise} & news(receipt["position"])

    withdrawn = officer.records(f"/v1/records/{ask}/withdrawals", reasons="It was said elsewhere")
    assert ask in news(corrected["position"])
    assert recorded not in news(corrected["position"])

    officer.records(f"/v1/records/{corrected['events'][0]['event_id']}/withdrawals", reasons="It was right")
    assert recorded in news(withdrawn["position"]), "what had put it right was taken back"
