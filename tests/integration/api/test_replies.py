"""A reply is printed with the figure that it answers, for whoever may read it."""

import csv
import io
import json

import pytest

from api.access.keys import Scope

REPLY = "Two of these waited for the inquiry into the bypass."
OF_RHYTHM = "We met, and wrote it down late."


@pytest.fixture
def figures(neighbourhood):
    """Let the council keep a promise and residents one of theirs, and let the council reply twice."""
    council, group = neighbourhood.council, neighbourhood.group
    for who, to, speaker, other in (
        (council, group, neighbourhood.officer, neighbourhood.resident),
        (group, council, neighbourhood.resident, neighbourhood.officer),
    ):
        promise = speaker.records(
            f"{neighbourhood.path}/commitments",
            promisers=[who],
            promisees=[to],
            text="Mend the gate",
            happened="2026-03-01",
            due="2026-06-30",
        )
        other.records(
            f"{neighbourhood.path}/commitments/{promise['created']['commitment'][0]}/confirmations",
            confirmed_by=to,
            happened="2026-05-01",
        )
    reply(neighbourhood, happened="2026-07-01", reply=REPLY, facet="reliability")
    reply(neighbourhood, happened="2026-07-02", reply=OF_RHYTHM, dimension="H8")
    return neighbourhood


def reply(neighbourhood, *, by=None, of=None, **details):
    person = neighbourhood.officer if by is None else by
    person.records(f"{neighbourhood.path}/replies", replied_by=of or neighbourhood.council, **details)


def said(replies):
    return [each["reply"]["text"] for each in replies]


def trust(figures, **query):
    return figures.officer.reads(f"{figures.path}/trust", facet="reliability", **query)


def test_a_reply_to_an_aspect_of_trust_is_printed_with_the_figures_of_who_replied(figures):
    answer = trust(figures)
    replies = {each["trustee_id"]: said(each["replies"]) for each in answer["figures"]}
    assert replies[figures.council] == [REPLY]
    assert replies[figures.group] == []
    assert answer["names"][figures.council] == "Ambleford Council"
    assert said(trust(figures, trustee=figures.council)["figures"][0]["replies"]) == [REPLY]
    assert said(trust(figures, trustee=figures.group)["figures"][0]["replies"]) == []
    pair = trust(figures, trustee=figures.group, truster=figures.council)
    assert said(pair["figures"][0]["replies"]) == []


def test_a_reply_of_a_body_that_is_not_judged_stands_with_every_figure_of_that_aspect(figures, steward, people):
    charity = steward.records("/v1/parties", name="A Charity", kind="charity", happened="2020")["created"]["party"][0]
    steward.records(f"{figures.path}/members", party=charity, role="member", happened="2021-02-01")
    reply(
        figures,
        by=people(Scope.RECORD, charity),
        of=charity,
        happened="2026-07-03",
        reply="So it was.",
        facet="reliability",
    )
    assert all("So it was." in said(each["replies"]) for each in trust(figures)["figures"])


def test_a_reply_to_a_dimension_is_printed_with_it_and_with_no_other(figures):
    profile = figures.officer.reads(f"{figures.path}/health")["profile"]
    assert {each["id"]: said(each["replies"]) for each in profile["dimensions"] if each["replies"]} == {
        "H8": [OF_RHYTHM]
    }


def test_tables_have_the_reply_once_for_each_figure(figures):
    for path, text in (("trust", REPLY), ("health", OF_RHYTHM)):
        answer = figures.officer.get(f"{figures.path}/{path}", format="csv")
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        (row,) = [each for each in rows if each["replies"]]
        assert row["replies"] == text
        assert row.get("dimension", "rhythm") == "rhythm"


def test_it_is_printed_where_the_figure_is_explained(figures):
    query = {"facet": "reliability", "truster_side": "residents", "trustee": figures.council}
    why = figures.officer.reads(
        f"{figures.path}/trust/explanation", **query, **{"from": "2026-03-01", "to": "2026-07-15"}
    )
    assert said(why["replies"]) == [REPLY]


def test_before_it_was_given_there_is_no_reply(figures):
    assert all(each["replies"] == [] for each in trust(figures, as_of="2026-06-30")["figures"])


def test_who_may_not_read_texts_sees_that_there_is_a_reply_and_not_what_it_says(figures, people):
    stranger = people(Scope.READ)
    answer = stranger.reads(f"{figures.path}/trust", facet="reliability", trustee=figures.council)
    (entry,) = answer["figures"][0]["replies"]
    assert entry["reply"] == {"text": None, "withheld": "not-yours-to-read"}
    assert REPLY not in json.dumps(answer)


def test_a_reply_that_was_withdrawn_is_not_printed(figures):
    answer = trust(figures, trustee=figures.council)
    (entry,) = answer["figures"][0]["replies"]
    figures.officer.records(f"/v1/records/{entry['event_id']}/withdrawals", reasons="Said too soon.")
    assert trust(figures, trustee=figures.council)["figures"][0]["replies"] == []
