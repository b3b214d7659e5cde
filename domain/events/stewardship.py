"""Stewardship of the record itself: methods, reviews, erasure, redaction, checkpoints."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from domain.events.covered_acts import CoveredActs
from domain.events.declaration import EventBody, event
from domain.events.families import STEWARDSHIP
from domain.values import Label, Name, Sha256


@event(
    family=STEWARDSHIP,
    home="method_id",
    begins="method_id",
    sentence="The method {title} was published, by which figures can be made",
)
class MethodPublished(EventBody, frozen=True, kw_only=True):
    """A scoring method was written down whole, so that figures made by it can be made again."""

    method_id: UUID
    title: Name
    method_sha256: Sha256
    document: Annotated[str, Meta(max_length=50_000)]


@event(
    version=2,
    family=STEWARDSHIP,
    home="review_id",
    begins="review_id",
    sentence="A review was registered: {question}",
    upcasts={1: dict},
)
class ReviewRegistered(EventBody, frozen=True, kw_only=True):
    """An evaluator wrote down the question before seeing the outcome.

    Version 2 added, all optional, the months before the window, the id of a published method, and the word of who
    registered that the window was over already. How much of the outcome was on record by then is read off the log.
    """

    review_id: UUID
    question: Name
    cohort_partnership_ids: tuple[UUID, ...]
    comparison_partnership_ids: tuple[UUID, ...] = ()
    window_start_on: date
    window_end_on: date
    outcomes: tuple[Label, ...] = ()
    method_sha256: Sha256
    method_id: UUID | None = None
    baseline_start_on: date | None = None
    retrospective: bool = False


@event(
    family=STEWARDSHIP,
    home="review_id",
    about="review_id",
    sentence="A review was frozen at position {position}",
)
class ReviewFrozen(EventBody, frozen=True, kw_only=True):
    """An extract was made at a log position, with its digest, so that it can be cited and run again."""

    review_id: UUID
    position: Annotated[int, Meta(ge=1)]
    as_of: date
    manifest_sha256: Sha256


@event(family=STEWARDSHIP, home="subject_id", begins="subject_id", sentence="A person was forgotten")
class SubjectErased(EventBody, frozen=True, kw_only=True):
    """A person's keys were destroyed; what remains is anonymous attendance."""

    subject_id: UUID


@event(family=STEWARDSHIP, about="record_id", sentence="A text was taken out of the record")
class TextRedacted(EventBody, frozen=True, kw_only=True):
    """The key of one text was destroyed, because it should never have been written down."""

    record_id: UUID
    field: Label
    ground: Label


@event(
    family=STEWARDSHIP,
    home="checkpoint_id",
    begins="checkpoint_id",
    sentence="The log was signed at {tree_size} entries",
)
class CheckpointSigned(EventBody, frozen=True, kw_only=True):
    """The root of the log at one size was signed and published."""

    checkpoint_id: UUID
    tree_size: Annotated[int, Meta(ge=1)]
    root_sha256: Sha256
    note: Annotated[str, Meta(max_length=10_000)]


@event(
    family=STEWARDSHIP,
    begins="coverage_id",
    sentence="What a source of the record would note was declared",
)
class CoverageDeclared(EventBody, frozen=True, kw_only=True):
    """A source's coverage of a partnership's affairs was set; replaces what was declared of it before.

    The source is what stands behind a key, or the imports by one mapping. What is not listed it does not cover.
    """

    coverage_id: UUID
    api_key_id: UUID | None = None
    mapping: Label | None = None
    covered: tuple[CoveredActs, ...] = ()
