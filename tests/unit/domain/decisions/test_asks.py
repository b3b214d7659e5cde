"""Asking, and what becomes of it: answered, put off, passed on, taken on, taken back."""

import pytest

from domain.decisions.asks import AcceptReferral, AnswerAsk, DeferAsk, RaiseAsk, ReferAsk, WithdrawAsk
from domain.decisions.references import NamedParty
from domain.decisions.refusals import Code
from domain.events.asks import AskAnswered, AskDeferred, AskRaised, AskReferred, AskWithdrawn, ReferralAccepted
from domain.events.commitments import CommitmentMade
from domain.events.registries import PartyRegistered, PartySucceeded
from domain.values import PartyAt, Plain
from domain.vocabulary import Answer, AskKind, Challenge, PartyKind, Side
from tests.support.given_commands import elsewhere, given, new, records, refuses
from tests.support.small_world import (
    COUNCIL,
    OFFICER,
    POLICE,
    RESIDENT,
    SEALED,
    SERGEANT,
    TENANTS,
    TODAY,
    an_id,
)

ASK_ID = an_id("an ask")
ASKED = AskRaised(
    happened="2026-03-14", ask_id=ASK_ID, kind=AskKind.REQUEST, raised_by=TENANTS, text=SEALED, addressee=COUNCIL
)
ANSWERED = AskAnswered(happened="2026-04", ask_id=ASK_ID, answered_by=COUNCIL, answer=Answer.ADOPTED)
WITHDRAWN = AskWithdrawn(happened="2026-04", ask_id=ASK_ID, withdrawn_by=TENANTS)
REFERRED = AskReferred(happened="2026-04", ask_id=ASK_ID, referred_by=COUNCIL, referred_to=POLICE)
ACCEPTED = ReferralAccepted(happened="2026-04", ask_id=ASK_ID, accepted_by=POLICE)

ANSWER = AnswerAsk(ask=ASK_ID, answered_by=COUNCIL.party_id, answer=Answer.ADAPTED)
DEFER = DeferAsk(ask=ASK_ID, deferred_by=COUNCIL.party_id, until="2027-03")
REFER = ReferAsk(ask=ASK_ID, referred_by=COUNCIL.party_id, referred_to=POLICE.party_id)
ACCEPT = AcceptReferral(ask=ASK_ID, accepted_by=POLICE.party_id)
WITHDRAW = WithdrawAsk(ask=ASK_ID, withdrawn_by=TENANTS.party_id)


@records(RaiseAsk)
def test_an_ask_names_a_body_in_passing():
    command = RaiseAsk(
        kind=AskKind.REQUEST,
        raised_by=TENANTS.party_id,
        text="A crossing",
        addressee=NamedParty(" Moor Buses ", PartyKind.BUS_OPERATOR),
        happened="2026-03-14",
        themes=("roads",),
        challenges=(Challenge.TRANSPORT_CONNECTIVITY,),
    )
    buses = PartyAt(new("party", "bus-operator", "moor buses"), Side.BUSINESS, PartyKind.BUS_OPERATOR)
    given().when(command, by=RESIDENT).then(
        PartyRegistered(happened=TODAY, party_id=buses.party_id, side=buses.side, kind=buses.kind, name="Moor Buses"),
        AskRaised(
            happened="2026-03-14",
            ask_id=new("ask"),
            kind=AskKind.REQUEST,
            raised_by=TENANTS,
            text=Plain("A crossing"),
            addressee=buses,
            themes=("roads",),
            challenges=(Challenge.TRANSPORT_CONNECTIVITY,),
        ),
    )


@records(AnswerAsk)
def test_the_body_asked_answers():
    given(ASKED).when(ANSWER, by=OFFICER).then(
        AskAnswered(happened=TODAY, ask_id=ASK_ID, answered_by=COUNCIL, answer=Answer.ADAPTED)
    )


