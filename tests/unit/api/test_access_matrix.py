"""The access matrix: every route has a row, and none is told twice."""

import pytest

from api.access.user_roles import RIGHTS_OF, Right, UserRole
from api.access_matrix import (
    AccessVerdict,
    HeldReach,
    MatrixIncomplete,
    Reached,
    access_rows,
    reached_by,
    stale_declarations,
    verdict,
)
from api.pages import PAGES
from api.resources import OPERATIONS


def test_every_operation_and_page_has_one_row():
    assert [row.name for row in access_rows()] == [each.name for each in (*OPERATIONS, *PAGES)]
    assert len({(row.kind, row.name) for row in access_rows()}) == len(OPERATIONS) + len(PAGES)


def test_a_route_of_which_nobody_said_what_decides_its_reach_is_refused():
    with pytest.raises(MatrixIncomplete, match="read-everything"):
        reached_by("read-everything", "/v1/everything", Right.READ_FIGURES)


def test_nothing_is_declared_that_is_no_route_or_that_an_address_tells():
    assert stale_declarations() == frozenset()


def test_what_is_open_to_anybody_says_nothing_of_a_partnership():
    for row in access_rows():
        if row.reached is Reached.ANYBODY:
            assert "partnership" not in row.path, row.name


def test_no_role_has_more_by_a_narrower_reach():
    order = [AccessVerdict.ALLOWED, AccessVerdict.NOT_ALLOWED, AccessVerdict.NOT_THERE]
    for row in access_rows():
        for role in UserRole:
            most, *narrower = (order.index(verdict(row, role, reach)) for reach in HeldReach)
            assert all(most <= each for each in narrower), (row.name, role)


def test_nobody_is_let_in_without_the_right_of_the_route():
    """By hand: an operator and an administrator read no figures, and only who records records."""
    for row in access_rows():
        for role, rights in RIGHTS_OF.items():
            if row.right is not None and row.right not in rights:
                assert {verdict(row, role, reach) for reach in HeldReach} == {AccessVerdict.NOT_ALLOWED}
    by_name = {row.name: row for row in access_rows()}
    assert verdict(by_name["read-trust"], UserRole.OPERATOR, HeldReach.ALL) is AccessVerdict.NOT_ALLOWED
    assert verdict(by_name["read-trust"], UserRole.OFFICER, HeldReach.ANOTHER_PLACE) is AccessVerdict.NOT_THERE
    assert verdict(by_name["record-interaction"], UserRole.EVALUATOR, HeldReach.ALL) is AccessVerdict.NOT_ALLOWED
    assert verdict(by_name["forget-person"], UserRole.STEWARD, HeldReach.THIS_PARTNERSHIP) is AccessVerdict.NOT_ALLOWED
