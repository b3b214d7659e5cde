"""Read your writes: who records something can read it at once in a list, or is told that it is not there yet."""

import threading

import pytest

from tests.integration.api.test_a_meeting import meeting
from tests.support.followed_lists import followed

ASKS, COMMITMENTS = "/v1/projections/asks", "/v1/projections/commitments"


@pytest.mark.usefixtures("built")
def test_without_a_follower_it_is_503_with_the_position_reached(steward, neighbourhood):
    receipt = neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
    position = steward.reads(ASKS)["position"]
    for patience in ({}, {"Prefer": "wait=1"}):
        answer = steward.get(ASKS, patience, **{"min-position": receipt["position"]})
        assert (answer.status_code, answer.json()["code"]) == (503, "behind")
        assert str(position) in answer.json()["detail"]
        assert int(answer.headers["Retry-After"]) > 0
    assert steward.reads(ASKS, **{"min-position": position})["position"] == position


def test_with_a_follower_what_was_recorded_is_there(database_url, steward, neighbourhood):
    with followed(database_url):
        for _ in range(5):
            receipt = neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
            answer = steward.get(ASKS, {"Prefer": "wait=20"}, limit=200, **{"min-position": receipt["position"]})
            assert answer.status_code == 200, answer.text
            assert answer.headers["Preference-Applied"] == "wait=20"
            assert answer.json()["position"] >= receipt["position"]
            asks = {each["ask_id"] for each in answer.json()["data"]}
            assert set(receipt["created"]["ask"]) <= asks


def test_who_waits_holds_no_connection_and_no_thread(services, built, steward, neighbourhood):
    """More wait than there are threads and connections; others are answered all the same."""
    receipt = neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
    answers = []

    def wait():
        parameters = {"min-position": receipt["position"]}
        answers.append(steward.get(ASKS, {"Prefer": "wait=30"}, **parameters).status_code)

    waiting = [threading.Thread(target=wait) for _ in range(3 * services.threads)]
    for thread in waiting:
        thread.start()
    assert steward.reads(COMMITMENTS)["position"] < receipt["position"]
    assert steward.reads(f"{neighbourhood.path}/asks")["position"] == receipt["position"]
    assert answers == []
    built.follower().catch_up()
    for thread in waiting:
        thread.join()
    assert set(answers) == {200}


def test_replays_and_registers_are_never_behind(steward, neighbourhood):
    head = steward.reads(f"{neighbourhood.path}/trust")["position"]
    paths = [f"{neighbourhood.path}/{view}" for view in ("trust", "health", "timeline", "asks", "what-if")]
    for path in [*paths, "/v1/partnerships", "/v1/parties"]:
        assert steward.get(path, **{"min-position": head}).status_code == 200
        beyond = steward.get(path, **{"min-position": head + 1})
        assert (beyond.status_code, beyond.json()["code"]) == (400, "invalid-query")


@pytest.mark.parametrize("preference", ["wait", "wait=x", "wait=-1", "respond-async", "", 'wait="", wait=0'])
@pytest.mark.usefixtures("built")
def test_a_preference_that_says_nothing_is_no_preference(steward, preference):
    answer = steward.get(ASKS, {"Prefer": preference}, **{"min-position": 1})
    assert answer.status_code == 200
    assert "Preference-Applied" not in answer.headers


@pytest.mark.parametrize("preference", ["wait=300", "respond-async, Wait = 300", 'handling=strict,wait="300";x=1'])
@pytest.mark.usefixtures("built")
def test_nobody_is_kept_waiting_for_longer_than_30_seconds(steward, preference):
    answer = steward.get(ASKS, {"Prefer": preference}, **{"min-position": 1})
    assert answer.headers["Preference-Applied"] == "wait=30"
