"""Opening reports to anybody, closing them again, and the clear words in which asks are told there."""

import pytest

from domain.decisions.publication import DecidePublication, WordAskForPublic
from domain.decisions.refusals import Code
from domain.events.asks import AskRaised, PublicWordingGiven
from domain.events.partnerships import PartnershipClosed, PublicationDecided
from domain.vocabulary import AskKind, PublicReport
from tests.support.given_commands import given, new, records, refuses
from tests.support.small_world import COUNCIL, OFFICER, SEALED, TENANTS, TODAY, an_id

STORIES = (PublicReport.WHAT_BECAME_OF_ASKS,)
ASK_ID = an_id("an ask")
ASKED = AskRaised(
    happened="2026-03-14", ask_id=ASK_ID, kind=AskKind.REQUEST, raised_by=TENANTS, text=SEALED, addressee=COUNCIL
)


@records(DecidePublication)
def test_a_report_is_opened_from_a_day_on():
    given().when(DecidePublication(reports=STORIES, opens="2027"), by=OFFICER).then(
        PublicationDecided(happened=TODAY, publication_id=new("publication"), reports=STORIES, opens="2027")
    )


def test_without_a_day_it_is_open_from_when_it_was_decided():
    given().when(DecidePublication(reports=STORIES, happened="2026-05-02"), by=OFFICER).then(
        PublicationDecided(
            happened="2026-05-02", publication_id=new("publication"), reports=STORIES, opens="2026-05-02"
        )
    )


def test_everything_is_closed_again_even_after_the_end_of_the_partnership():
    closed = PartnershipClosed(happened="2026-09-01", closure_id=an_id("the end"))
    given(closed).when(DecidePublication(opens="2027"), by=OFFICER).then(
        PublicationDecided(happened=TODAY, publication_id=new("publication"))
    )


@refuses(DecidePublication, Code.DUE_BEFORE_MADE)
def test_nothing_is_open_before_it_was_decided():
    command = DecidePublication(reports=STORIES, happened="2026-05-02", opens="2026-05-01")
    given().when(command, by=OFFICER).then_refused(Code.DUE_BEFORE_MADE, at="#/opens")


@records(WordAskForPublic)
def test_an_ask_is_given_clear_words():
    command = WordAskForPublic(ask=ASK_ID, wording="A crossing by the school")
    given(ASKED).when(command, by=OFFICER).then(
        PublicWordingGiven(happened=TODAY, ask_id=ASK_ID, wording="A crossing by the school")
    )


def test_an_ask_is_kept_back():
    given(ASKED).when(WordAskForPublic(ask=ASK_ID, kept_back=True), by=OFFICER).then(
        PublicWordingGiven(happened=TODAY, ask_id=ASK_ID, kept_back=True)
    )


@refuses(WordAskForPublic, Code.PERSONAL_IDENTIFIER)
@pytest.mark.parametrize("wording", ["Ring Sam on 020 7946 0123", "Write to sam@example.org"])
def test_words_for_everybody_hold_nothing_personal(wording):
    command = WordAskForPublic(ask=ASK_ID, wording=wording)
    given(ASKED).when(command, by=OFFICER).then_refused(Code.PERSONAL_IDENTIFIER, at="#/wording")


@refuses(WordAskForPublic, Code.EXACTLY_ONE)
def test_an_ask_that_is_kept_back_has_no_words():
    command = WordAskForPublic(ask=ASK_ID, wording="A crossing", kept_back=True)
    given(ASKED).when(command, by=OFFICER).then_refused(Code.EXACTLY_ONE, at="#/kept_back")
