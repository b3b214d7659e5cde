"""Registering places, bodies and people, and finding out about them."""

from domain.decisions.references import NamedParty
from domain.decisions.refusals import Code
from domain.decisions.registries import (
    AmendParty,
    ChangePlaceBoundary,
    FindPartiesSame,
    FindPeopleSame,
    RegisterParty,
    RegisterPerson,
    RegisterPlace,
    SucceedParty,
)
from domain.events.partnerships import PartnershipFormed
from domain.events.registries import (
    PartiesFoundSame,
    PartyAmended,
    PartyRegistered,
    PartySucceeded,
    PeopleFoundSame,
    PersonRegistered,
    PlaceBoundaryChanged,
    PlaceRegistered,
)
from domain.events.tags import tag
from domain.values import Plain
from domain.vocabulary import PartyKind, PlaceKind, Side
from tests.support.given_commands import elsewhere, given, given_only, new, past, records, refuses
from tests.support.small_world import (
    AMINA,
    AT_LARGE,
    BEN,
    BOARD,
    BOARD_ID,
    BUILDER,
    COUNCIL,
    DEVELOPER,
    OBSERVER,
    OFFICER,
    OTHER_BOARD_ID,
    PLACE_ID,
    POLICE,
    RESIDENT,
    SERGEANT,
    STEWARD,
    STRANGER,
    TENANTS,
    TODAY,
    TRUST,
    WORKER,
    an_id,
    registered,
)

WESTMOOR = elsewhere(
    PartnershipFormed(
        happened="2025",
        partnership_id=OTHER_BOARD_ID,
        name="Westmoor Board",
        kind=BOARD.kind,
        itself=BOARD,
        residents=AT_LARGE,
    )
)
SAME_PERSON = PeopleFoundSame(happened="2026", kept_person_id=an_id(AMINA), duplicate_person_id=an_id(BEN))


@records(RegisterPlace)
def test_a_place_is_registered_as_part_of_another():
    given().when(RegisterPlace(name="Ewan Road", kind=PlaceKind.LSOA, part_of=PLACE_ID), by=OBSERVER).then(
        PlaceRegistered(
            happened=TODAY,
            place_id=new("place"),
            name="Ewan Road",
            kind=PlaceKind.LSOA,
            part_of_place_id=PLACE_ID,
        )
    )


@records(ChangePlaceBoundary)
def test_a_place_keeps_its_last_name_when_its_boundary_changes():
    renamed = PlaceBoundaryChanged(happened="2024", place_id=PLACE_ID, name="Great Eastmoor")
    given(renamed).when(ChangePlaceBoundary(place=PLACE_ID, code="E05000123"), by=OFFICER).then(
        PlaceBoundaryChanged(happened=TODAY, place_id=PLACE_ID, name="Great Eastmoor", code="E05000123")
    )


def test_a_boundary_does_not_change_before_the_place_is_registered():
    change = ChangePlaceBoundary(place=PLACE_ID, happened="2019")
    given().when(change, by=OFFICER).then_refused(Code.BEFORE_WHAT_IT_REFERS_TO)


@records(RegisterParty)
def test_the_kind_of_a_body_decides_its_side():
    command = RegisterParty(
        kind=PartyKind.POLICE_FORCE, name=" Moor Police ", paid_by=(COUNCIL.party_id,), part_of=TRUST.party_id
    )
    given().when(command, by=RESIDENT).then(
        PartyRegistered(
            happened=TODAY,
            party_id=new("party"),
            side=Side.AGENCY,
            kind=PartyKind.POLICE_FORCE,
            name="Moor Police",
            part_of_party_id=TRUST.party_id,
            paid_by_party_ids=(COUNCIL.party_id,),
        )
    )


@records(RegisterParty)
def test_the_name_of_a_body_that_is_one_person_is_sealed_under_that_person():
    command = RegisterParty(kind=PartyKind.LOCAL_BUSINESS, name="Amina Begum, builder", person=AMINA)
    (draft,) = given().when(command, by=OFFICER).drafts
    assert draft.body.name is None
    assert draft.body.sole_trader_name == Plain("Amina Begum, builder")
    assert draft.body.sole_trader_person_id == an_id(AMINA)
    assert tag("subject", an_id(AMINA)) in draft.tags


