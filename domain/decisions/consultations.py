"""Deciding about consultations: opening, closing, and telling those consulted what came of it."""

from typing import Annotated, ClassVar

from msgspec import Meta

from domain.decisions.case import Case
from domain.decisions.command import Command, command
from domain.decisions.references import ConsultationRef, PartyRef
from domain.decisions.refusals import Code
from domain.events.consultations import ConsultationClosed, ConsultationFeedbackGiven, ConsultationOpened
from domain.values import Clear, Count, Label, PartyAt, Plain, Url, When
from domain.vocabulary import Challenge, Level, Side


@command
class OpenConsultation(Command, frozen=True, kw_only=True):
    """Record that a body asked people what they think."""

    refuses: ClassVar = (Code.ENDS_BEFORE_IT_STARTS,)

    opened_by: PartyRef
    subject: Clear
    consulted: Annotated[tuple[Side, ...], Meta(min_length=1, max_length=8)] = (Side.RESIDENTS,)
    closes: When | None = None
    level_promised: Level | None = None
    themes: Annotated[tuple[Label, ...], Meta(max_length=50)] = ()
    challenges: Annotated[tuple[Challenge, ...], Meta(max_length=50)] = ()
    document: Url | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the opening."""
        opened_by = case.party(self.opened_by, "opened_by")
        happened = case.happened(self.happened)
        case.real_date(self.closes, "closes")
        case.record(
            ConsultationOpened(
                happened=happened,
                consultation_id=case.identity("consultation"),
                opened_by=opened_by,
                subject=Plain(self.subject),
                consulted=self.consulted,
                closes=self.closes,
                level_promised=self.level_promised,
                themes=self.themes,
                challenges=self.challenges,
                document=self.document,
            ),
            word=case.word_of(opened_by),
        )


def _must_have_opened(case: Case, opened: ConsultationOpened, party: PartyAt, at: str) -> None:
    if party.party_id not in case.facts.passed_on({opened.opened_by.party_id}):
        case.fault(Code.ONLY_WHO_CONSULTED, at, "another organisation opened this consultation")


@command
class CloseConsultation(Command, frozen=True, kw_only=True):
    """Record that the time for answers ended; the clock for feeding back begins."""

    refuses: ClassVar = (Code.ALREADY_ENDED, Code.ONLY_WHO_CONSULTED)

    consultation: ConsultationRef
    closed_by: PartyRef
    responses: Count
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the closing by who opened it."""
        closed_by = case.party(self.closed_by, "closed_by")
        entry = case.find("consultation", self.consultation, "consultation", ConsultationOpened)
        if entry is None:
            return
        if case.facts.about("consultation_id", self.consultation, ConsultationClosed):
            case.fault(Code.ALREADY_ENDED, "consultation", "this consultation has been closed")
        _must_have_opened(case, entry[1], closed_by, "closed_by")
        case.record(
            ConsultationClosed(
                happened=case.happened(self.happened),
                consultation_id=self.consultation,
                closed_by=closed_by,
                responses=self.responses,
            ),
            word=case.word_of(closed_by),
        )


@command
class GiveConsultationFeedback(Command, frozen=True, kw_only=True):
    """Record that those consulted heard what was done with their answers, and why; more may follow."""

    refuses: ClassVar = (Code.ONLY_WHO_CONSULTED,)

    consultation: ConsultationRef
    given_by: PartyRef
    responses_covered: Count
    reasons: Clear | None = None
    document: Url | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the feedback of who opened it."""
        given_by = case.party(self.given_by, "given_by")
        entry = case.find("consultation", self.consultation, "consultation", ConsultationOpened)
        if entry is None:
            return
        _must_have_opened(case, entry[1], given_by, "given_by")
        case.record(
            ConsultationFeedbackGiven(
                happened=case.happened(self.happened),
                consultation_id=self.consultation,
                given_by=given_by,
                responses_covered=self.responses_covered,
                reasons=case.text(self.reasons),
                document=self.document,
            ),
            word=case.word_of(given_by),
        )
