"""Public stories of asks: only where they were opened, without a person, a sealed word or a small number."""

import csv
import io
from uuid import uuid4

import pytest

from api.access.keys import Scope
from api.reading.public_stories import FEWEST, sides_to_name
from domain.vocabulary import Side
from tests.integration.api.pages.test_partnership_pages import told
from tests.support.page_visitor import PageVisitor

SECRETS = ("Mend the swings", "Sam Secret", "The money is spent")
PUBLIC = {"happened": "2026-03-27"}


@pytest.fixture
def asked(neighbourhood, people):
    """Six asks of residents about housing: one declined, and one that nobody has."""
    officer = people(Scope.STEWARD, neighbourhood.council)
    path, asks = f"{neighbourhood.path}/asks", []
    ask = {"kind": "request", "raised_by": neighbourhood.group, "text": "Mend the swings", "challenges": ["housing"]}
    for number in range(6):
        addressee = {} if number == 5 else {"addressee": neighbourhood.council}
        receipt = officer.records(path, **ask, **addressee, happened=f"2026-01-0{number + 1}")
        asks.append(receipt["created"]["ask"][0])
    declined = {"answered_by": neighbourhood.council, "answer": "declined", "reasons": "The money is spent"}
    officer.records(f"{path}/{asks[0]}/answers", **declined, happened="2026-01-20")
    return asks


@pytest.fixture
def opened(asked, neighbourhood):
    assert asked
    return switch(neighbourhood, on=True)


def switch(neighbourhood, *, on, **more):
    reports = ["what-became-of-asks"] if on else []
    return neighbourhood.officer.records(f"{neighbourhood.path}/publications", reports=reports, **more)


def anybody(client, neighbourhood, **query):
    return client.get(f"/v1/public/partnerships/{neighbourhood.partnership}/what-became-of-it", params=query)


