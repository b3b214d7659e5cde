"""Laws of letting in: whoever was let in by whomever, over however many hands, holds nothing wider than the first."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from api.access.accounts import Account, AccountKind
from api.access.grants import Grant, GrantHand
from api.access.keys import Scope
from api.access.letting_in import (
    AccessFault,
    Giver,
    KeyBounds,
    RoleToGive,
    faults_of_closing,
    faults_of_giving,
    faults_of_key,
    faults_of_letting_in,
    faults_of_taking_away,
    roles_to_give,
)
from api.access.principal import HeldRole
from api.access.reach import EVERYWHERE, Reach, ReachKind
from api.access.user_roles import OF_AN_ORGANISATION, RIGHTS_OF, Right, UserRole

NOW = datetime(2026, 11, 28, tzinfo=UTC)
COUNCIL, GROUP, CHARITY = (UUID(int=number) for number in range(1, 4))
THINGS = [UUID(int=number) for number in range(11, 15)]
some = st.frozensets(st.sampled_from(THINGS), min_size=1)
reaches = st.one_of(st.just(EVERYWHERE), st.builds(Reach, kind=st.just(ReachKind.PARTNERSHIPS), ids=some))
terms = st.none() | st.integers(1, 9).map(lambda days: NOW + timedelta(days=days))
organisations = st.sampled_from([None, COUNCIL, GROUP])
asked_roles = st.builds(
    RoleToGive,
    role=st.sampled_from(UserRole),
    reach=reaches,
    bodies=st.frozensets(st.sampled_from([COUNCIL, GROUP, CHARITY])),
    until_at=terms,
)


def covers(wider, narrower):
    if ReachKind.ALL in {wider.kind, narrower.kind}:
        return wider.kind is ReachKind.ALL
    return narrower.ids <= wider.ids


def account(organisation_id, number, closed_at=None):
    return Account(
        account_id=UUID(int=number),
        kind=AccountKind.PERSON,
        organisation_id=organisation_id,
        name="",
        created_at=NOW,
        closed_at=closed_at,
    )


def held(asked):
    return HeldRole(
        role=asked.role,
        rights=RIGHTS_OF[asked.role],
        partnership_ids=None,
        reach=asked.reach,
        bodies=asked.bodies,
        until_at=asked.until_at,
    )


def giver_with(account_, *roles):
    let_in = tuple(each for each in map(held, roles) if Right.LET_IN in each.rights)
    return Giver(
        account_id=account_.account_id,
        organisation_id=account_.organisation_id,
        roles=let_in,
        all_roles=tuple(map(held, roles)),
    )


def administrator(organisation_id=None, reach=EVERYWHERE, until_at=None):
    role = RoleToGive(role=UserRole.ADMINISTRATOR, reach=reach, until_at=until_at)
    return giver_with(account(organisation_id, 100), role)


def within(narrower, wider):
    """A role lasts no longer and reaches no further than another."""
    lasts = wider.until_at is None or (narrower.until_at is not None and narrower.until_at <= wider.until_at)
    return lasts and covers(wider.reach, narrower.reach)


@given(first=asked_roles, organisation=organisations, chain=st.lists(st.tuples(organisations, asked_roles), max_size=4))
def test_over_however_many_hands_no_role_is_wider_than_the_first(first, organisation, chain):
    hand, last = account(organisation, 200), first
    for number, (organisation_id, asked) in enumerate(chain):
        giver, receiver = giver_with(hand, last), account(organisation_id, 300 + number)
        if not giver.looks_after(receiver) or faults_of_giving(giver, receiver, asked, covers, NOW):
            continue
        assert last.role is UserRole.ADMINISTRATOR
        assert within(asked, last)
        assert within(asked, first)
        if hand.organisation_id is not None:
            assert receiver.organisation_id == hand.organisation_id == organisation
            assert asked.role in OF_AN_ORGANISATION
            assert asked.bodies <= {hand.organisation_id} | last.bodies
        hand, last = receiver, asked


@given(asked=asked_roles, reach=reaches, until_at=terms, organisation=organisations)
def test_nobody_gives_a_role_to_themselves(asked, reach, until_at, organisation):
    giver = administrator(organisation, reach, until_at)
    faults = faults_of_giving(giver, account(organisation, 100), asked, covers, NOW)
    assert AccessFault.TO_YOURSELF in {each.fault for each in faults}


@given(asked=asked_roles, reach=reaches, organisation=organisations)
def test_what_may_be_given_may_be_taken_away_and_its_account_closed_and_entered(asked, reach, organisation):
    giver, receiver = administrator(organisation, reach), account(organisation, 200)
    if faults_of_giving(giver, receiver, asked, covers, NOW):
        return
    grant = given_to(receiver, asked)
    assert faults_of_taking_away(giver, grant, covers) == []
    assert faults_of_closing(giver, receiver, [grant], covers) == []
    assert faults_of_letting_in(giver, receiver, [grant], covers) == []


@given(asked=asked_roles, reach=reaches, organisation=organisations, until_at=terms)
def test_an_account_is_entered_by_exactly_those_who_could_give_it_each_role_that_it_holds(
    asked, reach, organisation, until_at
):
    giver, receiver = administrator(organisation, reach, until_at), account(organisation, 200)
    of_giving = {each.fault for each in faults_of_giving(giver, receiver, asked, covers, NOW)}
    may_give = not of_giving - {AccessFault.ORGANISATION_NEEDED}
    assert may_give == (not faults_of_letting_in(giver, receiver, [given_to(receiver, asked)], covers))


@given(asked=asked_roles, reach=reaches, organisation=organisations)
def test_no_account_is_closed_by_whoever_may_not_take_its_roles_away(asked, reach, organisation):
    giver, receiver = administrator(organisation, reach), account(organisation, 200)
    grant = given_to(receiver, asked)
    may = not faults_of_taking_away(giver, grant, covers)
    assert may == (asked.role in roles_to_give(giver) and covers(reach, asked.reach))
    assert may == (not faults_of_closing(giver, receiver, [grant], covers))


def given_to(receiver, asked):
    return Grant(
        grant_id=UUID(int=900),
        account_id=receiver.account_id,
        role=asked.role,
        reach=asked.reach,
        bodies=asked.bodies,
        until_at=asked.until_at,
        given_at=NOW,
        by=GrantHand(why="for a test"),
    )


def test_every_fault_is_named_at_once_and_each_says_what_to_do():
    giver = administrator(COUNCIL, Reach(kind=ReachKind.PARTNERSHIPS, ids=frozenset(THINGS[:1])), NOW + timedelta(9))
    asked = RoleToGive(role=UserRole.STEWARD, reach=EVERYWHERE, bodies=frozenset({CHARITY}), until_at=None)
    faults = faults_of_giving(giver, account(COUNCIL, 200, closed_at=NOW), asked, covers, NOW)
    assert [each.fault for each in faults] == [
        AccessFault.ACCOUNT_CLOSED,
        AccessFault.ROLE_NOT_YOURS_TO_GIVE,
        AccessFault.BODY_NOT_THEIRS,
        AccessFault.REACH_BEYOND_YOURS,
        AccessFault.TERM_BEYOND_YOURS,
    ]
    assert faults[-1].detail == "your own role ends on 2026-12-07: let this one end by then"


def test_a_term_that_is_over_and_a_role_that_needs_an_organisation_are_refused():
    giver, asked = administrator(), RoleToGive(role=UserRole.OFFICER, reach=EVERYWHERE, until_at=NOW)
    faults = faults_of_giving(giver, account(None, 200), asked, covers, NOW)
    assert [each.fault for each in faults] == [AccessFault.ORGANISATION_NEEDED, AccessFault.TERM_OVER]


@given(own=st.sampled_from(Scope), asked=st.sampled_from(Scope), until_at=terms)
def test_a_key_that_is_made_with_a_key_does_no_more_than_that(own, asked, until_at):
    assert (faults_of_key(KeyBounds(own), asked, until_at, NOW) == []) == (asked <= own)


@given(ends_at=terms, until_at=terms)
def test_a_key_that_ends_makes_none_that_lasts_longer(ends_at, until_at):
    faults = faults_of_key(KeyBounds(Scope.READ, ends_at), Scope.READ, until_at, NOW)
    outlasts = ends_at is not None and (until_at is None or until_at > ends_at)
    assert [each.fault for each in faults] == [AccessFault.TERM_BEYOND_YOURS] * outlasts
