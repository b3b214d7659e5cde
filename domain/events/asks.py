"""Asks: aspirations, requests, questions and recommendations, and what became of them."""

from uuid import UUID

from domain.events.declaration import EventBody, Voice, event
from domain.events.families import ASKS
from domain.values import Label, PartyAt, Text, When
from domain.vocabulary import Answer, AskKind, Challenge


@event(
    family=ASKS, begins="ask_id", voices={"raised_by": Voice.SPEAKS}, sentence="{raised_by} asked[ {addressee}]: {text}"
)
class AskRaised(EventBody, frozen=True, kw_only=True):
    """Someone asked for something; without an addressee nobody has it yet."""

    ask_id: UUID
    kind: AskKind
    raised_by: PartyAt
    text: Text
    addressee: PartyAt | None = None
    interaction_id: UUID | None = None
    consultation_id: UUID | None = None
    themes: tuple[Label, ...] = ()
    challenges: tuple[Challenge, ...] = ()


@event(
    family=ASKS,
    about="ask_id",
    voices={"answered_by": Voice.SPEAKS},
    sentence="{answered_by} answered an ask: {answer}[: {reasons}]",
)
class AskAnswered(EventBody, frozen=True, kw_only=True):
    """The body asked said what it will do; a refusal gives its reasons."""

    ask_id: UUID
    answered_by: PartyAt
    answer: Answer
    reasons: Text | None = None
    decision_id: UUID | None = None
    interaction_id: UUID | None = None


@event(
    family=ASKS,
    about="ask_id",
    voices={"deferred_by": Voice.SPEAKS},
    sentence="{deferred_by} put an ask off to {until}",
)
class AskDeferred(EventBody, frozen=True, kw_only=True):
    """The answer was put off to a named date; the clock runs on and a promise was made."""

    ask_id: UUID
    deferred_by: PartyAt
    until: When
    commitment_id: UUID
    interaction_id: UUID | None = None


@event(
    family=ASKS,
    about="ask_id",
    voices={"referred_by": Voice.SPEAKS},
    sentence="{referred_by} referred an ask to {referred_to}[: {reasons}]",
)
class AskReferred(EventBody, frozen=True, kw_only=True):
    """The body asked passed it on; the duty stays until the other accepts."""

    ask_id: UUID
    referred_by: PartyAt
    referred_to: PartyAt
    reasons: Text | None = None
    interaction_id: UUID | None = None


@event(
    family=ASKS,
    about="ask_id",
    voices={"accepted_by": Voice.SPEAKS_ALONE},
    sentence="{accepted_by} took on a referred ask",
)
class ReferralAccepted(EventBody, frozen=True, kw_only=True):
    """The body an ask was passed to took it on."""

    ask_id: UUID
    accepted_by: PartyAt
    interaction_id: UUID | None = None


@event(
    family=ASKS,
    about="ask_id",
    sentence="[Anybody may read an ask as: {wording}|What anybody may read of an ask was settled]",
)
class PublicWordingGiven(EventBody, frozen=True, kw_only=True):
    """The partnership said in clear words how an ask is told in public, or that it is not; replaces the earlier ones.

    Its own words are sealed and stay so. Without a wording its theme stands for it.
    """

    ask_id: UUID
    wording: Label | None = None
    kept_back: bool = False


@event(
    family=ASKS,
    about="ask_id",
    voices={"withdrawn_by": Voice.SPEAKS_ALONE},
    sentence="{withdrawn_by} withdrew an ask[: {reasons}]",
)
class AskWithdrawn(EventBody, frozen=True, kw_only=True):
    """The asker no longer wants it."""

    ask_id: UUID
    withdrawn_by: PartyAt
    reasons: Text | None = None
