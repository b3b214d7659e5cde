"""Grants to publish, by the 360Giving Data Standard: what goes out, what never does, and for whom."""

import csv
import io
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import psycopg
import pytest
from jsonschema import Draft202012Validator, FormatChecker
from starlette.testclient import TestClient

from api.access.reach import Reach, ReachKind
from api.access.user_roles import UserRole
from api.app import create_app
from tests.integration.api.conftest import Person
from tests.integration.api.test_roles import Access

TITLE = "New roof for the hall of Jane Example"
ORGANIZATIONS = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "required": ["id", "name"],
        "properties": {
            "id": {"type": "string", "pattern": "^([A-Z]{2}-[A-Z0-9]+|360G-[A-Za-z0-9_-]+)-."},
            "name": {"type": "string", "minLength": 1},
        },
    },
}
DAY = {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
PACKAGE = {
    "type": "object",
    "required": ["grants"],
    "properties": {
        "version": {"type": "string", "pattern": "^[0-9]+[.][0-9]+$"},
        "issued": DAY,
        "grants": {
            "type": "array",
            "minItems": 1,
            "uniqueItems": True,
            "items": {
                "type": "object",
                "required": [
                    *("id", "title", "description", "currency", "amountAwarded", "awardDate"),
                    *("recipientOrganization", "fundingOrganization"),
                ],
                "not": {"required": ["recipientIndividual"]},
                "properties": {
                    "id": {"type": "string", "pattern": "^360G-"},
                    "title": {"type": "string", "minLength": 1},
                    "description": {"type": "string", "minLength": 1},
                    "currency": {"enum": ["GBP", "EUR", "USD"]},
                    "amountAppliedFor": {"type": "number"},
                    "amountAwarded": {"type": "number"},
                    "amountDisbursed": {"type": "number"},
                    "awardDate": DAY,
                    "plannedDates": {
                        "type": "array",
                        "items": {"properties": {"endDate": DAY, "duration": {"type": "number", "minimum": 0}}},
                    },
                    "recipientOrganization": ORGANIZATIONS,
                    "fundingOrganization": ORGANIZATIONS,
                    "fromOpenCall": {"enum": ["Yes", "No"]},
                    "dateModified": {"type": "string", "format": "date-time"},
                    "dataSource": {"type": ["string", "null"], "format": "uri"},
                },
            },
        },
    },
}
"""What the standard asks of a package, as far as this one goes."""


@pytest.fixture
def publisher(services, steward):
    """A steward at an installation that was given a prefix, and has an address."""
    app = create_app(replace(services, grant_prefix="360G-ambleford", public_url="https://folkmoot.example"))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Person(client, steward.key)


def awards(neighbourhood, recipient=None, pounds=5000, by=None, **more):
    body = {
        "funder": neighbourhood.council,
        "recipient": recipient or neighbourhood.group,
        "amount": {"minor_units": pounds * 100},
        "happened": "2024-03-02",
        **more,
    }
    return (by or neighbourhood.officer).records(f"{neighbourhood.path}/awards", **body)


def the_package(reader, **query):
    package = reader.reads("/v1/grants", **query)
    Draft202012Validator(PACKAGE, format_checker=FormatChecker()).validate(package)
    return package


def test_an_award_with_its_payments_is_a_grant_by_the_standard(publisher, steward, neighbourhood):
    steward.records(
        f"/v1/parties/{neighbourhood.group}/amendments",
        name="Mill Lane Residents",
        kind="tenants-residents-association",
        identifiers=["GB-CHC-1164883"],
    )
    receipt = awards(neighbourhood, title=TITLE, scheme="Small grants", years=2, allocation="open-call")
    award = receipt["created"]["award"][0]
    path = f"{neighbourhood.path}/awards/{award}"
    neighbourhood.officer.records(f"{path}/payments", amount={"minor_units": 250050}, happened="2024-04-01")
    package = the_package(publisher)
    (grant,) = package["grants"]
    assert package["version"] == "1.4"
    assert package["description"] == "1 grant."
    assert grant.pop("dateModified").endswith("Z")
    assert grant == {
        "id": f"360G-ambleford-{award}",
        "title": "Award of 2 March 2024 to Mill Lane Residents from Ambleford Council",
        "description": "Ambleford Council awarded Mill Lane Residents £5,000 in the work of the partnership "
        "Mill Lane Board.",
        "currency": "GBP",
        "amountAwarded": 5000.0,
        "amountDisbursed": 2500.5,
        "awardDate": "2024-03-02",
        "plannedDates": [{"duration": 24}],
        "recipientOrganization": [{"id": "GB-CHC-1164883", "name": "Mill Lane Residents", "charityNumber": "1164883"}],
        "fundingOrganization": [{"id": f"360G-ambleford-org-{neighbourhood.council}", "name": "Ambleford Council"}],
        "grantProgramme": [{"title": "Small grants"}],
        "fromOpenCall": "Yes",
        "dataSource": f"https://folkmoot.example/v1/grants?partnership={neighbourhood.partnership}",
    }


def test_what_was_corrected_is_published_as_it_is_right_and_what_was_withdrawn_is_not(publisher, neighbourhood):
    receipt, other = awards(neighbourhood), awards(neighbourhood)
    record, wrong = (each["events"][0]["event_id"] for each in (receipt, other))
    changes = {"amount": {"minor_units": 700000, "currency": "GBP"}}
    path = f"/v1/records/{record}/corrections"
    corrected = neighbourhood.officer.records(path, changes=changes, reasons="x")
    neighbourhood.officer.records(f"/v1/records/{wrong}/withdrawals", reasons="x")
    (grant,) = the_package(publisher)["grants"]
    assert (grant["amountAwarded"], grant["amountDisbursed"]) == (7000.0, 0.0)
    assert datetime.fromisoformat(grant["dateModified"]) == datetime.fromisoformat(corrected["recorded_at"])


def test_a_day_that_is_not_known_is_said_not_to_be(publisher, neighbourhood):
    awards(neighbourhood, happened="2024-02")
    (grant,) = the_package(publisher)["grants"]
    assert grant["awardDate"] == "2024-02-29"
    assert grant["title"].startswith("Award of February 2024 to")
    assert "The day is not on record" in grant["description"]


def test_nothing_sealed_goes_out(publisher, neighbourhood):
    awards(neighbourhood, title=TITLE)
    for format_ in ("json", "csv"):
        assert "Jane" not in publisher.get("/v1/grants", format=format_).text


def test_no_person_is_published_and_how_many_were_left_out_is_said(publisher, steward, neighbourhood):
    person = steward.records("/v1/people", name="Jane Example", happened="2020")["created"]["person"][0]
    trader = steward.records("/v1/parties", name="Jane Example", person=person, kind="local-business", happened="2020")
    councillor = steward.records(
        "/v1/parties", name="Cllr Example", kind="ward-councillor", office_holder=True, happened="2020"
    )
    for receipt in (trader, councillor):
        awards(neighbourhood, receipt["created"]["party"][0], by=steward)
    awards(neighbourhood, neighbourhood.residents_at_large)
    empty = publisher.reads("/v1/grants")
    assert empty["grants"] == []
    assert empty["description"] == "There is nothing to publish. Left out: 3 given or got by a person."
    awards(neighbourhood)
    package = the_package(publisher)
    assert [each["recipientOrganization"][0]["name"] for each in package["grants"]] == ["Mill Lane Residents"]
    assert package["description"] == "1 grant. Left out: 3 given or got by a person."
    assert "Example" not in publisher.get("/v1/grants", format="csv").text


def test_sums_in_a_currency_that_few_know_are_left_out(publisher, neighbourhood):
    awards(neighbourhood)
    awards(neighbourhood, amount={"minor_units": 5, "currency": "XYZ"})
    package = the_package(publisher)
    assert len(package["grants"]) == 1
    assert package["description"].endswith("Left out: 1 in another currency than pounds, euros or dollars.")


def test_the_place_of_the_partnership_is_where_the_grant_is_for(publisher, steward, neighbourhood):
    place = steward.records("/v1/places", name="Mill Lane", kind="ward", code="E05000123")["created"]["place"][0]
    formed = steward.records(
        "/v1/partnerships",
        name="Mill Lane Forum",
        kind="neighbourhood-board",
        happened="2021-01-01",
        place=place,
        members=[{"party": each, "role": "member"} for each in (neighbourhood.council, neighbourhood.group)],
    )
    path = f"/v1/partnerships/{formed['created']['partnership'][0]}"
    awards(replace(neighbourhood, path=path))
    (grant,) = the_package(publisher)["grants"]
    location = {"name": "Mill Lane", "countryCode": "GB", "geoCode": "E05000123", "geoCodeType": "WD"}
    assert grant["beneficiaryLocation"] == [location]


def test_only_what_the_asker_may_read_is_in_it(client, database_url, services, boards, neighbourhood):
    for board in boards:
        awards(replace(neighbourhood, path=f"/v1/partnerships/{board}"))
    (elsewhere,) = set(boards) - {neighbourhood.partnership}
    reach = Reach(kind=ReachKind.PARTNERSHIPS, ids=frozenset({UUID(neighbourhood.partnership)}))
    with psycopg.connect(database_url, autocommit=True) as connection:
        reader = Access(client, connection, services.vault).holder(UserRole.EVALUATOR, None, reach)
    names = [each["description"].partition("partnership ")[2] for each in the_package(reader)["grants"]]
    assert names == ["Mill Lane Board."]
    assert reader.reads("/v1/grants", partnership=elsewhere)["description"] == "There is nothing to publish."


def test_the_grants_of_one_partnership_are_read_alone(steward, boards, neighbourhood):
    for board in boards:
        awards(replace(neighbourhood, path=f"/v1/partnerships/{board}"))
    assert len(the_package(steward)["grants"]) == len(boards)
    (grant,) = the_package(steward, partnership=neighbourhood.partnership)["grants"]
    assert "Mill Lane Board" in grant["description"]


def test_as_a_table_it_has_the_titles_of_the_standard(publisher, neighbourhood):
    awards(neighbourhood, spend_by="2025-03-31")
    answer = publisher.get("/v1/grants", headers={"Accept": "text/csv"})
    (row,) = csv.DictReader(io.StringIO(answer.text))
    (grant,) = the_package(publisher)["grants"]
    assert row["Identifier"] == grant["id"]
    assert (row["Currency"], float(row["Amount Awarded"]), row["Award Date"]) == ("GBP", 5000.0, "2024-03-02")
    assert row["Planned Dates:End Date"] == "2025-03-31"
    assert row["Recipient Org:Name"] == "Mill Lane Residents"
    assert row["Funding Org:Identifier"] == grant["fundingOrganization"][0]["id"]


def test_without_a_prefix_ids_say_that_nobody_registered_them(steward, neighbourhood):
    awards(neighbourhood)
    (grant,) = the_package(steward)["grants"]
    assert grant["id"].startswith("360G-unregistered-")
