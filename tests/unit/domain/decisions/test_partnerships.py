"""Forming a partnership, seating its members, settling its rules and method, pausing and closing it."""

from domain.decisions.partnerships import (
    AddMember,
    AdoptMethod,
    AdoptRule,
    ClosePartnership,
    EndMembership,
    Expected,
    FirstSeat,
    FormPartnership,
    PausePartnership,
    SetExpectedBodies,
)
from domain.decisions.references import NamedParty
from domain.decisions.refusals import Code
from domain.events.partnerships import (
    ExpectedBodiesSet,
    ExpectedBody,
    MemberJoined,
    MemberLeft,
    MethodAdopted,
    PartnershipClosed,
    PartnershipFormed,
    PartnershipPaused,
    RuleAdopted,
)
from domain.events.registries import PartyRegistered, PartySucceeded
from domain.events.stewardship import MethodPublished
from domain.values import PartyAt, Plain
from domain.vocabulary import Level, PartyKind, Role, Side
from tests.support.given_commands import given, given_only, new, past, records, refuses
from tests.support.small_world import (
    AMINA,
    BOARD_FORMED,
    BUILDER,
    COUNCIL,
    COUNCIL_SEAT_ID,
    DEVELOPER,
    NOBODY_KNOWS,
    OBSERVER,
    OFFICER,
    PLACE_ID,
    POLICE,
    RESIDENT,
    STEWARD,
    TENANTS,
    TODAY,
    WORLD,
    a_key,
    an_id,
    seated,
)

A_METHOD = MethodPublished(
    happened="2026-01", method_id=an_id("a method"), title="Steady", method_sha256="a" * 64, document="{}"
)
LEFT = MemberLeft(happened="2026", member_id=COUNCIL_SEAT_ID, party=COUNCIL)


@records(FormPartnership)
def test_a_partnership_begins_with_its_standing_parties_and_first_seats():
    command = FormPartnership(
        name="Westmoor Inquiry",
        kind=PartyKind.INQUIRY,
        place=PLACE_ID,
        happened="2026-03",
        members=(
            FirstSeat(party=COUNCIL.party_id, voting=True, person=AMINA),
            FirstSeat(party=NamedParty("Moor Walkers", PartyKind.INFORMAL_GROUP), role=Role.RESIDENT_MEMBER),
        ),
    )
    formed, first, registered, second = given().when(command, by=OFFICER).drafts
    assert formed.body == PartnershipFormed(
        happened="2026-03",
        partnership_id=new("partnership"),
        name="Westmoor Inquiry",
        kind=PartyKind.INQUIRY,
        itself=PartyAt(new("itself"), Side.PARTNERSHIP, PartyKind.INQUIRY),
        residents=PartyAt(new("residents"), Side.RESIDENTS, PartyKind.RESIDENTS_AT_LARGE),
        place_id=PLACE_ID,
        unvouched=True,
    )
    assert first.body == MemberJoined(
        happened="2026-03", member_id=new("members/0"), party=COUNCIL, voting=True, person_id=an_id(AMINA)
    )
    assert isinstance(registered.body, PartyRegistered)
    assert second.body.party.party_id == registered.body.party_id
    assert {each.partition_id for each in (formed, first, second)} == {new("partnership")}


@records(FormPartnership)
def test_a_resident_led_partnership_stands_on_the_side_of_residents():
    command = FormPartnership(name="Ewan Road Big Local", kind=PartyKind.BIG_LOCAL_PARTNERSHIP)
    (formed,) = given().when(command, by=RESIDENT).drafts
    assert formed.body.itself.side is Side.RESIDENTS


@refuses(FormPartnership, Code.KIND_NOT_OF_SIDE)
def test_a_council_is_no_partnership():
    command = FormPartnership(name="Eastmoor Council", kind=PartyKind.UNITARY)
    given().when(command, by=OFFICER).then_refused(Code.KIND_NOT_OF_SIDE, at="#/kind")


@records(AddMember)
def test_a_member_takes_a_seat():
    command = AddMember(party=TENANTS.party_id, role=Role.CHAIR, voting=True, person=AMINA, happened="2026-02-01")
    given().when(command, by=OFFICER).then(
        MemberJoined(
            happened="2026-02-01",
            member_id=new("member"),
            party=TENANTS,
            role=Role.CHAIR,
            voting=True,
            person_id=an_id(AMINA),
            awaits_acceptance=True,
        )
    )


@refuses(AddMember, Code.ALREADY_DONE)
def test_a_person_sits_once_for_one_organisation():
    sits = seated(TENANTS, an_id("another seat"), person_id=an_id(AMINA))
    command = AddMember(party=TENANTS.party_id, person=AMINA)
    given(sits).when(command, by=OFFICER).then_refused(Code.ALREADY_DONE, at="#/person")


def test_whoever_formed_a_partnership_seats_its_first_member():
    unseated = [each for each in WORLD if not isinstance(each, MemberJoined | PartnershipFormed)]
    formed = given_only(*unseated, past(BOARD_FORMED, by=COUNCIL))
    assert formed.when(AddMember(party=TENANTS.party_id), by=OFFICER).drafts
    formed.when(AddMember(party=TENANTS.party_id), by=RESIDENT).then_refused(Code.NOT_A_MEMBER)


