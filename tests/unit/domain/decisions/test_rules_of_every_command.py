"""The refusals of every command: references to nothing, impossible times, and those who may not give it here."""

import pytest

from domain.decisions.asks import RaiseAsk, WithdrawAsk
from domain.decisions.disputes import RaiseDispute
from domain.decisions.interactions import Attendee, RecordInteraction
from domain.decisions.outcomes import StartIntervention
from domain.decisions.partnerships import AdoptMethod, FormPartnership
from domain.decisions.references import NamedParty
from domain.decisions.refusals import Code, RefusalKind
from domain.decisions.registries import RegisterPlace
from domain.decisions.stewardship import ForgetPerson
from domain.events.asks import AskRaised
from domain.events.partnerships import PartnershipClosed
from domain.events.registries import PeopleFoundSame, PersonRegistered
from domain.events.tags import tag
from domain.vocabulary import OFFICE_HOLDER_KINDS, AskKind, InteractionKind, PartyKind, PlaceKind
from tests.support.given_commands import given, given_only, past
from tests.support.small_world import (
    AMINA,
    BEN,
    BOARD_FORMED,
    BUILDER,
    COUNCIL,
    GONE,
    GRANT_OFFICER,
    NOBODY_KNOWS,
    OBSERVER,
    OFFICER,
    RESIDENT,
    SEALED,
    STEWARD,
    STRANGER,
    TENANTS,
    a_key,
    an_id,
    registered,
)

ASKED = AskRaised(
    happened="2026-03-14T19:00:00+00:00",
    ask_id=an_id("an ask"),
    kind=AskKind.REQUEST,
    raised_by=TENANTS,
    text=SEALED,
)
CLOSED = PartnershipClosed(happened="2026-10", closure_id=an_id("the end"))


def an_ask(**details: object) -> RaiseAsk:
    return RaiseAsk(**{"kind": AskKind.REQUEST, "raised_by": TENANTS.party_id, "text": "Lights", **details})


def a_meeting_of(*participants: Attendee, **details: object) -> RecordInteraction:
    return RecordInteraction(
        kind=InteractionKind.MEETING, participants=participants, **{"happened": "2026-03-14", **details}
    )


def test_an_unknown_organisation_is_named_where_it_stands():
    command = RaiseDispute(raised_by=TENANTS.party_id, others=(COUNCIL.party_id, NOBODY_KNOWS), about="The keys")
    given().when(command, by=RESIDENT).then_refused(Code.UNKNOWN_PARTY, at="#/others/1")


def test_an_unknown_person_is_named_where_they_stand():
    command = a_meeting_of(Attendee(party=TENANTS.party_id, person=STRANGER))
    given().when(command, by=OFFICER).then_refused(Code.UNKNOWN_PERSON, at="#/participants/0/person")


def test_a_reference_that_was_never_given_out_is_no_person():
    command = a_meeting_of(Attendee(party=TENANTS.party_id, person="person-of-nobody"))
    given().when(command, by=OFFICER).then_refused(Code.UNKNOWN_PERSON)


def test_nothing_is_recorded_of_a_person_who_was_forgotten():
    command = a_meeting_of(Attendee(party=TENANTS.party_id, person=GONE))
    given().when(command, by=OFFICER).then_refused(Code.SUBJECT_ERASED)


def test_whoever_is_named_by_a_duplicate_entry_is_the_person_whose_entry_was_kept_last():
    again = "person-ben-again"
    found_same = [
        PersonRegistered(happened="2020", person_id=an_id(again), name=SEALED),
        PeopleFoundSame(happened="2025", kept_person_id=an_id(BEN), duplicate_person_id=an_id(again)),
        PeopleFoundSame(happened="2026", kept_person_id=an_id(AMINA), duplicate_person_id=an_id(again)),
    ]
    command = a_meeting_of(Attendee(party=TENANTS.party_id, person=again), notes="Ben spoke")
    (draft,) = given(*found_same).when(command, by=OFFICER).drafts
    assert draft.body.participants[0].person_id == an_id(AMINA)
    assert tag("subject", an_id(AMINA)) in draft.tags


def test_an_unknown_place_is_named():
    command = RegisterPlace(name="Ewan Road", kind=PlaceKind.LSOA, part_of=NOBODY_KNOWS)
    given().when(command, by=OFFICER).then_refused(Code.UNKNOWN_PLACE, at="#/part_of")


def test_an_unknown_contact_is_named():
    given().when(an_ask(interaction=NOBODY_KNOWS), by=OFFICER).then_refused(Code.UNKNOWN_INTERACTION)


@pytest.mark.parametrize("kind", sorted(OFFICE_HOLDER_KINDS))
def test_one_person_is_not_named_in_passing_for_names_in_passing_stay_readable(kind):
    command = an_ask(raised_by=NamedParty("Amina Begum", kind))
    given().when(command, by=OFFICER).then_refused(Code.PERSON_REQUIRED, at="#/raised_by")


