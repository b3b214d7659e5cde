"""Deciding about expressed experience: single ratings, pulses of many, and who was taking part."""

from typing import Annotated, ClassVar

from msgspec import Meta

from domain.decisions.case import Case
from domain.decisions.command import Command, command
from domain.decisions.references import InteractionRef, PartyRef, PersonRef
from domain.decisions.refusals import Code
from domain.events.experience import FeedbackGiven, FiveCounts, Group, ProfileObserved, PulseObserved
from domain.values import Clear, Label, Score, When
from domain.vocabulary import Facet, Side


@command
class GiveFeedback(Command, frozen=True, kw_only=True):
    """Rate a body from 1 to 5 on one aspect. The rater's id stays inside the log; a comment is sealed under them.

    Answers to a question are followed by themselves, under the same words of it each time.
    """

    refuses: ClassVar = (Code.MAY_NOT_SPEAK_FOR,)

    about: PartyRef
    rater: PersonRef
    rater_side: Side | None = None
    facet: Facet = Facet.EXPRESSED
    score: Score
    comment: Clear | None = None
    survey_question: Label | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the rating, from a side that the key speaks for."""
        about = case.party(self.about, "about")
        rater_id = case.person(self.rater, "rater")
        side = self.rater_side or case.context.side
        if side not in case.sides_spoken_for() and not case.context.actor.steward:
            case.fault(Code.MAY_NOT_SPEAK_FOR, "rater_side", "your key does not speak for anyone of that side")
        if rater_id is None:
            return
        case.record(
            FeedbackGiven(
                happened=case.happened(self.happened),
                feedback_id=case.identity("feedback"),
                about=about,
                rater_side=side,
                rater_id=rater_id,
                facet=self.facet,
                score=self.score,
                comment=case.text(self.comment),
                survey_question=self.survey_question,
            ),
        )


@command
class RecordPulse(Command, frozen=True, kw_only=True):
    """Record how many of one side gave a body each rating from 1 to 5, anonymously.

    A body does not count by itself what others say of it: somebody else does, or they do. Answers to a question are
    followed by themselves, under the same words of it each time. Counts over a rolling period overlap those before.
    """

    refuses: ClassVar = (Code.NOTHING_TO_RECORD, Code.MAY_NOT_SPEAK_FOR)

    about: PartyRef
    rater_side: Side
    facet: Facet = Facet.EXPRESSED
    counts: FiveCounts
    survey_question: Label | None = None
    overlaps: bool = False
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the counts."""
        about = case.party(self.about, "about")
        if not any(self.counts):
            case.fault(Code.NOTHING_TO_RECORD, "counts", "nobody gave a rating")
        is_own = about.party_id in case.spoken_for() and self.rater_side not in case.sides_spoken_for()
        if is_own and not case.context.actor.steward:
            case.fault(Code.MAY_NOT_SPEAK_FOR, "rater_side", "what others said of your own body is theirs to count")
        case.record(
            PulseObserved(
                happened=case.happened(self.happened),
                pulse_id=case.identity("pulse"),
                about=about,
                rater_side=self.rater_side,
                facet=self.facet,
                counts=self.counts,
                survey_question=self.survey_question,
                overlaps=self.overlaps,
            ),
        )


@command
class RecordProfile(Command, frozen=True, kw_only=True):
    """Record which declared groups took part, as totals and never person by person.

    Refuses nothing of its own: which groups to declare is the partnership's to say.
    """

    groups: Annotated[tuple[Group, ...], Meta(min_length=1, max_length=50)]
    happened: When | None = None
    interaction: InteractionRef | None = None

    def decide(self, case: Case) -> None:
        """Record the totals."""
        case.record(
            ProfileObserved(
                happened=case.happened(self.happened),
                profile_id=case.identity("profile"),
                groups=self.groups,
                interaction_id=case.meeting(self.interaction),
            ),
        )
