"""Expressed experience: what people say it was like, kept apart from what bodies did."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from domain.events.declaration import EventBody, event
from domain.events.families import EXPERIENCE
from domain.values import Count, Label, PartyAt, Score, Share, Text
from domain.vocabulary import Facet, Side

FiveCounts = tuple[Count, Count, Count, Count, Count]


class Group(Struct, frozen=True, forbid_unknown_fields=True):
    """How many of a declared aggregate group took part, beside its share of the area."""

    name: Label
    present: Count
    area_share: Share


@event(family=EXPERIENCE, version=2, upcasts={1: dict}, begins="feedback_id", sentence="A rating of {about} was given")
class FeedbackGiven(EventBody, frozen=True, kw_only=True):
    """Somebody rated a body from 1 to 5 on one aspect; the author is not shown.

    Since version 2 it may name the question that was answered.
    """

    feedback_id: UUID
    about: PartyAt
    rater_side: Side
    rater_id: UUID
    facet: Facet
    score: Score
    comment: Text | None = None
    survey_question: Label | None = None


@event(
    family=EXPERIENCE,
    version=2,
    upcasts={1: dict},
    begins="pulse_id",
    sentence="Ratings of {about} from {rater_side} were counted",
)
class PulseObserved(EventBody, frozen=True, kw_only=True):
    """A count of ratings 1 to 5 that one side gave a body, anonymously.

    Since version 2 it may name the question that was answered, and say that its answers overlap those counted before.
    """

    pulse_id: UUID
    about: PartyAt
    rater_side: Side
    facet: Facet
    counts: FiveCounts
    survey_question: Label | None = None
    overlaps: bool = False


@event(family=EXPERIENCE, begins="profile_id", sentence="Which groups took part was observed")
class ProfileObserved(EventBody, frozen=True, kw_only=True):
    """Which declared groups were present, as totals and never person by person."""

    profile_id: UUID
    groups: Annotated[tuple[Group, ...], Meta(min_length=1, max_length=50)]
    interaction_id: UUID | None = None
