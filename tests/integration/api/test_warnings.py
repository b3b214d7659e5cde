"""Warnings in receipts: what may be on record already, or a slip, is asked about once and recorded all the same."""

import unicodedata
from uuid import uuid4

import pytest

MEETING = {"kind": "meeting", "happened": "2026-03-27"}


def codes(receipt):
    return [(each["code"], each["pointer"]) for each in receipt["warnings"]]


@pytest.mark.parametrize(
    "name",
    [
        "Mill\u00a0Lane  Residents",
        "MILL LANE RESIDENTS",
        "Mill\u200b Lane Residents",
        "The Mill-Lane Residents",
        "\u041c\u0456ll Lane R\u0435sidents",
    ],
)
def test_a_body_whose_name_looks_like_another_is_recorded_with_a_warning(steward, neighbourhood, name):
    receipt = steward.records("/v1/parties", name=name, kind="charity")
    assert codes(receipt) == [("looks-like", "#/name")]
    assert f"Mill Lane Residents ({neighbourhood.group})" in receipt["warnings"][0]["detail"]


def test_a_welsh_name_composed_and_decomposed_is_stored_alike_and_warned_of(steward):
    one, two = (unicodedata.normalize(form, "Tŷ Gwyn") for form in ("NFC", "NFD"))
    first = steward.records("/v1/places", name=one, kind="neighbourhood")
    second = steward.records("/v1/places", name=two, kind="neighbourhood")
    assert (codes(first), codes(second)) == ([], [("looks-like", "#/name")])
    names = {steward.reads(f"/v1/places/{each['created']['place'][0]}")["details"]["name"] for each in (first, second)}
    assert names == {one}


def test_places_of_one_name_are_told_apart_by_their_codes(steward):
    steward.records("/v1/places", name="Abbey", kind="ward", code="E05000001")
    assert codes(steward.records("/v1/places", name="Abbey", kind="ward", code="E05000002")) == []
    assert codes(steward.records("/v1/places", name="Abbey", kind="ward")) == [("looks-like", "#/name")]


def test_a_partnership_whose_name_looks_like_another_is_warned_of(steward, neighbourhood):
    receipt = steward.records("/v1/partnerships", name="Mill Lane board", kind="neighbourhood-board")
    assert codes(receipt) == [("looks-like", "#/name")]
    assert f"Mill Lane Board ({neighbourhood.partnership})" in receipt["warnings"][0]["detail"]


def test_a_body_named_in_passing_is_warned_of_where_it_is_named(neighbourhood):
    who = [{"party": neighbourhood.council}, {"party": {"name": "mill lane residents", "kind": "charity"}}]
    receipt = neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **MEETING, participants=who)
    assert codes(receipt) == [("looks-like", "#/participants/1/party/name")]


def test_a_name_given_up_or_withdrawn_is_no_longer_looked_like(steward, neighbourhood):
    amended = {"name": "Weir Street Residents", "kind": "tenants-residents-association"}
    steward.records(f"/v1/parties/{neighbourhood.group}/amendments", **amended)
    assert codes(steward.records("/v1/parties", name="Mill Lane Residents", kind="charity")) == []
    assert codes(steward.records("/v1/parties", name="Weir St. Residents", kind="charity")) == [
        ("looks-like", "#/name")
    ]


def test_the_name_of_one_person_is_never_compared(steward):
    person = steward.records("/v1/people", name="Weir Residents")["created"]["person"][0]
    sealed = {"name": "Weir Residents", "kind": "resident-individual", "person": person}
    assert codes(steward.records("/v1/parties", **sealed)) == []
    assert codes(steward.records("/v1/parties", name="Weir Residents", kind="charity")) == []


def test_one_identifier_on_two_bodies_is_warned_of(steward):
    first = steward.records("/v1/parties", name="One", kind="charity", identifiers=["GB-CHC-1234567"])
    second = steward.records("/v1/parties", name="Two", kind="charity", identifiers=["GB-CHC-1234567"])
    assert (codes(first), codes(second)) == ([], [("identifier-of-another", "#/identifiers/0")])
    assert f"One ({first['created']['party'][0]})" in second["warnings"][0]["detail"]


