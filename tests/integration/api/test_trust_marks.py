"""Marks of trust over HTTP: what became of each act, called by its words for whoever may read them."""

import pytest


@pytest.fixture
def kept_promise(neighbourhood):
    """A promise of the council's that residents confirmed to be kept."""
    promise = neighbourhood.officer.records(
        f"{neighbourhood.path}/commitments",
        promisers=[neighbourhood.council],
        promisees=[neighbourhood.group],
        text="Mend the lamps",
        happened="2026-02-01",
        due="2026-03-31",
    )
    commitment = promise["created"]["commitment"][0]
    neighbourhood.resident.records(
        f"{neighbourhood.path}/commitments/{commitment}/confirmations",
        confirmed_by=neighbourhood.group,
        happened="2026-03-01",
    )
    return neighbourhood, commitment


def marks_for(reader, neighbourhood, **query):
    return reader.reads(f"{neighbourhood.path}/trust/marks", **query)


def test_a_kept_promise_is_marked_with_its_day_its_record_and_its_words(kept_promise):
    neighbourhood, commitment = kept_promise
    answer = marks_for(neighbourhood.resident, neighbourhood, facet="reliability", truster_side="residents")
    (body,) = answer["bodies"]
    (mark,) = body["marks"]
    assert (mark["kind"], mark["on"], mark["due_on"]) == ("kept", "2026-03-01", "2026-03-31")
    assert answer["labels"][commitment] == "Mend the lamps"
    assert body["trustee_id"] in answer["names"]
    assert "fulfilment-confirmed" in str(neighbourhood.resident.reads(f"/v1/records/{mark['record']}"))


def test_seats_taken_are_turns_of_the_timeline(kept_promise):
    neighbourhood, _ = kept_promise
    turns = marks_for(neighbourhood.resident, neighbourhood)["turns"]
    assert {turn["kind"] for turn in turns} >= {"joined"}


def test_another_aspect_has_no_such_marks(kept_promise):
    neighbourhood, _ = kept_promise
    assert marks_for(neighbourhood.resident, neighbourhood, facet="openness")["bodies"] == []
