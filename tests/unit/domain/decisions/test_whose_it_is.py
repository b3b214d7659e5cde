"""An entry of a register, and a seat, is somebody's: touched by who made it, who speaks for it, and stewards alone.

A side is not enough. Whoever else stands on the side of a council is a stranger to the council's place and seat.
"""

import pytest

from domain.decisions.authority import BY_RELATION
from domain.decisions.partnerships import AcceptSeat, EndMembership
from domain.decisions.records import CorrectRecord, WithdrawRecord
from domain.decisions.refusals import Code
from domain.decisions.registries import (
    AmendParty,
    ChangePlaceBoundary,
    FindPartiesSame,
    FindPeopleSame,
    RegisterPlace,
    SucceedParty,
)
from domain.events import declarations
from domain.events.families import PARTNERSHIP, REGISTRIES
from domain.events.partnerships import MemberLeft, SeatAccepted
from domain.events.registries import (
    PartiesFoundSame,
    PartyAmended,
    PartySucceeded,
    PeopleFoundSame,
    PlaceBoundaryChanged,
)
from domain.vocabulary import PartyKind
from tests.support.given_commands import event_id_of, given, given_only, past, refuses
from tests.support.small_world import (
    AMINA,
    BEN,
    BOARD_FORMED,
    BOARD_ID,
    COUNCIL,
    COUNCIL_SEAT_ID,
    DEVELOPER,
    OFFICER,
    PLACE,
    PLACE_ID,
    POLICE,
    RESIDENT,
    STEWARD,
    TENANTS,
    TRUST,
    WORLD,
    a_key,
    a_party,
    an_id,
    registered,
    seated,
)

COUNTY = a_party("Moorshire", PartyKind.COUNTY)
COLLEAGUE = a_key("an officer of another council that sits here too", COUNTY)
AT_THE_TABLE = (registered(COUNTY, "Moorshire"), seated(COUNTY, voting=True))
GIVEN = an_id("a seat that was given")
GIVEN_SEAT = seated(COUNCIL, GIVEN, awaits_acceptance=True)
COUNCIL_SEAT = seated(COUNCIL, COUNCIL_SEAT_ID, voting=True)
TOUCHING = {
    PlaceBoundaryChanged: ChangePlaceBoundary(place=PLACE_ID, name="Great Moorshire"),
    PartyAmended: AmendParty(party=COUNCIL.party_id, kind=PartyKind.COUNTY, name="Moorshire South"),
    PartySucceeded: SucceedParty(
        predecessor=COUNCIL.party_id, successor=COUNTY.party_id, partnerships=(BOARD_ID,), happened="2026-01"
    ),
    PartiesFoundSame: FindPartiesSame(kept=COUNTY.party_id, duplicate=COUNCIL.party_id, partnerships=(BOARD_ID,)),
    PeopleFoundSame: FindPeopleSame(kept=AMINA, duplicate=BEN),
    SeatAccepted: AcceptSeat(member=GIVEN),
    MemberLeft: EndMembership(member=COUNCIL_SEAT_ID),
}


def test_everything_that_touches_an_entry_or_a_seat_has_its_relation():
    amending = {each.body for each in declarations() if each.family is REGISTRIES and "registered" not in each.name}
    of_seats = {each.body for each in declarations() if each.family is PARTNERSHIP and each.about == "member_id"}
    assert set(BY_RELATION) == amending | of_seats


@pytest.mark.parametrize("event", BY_RELATION, ids=lambda event: event.__name__)
def test_nobody_touches_what_is_anothers_because_they_stand_on_the_same_side(event):
    command = TOUCHING[event]
    code = Code.MAY_NOT_SPEAK_FOR if event is SeatAccepted else Code.ONLY_WHO_RECORDED_IT
    code = Code.STEWARDS_ONLY if type(command).stewards_only else code
    given(*AT_THE_TABLE, GIVEN_SEAT).when(command, by=COLLEAGUE).then_refused(code)
    assert given(*AT_THE_TABLE, GIVEN_SEAT).when(command, by=STEWARD).drafts


@refuses(ChangePlaceBoundary, Code.ONLY_WHO_RECORDED_IT)
def test_a_boundary_is_changed_by_who_registered_the_place_of_whatever_side():
    renamed = ChangePlaceBoundary(place=PLACE_ID, name="Our Eastmoor")
    given().when(renamed, by=RESIDENT).then_refused(Code.ONLY_WHO_RECORDED_IT, at="#/place")
    unregistered = [each for each in WORLD if each is not PLACE]
    assert given_only(past(PLACE, by=TENANTS), *unregistered).when(renamed, by=RESIDENT).drafts


