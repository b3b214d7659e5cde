"""A promise's record page: how it stands in words, settling for the part that was done, and naming a date."""

from datetime import timedelta

import pytest

from domain.values import day_of

OVERDUE = "Overdue by"


@pytest.fixture
def promised(neighbourhood):
    """Record a promise by the council to the residents' group, and say where its pages are."""

    def record(**terms):
        receipt = neighbourhood.officer.records(
            f"{neighbourhood.path}/commitments",
            promisers=[neighbourhood.council],
            promisees=[neighbourhood.group],
            text="Mend the lamps by the canal",
            happened="2026-02-01",
            **terms,
        )
        return f"/records/{receipt['events'][0]['event_id']}", receipt["created"]["commitment"][0]

    return record


@pytest.fixture
def resident(visitors, neighbourhood):
    return visitors(neighbourhood.resident)


def in_days(services, days):
    return day_of(services.recorder.head().now) + timedelta(days=days)


def test_an_overdue_promise_says_how_much_is_done_and_is_settled_for_the_part(neighbourhood, resident, promised):
    page, commitment = promised(due="2026-03")
    neighbourhood.resident.records(
        f"{neighbourhood.path}/commitments/{commitment}/confirmations",
        confirmed_by=neighbourhood.group,
        extent="part",
        fraction=0.6,
    )
    markup = resident.reads(page)
    assert OVERDUE in markup
    assert "60 in 100 of it done" in markup
    assert f'href="{page}/settle"' in markup
    assert "Ask for another date" in markup
    assert 'value="60"' in resident.reads(f"{page}/settle")
    answer = resident.sends(f"{page}/settle", part="60", body=neighbourhood.group, reasons="Good enough")
    assert answer.status_code == 303, answer.text
    markup = resident.reads(page)
    assert "Settled for a part; due 31 March 2026; 60 in 100 of it done." in markup
    assert f'href="{page}/settle"' not in markup
    assert "said that the part done of a promise will do: Good enough" in markup


def test_what_is_wrong_with_a_settlement_is_said_at_its_field(neighbourhood, officer, resident, promised):
    page, _ = promised(due="2026-03")
    answer = resident.sends(f"{page}/settle", part="all")
    for words in ("How much was done must be a whole number from 1 to 99", "Choose who settles for it"):
        assert answer.text.count(words) == 2
    assert 'value="all"' in answer.text
    assert f'href="{page}/settle"' not in officer.reads(page)
    refused = officer.gets(f"{page}/settle")
    assert (refused.status_code, "Only those it was promised to" in refused.text) == (403, True)
    twice = resident.hidden(f"{page}/settle")["key"]
    for _ in range(2):
        answer = resident.sends(f"{page}/settle", part="60", body=neighbourhood.group, key=twice)
        assert answer.status_code == 303, answer.text


def test_a_promise_without_a_date_waits_for_one_and_the_promisee_names_it(services, neighbourhood, resident, promised):
    page, _ = promised()
    markup = resident.reads(page)
    assert "Open; no date was named." in markup
    assert f'href="{page}/date"' in markup
    tasks = neighbourhood.resident.reads(f"{neighbourhood.path}/worklist")["rows"]
    assert {row["party_id"] for row in tasks if row["task"] == "agree-date"} == {
        neighbourhood.council,
        neighbourhood.group,
    }
    empty = resident.sends(f"{page}/date")
    for words in ("Enter the day by which it is to be done", "Choose who says so"):
        assert empty.text.count(words) == 2
    due = in_days(services, 60)
    fields = {"due-day": str(due.day), "due-month": str(due.month), "due-year": str(due.year)}
    answer = resident.sends(f"{page}/date", fields, body=neighbourhood.group)
    assert answer.status_code == 303, answer.text
    tasks = neighbourhood.resident.reads(f"{neighbourhood.path}/worklist")["rows"]
    (task,) = [row for row in tasks if row["task"] == "agree-new-terms"]
    assert task["party_id"] == neighbourhood.council
    assert task["silence_counts_on"] == in_days(services, 28).isoformat()
    assert not [row for row in tasks if row["task"] == "agree-date"]


def test_a_record_that_is_no_promise_has_neither_form(neighbourhood, resident, promised):
    page, commitment = promised(due="2026-03")
    receipt = neighbourhood.resident.records(
        f"{neighbourhood.path}/commitments/{commitment}/acknowledgements", acknowledged_by=neighbourhood.group
    )
    other = f"/records/{receipt['events'][0]['event_id']}"
    assert "How it stands" not in resident.reads(other)
    for form in ("settle", "date"):
        assert resident.gets(f"{other}/{form}").status_code == 404
        assert resident.gets(f"{page}/{form}").status_code == 200


def test_a_dispute_of_a_report_stays_in_the_story_of_the_promise_once_it_is_kept(neighbourhood, resident, promised):
    page, commitment = promised(due="2026-03")
    path = f"{neighbourhood.path}/commitments/{commitment}"
    report = neighbourhood.officer.records(f"{path}/reports", claimed_by=neighbourhood.council, happened="2026-02-20")
    neighbourhood.resident.records(
        f"/v1/records/{report['events'][0]['event_id']}/disputes",
        disputed_by=neighbourhood.group,
        reasons="Two lamps are dark",
    )
    neighbourhood.resident.records(f"{path}/confirmations", confirmed_by=neighbourhood.group)
    markup = resident.reads(page)
    assert "Kept in time" in markup
    story = markup.partition("The rest of the same story")[2]
    assert "disputed a record: Two lamps are dark" in story


def test_settled_early_it_is_let_off_unless_whoever_promised_agrees(services, steward, neighbourhood, promised):
    outcomes, tasks = {}, {}
    for agreed_by in ([], [neighbourhood.council]):
        _, commitment = promised(due=in_days(services, 90).isoformat())
        steward.records(
            f"{neighbourhood.path}/commitments/{commitment}/settlements",
            settled_by=neighbourhood.group,
            fraction=0.6,
            agreed_by=agreed_by,
        )
        rows = steward.reads(f"{neighbourhood.path}/commitments")["rows"]
        work = steward.reads(f"{neighbourhood.path}/worklist")["rows"]
        outcomes[len(agreed_by)] = [row["outcome"] for row in rows if row["commitment_id"] == commitment]
        tasks[len(agreed_by)] = [row["task"] for row in work if row["thing_id"] == commitment]
    assert outcomes == {0: ["let-off"], 1: ["settled-for-part"]}
    assert tasks == {0: ["agree-settlement"], 1: []}
