"""Answering whether a promise was kept, as those promised to: yes, in part, no, or in words alone."""

import pytest

from domain.decisions.promise_answers import AnswerPromise
from domain.decisions.refusals import Code
from domain.events.commitments import CommitmentRemarked, FulfilmentConfirmed, FulfilmentDisputed
from domain.values import Plain
from domain.vocabulary import Extent, PromiseAnswer
from tests.support.given_commands import given, records, refuses
from tests.support.promise_commands import CLAIMED, CONFIRMED, MADE, MADE_TO_ALL, PROMISE_ID
from tests.support.small_world import COUNCIL, POLICE, RESIDENT, SERGEANT, TENANTS, TODAY, a_key

WORDS = "Two are dark again"
PAID = a_key("a tenant who works for the council", TENANTS, part_of=COUNCIL.party_id)


def answer(said, *, by=TENANTS, **more):
    return AnswerPromise(commitment=PROMISE_ID, answered_by=by.party_id, answer=said, **more)


REMARKED = CommitmentRemarked(happened=TODAY, commitment_id=PROMISE_ID, said_by=TENANTS, words=Plain(WORDS))


@records(AnswerPromise)
def test_yes_is_a_confirmation():
    given(MADE, CLAIMED).when(answer(PromiseAnswer.DONE), by=RESIDENT).then(
        FulfilmentConfirmed(happened=TODAY, commitment_id=PROMISE_ID, confirmed_by=TENANTS)
    )


def test_a_part_is_confirmed_with_its_fraction_and_words_stand_beside():
    given(MADE, CLAIMED).when(answer(PromiseAnswer.DONE_IN_PART, fraction=0.5, words=WORDS), by=RESIDENT).then(
        FulfilmentConfirmed(
            happened=TODAY, commitment_id=PROMISE_ID, confirmed_by=TENANTS, extent=Extent.PART, fraction=0.5
        ),
        REMARKED,
    )


def test_no_is_a_dispute_for_which_the_words_are_the_reasons():
    given(MADE, CLAIMED).when(answer(PromiseAnswer.NOT_DONE, words=WORDS), by=RESIDENT).then(
        FulfilmentDisputed(happened=TODAY, commitment_id=PROMISE_ID, disputed_by=TENANTS, reasons=Plain(WORDS))
    )


def test_words_alone_say_neither_yes_nor_no_and_may_be_added_when_all_is_over():
    for earlier in ((MADE,), (MADE, CLAIMED), (MADE, CLAIMED, CONFIRMED)):
        given(*earlier).when(answer(PromiseAnswer.CANNOT_SAY, words=WORDS), by=RESIDENT).then(REMARKED)


def test_any_voting_resident_body_answers_for_residents_at_large():
    given(MADE_TO_ALL, CLAIMED).when(answer(PromiseAnswer.CANNOT_SAY, words=WORDS), by=RESIDENT).then(REMARKED)


@refuses(AnswerPromise, Code.NOTHING_TO_RECORD)
def test_who_cannot_say_and_adds_no_words_puts_nothing_on_record():
    given(MADE, CLAIMED).when(answer(PromiseAnswer.CANNOT_SAY), by=RESIDENT).then_refused(
        Code.NOTHING_TO_RECORD, at="#/words"
    )


@refuses(AnswerPromise, Code.ALREADY_ENDED)
def test_what_this_body_has_confirmed_is_not_confirmed_again():
    given(MADE, CLAIMED, CONFIRMED).when(answer(PromiseAnswer.DONE), by=RESIDENT).then_refused(
        Code.ALREADY_ENDED, at="#/commitment"
    )


@refuses(AnswerPromise, Code.NOT_REPORTED)
def test_nobody_says_no_to_what_nobody_reported_done():
    given(MADE).when(answer(PromiseAnswer.NOT_DONE), by=RESIDENT).then_refused(Code.NOT_REPORTED, at="#/commitment")


@refuses(AnswerPromise, Code.FRACTION_REQUIRED)
def test_a_part_and_only_a_part_has_a_fraction():
    wrong = {PromiseAnswer.DONE_IN_PART: None, PromiseAnswer.DONE: 0.5, PromiseAnswer.NOT_DONE: 0.5}
    for said, fraction in wrong.items():
        given(MADE, CLAIMED).when(answer(said, fraction=fraction), by=RESIDENT).then_refused(
            Code.FRACTION_REQUIRED, at="#/fraction"
        )


@refuses(AnswerPromise, Code.ONLY_THE_PROMISEE)
@pytest.mark.parametrize("said", [PromiseAnswer.DONE, PromiseAnswer.NOT_DONE, PromiseAnswer.CANNOT_SAY])
def test_nobody_answers_who_was_not_promised_anything(said):
    given(MADE, CLAIMED).when(answer(said, by=POLICE, words=WORDS), by=SERGEANT).then_refused(
        Code.ONLY_THE_PROMISEE, at="#/answered_by"
    )


@refuses(AnswerPromise, Code.TIED_TO_THE_PROMISER)
@pytest.mark.parametrize("said", [PromiseAnswer.DONE, PromiseAnswer.NOT_DONE, PromiseAnswer.CANNOT_SAY])
def test_who_is_paid_by_the_promiser_does_not_answer(said):
    given(MADE, CLAIMED).when(answer(said, words=WORDS), by=PAID).then_refused(
        Code.TIED_TO_THE_PROMISER, at="#/answered_by"
    )


@refuses(AnswerPromise, Code.MAY_NOT_SPEAK_FOR)
@pytest.mark.parametrize("said", [PromiseAnswer.DONE, PromiseAnswer.NOT_DONE, PromiseAnswer.CANNOT_SAY])
def test_who_speaks_for_another_does_not_answer_for_those_promised_to(said):
    given(MADE, CLAIMED).when(answer(said, words=WORDS), by=SERGEANT).then_refused(
        Code.MAY_NOT_SPEAK_FOR, at="#/answered_by"
    )