def stories(client, neighbourhood, **query):
    answer = anybody(client, neighbourhood, **query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def page(app_client, neighbourhood, **query):
    return app_client.get(f"/public/partnerships/{neighbourhood.partnership}/what-became-of-it", params=query)


def without_ids(answer):
    """The content of an answer, but for the number of its request."""
    return answer.status_code, {**answer.json(), "instance": None, "trace_id": None}


def nothing_there(client, neighbourhood):
    """Both the API and the page answer just as for a partnership that does not exist."""
    nowhere = uuid4()
    unknown = client.get(f"/v1/public/partnerships/{nowhere}/what-became-of-it")
    own = anybody(client, neighbourhood)
    assert without_ids(own) == without_ids(unknown)
    assert own.status_code == 404
    shown = page(client, neighbourhood)
    elsewhere = client.get(f"/public/partnerships/{nowhere}/what-became-of-it")
    assert (shown.status_code, shown.text) == (404, elsewhere.text)


@pytest.mark.usefixtures("asked")
def test_until_it_is_opened_there_is_nothing(client, neighbourhood):
    nothing_there(client, neighbourhood)
    assert client.get("/v1/public/partnerships/nothing/what-became-of-it").status_code == 404


@pytest.mark.usefixtures("opened")
def test_once_it_is_opened_anybody_reads_it_without_a_key(client, neighbourhood, asked):
    answer = stories(client, neighbourhood)
    assert {story["ask_id"] for story in answer["stories"]} == set(asked)
    assert answer["name"] == "Mill Lane Board"
    shown = page(client, neighbourhood)
    assert shown.status_code == 200
    assert "Request about housing, asked by residents" in told(shown.text)
    assert "Asked of Ambleford Council" in told(shown.text)
    assert "Asked of nobody" in told(shown.text)


def test_switched_off_again_or_not_open_yet_or_withdrawn_it_is_gone(client, neighbourhood, asked):
    assert asked
    switch(neighbourhood, on=True, opens="2999-01-01")
    nothing_there(client, neighbourhood)
    receipt = switch(neighbourhood, on=True)
    assert anybody(client, neighbourhood).status_code == 200
    neighbourhood.officer.records(f"/v1/records/{receipt['events'][0]['event_id']}/withdrawals", reasons="Too soon")
    nothing_there(client, neighbourhood)
    switch(neighbourhood, on=True)
    assert anybody(client, neighbourhood).status_code == 200
    switch(neighbourhood, on=False)
    nothing_there(client, neighbourhood)


@pytest.mark.usefixtures("opened")
def test_no_sealed_word_and_no_person_is_in_it(client, neighbourhood, steward, people):
    person = steward.records("/v1/people", name="Sam Secret")["created"]["person"][0]
    trader = {"kind": "local-business", "name": "Sam Secret", "person": person, "happened": "2020"}
    trader_id = steward.records("/v1/parties", **trader)["created"]["party"][0]
    officer = people(Scope.STEWARD, neighbourhood.council)
    for ask in ({"raised_by": neighbourhood.group}, {"raised_by": trader_id, "addressee": trader_id}):
        officer.records(f"{neighbourhood.path}/asks", kind="question", text="Mend the swings, Sam Secret", **ask)
    spent = {"spent_by": trader_id, "amount": {"minor_units": 900}, "purpose": "The money is spent"}
    ask = stories(client, neighbourhood)["stories"][0]["ask_id"]
    officer.records(f"{neighbourhood.path}/spending", **spent, asks=[ask])
    for text in (
        anybody(client, neighbourhood).text,
        anybody(client, neighbourhood, format="csv").text,
        page(client, neighbourhood).text,
        page(client, neighbourhood, format="csv").text,
    ):
        assert "local business" in text
        assert not [each for each in (*SECRETS, person) if each in text]


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize("kind", ["ward-councillor", "local-business"])
def test_who_holds_an_office_alone_is_told_by_what_they_are(client, neighbourhood, steward, people, kind):
    office = {"kind": kind, "name": "Councillor Jo Named", "office_holder": True, "happened": "2020"}
    holder = steward.records("/v1/parties", **office)["created"]["party"][0]
    officer = people(Scope.STEWARD, neighbourhood.council)
    ask = {"kind": "question", "raised_by": neighbourhood.group, "addressee": holder, "text": "Mend the swings"}
    officer.records(f"{neighbourhood.path}/asks", **ask)
    told_of = {story["asked_of"] for story in stories(client, neighbourhood)["stories"]}
    assert f"a {kind.replace('-', ' ')}" in told_of
    assert "Named" not in anybody(client, neighbourhood).text


@pytest.mark.usefixtures("opened")
def test_small_numbers_are_held_back(client, neighbourhood):
    answer = stories(client, neighbourhood)
    assert (answer["asks"], answer["declined"], answer["taken_up"], answer["unanswered"]) == (6, None, 0, 5)
    assert {story["asked_by_side"] for story in answer["stories"]} == {"residents"}
    assert "Fewer than 5 declined" in told(page(client, neighbourhood).text)


@pytest.mark.usefixtures("opened")
def test_nobody_finds_a_side_from_which_few_asked_by_taking_the_others_from_the_whole(client, neighbourhood, people):
    officer = people(Scope.STEWARD, neighbourhood.council)
    own = {"kind": "request", "raised_by": neighbourhood.council, "addressee": neighbourhood.group, "text": "A key"}
    for number in range(FEWEST):
        officer.records(f"{neighbourhood.path}/asks", **own, happened=f"2026-02-0{number + 1}")
        named = {story["asked_by_side"] for story in stories(client, neighbourhood)["stories"]}
        assert named == ({None} if number + 1 < FEWEST else {"residents", "government"})


@pytest.mark.usefixtures("opened")
def test_nobody_finds_it_by_taking_an_earlier_day_from_today(client, neighbourhood, people):
    officer = people(Scope.STEWARD, neighbourhood.council)
    own = {"kind": "request", "raised_by": neighbourhood.council, "addressee": neighbourhood.group, "text": "A key"}
    officer.records(f"{neighbourhood.path}/asks", **own, happened="2026-02-01")
    before, today = (stories(client, neighbourhood, **query)["stories"] for query in ({"as_of": "2026-01-31"}, {}))
    assert (len(before), len(today)) == (6, 7)
    assert {story["asked_by_side"] for story in (*before, *today)} == {None}


@pytest.mark.parametrize(
    ("asks", "named"),
    [
        ({}, ()),
        ({Side.RESIDENTS: 4}, ()),
        ({Side.RESIDENTS: 9}, (Side.RESIDENTS,)),
        ({Side.RESIDENTS: 9, Side.AGENCY: 4}, ()),
        ({Side.RESIDENTS: 9, Side.AGENCY: 3, Side.BUSINESS: 2}, (Side.RESIDENTS,)),
        ({Side.RESIDENTS: 9, Side.GOVERNMENT: 6, Side.AGENCY: 1}, (Side.RESIDENTS,)),
        ({Side.RESIDENTS: 9, Side.GOVERNMENT: 6}, (Side.RESIDENTS, Side.GOVERNMENT)),
    ],
)
def test_what_is_left_unnamed_is_nothing_or_not_a_few(asks, named):
    assert sides_to_name(asks) == frozenset(named)


@pytest.mark.usefixtures("opened")
def test_an_ask_is_told_in_the_words_given_for_everybody_or_not_at_all(client, neighbourhood, asked):
    path = f"{neighbourhood.path}/asks"
    neighbourhood.officer.records(f"{path}/{asked[0]}/public-wordings", wording="Swings that hold")
    neighbourhood.officer.records(f"{path}/{asked[1]}/public-wordings", kept_back=True)
    words = {story["ask_id"]: story["words"] for story in stories(client, neighbourhood)["stories"]}
    assert words[asked[0]] == "Swings that hold"
    assert asked[1] not in words
    assert len(words) == len(asked) - 1
    assert "Swings that hold" in told(page(client, neighbourhood).text)
    rows = list(csv.DictReader(io.StringIO(anybody(client, neighbourhood, format="csv").text)))
    assert {row["ask_id"] for row in rows} == set(words)


@pytest.mark.usefixtures("opened")
def test_words_that_look_personal_are_refused_and_never_shown(client, neighbourhood, asked):
    wording = {"wording": "Ring 020 7946 0123"}
    answer = neighbourhood.officer.post(f"{neighbourhood.path}/asks/{asked[0]}/public-wordings", wording)
    assert [each["code"] for each in answer.json()["errors"]] == ["personal-identifier"]
    receipt = neighbourhood.officer.records(f"{neighbourhood.path}/asks/{asked[0]}/public-wordings", wording="Swings")
    record = receipt["events"][0]["event_id"]
    neighbourhood.officer.records(f"/v1/records/{record}/corrections", changes=wording, reasons="Say whom to ring")
    assert "020 7946" not in anybody(client, neighbourhood).text


@pytest.mark.usefixtures("opened")
def test_what_was_erased_or_withdrawn_is_in_no_past_either(client, neighbourhood, asked, steward):
    raised = {
        row["ask_id"]: row["causes"][0] for row in neighbourhood.resident.reads(f"{neighbourhood.path}/asks")["rows"]
    }
    steward.records(f"/v1/records/{raised[asked[0]]}/redactions", field="text", ground="not-needed")
    steward.records(f"/v1/records/{raised[asked[1]]}/withdrawals", reasons="Never asked")
    for query in ({}, {"as_of": "2026-01-15"}):
        left = {story["ask_id"] for story in stories(client, neighbourhood, **query)["stories"]}
        assert left == set(asked[2:])


@pytest.mark.usefixtures("opened")
def test_an_earlier_day_is_told_as_it_stood_and_none_before_there_was_anything(client, neighbourhood, asked):
    assert len(stories(client, neighbourhood, as_of="2026-01-03")["stories"]) == 3
    assert stories(client, neighbourhood, as_of="2019-01-01")["stories"] == []
    assert asked


def test_who_has_signed_in_elsewhere_reads_it_like_anybody(client, neighbourhood, opened, people):
    assert opened
    visitor = PageVisitor(client.app).signs_in(people(Scope.READ).key)
    assert visitor.gets(f"/public/partnerships/{neighbourhood.partnership}/what-became-of-it").status_code == 200


def test_promises_made_in_private_are_not_told(client, neighbourhood, opened, asked):
    promise = {
        "promisers": [neighbourhood.council], "promisees": [neighbourhood.group], "text": "Swings", "ask": asked[2],
        "happened": "2026-02-01",
    }  # fmt: skip
    assert opened
    neighbourhood.officer.records(f"{neighbourhood.path}/commitments", **promise, public=False)
    by_id = {story["ask_id"]: story for story in stories(client, neighbourhood)["stories"]}
    assert by_id[asked[2]]["promised_on"] is None
    neighbourhood.officer.records(f"{neighbourhood.path}/commitments", **promise)
    by_id = {story["ask_id"]: story for story in stories(client, neighbourhood)["stories"]}
    assert (by_id[asked[2]]["promised_on"], by_id[asked[2]]["promised_by"]) == ("2026-02-01", ["Ambleford Council"])
