"""Opening and closing consultations, and telling those consulted what came of it."""

from domain.decisions.consultations import CloseConsultation, GiveConsultationFeedback, OpenConsultation
from domain.decisions.refusals import Code
from domain.events.consultations import ConsultationClosed, ConsultationFeedbackGiven, ConsultationOpened
from domain.events.registries import PartySucceeded
from domain.values import Plain
from domain.vocabulary import Challenge, Level, Side
from tests.support.given_commands import given, new, records, refuses
from tests.support.small_world import COUNCIL, OFFICER, POLICE, SEALED, SERGEANT, TENANTS, TODAY, an_id

OPENED = ConsultationOpened(
    happened="2026-02-01", consultation_id=an_id("a consultation"), opened_by=COUNCIL, subject=SEALED
)
CLOSED = ConsultationClosed(
    happened="2026-03-01", consultation_id=OPENED.consultation_id, closed_by=COUNCIL, responses=40
)
CLOSE = CloseConsultation(consultation=OPENED.consultation_id, closed_by=COUNCIL.party_id, responses=40)
TELL = GiveConsultationFeedback(
    consultation=OPENED.consultation_id, given_by=COUNCIL.party_id, responses_covered=38, reasons="Done"
)


@records(OpenConsultation)
def test_a_consultation_opens():
    command = OpenConsultation(
        opened_by=COUNCIL.party_id,
        subject="The hall",
        consulted=(Side.RESIDENTS, Side.BUSINESS),
        closes="2026-12",
        level_promised=Level.CONSULT,
        challenges=(Challenge.HOUSING,),
    )
    given().when(command, by=OFFICER).then(
        ConsultationOpened(
            happened=TODAY,
            consultation_id=new("consultation"),
            opened_by=COUNCIL,
            subject=Plain("The hall"),
            consulted=(Side.RESIDENTS, Side.BUSINESS),
            closes="2026-12",
            level_promised=Level.CONSULT,
            challenges=(Challenge.HOUSING,),
        )
    )


@refuses(OpenConsultation, Code.ENDS_BEFORE_IT_STARTS)
def test_a_consultation_does_not_close_before_it_opens():
    command = OpenConsultation(opened_by=COUNCIL.party_id, subject="The hall", closes="2026-10", happened="2026-11-02")
    given().when(command, by=OFFICER).then_refused(Code.ENDS_BEFORE_IT_STARTS, at="#/closes")


@records(CloseConsultation)
def test_a_consultation_closes():
    given(OPENED).when(CLOSE, by=OFFICER).then(
        ConsultationClosed(happened=TODAY, consultation_id=OPENED.consultation_id, closed_by=COUNCIL, responses=40)
    )


@refuses(CloseConsultation, Code.ALREADY_ENDED)
def test_a_consultation_closes_once():
    given(OPENED, CLOSED).when(CLOSE, by=OFFICER).then_refused(Code.ALREADY_ENDED, at="#/consultation")


@refuses(CloseConsultation, Code.ONLY_WHO_CONSULTED)
def test_a_consultation_is_closed_by_who_opened_it():
    command = CloseConsultation(consultation=OPENED.consultation_id, closed_by=POLICE.party_id, responses=1)
    given(OPENED).when(command, by=OFFICER).then_refused(Code.ONLY_WHO_CONSULTED, at="#/closed_by")


def test_a_successor_closes_what_its_predecessor_opened():
    merged = PartySucceeded(happened="2026-03", succession_id=an_id("s"), predecessor=COUNCIL, successor=POLICE)
    command = CloseConsultation(consultation=OPENED.consultation_id, closed_by=POLICE.party_id, responses=1)
    assert given(OPENED, merged).when(command, by=SERGEANT).drafts


@records(GiveConsultationFeedback)
def test_those_consulted_hear_back():
    given(OPENED, CLOSED).when(TELL, by=OFFICER).then(
        ConsultationFeedbackGiven(
            happened=TODAY,
            consultation_id=OPENED.consultation_id,
            given_by=COUNCIL,
            responses_covered=38,
            reasons=Plain("Done"),
        )
    )


@refuses(GiveConsultationFeedback, Code.ONLY_WHO_CONSULTED)
def test_feedback_comes_from_who_asked():
    command = GiveConsultationFeedback(
        consultation=OPENED.consultation_id, given_by=TENANTS.party_id, responses_covered=1
    )
    given(OPENED).when(command, by=OFFICER).then_refused(Code.ONLY_WHO_CONSULTED, at="#/given_by")


def test_nothing_is_closed_or_answered_that_was_not_opened():
    for command in (CLOSE, TELL):
        given().when(command, by=OFFICER).then_refused(Code.UNKNOWN_CONSULTATION, at="#/consultation")