@refuses(RegisterParty, Code.KIND_NOT_OF_SIDE)
def test_residents_at_large_are_not_registered_by_hand():
    command = RegisterParty(kind=PartyKind.RESIDENTS_AT_LARGE, name="Everybody")
    given().when(command, by=OFFICER).then_refused(Code.KIND_NOT_OF_SIDE, at="#/kind")


@refuses(RegisterParty, Code.PERSON_REQUIRED)
def test_a_resident_is_registered_as_a_person_first():
    command = RegisterParty(kind=PartyKind.RESIDENT_INDIVIDUAL, name="Amina Begum")
    given().when(command, by=OFFICER).then_refused(Code.PERSON_REQUIRED, at="#/person")


@records(AmendParty)
def test_amending_a_body_says_anew_all_that_is_known_of_it():
    command = AmendParty(party=COUNCIL.party_id, kind=PartyKind.COUNTY, name="Moorshire", identifiers=("GB-LAE-MOO",))
    given().when(command, by=OFFICER).then(
        PartyAmended(
            happened=TODAY,
            party_id=COUNCIL.party_id,
            side=Side.GOVERNMENT,
            kind=PartyKind.COUNTY,
            name="Moorshire",
            identifiers=("GB-LAE-MOO",),
        )
    )


@refuses(AmendParty, Code.SAME_PARTY)
def test_a_body_is_neither_part_of_itself_nor_paid_by_itself():
    itself = COUNCIL.party_id
    command = AmendParty(party=itself, kind=PartyKind.COUNTY, name="Moorshire", part_of=itself, paid_by=(itself,))
    given().when(command, by=OFFICER).then_refused(Code.SAME_PARTY, at="#/part_of")


@refuses(AmendParty, Code.KIND_NOT_OF_SIDE)
def test_a_body_does_not_become_residents_at_large():
    command = AmendParty(party=TENANTS.party_id, kind=PartyKind.RESIDENTS_AT_LARGE, name="Everybody")
    given().when(command, by=RESIDENT).then_refused(Code.KIND_NOT_OF_SIDE)


@refuses(AmendParty, Code.PERSON_REQUIRED)
def test_a_body_becomes_one_resident_only_with_that_persons_reference():
    command = AmendParty(party=TENANTS.party_id, kind=PartyKind.RESIDENT_INDIVIDUAL, name="Amina Begum")
    given().when(command, by=RESIDENT).then_refused(Code.PERSON_REQUIRED)


@refuses(AmendParty, Code.ONLY_WHO_RECORDED_IT)
def test_a_body_is_amended_by_itself_by_who_registered_it_and_by_stewards():
    in_passing = past(registered(DEVELOPER, "Moor Homse"), by=POLICE)
    command = AmendParty(party=DEVELOPER.party_id, kind=PartyKind.DEVELOPER, name="Moor Homes")
    for key in (SERGEANT, BUILDER, STEWARD):
        assert given_only(in_passing).when(command, by=key).drafts
    given_only(in_passing).when(command, by=OFFICER).then_refused(Code.ONLY_WHO_RECORDED_IT, at="#/party")


@records(SucceedParty)
def test_a_succession_is_copied_into_every_partnership_once_under_one_id():
    command = SucceedParty(
        predecessor=COUNCIL.party_id,
        successor=NamedParty("Moorshire", PartyKind.COUNTY),
        partnerships=(BOARD_ID, OTHER_BOARD_ID, BOARD_ID),
    )
    registered, *copies = given(WESTMOOR).when(command, by=STEWARD).drafts
    assert isinstance(registered.body, PartyRegistered)
    assert [copy.partition_id for copy in copies] == [BOARD_ID, OTHER_BOARD_ID]
    assert [tag("partnership", copy.partition_id) in copy.tags for copy in copies] == [True, True]
    assert len({copy.event_id for copy in copies}) == 2
    (succeeded,) = {copy.body for copy in copies}
    assert isinstance(succeeded, PartySucceeded)
    assert succeeded.successor.party_id == registered.body.party_id


