"""Early warnings as the API and the pages answer them: who is warned of, since when, by which rule, on what records."""

import csv
import io

import pytest

from tests.integration.api.pages.test_partnership_pages import told


@pytest.fixture
def warned(neighbourhood):
    """Leave three promises of the council overdue, each made a day later."""
    return [
        neighbourhood.officer.records(
            f"{neighbourhood.path}/commitments",
            promisers=[neighbourhood.council],
            promisees=[neighbourhood.group],
            text=text,
            happened=f"2026-02-0{number}",
            due=f"2026-03-0{number}",
        )
        for number, text in enumerate(("Mend the lamps", "Mend the gate", "Mend the swings"), start=1)
    ]


def rows(reader, path, **query):
    return {row["rule"]: row for row in reader.reads(f"{path}/early-warnings", **query)["rows"]}


@pytest.mark.usefixtures("warned")
def test_the_warning_names_the_body_the_rule_its_threshold_and_the_day_since(neighbourhood):
    answer = neighbourhood.resident.reads(f"{neighbourhood.path}/early-warnings", as_of="2026-06-01")
    row = next(each for each in answer["rows"] if each["rule"] == "promises-overdue")
    assert answer["names"][row["party_id"]] == "Ambleford Council"
    assert (row["state"], row["found"], row["threshold"], row["since_on"]) == ("holds", 3, 3, "2026-03-18")
    assert row["rule_in_words"].startswith("One organisation or group has 3 or more promises overdue, at least 2 more")
    assert row["ends_when"]
    assert answer["method"] == "folkmoot-2026-11"


@pytest.mark.usefixtures("warned")
def test_a_day_before_the_third_was_overdue_it_does_not_hold_and_still_lists_its_rule(neighbourhood):
    row = rows(neighbourhood.resident, neighbourhood.path, as_of="2026-03-17")["promises-overdue"]
    assert (row["state"], row["since_on"], row["causes"]) == ("does-not-hold", None, [])
    assert row["rule_in_words"]


@pytest.mark.usefixtures("warned")
def test_the_first_method_warns_of_nothing(neighbourhood):
    assert rows(neighbourhood.resident, neighbourhood.path, method="folkmoot-2026") == {}


@pytest.mark.usefixtures("warned")
def test_as_a_table_each_warning_has_the_name_of_its_body_beside(neighbourhood):
    text = neighbourhood.resident.get(f"{neighbourhood.path}/early-warnings", format="csv", as_of="2026-06-01").text
    row = next(each for each in csv.DictReader(io.StringIO(text)) if each["rule"] == "promises-overdue")
    assert (row["party_name"], row["since_on"]) == ("Ambleford Council", "2026-03-18")


def test_its_causes_are_told_in_sentences_and_no_others(neighbourhood, warned):
    query = {"rule": "promises-overdue", "party": neighbourhood.council, "as_of": "2026-06-01"}
    answer = neighbourhood.resident.reads(f"{neighbourhood.path}/early-warnings/causes", **query)
    assert {each["event_id"] for each in answer["data"]} == {each["events"][0]["event_id"] for each in warned}
    assert "Mend the lamps" in answer["data"][0]["sentence"]
    other = {**query, "party": neighbourhood.group}
    assert neighbourhood.resident.reads(f"{neighbourhood.path}/early-warnings/causes", **other)["in_all"] == 0


@pytest.mark.usefixtures("warned")
def test_a_partnerships_page_says_it_and_leads_to_the_rules_and_the_records(officer, neighbourhood):
    board = f"/partnerships/{neighbourhood.partnership}"
    dates = {"stood-on": "2026-06-01"}
    words = told(officer.reads(board, **dates))
    assert "Ambleford Council: 3 promises overdue; on 1 June 2025 it was 0" in words
    assert "since 18 March 2026" in words
    page = told(officer.reads(f"{board}/early-warnings", **dates))
    assert "Mend the swings" in page
    assert "3 or more meetings in a row were called off" in page
    assert "The rules" in told(officer.reads(board, **dates))


def test_where_no_rule_holds_the_page_says_so(officer, neighbourhood):
    words = told(officer.reads(f"/partnerships/{neighbourhood.partnership}", **{"stood-on": "2021-01-05"}))
    assert "None of 9 rules holds" in words
