"""Figures by other methods through the API: side by side, nothing recorded, every wrong parameter named at once."""

import csv
import io
from uuid import uuid4

import msgspec
import pytest

from projections.method.document import default_method
from projections.method.method import method_sha256
from tests.integration.api.test_a_meeting import meeting

SHIPPED = method_sha256(default_method())
DAY = {"as_of": "2026-10-01"}


@pytest.fixture
def broken(neighbourhood):
    """Record a promise of the council to the group, made in March and never kept."""
    receipt = neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
    promise = receipt["created"]["commitment"][0]
    (row,) = neighbourhood.officer.reads(f"{neighbourhood.path}/commitments", **DAY)["rows"]
    assert (row["commitment_id"], row["state"]) == (promise, "overdue")
    return next(each["event_id"] for each in receipt["events"] if each["type"] == "commitment-made")


@pytest.fixture
def forgiving(steward):
    """Publish a method by which a promise may be kept a year late; gives its SHA-256."""
    shipped = default_method()
    rules = msgspec.structs.replace(shipped.commitments, grace_days=365)
    method = msgspec.structs.replace(shipped, id="forgiving", commitments=rules)
    document = msgspec.json.encode(method, order="deterministic").decode()
    steward.records("/v1/methods", title="Forgiving", method_sha256=method_sha256(method), document=document)
    return method_sha256(method)


def asked(neighbourhood, **query):
    return neighbourhood.officer.reads(f"{neighbourhood.path}/what-if", **DAY, **query)


def refused(neighbourhood, **query):
    answer = neighbourhood.officer.get(f"{neighbourhood.path}/what-if", **DAY, **query)
    assert answer.status_code == 400, answer.text
    return answer.json()


def reliability(answer):
    return next(each["spread"] for each in answer["trust"] if each["facet"] == "reliability")


@pytest.mark.usefixtures("broken")
def test_another_definition_is_shown_against_the_one_in_use(neighbourhood, forgiving):
    answer = asked(neighbourhood, method=forgiving)
    now, other = answer["variants"]
    assert (
        (now["method_sha256"], other["method_sha256"]) == (SHIPPED, forgiving) == (answer["method_sha256"], forgiving)
    )
    spread = reliability(answer)
    assert spread["as_it_stands"]["n"] == 1
    assert list(spread["under"].values()) == [None]
    assert spread["changes_status"] == [other["name"]]
    turned = asked(neighbourhood, base=default_method().id, method=f"{forgiving},{SHIPPED}")
    assert [each["method_sha256"] for each in turned["variants"]] == [SHIPPED, forgiving, SHIPPED]


def test_the_figures_as_they_stand_are_those_read_elsewhere(neighbourhood, broken):
    answer = asked(neighbourhood, without_event=broken)
    for view in ("trust", "health"):
        read = neighbourhood.officer.reads(f"{neighbourhood.path}/{view}", **DAY)
        assert answer["variants"][0]["digests"][view] == read["digest"]
        for name in ("log_id", "position", "as_of", "method", "method_sha256", "tree_root"):
            assert answer[name] == read[name]


def test_without_an_event_reads_as_after_its_withdrawal(neighbourhood, steward, broken):
    supposed = asked(neighbourhood, without_event=broken)["variants"][1]["digests"]
    steward.records(f"/v1/records/{broken}/withdrawals", reasons="It was never promised")
    truly = neighbourhood.officer.reads(f"{neighbourhood.path}/trust", **DAY)
    assert supposed["trust"] == truly["digest"]


@pytest.mark.usefixtures("broken")
def test_without_a_party_and_under_other_settings(neighbourhood):
    settings = {"half_life": "90,infinite", "adverse_weight": "2,0.5", "without_party": neighbourhood.council}
    answer = asked(neighbourhood, **settings)
    assert [each["name"] for each in answer["variants"]] == [
        "as-it-stands",
        "half-life 90 days",
        "nothing fades",
        "adverse weight 2",
        "adverse weight 0.5",
        f"without party {neighbourhood.council}",
    ]
    assert reliability(answer)["under"][f"without party {neighbourhood.council}"] is None
    assert answer["names"][neighbourhood.council] == "Ambleford Council"


@pytest.mark.usefixtures("broken")
def test_nothing_named_is_the_usual_sensitivity_and_records_nothing(neighbourhood):
    first = neighbourhood.officer.get(f"{neighbourhood.path}/what-if", **DAY)
    again = neighbourhood.officer.get(f"{neighbourhood.path}/what-if", **DAY, sensitivity="true")
    assert first.status_code == 200
    assert first.content == again.content
    kinds = {each["kind"] for each in first.json()["variants"]}
    assert kinds == {"as-it-stands", "half-life", "adverse-weight", "weight", "without-party", "without-act"}
    unchanged = neighbourhood.officer.get(
        f"{neighbourhood.path}/what-if", {"If-None-Match": first.headers["ETag"]}, **DAY
    )
    assert unchanged.status_code == 304
    assert asked(neighbourhood, composite="true")["composite"] is not None


@pytest.mark.usefixtures("broken")
def test_the_spread_is_given_as_csv(neighbourhood):
    answer = neighbourhood.officer.get(f"{neighbourhood.path}/what-if", **DAY, half_life="90", format="csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {row["variant"] for row in rows} == {"as-it-stands", "half-life 90 days"}
    assert "Ambleford Council" in {row["trustee_name"] for row in rows}


@pytest.mark.usefixtures("broken")
def test_everything_that_is_not_there_is_named_at_once(neighbourhood, broken):
    nobody, nothing, unknown = str(uuid4()), str(uuid4()), "f" * 64
    problem = refused(neighbourhood, without_event=f"{broken},{nothing}", without_party=nobody)
    assert [each["parameter"] for each in problem["errors"]] == ["without_event", "without_party"]
    problem = refused(neighbourhood, method=f"{unknown},{SHIPPED},{'e' * 64}")
    assert [each["parameter"] for each in problem["errors"]] == ["method", "method"]
    assert [each["parameter"] for each in refused(neighbourhood, base="moon")["errors"]] == ["base"]


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("method", "folkmoot-2026"),
        ("half_life", "0"),
        ("half_life", "90,"),
        ("adverse_weight", "0"),
        ("adverse_weight", "-1"),
        ("without_event", "it"),
        ("without_party", ",".join([str(uuid4())] * 11)),
        ("sensitivity", "perhaps"),
    ],
)
def test_what_cannot_be_read_names_its_parameter(neighbourhood, parameter, value):
    problem = refused(neighbourhood, **{parameter: value, "moon": "full"})
    assert {each["parameter"] for each in problem["errors"]} == {parameter, "moon"}


@pytest.mark.usefixtures("broken")
def test_figures_asked_for_again_rest_on_what_is_on_record_now(neighbourhood, steward):
    first = asked(neighbourhood, half_life="90")
    steward.records("/v1/places", kind="neighbourhood", name="Elsewhere", boundary_vintage="2016")
    again = asked(neighbourhood, half_life="90")
    assert (again["digest"], again["trust"]) == (first["digest"], first["trust"])
    assert (again["position"], again["tree_root"] == first["tree_root"]) == (first["position"] + 1, False)
