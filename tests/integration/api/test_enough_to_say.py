"""Over HTTP, one kept promise is no figure: neither of trust nor of health, in no format and in no list."""

import csv
import io

import pytest

ONE = {"facet": "reliability", "truster_side": "residents"}


@pytest.fixture
def one_promise_kept(neighbourhood):
    promise = neighbourhood.officer.records(
        f"{neighbourhood.path}/commitments",
        promisers=[neighbourhood.council],
        promisees=[neighbourhood.group],
        text="Mend the gate",
        happened="2026-03-01",
        due="2026-06-30",
    )
    neighbourhood.resident.records(
        f"{neighbourhood.path}/commitments/{promise['created']['commitment'][0]}/confirmations",
        confirmed_by=neighbourhood.group,
        happened="2026-05-01",
    )
    return neighbourhood


def headlines(answer):
    return [each["headline"] for each in answer["profile"]["dimensions"] if each["headline"] is not None]


def test_no_headline_has_a_number_and_each_says_why(one_promise_kept):
    answer = one_promise_kept.officer.reads(f"{one_promise_kept.path}/health", as_of="2026-07-15", composite="true")
    for headline in headlines(answer):
        assert (headline["value"], headline["low"], headline["high"]) == (None, None, None)
        assert headline["status"] == "insufficient_evidence"
        assert headline["missing"]
    (reliability,) = [each for each in headlines(answer) if each["dimension"] == "reliability"]
    assert (reliability["missing"], reliability["acts"], reliability["value_sum"]) == ("not-enough-to-say", 1, 1)
    assert answer["composite"] is None


def test_neither_has_trust_nor_any_table_nor_what_if(one_promise_kept):
    officer, path = one_promise_kept.officer, one_promise_kept.path
    (figure,) = officer.reads(f"{path}/trust", **ONE, as_of="2026-07-15")["figures"]
    assert (figure["figure"]["trust"], figure["counts"]["in_words"]) == (None, "1 of 1 kept in time")
    table = officer.get(f"{path}/health", format="csv", as_of="2026-07-15").text
    rows = [row for row in csv.DictReader(io.StringIO(table)) if row["name"] == "headline"]
    assert rows
    assert {row["shown"] for row in rows} == {""}
    spread = officer.reads(f"{path}/what-if", as_of="2026-07-15", half_life="90")
    assert {each["spread"]["highest"] for each in spread["health"]} == {None}
