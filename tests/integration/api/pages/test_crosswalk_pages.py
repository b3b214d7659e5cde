"""Crosswalks as the API and the pages answer them: cell by cell, with figures that lead on, and never a total."""

import csv
import html
import io
import re

import pytest

from projections.crosswalks.instrument import InstrumentName
from tests.integration.api.pages.test_partnership_pages import told
from tests.integration.api.test_a_meeting import meeting


@pytest.fixture
def kept(neighbourhood):
    """Let the council keep four promises, by the word of the tenants."""
    for number in range(1, 5):
        answer = neighbourhood.officer.records(
            f"{neighbourhood.path}/commitments",
            promisers=[neighbourhood.council],
            promisees=[neighbourhood.group],
            text="Mend the lamps",
            happened=f"2026-02-0{number}",
            due="2026-03-01",
        )
        promise = answer["created"]["commitment"][0]
        neighbourhood.resident.records(
            f"{neighbourhood.path}/commitments/{promise}/confirmations",
            confirmed_by=neighbourhood.group,
            happened=f"2026-02-1{number}",
        )


def crosswalk(neighbourhood, **query):
    return neighbourhood.resident.reads(f"{neighbourhood.path}/crosswalk", **{"as_of": "2026-03-31", **query})


@pytest.mark.usefixtures("kept")
def test_a_cell_has_the_figure_of_health_and_leads_to_its_causes(neighbourhood):
    answer = crosswalk(neighbourhood, instrument="partner")
    cell = answer["cells"][0]
    assert (cell["title"], cell["coverage"]) == ("Trust: reliability", "computed")
    figure = cell["figures"][0]
    health = neighbourhood.resident.reads(f"{neighbourhood.path}/health", as_of="2026-03-31")
    headline = health["profile"]["dimensions"][0]["headline"]
    assert {name: figure[name] for name in ("value", "low", "high", "n")} == {
        name: headline[name] for name in ("value", "low", "high", "n")
    }
    assert figure["value"] is not None
    causes = neighbourhood.resident.reads(cell["links"][0])
    assert {each["event_id"] for each in causes["data"]} == set(figure["causes"])


@pytest.mark.parametrize("name", InstrumentName)
def test_every_link_of_every_instrument_can_be_followed(neighbourhood, name):
    neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
    answer = crosswalk(neighbourhood, instrument=name.value)
    links = [link for cell in answer["cells"] for link in cell["links"]]
    assert links
    missing = [
        link
        for cell in answer["cells"]
        for link, figure in zip(cell["links"], cell["figures"], strict=True)
        if neighbourhood.resident.get(link).status_code != 200 and figure["missing"] != "nothing-happened"
    ]
    assert missing == []


def test_as_a_table_there_is_a_row_for_each_figure_and_no_total(neighbourhood):
    answer = neighbourhood.resident.get(f"{neighbourhood.path}/crosswalk", instrument="vichealth", format="csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {row["coverage"] for row in rows} == {"computed", "in-part"}
    assert not [name for name in rows[0] if "total" in name]


def test_an_instrument_that_nobody_knows_is_refused_with_those_there_are(neighbourhood):
    answer = neighbourhood.resident.get(f"{neighbourhood.path}/crosswalk", instrument="arnstein")
    assert answer.status_code == 400
    assert "nuffield" in answer.text


@pytest.mark.usefixtures("kept")
def test_the_page_says_what_is_covered_what_is_not_and_what_to_ask(officer, neighbourhood):
    address = f"/partnerships/{neighbourhood.partnership}/crosswalk"
    words = told(officer.reads(address, **{"stood-on": "2026-03-31"}))
    assert "Recognise and accept the need for partnership" in words
    assert "Not covered: Whether partners share a vision" in words
    assert "There is no total." in words
    assert "in 100, likely range" in words
    partner = told(officer.reads(address, instrument="partner"))
    assert "Needs a survey." in partner
    assert "How far does each of the others share the mission of this partnership?" in partner


def test_both_pages_are_saved_as_tables(officer, neighbourhood):
    for page, file in (("crosswalk?instrument=partner", "partner.csv"), ("market", "market.csv")):
        address = f"/partnerships/{neighbourhood.partnership}/{page}"
        link = re.search(r'href="([^"]*format=csv[^"]*)"', officer.reads(address))[1]
        answer = officer.gets(html.unescape(link))
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
        assert file in answer.headers["content-disposition"]
        assert len(answer.text.splitlines()[0].split(",")) > 5


def test_reports_lead_to_it(officer, neighbourhood):
    answer = officer.gets("/reports", crosswalk=neighbourhood.partnership)
    assert answer.headers["Location"] == f"/partnerships/{neighbourhood.partnership}/crosswalk"


@pytest.mark.usefixtures("kept")
def test_the_market_is_compared_with_trust_and_the_page_says_why_they_differ(officer, neighbourhood):
    address = f"/partnerships/{neighbourhood.partnership}/market"
    words = told(officer.reads(address, **{"stood-on": "2026-03-31"}))
    assert "contacts in the past month, against five that are expected" in words
    assert "March 2026 Ambleford Council 1 of 100" in words
    assert "lower on the market" in words
    assert "No contact in the month; 4 promises kept in the year before" in words
    assert "score" not in words.lower()


def test_without_a_figure_of_trust_there_is_nothing_to_compare(officer, neighbourhood):
    words = told(officer.reads(f"/partnerships/{neighbourhood.partnership}/market"))
    assert "so there is nothing to compare" in words


@pytest.mark.usefixtures("kept")
def test_every_difference_can_be_read_with_its_reasons_and_causes(neighbourhood):
    answer = neighbourhood.resident.reads(f"{neighbourhood.path}/market-disagreement", as_of="2026-03-31")
    row = answer["rows"][-1]
    assert answer["names"][row["party_id"]] == "Ambleford Council"
    assert (row["on"], row["market"], row["kept_in_year"], row["reasons"]) == (
        "2026-03-31",
        1,
        4,
        ["few-contacts", "promises-kept"],
    )
    assert row["difference"] == pytest.approx(row["market"] / 100 - row["trust"])
    assert row["causes"]