def test_nobody_without_a_seat_gives_one():
    unrelated = a_key("an officer from elsewhere", PartyAt(an_id("x"), Side.GOVERNMENT, PartyKind.UNITARY))
    given().when(AddMember(party=DEVELOPER.party_id), by=unrelated).then_refused(Code.NOT_A_MEMBER)
    given().when(AddMember(party=DEVELOPER.party_id), by=BUILDER).then_refused(
        Code.NOT_A_MEMBER, Code.SIDE_MAY_NOT_RECORD
    )


@records(EndMembership)
def test_a_seat_is_given_up():
    command = EndMembership(member=COUNCIL_SEAT_ID, reasons="Moved away")
    given().when(command, by=OFFICER).then(
        MemberLeft(happened=TODAY, member_id=COUNCIL_SEAT_ID, party=COUNCIL, reasons=Plain("Moved away"))
    )


@refuses(EndMembership, Code.ALREADY_ENDED)
def test_a_seat_is_given_up_once():
    given(LEFT).when(EndMembership(member=COUNCIL_SEAT_ID), by=STEWARD).then_refused(Code.ALREADY_ENDED, at="#/member")


def test_a_successor_sits_on_in_the_seat_it_took_over():
    merged = PartySucceeded(happened="2026", succession_id=an_id("s"), predecessor=COUNCIL, successor=DEVELOPER)
    command = EndMembership(member=COUNCIL_SEAT_ID)
    assert given(merged).when(command, by=BUILDER).drafts
    given().when(command, by=BUILDER).then_refused(Code.NOT_A_MEMBER, Code.ONLY_WHO_RECORDED_IT)


@records(AdoptRule)
def test_rules_are_adopted():
    command = AdoptRule(
        quorum=5, meetings_a_year=6.0, level_promised=Level.INVOLVE, weights={"H1": 2.0}, resolver=POLICE.party_id
    )
    given().when(command, by=OFFICER).then(
        RuleAdopted(
            happened=TODAY,
            rule_id=new("rule"),
            quorum=5,
            meetings_a_year=6.0,
            level_promised=Level.INVOLVE,
            weights={"H1": 2.0},
            resolver=POLICE,
        )
    )


@refuses(AdoptRule, Code.NOTHING_TO_RECORD)
def test_a_rule_says_something():
    given().when(AdoptRule(), by=OFFICER).then_refused(Code.NOTHING_TO_RECORD)
    weightless = AdoptRule(weights={"H1": 0.0, "H2": 0.0})
    given().when(weightless, by=OFFICER).then_refused(Code.NOTHING_TO_RECORD, at="#/weights")


@records(AdoptMethod)
def test_a_published_method_is_adopted_with_its_digest():
    given(A_METHOD).when(AdoptMethod(method=A_METHOD.method_id), by=OFFICER).then(
        MethodAdopted(happened=TODAY, method_id=A_METHOD.method_id, title="Steady", method_sha256="a" * 64)
    )


def test_a_method_is_adopted_only_once_published():
    given().when(AdoptMethod(method=A_METHOD.method_id), by=OFFICER).then_refused(Code.UNKNOWN_METHOD)
    early = AdoptMethod(method=A_METHOD.method_id, happened="2025")
    given(A_METHOD).when(early, by=OFFICER).then_refused(Code.BEFORE_WHAT_IT_REFERS_TO)


@records(SetExpectedBodies)
def test_who_ought_to_be_there_is_written_down():
    command = SetExpectedBodies(bodies=(Expected(party=POLICE.party_id), Expected(kind=PartyKind.ICB)))
    given().when(command, by=RESIDENT).then(
        ExpectedBodiesSet(
            happened=TODAY,
            expectation_id=new("expectation"),
            bodies=(ExpectedBody(PartyKind.POLICE_FORCE, POLICE.party_id), ExpectedBody(PartyKind.ICB)),
        )
    )


@refuses(SetExpectedBodies, Code.EXACTLY_ONE)
def test_an_expected_body_is_one_by_name_or_any_of_a_kind():
    both = Expected(party=POLICE.party_id, kind=PartyKind.POLICE_FORCE)
    for body in (both, Expected()):
        command = SetExpectedBodies(bodies=(Expected(kind=PartyKind.ICB), body))
        given().when(command, by=OFFICER).then_refused(Code.EXACTLY_ONE, at="#/bodies/1")


@records(PausePartnership)
def test_work_rests():
    given().when(PausePartnership(reasons="Summer"), by=OFFICER).then(
        PartnershipPaused(happened=TODAY, pause_id=new("pause"), reasons=Plain("Summer"))
    )


@records(ClosePartnership)
def test_a_partnership_ends():
    given().when(ClosePartnership(happened="2026-10"), by=OFFICER).then(
        PartnershipClosed(happened="2026-10", closure_id=new("closure"))
    )


def test_a_partnership_neither_pauses_nor_ends_before_it_began():
    for command in (PausePartnership(happened="2024"), ClosePartnership(happened="2024")):
        given().when(command, by=OFFICER).then_refused(Code.BEFORE_WHAT_IT_REFERS_TO)


def test_a_seat_that_nobody_has_is_not_given_up():
    given().when(EndMembership(member=NOBODY_KNOWS), by=OFFICER).then_refused(Code.UNKNOWN_MEMBER)


def test_an_observer_forms_a_partnership_but_does_not_run_it():
    formed = FormPartnership(name="An inquiry", kind=PartyKind.INQUIRY)
    assert given().when(formed, by=OBSERVER).drafts
    given().when(PausePartnership(), by=OBSERVER).then_refused(Code.NOT_A_MEMBER, Code.SIDE_MAY_NOT_RECORD)
