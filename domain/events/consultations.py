"""Consultations: opened, closed, and whether those consulted heard back."""

from uuid import UUID

from domain.events.declaration import EventBody, Voice, event
from domain.events.families import CONSULTATION
from domain.values import Count, Label, PartyAt, Text, Url, When
from domain.vocabulary import Challenge, Level, Side


@event(
    family=CONSULTATION,
    begins="consultation_id",
    voices={"opened_by": Voice.SPEAKS},
    sentence="{opened_by} opened a consultation[ of {consulted}][, closing {closes}]: {subject}",
)
class ConsultationOpened(EventBody, frozen=True, kw_only=True):
    """A body asked people what they think."""

    consultation_id: UUID
    opened_by: PartyAt
    subject: Text
    consulted: tuple[Side, ...] = (Side.RESIDENTS,)
    closes: When | None = None
    level_promised: Level | None = None
    themes: tuple[Label, ...] = ()
    challenges: tuple[Challenge, ...] = ()
    document: Url | None = None


@event(
    family=CONSULTATION,
    about="consultation_id",
    voices={"closed_by": Voice.SPEAKS},
    sentence="{closed_by} closed a consultation; responses: {responses}",
)
class ConsultationClosed(EventBody, frozen=True, kw_only=True):
    """The time for answers ended; the clock for feeding back began."""

    consultation_id: UUID
    closed_by: PartyAt
    responses: Count


@event(
    family=CONSULTATION,
    about="consultation_id",
    voices={"given_by": Voice.SPEAKS},
    sentence="{given_by} told those consulted what came of it",
)
class ConsultationFeedbackGiven(EventBody, frozen=True, kw_only=True):
    """Those who answered heard what was done with it, and why."""

    consultation_id: UUID
    given_by: PartyAt
    responses_covered: Count
    reasons: Text | None = None
    document: Url | None = None
