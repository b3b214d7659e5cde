"""News at one's tables, asks and promises by their words, and lists with titles: the things that concern somebody."""

import pytest

from api.access.keys import Scope
from tests.integration.api.test_a_meeting import meeting


@pytest.fixture
def start(neighbourhood):
    """Let the officer record a meeting with an ask and a promise; gives the position before it."""
    before = neighbourhood.officer.reads("/v1/me/news", since=0)["position"]
    neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
    return before


def sentences(news):
    return [each["sentence"] for each in news["data"]]


def test_what_others_recorded_since_one_last_looked_is_new_newest_first(neighbourhood, start):
    news = neighbourhood.resident.reads("/v1/me/news", since=start)
    assert news["in_all"] == len(news["data"]) == 3
    assert "promised Residents at large" in sentences(news)[0]
    assert "Mend the swings" in sentences(news)[1]
    assert [each["position"] for each in news["data"]] == [start + 3, start + 2, start + 1]
    assert news["names"][neighbourhood.partnership] == "Mill Lane Board"
    assert news["data"][0]["partnership_id"] == neighbourhood.partnership


def test_what_one_recorded_oneself_is_no_news_and_nor_is_what_was_seen(neighbourhood, start):
    assert neighbourhood.officer.reads("/v1/me/news", since=start)["data"] == []
    assert neighbourhood.resident.reads("/v1/me/news", since=start + 3)["data"] == []


def test_news_may_be_cut_and_is_counted_all_the_same(neighbourhood, start):
    news = neighbourhood.resident.reads("/v1/me/news", since=start, limit=1)
    assert (len(news["data"]), news["in_all"]) == (1, 3)


@pytest.mark.usefixtures("start")
def test_news_of_other_tables_is_nobodys_who_does_not_sit_there(steward, people):
    stranger = steward.records("/v1/parties", name="A Charity", kind="charity")["created"]["party"][0]
    news = people(Scope.READ, stranger).reads("/v1/me/news", since=0)
    assert (news["data"], news["in_all"], news["names"]) == ([], 0, {})


def test_what_was_put_right_is_told_as_it_stands_and_what_was_withdrawn_by_its_withdrawal(neighbourhood, start):
    news = neighbourhood.resident.reads("/v1/me/news", since=start)["data"]
    changed = {"changes": {"text": "Mend the slide"}, "reasons": "A slip"}
    neighbourhood.officer.records(f"/v1/records/{news[0]['event_id']}/corrections", **changed)
    neighbourhood.officer.records(f"/v1/records/{news[2]['event_id']}/withdrawals", reasons="It was another board's")
    now = sentences(neighbourhood.resident.reads("/v1/me/news", since=start))
    assert any("Mend the slide" in each for each in now)
    assert not any("The swings will be mended" in each for each in now)
    assert "withdrawn" in now[0].lower()


@pytest.mark.usefixtures("start")
@pytest.mark.parametrize(
    ("words", "kinds"), [("swings", ["promise", "ask"]), ("MEND  the sw", ["ask"]), ("mended", ["promise"]), ("x", [])]
)
def test_asks_and_promises_are_found_by_their_words(neighbourhood, words, kinds):
    answer = neighbourhood.resident.reads("/v1/me/asks-and-promises", q=words)
    assert [each["kind"] for each in answer["data"]] == kinds
    assert (answer["in_all"], answer["is_whole"]) == (len(kinds), True)


@pytest.mark.usefixtures("start")
def test_words_of_other_tables_are_not_found(steward, people):
    stranger = steward.records("/v1/parties", name="A Charity", kind="charity")["created"]["party"][0]
    assert people(Scope.STEWARD, stranger).reads("/v1/me/asks-and-promises", q="swings")["data"] == []


@pytest.mark.usefixtures("built")
def test_rows_of_lists_are_called_by_their_titles_at_ones_own_tables_alone(neighbourhood, people):
    listed = neighbourhood.resident.reads("/v1/projections/worklist", labels=True)
    own = {each["thing_id"] for each in listed["data"] if each["partnership_id"] == neighbourhood.partnership}
    assert own
    assert {listed["labels"][each] for each in own} >= {"Mend the swings", "The swings will be mended"}
    stranger = people(Scope.READ)
    answer = stranger.get("/v1/projections/worklist", labels=True)
    assert answer.json()["labels"] == {}
    assert answer.headers["Cache-Control"] == "no-store"
    assert stranger.reads("/v1/projections/worklist")["labels"] == {}
