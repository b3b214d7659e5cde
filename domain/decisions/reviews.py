"""Deciding about reviews: writing the question down before the outcome is seen, and freezing what was found."""

from datetime import date
from typing import Annotated, ClassVar, Final
from uuid import UUID

from msgspec import Meta

from domain.decisions.case import Case
from domain.decisions.command import Command, command
from domain.decisions.references import MethodRef, PartnershipRef, ReviewRef
from domain.decisions.refusals import Code
from domain.events.stewardship import MethodPublished, ReviewFrozen, ReviewRegistered
from domain.values import Label, Name, Sha256, day_of

FIRST_YEAR: Final = 1000
LAST_YEAR: Final = 2999
"""Days can be counted on and back from any day between them."""

Cohort = Annotated[tuple[PartnershipRef, ...], Meta(min_length=1, max_length=400)]
Comparison = Annotated[tuple[PartnershipRef, ...], Meta(max_length=400)]


@command
class RegisterReview(Command, frozen=True, kw_only=True):
    """Write down what a review will ask, of whom, over which days and by which method, before its outcome is seen.

    The months from `baseline_start_on` to the window are what the window is compared with. A window that is over can
    be reviewed too, by saying so. The method is a published one, or another by the SHA-256 of its document. It
    happens when it is recorded: a registration cannot be back-dated.
    """

    refuses: ClassVar = (Code.WINDOW_ENDED, Code.IN_BOTH_GROUPS, Code.ENDS_BEFORE_IT_STARTS, Code.EXACTLY_ONE)
    within_partnership: ClassVar[bool] = False

    question: Name
    cohort: Cohort
    window_start_on: date
    window_end_on: date
    comparison: Comparison = ()
    baseline_start_on: date | None = None
    outcomes: Annotated[tuple[Label, ...], Meta(max_length=50)] = ()
    method: MethodRef | None = None
    method_sha256: Sha256 | None = None
    retrospective: bool = False

    def decide(self, case: Case) -> None:
        """Record the registration."""
        for index in (index for index, each in enumerate(self.comparison) if each in self.cohort):
            case.fault(Code.IN_BOTH_GROUPS, f"comparison/{index}", "this partnership is in the cohort")
        self._hear_days(case)
        case.record(
            ReviewRegistered(
                happened=case.happened(None),
                review_id=case.identity("review"),
                question=self.question,
                cohort_partnership_ids=_each_once(case.things("partnership", self.cohort, "cohort")),
                comparison_partnership_ids=_each_once(case.things("partnership", self.comparison, "comparison")),
                window_start_on=self.window_start_on,
                window_end_on=self.window_end_on,
                outcomes=tuple(dict.fromkeys(self.outcomes)),
                method_sha256=self._method(case),
                method_id=self.method,
                baseline_start_on=self.baseline_start_on,
                retrospective=self.retrospective,
            ),
        )

    def _hear_days(self, case: Case) -> None:
        for field in ("window_start_on", "window_end_on", "baseline_start_on"):
            day = getattr(self, field)
            if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
                detail = f"days of the years {FIRST_YEAR} to {LAST_YEAR} can be looked at"
                case.fault(Code.IMPOSSIBLE_DATE, field, detail)
        if self.window_end_on < self.window_start_on:
            case.fault(Code.ENDS_BEFORE_IT_STARTS, "window_end_on", "the window ends before it starts")
        if self.baseline_start_on is not None and self.baseline_start_on >= self.window_start_on:
            detail = "the months before the window begin before it: leave this out where there are none"
            case.fault(Code.ENDS_BEFORE_IT_STARTS, "baseline_start_on", detail)
        if self.window_end_on < day_of(case.context.now) and not self.retrospective:
            case.fault(
                Code.WINDOW_ENDED, "window_end_on", "say that the review is retrospective, or look further ahead"
            )

    def _method(self, case: Case) -> str:
        """The digest of the method named; empty or another where a fault was noted."""
        if (self.method is None) == (self.method_sha256 is None):
            case.fault(Code.EXACTLY_ONE, "method", "name a published method, or the SHA-256 of another")
        if self.method is not None:
            entry = case.find("method", self.method, "method", MethodPublished)
            return "" if entry is None else entry[1].method_sha256
        return self.method_sha256 or ""


@command
class FreezeReview(Command, frozen=True, kw_only=True):
    """Record that an extract of a review was made, at which position and day, and the digest of its manifest.

    With this it can be cited, and whoever makes it again from its manifest can say whether it is the same.
    """

    refuses: ClassVar = (Code.ALREADY_DONE, Code.ONLY_WHO_RECORDED_IT)
    within_partnership: ClassVar[bool] = False

    review: ReviewRef
    position: Annotated[int, Meta(ge=1)]
    as_of: date
    manifest_sha256: Sha256

    def decide(self, case: Case) -> None:
        """Record the extract."""
        entry = case.find("review", self.review, "review", ReviewRegistered)
        if entry is None:
            return
        record, registration = entry
        if not case.context.actor.steward and (record.word is None or record.word.party_id not in case.spoken_for()):
            case.fault(Code.ONLY_WHO_RECORDED_IT, "", "it was registered by somebody else")
        if self.as_of > day_of(case.context.now):
            case.fault(Code.IN_THE_FUTURE, "as_of", f"{self.as_of} lies in the future")
        if self.as_of < (registration.baseline_start_on or registration.window_start_on):
            case.fault(Code.BEFORE_WHAT_IT_REFERS_TO, "as_of", "this is before the first day the review looks at")
        extracts = case.facts.about("review_id", self.review, ReviewFrozen)
        if any(body.manifest_sha256 == self.manifest_sha256 for _, body in extracts):
            case.fault(Code.ALREADY_DONE, "manifest_sha256", "an extract with this manifest is on record")
        case.record(
            ReviewFrozen(
                happened=case.happened(None),
                review_id=self.review,
                position=self.position,
                as_of=self.as_of,
                manifest_sha256=self.manifest_sha256,
            ),
        )


def _each_once(ids: tuple[UUID, ...]) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys(ids))