@refuses(AnswerAsk, Code.REASONS_REQUIRED)
def test_declining_gives_reasons():
    declined = AnswerAsk(ask=ASK_ID, answered_by=COUNCIL.party_id, answer=Answer.DECLINED)
    given(ASKED).when(declined, by=OFFICER).then_refused(Code.REASONS_REQUIRED, at="#/reasons")


@refuses(AnswerAsk, Code.ONLY_THE_BODY_ASKED)
@refuses(DeferAsk, Code.ONLY_THE_BODY_ASKED)
@refuses(ReferAsk, Code.ONLY_THE_BODY_ASKED)
def test_only_the_body_asked_answers_puts_off_or_passes_on():
    police = POLICE.party_id
    for command in (
        AnswerAsk(ask=ASK_ID, answered_by=police, answer=Answer.ADOPTED),
        DeferAsk(ask=ASK_ID, deferred_by=police, until="2027"),
        ReferAsk(ask=ASK_ID, referred_by=police, referred_to=COUNCIL.party_id),
    ):
        given(ASKED, REFERRED).when(command, by=SERGEANT).then_refused(Code.ONLY_THE_BODY_ASKED)


def test_whoever_took_an_ask_on_or_took_the_place_of_who_was_asked_answers():
    by_police = AnswerAsk(ask=ASK_ID, answered_by=POLICE.party_id, answer=Answer.ADOPTED)
    merged = PartySucceeded(happened="2026-03-20", succession_id=an_id("s"), predecessor=COUNCIL, successor=POLICE)
    assert given(ASKED, REFERRED, ACCEPTED).when(by_police, by=SERGEANT).drafts
    assert given(ASKED, merged).when(by_police, by=SERGEANT).drafts


def test_anyone_answers_what_nobody_was_asked():
    open_ask = AskRaised(happened="2026", ask_id=ASK_ID, kind=AskKind.QUESTION, raised_by=TENANTS, text=SEALED)
    by_police = AnswerAsk(ask=ASK_ID, answered_by=POLICE.party_id, answer=Answer.ADOPTED)
    assert given(open_ask).when(by_police, by=SERGEANT).drafts


@records(DeferAsk)
def test_putting_off_is_a_promise_to_answer_by_then():
    given(ASKED).when(DEFER, by=OFFICER).then(
        CommitmentMade(
            happened=TODAY,
            commitment_id=new("deferral"),
            promisers=(COUNCIL,),
            promisees=(TENANTS,),
            text=Plain("To answer what was asked"),
            due="2027-03",
            ask_id=ASK_ID,
        ),
        AskDeferred(happened=TODAY, ask_id=ASK_ID, deferred_by=COUNCIL, until="2027-03", commitment_id=new("deferral")),
    )


@refuses(DeferAsk, Code.DUE_BEFORE_MADE)
def test_an_ask_is_not_put_off_to_a_day_that_is_over():
    past = DeferAsk(ask=ASK_ID, deferred_by=COUNCIL.party_id, until="2025-12-31")
    given(ASKED).when(past, by=OFFICER).then_refused(Code.DUE_BEFORE_MADE, at="#/until")


def test_an_ask_is_put_off_to_a_day_that_exists():
    impossible = DeferAsk(ask=ASK_ID, deferred_by=COUNCIL.party_id, until="2027-02-30")
    given(ASKED).when(impossible, by=OFFICER).then_refused(Code.IMPOSSIBLE_DATE, at="#/until")


@records(ReferAsk)
def test_an_ask_is_passed_on():
    given(ASKED).when(REFER, by=OFFICER).then(
        AskReferred(happened=TODAY, ask_id=ASK_ID, referred_by=COUNCIL, referred_to=POLICE)
    )


@refuses(ReferAsk, Code.SAME_PARTY)
def test_an_ask_is_not_passed_to_oneself():
    command = ReferAsk(ask=ASK_ID, referred_by=COUNCIL.party_id, referred_to=COUNCIL.party_id)
    given(ASKED).when(command, by=OFFICER).then_refused(Code.SAME_PARTY, at="#/referred_to")