@refuses(SucceedParty, Code.SAME_PARTY)
def test_nobody_succeeds_themselves():
    command = SucceedParty(predecessor=COUNCIL.party_id, successor=COUNCIL.party_id, partnerships=(BOARD_ID,))
    given().when(command, by=STEWARD).then_refused(Code.SAME_PARTY, at="#/successor")


@records(FindPartiesSame)
def test_two_entries_of_one_body_are_found_same():
    command = FindPartiesSame(kept=TRUST.party_id, duplicate=DEVELOPER.party_id, partnerships=(BOARD_ID,))
    given().when(command, by=STEWARD).then(
        PartiesFoundSame(happened=TODAY, finding_id=new("finding"), kept=TRUST, duplicate=DEVELOPER)
    )


@refuses(FindPartiesSame, Code.SAME_PARTY)
def test_an_entry_is_not_found_same_as_itself():
    command = FindPartiesSame(kept=TRUST.party_id, duplicate=TRUST.party_id, partnerships=(BOARD_ID,))
    given().when(command, by=STEWARD).then_refused(Code.SAME_PARTY)


def test_a_succession_names_partnerships_that_exist():
    command = SucceedParty(predecessor=COUNCIL.party_id, successor=TRUST.party_id, partnerships=(OTHER_BOARD_ID,))
    given().when(command, by=STEWARD).then_refused(Code.UNKNOWN_PARTNERSHIP, at="#/partnerships/0")


@records(RegisterPerson)
def test_a_person_is_the_subject_of_their_own_name():
    (draft,) = given().when(RegisterPerson(name="Amina Begum", contact="01632 960000"), by=OFFICER).drafts
    assert draft.body == PersonRegistered(
        happened=TODAY, person_id=new("person"), name=Plain("Amina Begum"), contact=Plain("01632 960000")
    )
    assert draft.partition_id == new("person")
    assert tag("subject", new("person")) in draft.tags


@records(FindPeopleSame)
def test_people_found_same_leave_no_chain():
    ben_again = "person-ben-again"
    earlier = PeopleFoundSame(happened="2025", kept_person_id=an_id(BEN), duplicate_person_id=an_id(ben_again))
    given(earlier).when(FindPeopleSame(kept=AMINA, duplicate=BEN), by=STEWARD).then(
        PeopleFoundSame(happened=TODAY, kept_person_id=an_id(AMINA), duplicate_person_id=an_id(BEN)),
        PeopleFoundSame(happened=TODAY, kept_person_id=an_id(AMINA), duplicate_person_id=an_id(ben_again)),
    )


@refuses(FindPeopleSame, Code.SAME_PERSON)
def test_a_person_is_not_found_same_as_themselves():
    given().when(FindPeopleSame(kept=AMINA, duplicate=AMINA), by=STEWARD).then_refused(Code.SAME_PERSON)


@refuses(FindPeopleSame, Code.KEPT_ENTRY_ONLY)
def test_a_duplicate_found_out_before_stands_for_nobody():
    command = FindPeopleSame(kept=BEN, duplicate=AMINA)
    given(SAME_PERSON).when(command, by=STEWARD).then_refused(Code.KEPT_ENTRY_ONLY, Code.SAME_PERSON, at="#/kept")


def test_an_unknown_person_is_not_found_same():
    command = FindPeopleSame(kept=AMINA, duplicate=STRANGER)
    given().when(command, by=STEWARD).then_refused(Code.UNKNOWN_PERSON, at="#/duplicate")


def test_nobody_takes_the_seat_of_another_by_saying_so():
    for claim in (
        SucceedParty(predecessor=COUNCIL.party_id, successor=TRUST.party_id, partnerships=(BOARD_ID,)),
        FindPartiesSame(kept=TRUST.party_id, duplicate=COUNCIL.party_id, partnerships=(BOARD_ID,)),
    ):
        given().when(claim, by=WORKER).then_refused(Code.STEWARDS_ONLY)


def test_a_steward_may_do_what_no_side_of_theirs_may():
    taken_over = SucceedParty(predecessor=COUNCIL.party_id, successor=TRUST.party_id, partnerships=(BOARD_ID,))
    given().when(taken_over, by=RESIDENT).then_refused(Code.STEWARDS_ONLY, Code.SIDE_MAY_NOT_RECORD)
    assert given().when(taken_over, by=STEWARD).drafts
