"""Early warnings as the API and the pages answer them: who is warned of, since when, by which rule, on what records."""

import csv
import io

import pytest

from api.access.keys import Scope
from projections.method.document import default_method
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
    assert answer["method"] == default_method().id


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


@pytest.fixture
def other_board(steward):
    """Form a second partnership, in which nothing is owed; gives its id."""
    details = {"kind": "neighbourhood-board", "happened": "2026-11-01"}
    receipt = steward.records("/v1/partnerships", name="Tranmere Board", **details)
    return receipt["created"]["partnership"][0]


@pytest.mark.usefixtures("warned")
def test_the_list_across_partnerships_answers_as_each_does_by_itself(steward, neighbourhood, other_board):
    answers = {each["partnership_id"]: each for each in every_one(steward, limit=1)}
    assert [row["rule"] for row in answers[neighbourhood.partnership]["warnings"]] == ["promises-overdue"]
    assert answers[other_board]["warnings"] == []
    for partnership, answer in answers.items():
        alone = steward.reads(f"/v1/partnerships/{partnership}/early-warnings")
        assert answer["warnings"] == [row for row in alone["rows"] if row["state"] == "holds"]
        assert {name: alone[name] for name in ("as_of", "method_sha256")}.items() <= answer["basis"].items()
        assert all(alone["names"][party_id] == name for party_id, name in answer["names"].items())


def every_one(reader, **query):
    """Every page of the list, to its end."""
    answer = reader.reads("/v1/early-warnings", **query)
    yield from answer["data"]
    while answer["next"]:
        answer = reader.reads(answer["next"])
        yield from answer["data"]


@pytest.mark.usefixtures("warned")
def test_it_is_asked_for_some_partnerships_one_rule_and_no_causes(steward, neighbourhood, other_board):
    (only,) = steward.reads("/v1/early-warnings", partnership=other_board)["data"]
    assert only["name"] == "Tranmere Board"
    (quiet,) = steward.reads("/v1/early-warnings", partnership=neighbourhood.partnership, rule="trust-fell")["data"]
    assert quiet["warnings"] == []
    (ours,) = steward.reads("/v1/early-warnings", partnership=neighbourhood.partnership, causes=0)["data"]
    assert [row["causes"] for row in ours["warnings"]] == [[]]
    assert steward.get("/v1/early-warnings", rule="promises").status_code == 400


def test_what_a_disagreement_is_about_is_named_only_to_those_at_the_table(neighbourhood, people):
    words = "Who holds the keys to the hall"
    details = {"raised_by": neighbourhood.group, "others": [neighbourhood.council], "about": words}
    neighbourhood.resident.records(f"{neighbourhood.path}/disputes", happened="2026-02-01", **details)
    at_table, outside = (
        reader.get("/v1/early-warnings", partnership=neighbourhood.partnership)
        for reader in (neighbourhood.resident, people(Scope.READ))
    )
    assert at_table.json()["data"][0]["warnings"][0]["rule"] == "open-disagreement"
    assert words in at_table.text
    assert outside.json()["data"][0]["warnings"] == at_table.json()["data"][0]["warnings"]
    assert words not in outside.text


@pytest.mark.usefixtures("warned", "other_board")
def test_the_page_of_all_says_which_hold_where_and_where_none_does(officer, neighbourhood):
    words = told(officer.reads("/early-warnings"))
    assert "Ambleford Council: 3 promises overdue" in words
    assert words.index("No warning holds") < words.index("Tranmere Board")
    assert "/early-warnings" in officer.reads("/partnerships")
    assert f"/partnerships/{neighbourhood.partnership}/early-warnings" in officer.reads("/early-warnings")
