"""A register entry that is one person is named only by whom it concerns: to be named is to have one's name read."""

import pytest

from domain.decisions.asks import RaiseAsk
from domain.decisions.meetings import Attendee, RecordInteraction
from domain.decisions.records import CorrectRecord
from domain.decisions.refusals import Code
from domain.decisions.registries import RegisterParty
from domain.events.asks import AskRaised
from domain.events.registries import PartyAmended
from domain.vocabulary import AskKind, InteractionKind, PartyKind
from tests.domain.decisions.given import elsewhere, event_id_of, given, past
from tests.domain.decisions.world import (
    AMINA,
    COUNCIL,
    OFFICER,
    POLICE,
    SEALED,
    SERGEANT,
    STEWARD,
    TENANTS,
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
    known = {"sole_trader_name": SEALED, "sole_trader_person_id": an_id(AMINA)}
    return past(registered(party, None, **known), by=POLICE)


def meeting_with(party):
    there = (Attendee(party=party.party_id),)
    return RecordInteraction(kind=InteractionKind.MEETING, participants=there, happened="2026-03-14")


def asked_by(party):
    return AskRaised(happened="2026-03-14", ask_id=an_id("her ask"), kind=AskKind.REQUEST, raised_by=party, text=SEALED)


@EITHER
def test_one_person_is_not_named_by_a_body_that_has_nothing_to_do_with_them(person):
    heard = given(entry_of(person)).when(meeting_with(person), by=OFFICER)
    heard.then_refused(Code.NOT_YOURS_TO_NAME, at="#/participants/0/party")


@EITHER
@pytest.mark.parametrize("key", [SERGEANT, HER_TENANT_OFFICER, STEWARD], ids=["registrar", "speaker", "steward"])
def test_one_person_is_named_by_who_registered_them_who_speaks_for_them_and_stewards(person, key):
    assert given(entry_of(person)).when(meeting_with(person), by=key).drafts


@EITHER
def test_one_person_who_stands_in_the_record_of_a_partnership_is_named_there_by_anybody(person):
    for known in (seated(person), asked_by(person)):
        assert given(entry_of(person), known).when(meeting_with(person), by=OFFICER).drafts


@EITHER
def test_to_stand_in_the_record_of_another_partnership_is_not_enough(person):
    for known in (seated(person), asked_by(person)):
        heard = given(entry_of(person), elsewhere(known)).when(meeting_with(person), by=OFFICER)
        heard.then_refused(Code.NOT_YOURS_TO_NAME)


def test_to_amend_an_entry_makes_nobody_its_registrar():
    amended = PartyAmended(
        happened="2026",
        party_id=TRADER.party_id,
        side=TRADER.side,
        kind=TRADER.kind,
        sole_trader_name=SEALED,
        sole_trader_person_id=an_id(AMINA),
    )
    heard = given(entry_of(TRADER), past(amended, by=COUNCIL)).when(meeting_with(TRADER), by=OFFICER)
    heard.then_refused(Code.NOT_YOURS_TO_NAME)


def test_every_place_that_names_the_person_is_named_in_the_refusal():
    two = RecordInteraction(
        kind=InteractionKind.MEETING,
        participants=(Attendee(party=RESIDENT.party_id),),
        happened="2026-03-14",
        asks=(RaiseAsk(kind=AskKind.REQUEST, raised_by=RESIDENT.party_id, text="A lamp"),),
    )
    heard = given(entry_of(RESIDENT)).when(two, by=OFFICER)
    heard.then_refused(Code.NOT_YOURS_TO_NAME, at="#/participants/0/party")
    heard.then_refused(Code.NOT_YOURS_TO_NAME, at="#/asks/0/raised_by")


def test_nor_does_the_register_name_them_as_what_another_body_is_part_of_or_paid_by():
    for field, named, at in (("part_of", RESIDENT.party_id, ""), ("paid_by", (RESIDENT.party_id,), "/0")):
        command = RegisterParty(kind=PartyKind.LOCAL_BUSINESS, name="A front", **{field: named})
        heard = given(entry_of(RESIDENT)).when(command, by=OFFICER)
        heard.then_refused(Code.NOT_YOURS_TO_NAME, at=f"#/{field}{at}")


def test_nor_does_a_correction():
    asked = asked_by(TENANTS)
    command = CorrectRecord(record=event_id_of(asked), changes={"raised_by": str(RESIDENT.party_id)}, reasons="A slip")
    heard = given(entry_of(RESIDENT), past(asked, by=COUNCIL)).when(command, by=OFFICER)
    heard.then_refused(Code.NOT_YOURS_TO_NAME, at="#/changes/raised_by")
