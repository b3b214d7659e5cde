"""Which rows of the table somebody's claims meet, and that a session remembers only that they did."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.sign_on.claims_table import name_of_condition, rows_met, rows_named
from api.sign_on.provider_file import ClaimRow


def meets(claims, **condition):
    row = ClaimRow(role="officer", **condition)
    return rows_met([row], claims) == [row]


@pytest.mark.parametrize(
    ("claims", "condition"),
    [
        ({"groups": ["x", "officers"]}, {"claim": "groups", "contains": "officers"}),
        ({"scope": "read officers"}, {"claim": "scope", "contains": "officers"}),
        ({"department": "Housing"}, {"claim": "department", "is_": "Housing"}),
        ({"staff": True}, {"claim": "staff", "is_": "true"}),
        ({"grade": 7}, {"claim": "grade", "is_": "7"}),
        ({"realm_access": {"roles": ["officers"]}}, {"claim": "realm_access.roles", "contains": "officers"}),
        ({"https://council.example/role": "o"}, {"claim": "https://council.example/role", "is_": "o"}),
        ({"email": "jo@council.example", "email_verified": True}, {"claim": "email", "is_": "jo@council.example"}),
    ],
    ids=repr,
)
def test_claims_meet_a_row(claims, condition):
    assert meets(claims, **condition)


@pytest.mark.parametrize(
    ("claims", "condition"),
    [
        ({}, {"claim": "groups", "contains": "officers"}),
        ({"groups": "senior-officers"}, {"claim": "groups", "contains": "officers"}),
        ({"groups": ["senior-officers"]}, {"claim": "groups", "contains": "officers"}),
        ({"groups": ["Officers"]}, {"claim": "groups", "contains": "officers"}),
        ({"groups": {"officers": True}}, {"claim": "groups", "contains": "officers"}),
        ({"groups": ["officers"]}, {"claim": "groups", "is_": "officers"}),
        ({"groups": None}, {"claim": "groups", "is_": "None"}),
        ({"groups": [["officers"]]}, {"claim": "groups", "contains": "officers"}),
        ({"realm_access": ["roles"]}, {"claim": "realm_access.roles", "contains": "roles"}),
        ({"email": "jo@council.example"}, {"claim": "email", "is_": "jo@council.example"}),
        ({"email": "jo@council.example", "email_verified": "true"}, {"claim": "email", "is_": "jo@council.example"}),
    ],
    ids=repr,
)
def test_claims_do_not_meet_a_row(claims, condition):
    assert not meets(claims, **condition)


_TEXT = st.text(min_size=1, max_size=8)
_ROWS = st.lists(
    st.builds(ClaimRow, claim=_TEXT, role=st.sampled_from(["officer", "auditor"]), contains=_TEXT), max_size=6
)


@given(rows=_ROWS, claims=st.dictionaries(_TEXT, st.lists(_TEXT) | _TEXT | st.booleans() | st.none()))
def test_the_rows_remembered_are_those_met_for_as_long_as_the_table_stays(rows, claims):
    met = rows_met(rows, claims)
    assert rows_named(rows, {name_of_condition(row) for row in met}) == met
    assert rows_named([], {name_of_condition(row) for row in met}) == []


def test_a_row_taken_out_or_asking_for_something_else_gives_nothing_to_who_met_it_before():
    row = ClaimRow(claim="groups", contains="officers", role="officer")
    met = {name_of_condition(row)}
    assert rows_named([ClaimRow(claim="groups", contains="officers", role="auditor")], met)[0].role == "auditor"
    for other in ({"contains": "auditors"}, {"is_": "officers"}):
        assert rows_named([ClaimRow(claim="groups", role="officer", **other)], met) == []


def test_what_is_remembered_of_a_row_says_nothing_of_anybody():
    row = ClaimRow(claim="email", is_="jo@council.example", role="officer")
    assert b"jo" not in name_of_condition(row)
    assert len(name_of_condition(row)) == 32
