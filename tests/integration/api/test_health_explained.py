"""Why a dimension of health is not what it was, through the API: figures, causes in sentences, and replies."""

from math import fsum

import pytest

from api.access.keys import Scope
from tests.integration.api.test_less_of_trust import board

__all__ = ["board"]


@pytest.fixture
def explain(board):
    """Ask why a dimension moved in the first months of the year."""

    def explained(dimension="H1", earlier="2026-04-15", later="2026-06-15", **more):
        query = {"dimension": dimension, "from": earlier, "to": later} | more
        return board.officer.get(f"{board.path}/health/explanation", **query)

    return explained


def test_the_causes_of_a_headline_that_moved_add_up_and_are_told_in_sentences(board, explain):
    answer = explain().json()
    now = board.officer.reads(f"{board.path}/health", as_of="2026-06-15")["profile"]["dimensions"][0]["headline"]
    assert (answer["dimension"], answer["name"], answer["sharing"]) == ("H1", "reliability", "exactly")
    assert answer["after"]["value"] == now["value"]
    assert answer["change"] == pytest.approx(answer["after"]["value"] - answer["before"]["value"])
    assert fsum(each["change"] for each in answer["causes"]) == pytest.approx(answer["change"])
    assert fsum(answer["by_kind"].values()) == pytest.approx(answer["change"])
    events = {event for cause in answer["causes"] for event in cause["events"]}
    assert {each["event_id"] for each in answer["events"]} == events
    assert any("Mend gate 5" in each["sentence"] for each in answer["events"])
    assert answer["names"][board.council] == "Ambleford Council"


def test_no_number_stands_where_there_is_not_enough_to_say(explain):
    answer = explain(earlier="2026-01-31").json()
    assert answer["before"]["value"] is None
    assert answer["change"] is None
    assert answer["by_kind"] == {}
    assert answer["causes"]
    assert {each["change"] for each in answer["causes"]} == {None}


def test_a_reply_to_the_dimension_is_printed_with_why_it_moved(board, explain):
    board.officer.records(f"{board.path}/replies", replied_by=board.council, reply="A wet spring.", dimension="H1")
    assert [each["reply"]["text"] for each in explain(later="2026-11-01").json()["replies"]] == []
    today = board.officer.reads(f"{board.path}/health")["as_of"]
    assert [each["reply"]["text"] for each in explain(later=today).json()["replies"]] == ["A wet spring."]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"dimension": "H5"}, 404),
        ({"dimension": "H15"}, 400),
        ({"earlier": "2026-06-16"}, 400),
        ({"earlier": "0966-01-01"}, 400),
    ],
)
def test_what_cannot_be_explained_is_refused(explain, query, status):
    assert explain(**query).status_code == status


def test_words_are_for_those_at_the_table(board, people):
    stranger = people(Scope.READ)
    query = {"dimension": "H1", "from": "2026-04-15", "to": "2026-06-15"}
    answer = stranger.reads(f"{board.path}/health/explanation", **query)
    assert "Mend gate" not in str(answer)
    assert answer["change"] is not None


def test_two_days_are_compared_only_on_what_there_is_enough_to_say_of_on_both(board):
    days = {"from": "2026-01-31", "to": "2026-06-15"}
    answer = board.officer.reads(f"{board.path}/health/comparison", **days)
    (reliability,) = [each for each in answer["headlines"] if each["id"] == "H1"]
    assert (reliability["before"]["value"], reliability["change"]) == (None, None)
    assert "reliability" in answer["left_out"]
    assert answer["composite"] is None
    later = board.officer.reads(f"{board.path}/health/comparison", **{**days, "from": "2026-05-31"}, composite="true")
    assert "reliability" in later["compared"]
    assert set(later["composite"]["dimensions"]) <= set(later["compared"])
    assert later["composite"]["before"]["low"] <= later["composite"]["before"]["value"]
    refused = board.officer.get(f"{board.path}/health/comparison", **{"from": "2026-06-16", "to": "2026-06-15"})
    assert refused.status_code == 400