@records(AcceptReferral)
def test_an_ask_passed_on_is_taken_on():
    given(ASKED, REFERRED).when(ACCEPT, by=SERGEANT).then(
        ReferralAccepted(happened=TODAY, ask_id=ASK_ID, accepted_by=POLICE)
    )


@refuses(AcceptReferral, Code.NOT_YET_REFERRED)
def test_only_what_was_passed_on_is_taken_on():
    given(ASKED).when(ACCEPT, by=SERGEANT).then_refused(Code.NOT_YET_REFERRED, at="#/accepted_by")


@refuses(AcceptReferral, Code.MAY_NOT_SPEAK_FOR)
def test_taking_on_is_a_bodys_own_word():
    given(ASKED, REFERRED).when(ACCEPT, by=OFFICER).then_refused(Code.MAY_NOT_SPEAK_FOR, at="#/accepted_by")


@records(WithdrawAsk)
def test_the_asker_takes_it_back():
    given(ASKED).when(WITHDRAW, by=RESIDENT).then(AskWithdrawn(happened=TODAY, ask_id=ASK_ID, withdrawn_by=TENANTS))


@refuses(WithdrawAsk, Code.ONLY_THE_ASKER)
def test_only_the_asker_takes_it_back():
    command = WithdrawAsk(ask=ASK_ID, withdrawn_by=COUNCIL.party_id)
    given(ASKED).when(command, by=OFFICER).then_refused(Code.ONLY_THE_ASKER, at="#/withdrawn_by")


@refuses(WithdrawAsk, Code.MAY_NOT_SPEAK_FOR)
def test_nobody_takes_back_for_another():
    given(ASKED).when(WITHDRAW, by=OFFICER).then_refused(Code.MAY_NOT_SPEAK_FOR, at="#/withdrawn_by")


EACH = [(ANSWER, OFFICER), (DEFER, OFFICER), (REFER, OFFICER), (ACCEPT, SERGEANT), (WITHDRAW, RESIDENT)]


@refuses(AnswerAsk, Code.ALREADY_ANSWERED)
@refuses(DeferAsk, Code.ALREADY_ANSWERED)
@refuses(ReferAsk, Code.ALREADY_ANSWERED)
@refuses(AcceptReferral, Code.ALREADY_ANSWERED)
@refuses(WithdrawAsk, Code.ALREADY_ANSWERED)
def test_nothing_more_becomes_of_an_ask_that_has_an_answer():
    for command, key in EACH:
        given(ASKED, REFERRED, ANSWERED).when(command, by=key).then_refused(Code.ALREADY_ANSWERED, at="#/ask")


@refuses(AnswerAsk, Code.ALREADY_ENDED)
@refuses(DeferAsk, Code.ALREADY_ENDED)
@refuses(ReferAsk, Code.ALREADY_ENDED)
@refuses(AcceptReferral, Code.ALREADY_ENDED)
@refuses(WithdrawAsk, Code.ALREADY_ENDED)
def test_nothing_more_becomes_of_an_ask_taken_back():
    for command, key in EACH:
        given(ASKED, REFERRED, WITHDRAWN).when(command, by=key).then_refused(Code.ALREADY_ENDED, at="#/ask")


@pytest.mark.parametrize(("command", "key"), EACH, ids=lambda value: type(value).__name__)
def test_an_ask_of_another_partnership_is_not_known_here(command, key):
    given(elsewhere(ASKED)).when(command, by=key).then_refused(Code.UNKNOWN_ASK, at="#/ask")


def test_an_answer_is_the_word_of_who_answers_only_where_the_key_speaks_for_it():
    (draft,) = given(ASKED).when(ANSWER, by=RESIDENT).drafts
    assert draft.word == TENANTS
    (draft,) = given(ASKED).when(ANSWER, by=OFFICER).drafts
    assert draft.word == COUNCIL