def test_an_identifier_of_seven_signs_is_warned_of_and_one_of_360giving_taken(steward):
    flagged = steward.records("/v1/parties", name="One", kind="charity", identifiers=["GB-COH-1234567"])
    receipt = steward.records("/v1/parties", name="Two", kind="charity", identifiers=["360G-ExampleTrust"])
    assert (codes(flagged), codes(receipt)) == ([("unlikely-identifier", "#/identifiers/0")], [])


def a_meeting(neighbourhood, **other):
    who = [{"party": neighbourhood.council}, {"party": neighbourhood.group}]
    return {**MEETING, "participants": who, **other}


def test_the_same_meeting_again_is_warned_of_until_the_first_is_withdrawn(neighbourhood):
    path, officer = f"{neighbourhood.path}/interactions", neighbourhood.officer
    first = officer.records(path, **a_meeting(neighbourhood))
    assert codes(first) == []
    again = officer.records(path, **a_meeting(neighbourhood))
    assert codes(again) == [("same-meeting-again", "#/happened")]
    assert first["created"]["interaction"][0] in again["warnings"][0]["detail"]
    for other in (
        {"happened": "2026-03-28"},
        {"kind": "call"},
        {"participants": [{"party": neighbourhood.council}]},
    ):
        assert codes(officer.records(path, **a_meeting(neighbourhood, **other))) == []
    for receipt in (first, again):
        officer.records(f"/v1/records/{receipt['events'][0]['event_id']}/withdrawals", reasons="Recorded twice")
    assert codes(officer.records(path, **a_meeting(neighbourhood))) == []


def correct(whose, receipt, **changes):
    return whose.records(f"/v1/records/{receipt['events'][0]['event_id']}/corrections", changes=changes, reasons="Slip")


def test_a_meeting_put_right_to_read_like_another_is_warned_of_once(neighbourhood):
    path, officer = f"{neighbourhood.path}/interactions", neighbourhood.officer
    first = officer.records(path, **a_meeting(neighbourhood))
    other = officer.records(path, **a_meeting(neighbourhood, happened="2026-03-28"))
    receipt = correct(officer, other, happened="2026-03-27")
    assert codes(receipt) == [("same-meeting-again", "#/changes/happened")]
    assert first["created"]["interaction"][0] in receipt["warnings"][0]["detail"]
    assert codes(correct(officer, other, notes="who came is not in doubt")) == []
    assert codes(correct(officer, other, happened="2026-03-29")) == []


def test_a_name_put_right_to_look_like_another_is_warned_of_once(steward):
    steward.records("/v1/places", name="Eastmoor", kind="neighbourhood")
    other = steward.records("/v1/places", name="Westmoor", kind="neighbourhood")
    assert codes(correct(steward, other, name="EASTMOOR")) == [("looks-like", "#/changes/name")]
    assert codes(correct(steward, other, kind="other-area")) == []
    assert codes(correct(steward, other, name="Northmoor")) == []


def test_two_meetings_of_one_day_hours_apart_are_two(neighbourhood):
    path, officer = f"{neighbourhood.path}/interactions", neighbourhood.officer
    for happened, expected in (
        ("2026-03-27T10:00:00Z", []),
        ("2026-03-27T19:00:00Z", []),
        ("2026-03-27T19:30:00Z", [("same-meeting-again", "#/happened")]),
    ):
        assert codes(officer.records(path, **a_meeting(neighbourhood, happened=happened))) == expected


def test_a_repeat_answers_with_the_same_warnings_whatever_came_since(steward, neighbourhood):
    body, key = {"name": "Mill Lane Residents", "kind": "charity"}, str(uuid4())
    first = steward.post("/v1/parties", body, idempotency_key=key)
    amended = {"name": "Weir Residents", "kind": "tenants-residents-association"}
    steward.records(f"/v1/parties/{neighbourhood.group}/amendments", **amended)
    again = steward.post("/v1/parties", body, idempotency_key=key)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json() == first.json()
    assert codes(again.json()) == [("looks-like", "#/name")]


def test_a_receipt_without_slips_has_an_empty_list(neighbourhood):
    promise = {"promisers": [neighbourhood.council], "promisees": [neighbourhood.group], "text": "x"}
    assert neighbourhood.officer.records(f"{neighbourhood.path}/commitments", **promise)["warnings"] == []
