"""A person, and an entry that is one, is named only by whom it concerns: to be named is to have one's name read."""

import pytest
from msgspec.structs import replace

from domain.decisions.asks import RaiseAsk
from domain.decisions.experience import GiveFeedback
from domain.decisions.interactions import Attendee, RecordInteraction
from domain.decisions.partnerships import AddMember, FirstSeat, FormPartnership
from domain.decisions.records import CorrectRecord
from domain.decisions.refusals import Code
from domain.decisions.registries import RegisterParty
from domain.events import Participant
from domain.events.asks import AskRaised
from domain.events.interactions import InteractionRecorded
from domain.events.registries import PartyAmended, PeopleFoundSame, PersonRegistered
from domain.vocabulary import AskKind, InteractionKind, PartyKind
from tests.support.given_commands import elsewhere, event_id_of, given, given_only, past
from tests.support.small_world import (
    AMINA,
    BEN,
    COUNCIL,
    OFFICER,
    POLICE,
    SEALED,
    SERGEANT,
    STEWARD,
    TENANTS,
    WORLD,
    a_key,
    a_party,
    an_id,
    registered,
    seated,
)

RESIDENT = a_party("Amina as a resident", PartyKind.RESIDENT_INDIVIDUAL)
TRADER = a_party("Amina as a builder", PartyKind.LOCAL_BUSINESS)
HER_TENANT_OFFICER = a_key("who speaks for her", TENANTS, speaks_for=frozenset({RESIDENT.party_id, TRADER.party_id}))
EITHER = pytest.mark.parametrize("person", [RESIDENT, TRADER], ids=["a resident", "a sole trader"])


def entry_of(party):
    details = {"sole_trader_name": SEALED, "sole_trader_person_id": an_id(AMINA)}
    return past(registered(party, None, **details), by=POLICE)


def meeting_with(party):
    there = (Attendee(party=party.party_id),)
    return RecordInteraction(kind=InteractionKind.MEETING, participants=there, happened="2026-03-14")


def asked_by(party):
    return AskRaised(happened="2026-03-14", ask_id=an_id("her ask"), kind=AskKind.REQUEST, raised_by=party, text=SEALED)


@EITHER
def test_one_person_is_not_named_by_a_body_that_has_nothing_to_do_with_them(person):
    hearing = given(entry_of(person)).when(meeting_with(person), by=OFFICER)
    hearing.then_refused(Code.NOT_YOURS_TO_NAME, at="#/participants/0/party")


@EITHER
@pytest.mark.parametrize("key", [SERGEANT, HER_TENANT_OFFICER, STEWARD], ids=["registrar", "speaker", "steward"])
def test_one_person_is_named_by_who_registered_them_who_speaks_for_them_and_stewards(person, key):
    assert given(entry_of(person)).when(meeting_with(person), by=key).drafts


@EITHER
def test_one_person_who_stands_in_the_record_of_a_partnership_is_named_there_by_anybody(person):
    for record in (seated(person), asked_by(person)):
        assert given(entry_of(person), record).when(meeting_with(person), by=OFFICER).drafts


@EITHER
def test_to_stand_in_the_record_of_another_partnership_is_not_enough(person):
    for record in (seated(person), asked_by(person)):
        hearing = given(entry_of(person), elsewhere(record)).when(meeting_with(person), by=OFFICER)
        hearing.then_refused(Code.NOT_YOURS_TO_NAME)


def test_to_amend_an_entry_makes_nobody_its_registrar():
    amended = PartyAmended(
        happened="2026",
        party_id=TRADER.party_id,
        side=TRADER.side,
        kind=TRADER.kind,
        sole_trader_name=SEALED,
        sole_trader_person_id=an_id(AMINA),
    )
    hearing = given(entry_of(TRADER), past(amended, by=COUNCIL)).when(meeting_with(TRADER), by=OFFICER)
    hearing.then_refused(Code.NOT_YOURS_TO_NAME)


def test_every_place_that_names_the_person_is_named_in_the_refusal():
    two = RecordInteraction(
        kind=InteractionKind.MEETING,
        participants=(Attendee(party=RESIDENT.party_id),),
        happened="2026-03-14",
        asks=(RaiseAsk(kind=AskKind.REQUEST, raised_by=RESIDENT.party_id, text="A lamp"),),
    )
    hearing = given(entry_of(RESIDENT)).when(two, by=OFFICER)
    hearing.then_refused(Code.NOT_YOURS_TO_NAME, at="#/participants/0/party")
    hearing.then_refused(Code.NOT_YOURS_TO_NAME, at="#/asks/0/raised_by")


def test_nor_does_the_register_name_them_as_what_another_body_is_part_of_or_paid_by():
    for field, value, at in (("part_of", RESIDENT.party_id, ""), ("paid_by", (RESIDENT.party_id,), "/0")):
        command = RegisterParty(kind=PartyKind.LOCAL_BUSINESS, name="A front", **{field: value})
        hearing = given(entry_of(RESIDENT)).when(command, by=OFFICER)
        hearing.then_refused(Code.NOT_YOURS_TO_NAME, at=f"#/{field}{at}")


