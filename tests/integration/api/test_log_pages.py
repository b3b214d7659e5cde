"""The log page by page: all of it once, in its order, without words, and no more than is in the asker's reach."""

import json

import pytest

from api.access.keys import Scope
from api.access.user_roles import UserRole
from tests.integration.api.test_a_meeting import MEETING, meeting
from tests.integration.api.test_roles import Access, access, only  # noqa: F401 - a fixture

LINES, CLOUD = "application/x-ndjson", "application/cloudevents-batch+json"


@pytest.fixture
def recorded(neighbourhood):
    return neighbourhood.officer.records(
        f"{neighbourhood.path}/interactions", **meeting(neighbourhood, themes=["Jane Q. Example"])
    )


def whole(person, **parameters):
    """Every event, page by page, by the addresses that the pages themselves give."""
    page = person.reads("/v1/log", **parameters)
    events = list(page["data"])
    while page["next"]:
        page = person.reads(page["next"])
        events += page["data"]
    return events, page["position"]


def test_pages_of_any_size_make_up_the_whole_log_once(services, steward, recorded):
    head = services.recorder.head().position
    for limit in (1, 3, 1000):
        events, position = whole(steward, limit=limit)
        assert position == head
        assert [each["position"] for each in events] == list(range(1, head + 1))
    assert whole(steward, after=head) == ([], head)
    assert recorded["events"][0]["event_id"] in {each["event_id"] for each in events}


def test_words_are_opened_for_nobody(steward, recorded):
    text = steward.get("/v1/log", limit=1000).text
    assert recorded["events"][0]["event_id"] in text
    for words in (MEETING["notes"], MEETING["title"]):
        assert words not in text


def test_a_text_that_was_taken_out_is_gone_from_every_page(steward, neighbourhood, recorded):
    record = recorded["events"][0]["event_id"]
    corrected = neighbourhood.officer.records(
        f"/v1/records/{record}/corrections", changes={"mode": "online"}, reasons="It was online."
    )
    assert corrected
    assert steward.get("/v1/log", limit=1000).text.count("Jane Q. Example") == 2
    steward.records(f"/v1/records/{record}/redactions", field="themes", ground="a name")
    assert "Jane Q. Example" not in steward.get("/v1/log", limit=1000).text


def test_lines_and_cloud_events_hold_the_same(steward, recorded):
    assert recorded
    page = steward.reads("/v1/log", limit=1000)
    lines = steward.get("/v1/log", {"Accept": LINES}, limit=1000)
    assert lines.headers["Content-Type"] == LINES
    assert [json.loads(line) for line in lines.text.splitlines()] == page["data"]
    events = steward.get("/v1/log", {"Accept": CLOUD}, limit=1000).json()
    assert [each["data"] for each in events] == page["data"]
    assert all(each["specversion"] == "1.0" and each["source"] == f"urn:uuid:{page['log_id']}" for each in events)
    assert [int(each["sequence"]) for each in events] == [each["position"] for each in page["data"]]
    on = steward.get("/v1/log", {"Accept": LINES}, limit=2)
    assert on.headers["Link"] == '</v1/log?after=2&limit=2>; rel="next"'


def test_what_is_out_of_reach_is_passed_over(access, steward, neighbourhood, recorded):  # noqa: F811 - the fixture
    other = steward.records("/v1/partnerships", name="Elsewhere Board", kind="neighbourhood-board", happened="2021")
    evaluator = access.holder(UserRole.EVALUATOR, neighbourhood.council, only(neighbourhood.partnership))
    events, position = whole(evaluator, limit=2)
    assert position == steward.reads("/v1/log", limit=1000)["position"]
    assert {each["partnership_id"] for each in events} == {None, neighbourhood.partnership}
    assert "Elsewhere Board" not in json.dumps(events)
    assert other["events"][0]["event_id"] not in {each["event_id"] for each in events}
    assert recorded["events"][0]["event_id"] in {each["event_id"] for each in events}


def test_a_key_that_reads_reads_it_and_nobody_without_one(client, people, recorded):
    assert recorded
    assert people(Scope.READ).get("/v1/log").status_code == 200
    assert client.get("/v1/log").status_code == 401