def test_a_place_may_still_be_part_of_anothers():
    assert given().when(RegisterPlace(name="Ewan Road", kind=PLACE.kind, part_of=PLACE_ID), by=RESIDENT).drafts


@refuses(EndMembership, Code.ONLY_WHO_RECORDED_IT)
def test_a_seat_is_given_up_by_who_sits_there_and_by_who_gave_it():
    end = EndMembership(member=an_id("the county's seat"))
    table = (registered(COUNTY, "Moorshire"), past(seated(COUNTY, end.member), by=COUNCIL))
    for key in (COLLEAGUE, OFFICER, STEWARD):
        assert given(*table).when(end, by=key).drafts
    given(*table).when(end, by=RESIDENT).then_refused(Code.ONLY_WHO_RECORDED_IT, at="#/member")


def mending(body, **changes):
    return (
        CorrectRecord(record=event_id_of(body), changes=changes, reasons="Otherwise"),
        WithdrawRecord(record=event_id_of(body), reasons="Never"),
    )


def test_a_seat_is_mended_by_who_sits_there_who_gave_it_and_stewards():
    for command in mending(COUNCIL_SEAT, voting=False):
        given(*AT_THE_TABLE).when(command, by=COLLEAGUE).then_refused(Code.ONLY_WHO_RECORDED_IT, at="#/record")
        for key in (OFFICER, STEWARD):
            assert given(*AT_THE_TABLE).when(command, by=key).drafts


def test_a_leaving_is_mended_by_no_other_of_that_side():
    leaving = MemberLeft(happened="2026", member_id=COUNCIL_SEAT_ID, party=COUNCIL)
    for command in mending(leaving, happened="2025"):
        given(*AT_THE_TABLE, leaving).when(command, by=COLLEAGUE).then_refused(Code.ONLY_WHO_RECORDED_IT)


def test_nobody_is_put_into_a_seat_by_a_correction():
    gift = past(seated(COUNTY, an_id("the county's seat")), by=COUNCIL)
    command = CorrectRecord(record=gift.event_id, changes={"party": str(TRUST.party_id)}, reasons="A slip")
    given(registered(COUNTY, "Moorshire"), gift).when(command, by=OFFICER).then_refused(
        Code.MAY_NOT_SPEAK_FOR, at="#/changes/party"
    )
    assert given(registered(COUNTY, "Moorshire"), gift).when(command, by=STEWARD).drafts


def test_how_a_partnership_was_formed_is_mended_by_who_formed_it():
    formed = past(BOARD_FORMED, by=COUNCIL)
    others = [each for each in WORLD if each is not BOARD_FORMED]
    for command in mending(BOARD_FORMED, name="Our Board"):
        table = given_only(formed, *others, *AT_THE_TABLE)
        table.when(command, by=COLLEAGUE).then_refused(Code.ONLY_WHO_RECORDED_IT, at="#/record")
        assert table.when(command, by=OFFICER).drafts


def test_what_only_stewards_say_only_stewards_mend():
    taken_over = PartySucceeded(happened="2026", succession_id=an_id("s"), predecessor=POLICE, successor=DEVELOPER)
    finding = PartiesFoundSame(happened="2026", finding_id=an_id("f"), kept=TRUST, duplicate=DEVELOPER)
    for body, changes in (
        (taken_over, {"successor": str(COUNCIL.party_id)}),
        (finding, {"kept": str(COUNCIL.party_id)}),
    ):
        for command in mending(body, **changes):
            record = past(body, by=COUNCIL)
            given(record).when(command, by=OFFICER).then_refused(Code.ONLY_WHO_RECORDED_IT, at="#/record")
            assert given(record).when(command, by=STEWARD).drafts


def test_a_body_mends_its_own_entry_whoever_made_it():
    entry = past(registered(TENANTS, "Ewan Rd Tenants"), by=COUNCIL)
    rest = [each for each in WORLD if getattr(each, "party_id", None) != TENANTS.party_id]
    command = CorrectRecord(record=entry.event_id, changes={"name": "Ewan Road Tenants"}, reasons="Misspelt")
    assert given_only(entry, *rest).when(command, by=RESIDENT, partnership=TENANTS.party_id).drafts
