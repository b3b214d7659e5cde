"""The code lists: kebab-case, each kind on one side, no value with two meanings."""

import re

import pytest

from domain.vocabulary import (
    KINDS_BY_SIDE,
    NOTED_KINDS,
    OFFICE_HOLDER_KINDS,
    OFFICIALS,
    PARTNERSHIP_KINDS,
    SIDE_OF_KIND,
    CodeList,
    InteractionKind,
    Level,
    PartyKind,
    Side,
)

LISTS = [codes for codes in CodeList.__subclasses__() if codes.__module__.startswith("domain.vocabulary.")]
each_list = pytest.mark.parametrize("codes", LISTS, ids=lambda codes: codes.__name__)


@each_list
def test_every_code_is_its_name_in_kebab_case(codes):
    for name, code in codes.__members__.items():
        assert code.value == name.lower().replace("_", "-")
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code.value)


@each_list
def test_no_code_stands_twice_in_a_list(codes):
    assert len({code.value for code in codes}) == len(codes.__members__)


@each_list
def test_a_list_says_what_it_is(codes):
    assert codes.__doc__
    assert codes.__doc__ != CodeList.__doc__


def test_every_kind_of_party_stands_on_exactly_one_side():
    listed = [kind for kinds in KINDS_BY_SIDE.values() for kind in kinds]
    assert sorted(listed) == sorted(PartyKind)
    assert set(KINDS_BY_SIDE) == set(Side)
    assert all(KINDS_BY_SIDE.values())


@pytest.mark.parametrize(
    ("kind", "side"),
    [
        (PartyKind.RESIDENTS_AT_LARGE, Side.RESIDENTS),
        (PartyKind.BIG_LOCAL_PARTNERSHIP, Side.RESIDENTS),
        (PartyKind.RESIDENT_INDIVIDUAL, Side.RESIDENTS),
        (PartyKind.CENTRAL_DEPARTMENT, Side.GOVERNMENT),
        (PartyKind.WARD_COUNCILLOR, Side.GOVERNMENT),
        (PartyKind.HOMES_ENGLAND, Side.AGENCY),
        (PartyKind.ENVIRONMENT_AGENCY, Side.AGENCY),
        (PartyKind.NATIONAL_PARK, Side.AGENCY),
        (PartyKind.REGISTERED_PROVIDER, Side.COMMUNITY_SECTOR),
        (PartyKind.CHARITY, Side.COMMUNITY_SECTOR),
        (PartyKind.COMMUNITY_SHARES, Side.FUNDER),
        (PartyKind.BUS_OPERATOR, Side.BUSINESS),
        (PartyKind.NEIGHBOURHOOD_BOARD, Side.PARTNERSHIP),
        (PartyKind.INQUIRY, Side.PARTNERSHIP),
        (PartyKind.OTHER_BODY, Side.OTHER),
    ],
)
def test_the_line_between_sides_runs_where_it_should(kind, side):
    assert SIDE_OF_KIND[kind] == side


def test_the_side_of_residents_holds_no_officials():
    assert not set(KINDS_BY_SIDE[Side.RESIDENTS]) & {k for side in OFFICIALS for k in KINDS_BY_SIDE[side]}


def test_named_groups_of_kinds_belong_to_their_lists():
    assert {SIDE_OF_KIND[kind] for kind in PARTNERSHIP_KINDS} == {Side.PARTNERSHIP}
    assert set(PartyKind) >= OFFICE_HOLDER_KINDS
    assert set(InteractionKind) >= NOTED_KINDS


def test_levels_rise_from_inform_to_empower():
    assert [level.rank for level in Level] == [0, 1, 2, 3, 4]
    assert (Level.INFORM.rank, Level.EMPOWER.rank) == (0, 4)