def test_nor_does_a_correction():
    ask = asked_by(TENANTS)
    command = CorrectRecord(record=event_id_of(ask), changes={"raised_by": str(RESIDENT.party_id)}, reasons="A slip")
    hearing = given(entry_of(RESIDENT), past(ask, by=COUNCIL)).when(command, by=OFFICER)
    hearing.then_refused(Code.NOT_YOURS_TO_NAME, at="#/changes/raised_by")


# People, by their references


NEIGHBOURS = a_party("Ewan Road Neighbours", PartyKind.FRIENDS_OF_GROUP)
COUNTY = a_party("Moorshire", PartyKind.COUNTY)
CURIOUS = a_key("who saw her reference", COUNTY)
AT_THE_TABLE = (registered(COUNTY, "Moorshire"), seated(COUNTY, voting=True))
HELD = InteractionRecorded(
    happened="2026-03-14",
    interaction_id=an_id("a meeting"),
    kind=InteractionKind.MEETING,
    participants=(Participant(COUNTY),),
)
NAMING = {
    "a seat": (AddMember(party=COUNTY.party_id, person=AMINA), "person"),
    "a first seat": (
        FormPartnership(
            name="A front",
            kind=PartyKind.NEIGHBOURHOOD_BOARD,
            members=(FirstSeat(party=COUNCIL.party_id, person=AMINA),),
        ),
        "members/0/person",
    ),
    "attendance": (
        RecordInteraction(
            kind=InteractionKind.MEETING,
            participants=(Attendee(party=COUNCIL.party_id, person=AMINA),),
            happened="2026-03-14",
        ),
        "participants/0/person",
    ),
    "a correction": (
        CorrectRecord(
            record=event_id_of(HELD),
            changes={"participants": [{"party": str(COUNTY.party_id), "person": AMINA}]},
            reasons="She was there",
        ),
        "changes/participants/0/person",
    ),
    "an entry": (RegisterParty(kind=PartyKind.LOCAL_BUSINESS, name="Amina's", person=AMINA), "person"),
    "a rating": (GiveFeedback(about=COUNCIL.party_id, rater=AMINA, score=1), "rater"),
}
EVERY_NAMING = pytest.mark.parametrize(("command", "at"), NAMING.values(), ids=NAMING.keys())


@EVERY_NAMING
def test_a_reference_that_somebody_saw_opens_no_name(command, at):
    table = given(*AT_THE_TABLE, past(HELD, by=COUNTY))
    table.when(command, by=CURIOUS).then_refused(Code.NOT_YOURS_TO_NAME, at=f"#/{at}")


@EVERY_NAMING
def test_a_person_is_named_by_who_registered_them_and_by_stewards(command, at):
    for key in (OFFICER, STEWARD):
        assert given(*AT_THE_TABLE, past(HELD, by=COUNCIL)).when(command, by=key).drafts, at


@EVERY_NAMING
def test_a_person_is_named_by_the_body_whose_person_they_are(command, at):
    hers = past(registered(TRADER, None, sole_trader_name=SEALED, sole_trader_person_id=an_id(AMINA)), by=POLICE)
    sits = elsewhere(seated(COUNTY, an_id("a seat elsewhere"), person_id=an_id(AMINA)))
    assert given(*AT_THE_TABLE, past(HELD, by=COUNTY), sits).when(command, by=CURIOUS).drafts, at
    herself = a_key("her own key", COUNTY, speaks_for=frozenset({TRADER.party_id}))
    assert given(*AT_THE_TABLE, past(HELD, by=COUNTY), hers).when(command, by=herself).drafts, at


def test_a_person_who_sits_or_was_there_is_named_there_by_anybody_at_the_table_and_nowhere_else():
    came = replace(HELD, participants=(Participant(COUNCIL, person_id=an_id(AMINA)),))
    command, at = NAMING["attendance"]
    for record in (seated(COUNCIL, an_id("her seat"), person_id=an_id(AMINA)), came):
        assert given(*AT_THE_TABLE, record).when(command, by=CURIOUS).drafts
        hearing = given(*AT_THE_TABLE, elsewhere(record)).when(command, by=CURIOUS)
        hearing.then_refused(Code.NOT_YOURS_TO_NAME, at=f"#/{at}")


def test_who_is_the_same_person_is_named_under_either_reference():
    same = PeopleFoundSame(happened="2026", kept_person_id=an_id(AMINA), duplicate_person_id=an_id(BEN))
    by_either = RecordInteraction(
        kind=InteractionKind.MEETING, participants=(Attendee(party=COUNTY.party_id, person=BEN),), happened="2026-03-14"
    )
    ours = past(PersonRegistered(happened="2021", person_id=an_id(BEN), name=SEALED), by=COUNTY)
    others = [each for each in WORLD if getattr(each, "person_id", None) != an_id(BEN)]
    meeting = given_only(ours, *others, same, *AT_THE_TABLE).when(by_either, by=CURIOUS).drafts[0].body
    assert [each.person_id for each in meeting.participants] == [an_id(AMINA)]


def test_a_seat_elsewhere_is_no_seat_here():
    elsewhere_only = elsewhere(seated(NEIGHBOURS, an_id("a seat elsewhere"), person_id=an_id(AMINA)))
    neighbour = a_key("a neighbour", NEIGHBOURS)
    command, _ = NAMING["attendance"]
    hearing = given(registered(NEIGHBOURS, "Neighbours"), elsewhere_only).when(command, by=neighbour)
    hearing.then_refused(Code.NOT_A_MEMBER)