def test_residents_at_large_are_not_named_in_passing():
    command = an_ask(raised_by=NamedParty("Everybody", PartyKind.RESIDENTS_AT_LARGE))
    given().when(command, by=OFFICER).then_refused(Code.KIND_NOT_OF_SIDE, at="#/raised_by")


@pytest.mark.parametrize("happened", ["2026-11-24", "2026-12", "2027", "2026-11-23T12:06:00+00:00"])
def test_what_has_happened_does_not_lie_in_the_future(happened):
    given().when(an_ask(happened=happened), by=OFFICER).then_refused(Code.IN_THE_FUTURE, at="#/happened")


@pytest.mark.parametrize("happened", ["2026-11", "2026", "2026-11-23", "2026-11-23T12:04:00+00:00", "1999"])
def test_what_has_happened_may_be_stated_as_today_this_month_or_long_ago(happened):
    assert given().when(an_ask(happened=happened), by=OFFICER).drafts


@pytest.mark.parametrize(
    "happened", ["2026-13", "2026-02-30", "0000", "2026-02-29T12:00:00Z", "0001-01-01T00:00:00+23:59"]
)
def test_what_has_happened_has_a_date_that_exists(happened):
    given().when(an_ask(happened=happened), by=OFFICER).then_refused(Code.IMPOSSIBLE_DATE, at="#/happened")
    meeting = a_meeting_of(Attendee(party=TENANTS.party_id), happened=happened)
    given().when(meeting, by=OFFICER).then_refused(Code.IMPOSSIBLE_DATE, at="#/happened")


def test_nothing_follows_what_it_refers_to_from_the_day_before():
    early = WithdrawAsk(ask=ASKED.ask_id, withdrawn_by=TENANTS.party_id, happened="2026-03-13")
    given(ASKED).when(early, by=RESIDENT).then_refused(Code.BEFORE_WHAT_IT_REFERS_TO, at="#/happened")


@pytest.mark.parametrize("happened", ["2026-03-14", "2026-03", "2026"])
def test_a_less_precise_time_never_comes_before_what_it_refers_to(happened):
    command = WithdrawAsk(ask=ASKED.ask_id, withdrawn_by=TENANTS.party_id, happened=happened)
    (draft,) = given(ASKED).when(command, by=RESIDENT).drafts
    assert draft.body.happened == happened
    assert draft.occurred_at.isoformat() == "2026-03-14T19:00:00+00:00"


def test_an_unknown_partnership_is_refused():
    others = [registered(TENANTS, "Ewan Road Tenants")]
    given_only(*others).when(an_ask(), by=OFFICER).then_refused(Code.UNKNOWN_PARTNERSHIP)


def test_whoever_has_no_seat_and_speaks_for_none_records_nothing_here():
    given().when(an_ask(), by=BUILDER).then_refused(Code.NOT_A_MEMBER)
    speaks = a_key("a builder who speaks for tenants", BUILDER.party, speaks_for=frozenset({TENANTS.party_id}))
    assert given().when(an_ask(), by=speaks).drafts
    assert given().when(an_ask(), by=STEWARD).drafts


def test_nothing_new_is_recorded_in_a_partnership_that_has_closed():
    given(CLOSED).when(an_ask(), by=OFFICER).then_refused(Code.PARTNERSHIP_CLOSED)


def test_a_side_does_not_record_what_is_not_its_to_record():
    given().when(AdoptMethod(method=NOBODY_KNOWS), by=GRANT_OFFICER).then_refused(Code.UNKNOWN_METHOD)
    command = FormPartnership(name="A board", kind=PartyKind.NEIGHBOURHOOD_BOARD)
    given().when(command, by=BUILDER).then_refused(Code.SIDE_MAY_NOT_RECORD)


def test_only_stewards_forget():
    given().when(ForgetPerson(person=AMINA), by=OBSERVER).then_refused(Code.STEWARDS_ONLY)


def test_every_fault_is_named_at_once_and_the_gravest_decides_the_answer():
    command = StartIntervention(name="Warm hall", led_by=NOBODY_KNOWS, place=NOBODY_KNOWS, happened="2030")
    hearing = given(CLOSED).when(command, by=BUILDER)
    hearing.then_refused(
        Code.UNKNOWN_PARTY, Code.UNKNOWN_PLACE, Code.IN_THE_FUTURE, Code.PARTNERSHIP_CLOSED, Code.NOT_A_MEMBER
    )
    assert hearing.outcome.kind is RefusalKind.FORBIDDEN


def test_whoever_formed_a_partnership_is_remembered_as_the_one_whose_word_it_is():
    command = FormPartnership(name="A board", kind=PartyKind.NEIGHBOURHOOD_BOARD)
    (draft,) = given(past(BOARD_FORMED, by=COUNCIL)).when(command, by=OFFICER).drafts
    assert draft.word == COUNCIL
