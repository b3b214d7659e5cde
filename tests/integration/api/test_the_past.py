"""Asking about the past: facts recorded late, corrections and withdrawals, by what was known when."""

from datetime import date, timedelta

import pytest

from tests.integration.api.test_a_meeting import MEETING, meeting


@pytest.fixture
def promised(neighbourhood):
    """Record a promise made in March, due at the end of June."""
    receipt = neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
    return receipt["created"]["commitment"][0], receipt


def commitment(neighbourhood, **when):
    (row,) = neighbourhood.officer.reads(f"{neighbourhood.path}/commitments", **when)["rows"]
    return row


def test_a_fact_recorded_late_is_known_only_from_then_on(neighbourhood, promised):
    promise, before = promised
    later = neighbourhood.resident.records(
        f"{neighbourhood.path}/commitments/{promise}/confirmations",
        confirmed_by=neighbourhood.group,
        happened="2026-06-20",
        done="2026-06-20",
    )
    parameters = {"as_of": "2026-07-15"}
    known_before = commitment(neighbourhood, **parameters, known_at=before["position"])
    known_after = commitment(neighbourhood, **parameters, known_at=later["position"])
    assert known_before["state"] == "overdue"
    assert known_after["state"] == "fulfilled"
    assert commitment(neighbourhood, as_of="2026-06-19", known_at=later["position"])["state"] == "open"


def test_an_instant_names_what_was_known_by_then(neighbourhood, promised):
    _, receipt = promised
    instant = receipt["recorded_at"]
    by_instant = neighbourhood.officer.reads(f"{neighbourhood.path}/commitments", known_at=instant, as_of="2026-07-15")
    by_position = neighbourhood.officer.reads(
        f"{neighbourhood.path}/commitments", known_at=receipt["position"], as_of="2026-07-15"
    )
    assert by_instant == by_position


def test_what_each_correction_said_is_still_read(neighbourhood, promised):
    _, before = promised
    record = f"/v1/records/{before['events'][0]['event_id']}"
    notes = {"notes": "The second account"}
    first = neighbourhood.officer.records(f"{record}/corrections", changes=notes, reasons="Too short")
    neighbourhood.officer.records(f"{record}/corrections", changes={"happened": "2026-03-20"}, reasons="A slip")
    neighbourhood.officer.records(f"{record}/corrections", changes={"notes": "The last account"}, reasons="Too long")
    texts = [each["body"]["replacement"]["notes"]["text"] for each in neighbourhood.officer.reads(record)["since"]]
    assert texts == ["The second account", "The second account", "The last account"]
    alone = neighbourhood.officer.reads(f"/v1/records/{first['events'][0]['event_id']}")
    assert alone["record"]["body"]["replacement"]["notes"]["text"] == "The second account"
    assert alone["record"]["body"]["replacement"]["title"]["text"] == MEETING["title"]


def test_a_correction_reaches_back_to_every_day_but_not_to_what_was_known_before(neighbourhood, promised):
    _, before = promised
    recorded = before["events"][0]["event_id"]
    corrected = neighbourhood.officer.records(
        f"/v1/records/{recorded}/corrections", changes={"happened": "2026-03-20"}, reasons="The date was wrong"
    )

    def day(**when):
        rows = neighbourhood.officer.reads(f"{neighbourhood.path}/timeline", **when)["data"]
        return [row["happened"] for row in rows if row["type"] == "interaction-recorded"]

    assert day(as_of="2026-03-25", known_at=before["position"]) == []
    assert day(as_of="2026-03-25", known_at=corrected["position"]) == ["2026-03-20"]
    record_answer = neighbourhood.officer.reads(f"/v1/records/{recorded}")
    assert (record_answer["record"]["body"]["happened"], record_answer["stands"]["happened"]) == (
        "2026-03-27",
        "2026-03-20",
    )
    assert record_answer["since"][0]["body"]["reasons"]["text"] == "The date was wrong"


def test_a_withdrawn_meeting_keeps_its_promises_and_stays_to_be_seen(neighbourhood, promised):
    promise, receipt = promised
    meeting_record = receipt["events"][0]["event_id"]
    neighbourhood.officer.records(f"/v1/records/{meeting_record}/withdrawals", reasons="It was another partnership's")
    assert commitment(neighbourhood)["commitment_id"] == promise
    assert neighbourhood.officer.reads(f"{neighbourhood.path}/interactions")["rows"] == []
    timeline = neighbourhood.officer.reads(f"{neighbourhood.path}/timeline")["data"]
    standing = {each["event_id"]: each["standing"] for each in timeline}
    assert standing[meeting_record] == "withdrawn"
    assert neighbourhood.officer.reads(f"/v1/records/{meeting_record}")["stands"] is None


def test_a_record_is_confirmed_and_disputed_by_another_side(neighbourhood, promised):
    _, receipt = promised
    record = receipt["events"][2]["event_id"]
    own = neighbourhood.officer.post(f"/v1/records/{record}/confirmations", {"confirmed_by": neighbourhood.council})
    assert own.status_code == 403
    neighbourhood.resident.records(f"/v1/records/{record}/confirmations", confirmed_by=neighbourhood.group)
    neighbourhood.resident.records(
        f"/v1/records/{record}/disputes", disputed_by=neighbourhood.group, reasons="We remember it otherwise"
    )
    record_answer = neighbourhood.officer.reads(f"/v1/records/{record}")
    assert [each["type"] for each in record_answer["since"]] == ["record-confirmed", "record-disputed"]


@pytest.mark.usefixtures("promised")
def test_pages_of_the_timeline_put_together_are_the_whole(neighbourhood):
    whole = neighbourhood.officer.reads(f"{neighbourhood.path}/timeline", limit=200)["data"]
    pages, address = [], f"{neighbourhood.path}/timeline?limit=2"
    while address:
        answer = neighbourhood.officer.get(address)
        pages += answer.json()["data"]
        address = answer.json()["next"]
        assert ("Link" in answer.headers) == bool(address)
        neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
    assert pages == whole


def test_why_trust_moved_adds_up(neighbourhood, promised):
    promise, _ = promised
    neighbourhood.resident.records(
        f"{neighbourhood.path}/commitments/{promise}/confirmations",
        confirmed_by=neighbourhood.group,
        happened="2026-06-20",
        done="2026-06-20",
    )
    parameters = {"facet": "reliability", "truster_side": "residents", "trustee": neighbourhood.council}
    (now,) = neighbourhood.officer.reads(f"{neighbourhood.path}/trust", **parameters, as_of="2026-07-15")["figures"]
    assert now["counts"]["in_words"] == "1 of 1 kept in time"
    why = neighbourhood.officer.reads(
        f"{neighbourhood.path}/trust/explanation", **parameters, **{"from": "2026-05-01", "to": "2026-07-15"}
    )
    assert why["after"]["trust"] == now["figure"]["trust"]
    assert sum(cause["change"] for cause in why["causes"]) == pytest.approx(why["change"])
    assert {event["type"] for event in why["events"]} >= {"fulfilment-confirmed"}


# A meeting put right, and terms that wait


def test_what_took_its_day_from_a_meeting_moves_with_it_and_the_receipt_says_what_does_not(neighbourhood):
    officer, resident = neighbourhood.officer, neighbourhood.resident
    recorded = officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
    by_type = {event["type"]: event["event_id"] for event in recorded["events"]}
    promise = recorded["created"]["commitment"][0]
    resident.records(
        f"{neighbourhood.path}/commitments/{promise}/acknowledgements", acknowledged_by=neighbourhood.group
    )
    day = recorded["events"][0]["happened"]
    right = (date.fromisoformat(day) - timedelta(days=2)).isoformat()
    correction = f"/v1/records/{by_type['interaction-recorded']}/corrections"
    receipt = officer.records(correction, changes={"happened": right}, reasons="Misread")
    assert [event["type"] for event in receipt["events"]] == ["record-corrected", "record-corrected"]
    (warning,) = receipt["warnings"]
    assert (warning["code"], warning["pointer"]) == ("keeps-its-day", "#/changes/happened")
    assert by_type["commitment-made"] in warning["detail"]
    days = {name: officer.reads(f"/v1/records/{each}")["stands"]["happened"] for name, each in by_type.items()}
    assert days == {"interaction-recorded": right, "ask-raised": right, "commitment-made": day}


def test_a_due_date_that_waits_for_the_other_side_says_so_and_stands_in_their_worklist(neighbourhood):
    officer, resident = neighbourhood.officer, neighbourhood.resident
    recorded_promise = officer.records(
        f"{neighbourhood.path}/commitments",
        promisers=[neighbourhood.council],
        promisees=[neighbourhood.group],
        text="Mend the lights",
        due="2027-06-30",
        happened="2026-01-05",
    )
    promise, record = recorded_promise["created"]["commitment"][0], recorded_promise["events"][0]["event_id"]
    resident.records(
        f"{neighbourhood.path}/commitments/{promise}/acknowledgements", acknowledged_by=neighbourhood.group
    )
    receipt = officer.records(f"/v1/records/{record}/corrections", changes={"due": "2028-01-31"}, reasons="Later")
    (warning,) = receipt["warnings"]
    assert (warning["code"], warning["pointer"]) == ("waits-for-the-other-side", "#/changes/due")
    assert "Mill Lane Residents" in warning["detail"]
    tasks = resident.reads(f"{neighbourhood.path}/worklist")["rows"]
    (waiting,) = [row for row in tasks if row["task"] == "agree-correction"]
    assert (waiting["thing_id"], waiting["party_id"]) == (promise, neighbourhood.group)
    resident.records(f"/v1/records/{waiting['causes'][0]}/confirmations", confirmed_by=neighbourhood.group)
    tasks = resident.reads(f"{neighbourhood.path}/worklist")["rows"]
    assert "agree-correction" not in {row["task"] for row in tasks}
    (row,) = resident.reads(f"{neighbourhood.path}/commitments")["rows"]
    assert row["due_on"] == "2028-01-31"
