"""Registering reviews before their outcome is seen, and freezing what was found."""

from datetime import date

from msgspec.structs import replace

from domain.decisions.refusals import Code
from domain.decisions.reviews import FreezeReview, RegisterReview
from domain.events.partnerships import PartnershipFormed
from domain.events.stewardship import MethodPublished, ReviewFrozen, ReviewRegistered
from domain.values import PartyAt
from domain.vocabulary import PartyKind, Side
from tests.support.given_commands import elsewhere, given, new, past, records, refuses
from tests.support.small_world import (
    BOARD,
    BOARD_ID,
    EVALUATOR,
    NOBODY_KNOWS,
    OBSERVER,
    OFFICER,
    OTHER_BOARD_ID,
    STEWARD,
    TODAY,
    an_id,
)

DIGEST = "a" * 64
A_METHOD = MethodPublished(
    happened="2026-01", method_id=an_id("a method"), title="Steady", method_sha256="b" * 64, document="{}"
)
OTHER_BOARD = PartnershipFormed(
    happened="2025",
    partnership_id=OTHER_BOARD_ID,
    name="Westmoor Board",
    kind=PartyKind.NEIGHBOURHOOD_BOARD,
    itself=BOARD,
    residents=PartyAt(an_id("Residents of Westmoor"), Side.RESIDENTS, PartyKind.RESIDENTS_AT_LARGE),
)
REGISTER = RegisterReview(
    question="Do boards with a rule keep more of their promises?",
    cohort=(BOARD_ID,),
    window_start_on=date(2026, 10, 1),
    window_end_on=date(2027, 9, 30),
    method_sha256=DIGEST,
)
REGISTERED = ReviewRegistered(
    happened="2026-10-01",
    review_id=an_id("a review"),
    question=REGISTER.question,
    cohort_partnership_ids=(BOARD_ID,),
    window_start_on=date(2026, 10, 1),
    window_end_on=date(2027, 9, 30),
    method_sha256=DIGEST,
)
FREEZE = FreezeReview(review=REGISTERED.review_id, position=40, as_of=date(2026, 11, 22), manifest_sha256="c" * 64)
FROZEN = ReviewFrozen(
    happened=TODAY,
    review_id=FREEZE.review,
    position=FREEZE.position,
    as_of=FREEZE.as_of,
    manifest_sha256=FREEZE.manifest_sha256,
)
REGISTERED_BY_OBSERVER = past(REGISTERED, by=EVALUATOR)


@records(RegisterReview)
def test_a_review_is_registered_with_its_question_cohort_window_and_method():
    given().when(REGISTER, by=OBSERVER).then(
        ReviewRegistered(
            happened=TODAY,
            review_id=new("review"),
            question=REGISTER.question,
            cohort_partnership_ids=(BOARD_ID,),
            window_start_on=REGISTER.window_start_on,
            window_end_on=REGISTER.window_end_on,
            method_sha256=DIGEST,
        )
    )


def test_a_review_may_compare_with_others_and_with_the_months_before_by_a_published_method():
    command = replace(
        REGISTER,
        cohort=(BOARD_ID, BOARD_ID),
        comparison=(OTHER_BOARD_ID,),
        baseline_start_on=date(2025, 10, 1),
        outcomes=("reliability", "reliability", "wellbeing"),
        method=A_METHOD.method_id,
        method_sha256=None,
    )
    (draft,) = given(A_METHOD, elsewhere(OTHER_BOARD)).when(command, by=OBSERVER).drafts
    assert draft.body.cohort_partnership_ids == (BOARD_ID,)
    assert draft.body.comparison_partnership_ids == (OTHER_BOARD_ID,)
    assert draft.body.baseline_start_on == date(2025, 10, 1)
    assert draft.body.outcomes == ("reliability", "wellbeing")
    assert (draft.body.method_id, draft.body.method_sha256) == (A_METHOD.method_id, "b" * 64)


@refuses(RegisterReview, Code.WINDOW_ENDED)
def test_a_window_that_is_over_is_reviewed_only_by_saying_so():
    over = replace(REGISTER, window_end_on=date(2026, 11, 22))
    given().when(over, by=OBSERVER).then_refused(Code.WINDOW_ENDED, at="#/window_end_on")
    (draft,) = given().when(replace(over, retrospective=True), by=OBSERVER).drafts
    assert draft.body.retrospective


def test_days_that_cannot_be_counted_on_from_are_no_window():
    for field, day in (("window_end_on", date(9999, 12, 31)), ("baseline_start_on", date(1, 1, 1))):
        beyond = replace(REGISTER, **{field: day})
        given().when(beyond, by=OBSERVER).then_refused(Code.IMPOSSIBLE_DATE, at=f"#/{field}")


def test_a_window_that_ends_today_is_not_over():
    (draft,) = given().when(replace(REGISTER, window_end_on=date.fromisoformat(TODAY)), by=OBSERVER).drafts
    assert not draft.body.retrospective


@refuses(RegisterReview, Code.IN_BOTH_GROUPS)
def test_no_partnership_is_compared_with_itself():
    command = replace(REGISTER, comparison=(BOARD_ID,))
    given().when(command, by=OBSERVER).then_refused(Code.IN_BOTH_GROUPS, at="#/comparison/0")


@refuses(RegisterReview, Code.ENDS_BEFORE_IT_STARTS)
def test_a_window_ends_after_it_starts_and_what_it_is_compared_with_comes_before():
    backwards = replace(REGISTER, window_end_on=date(2026, 9, 30), retrospective=True)
    given().when(backwards, by=OBSERVER).then_refused(Code.ENDS_BEFORE_IT_STARTS, at="#/window_end_on")
    late = replace(REGISTER, baseline_start_on=REGISTER.window_start_on)
    given().when(late, by=OBSERVER).then_refused(Code.ENDS_BEFORE_IT_STARTS, at="#/baseline_start_on")


@refuses(RegisterReview, Code.EXACTLY_ONE)
def test_a_review_names_one_method():
    both = replace(REGISTER, method=A_METHOD.method_id)
    given(A_METHOD).when(both, by=OBSERVER).then_refused(Code.EXACTLY_ONE, at="#/method")
    given().when(replace(REGISTER, method_sha256=None), by=OBSERVER).then_refused(Code.EXACTLY_ONE, at="#/method")


def test_a_review_is_of_partnerships_and_a_method_that_are_known():
    given().when(replace(REGISTER, cohort=(NOBODY_KNOWS,)), by=OBSERVER).then_refused(
        Code.UNKNOWN_PARTNERSHIP, at="#/cohort/0"
    )
    unknown = replace(REGISTER, method=NOBODY_KNOWS, method_sha256=None)
    given().when(unknown, by=OBSERVER).then_refused(Code.UNKNOWN_METHOD, at="#/method")


@records(FreezeReview)
def test_a_review_is_frozen_by_who_registered_it():
    given(REGISTERED_BY_OBSERVER).when(FREEZE, by=OBSERVER).then(FROZEN)
    given(REGISTERED_BY_OBSERVER).when(FREEZE, by=STEWARD).then(FROZEN)


def test_a_review_may_be_frozen_again_with_another_manifest():
    again = replace(FREEZE, manifest_sha256="d" * 64)
    given(REGISTERED_BY_OBSERVER, FROZEN).when(again, by=OBSERVER).then(replace(FROZEN, manifest_sha256="d" * 64))


@refuses(FreezeReview, Code.ONLY_WHO_RECORDED_IT)
def test_nobody_freezes_the_review_of_another():
    given(REGISTERED_BY_OBSERVER).when(FREEZE, by=OFFICER).then_refused(Code.ONLY_WHO_RECORDED_IT)


@refuses(FreezeReview, Code.ALREADY_DONE)
def test_the_same_extract_is_recorded_once():
    given(REGISTERED_BY_OBSERVER, FROZEN).when(FREEZE, by=OBSERVER).then_refused(
        Code.ALREADY_DONE, at="#/manifest_sha256"
    )


def test_an_extract_is_of_a_day_that_the_review_looks_at_and_that_has_come():
    given(REGISTERED_BY_OBSERVER).when(replace(FREEZE, as_of=date(2026, 11, 24)), by=OBSERVER).then_refused(
        Code.IN_THE_FUTURE, at="#/as_of"
    )
    given(REGISTERED_BY_OBSERVER).when(replace(FREEZE, as_of=date(2026, 9, 30)), by=OBSERVER).then_refused(
        Code.BEFORE_WHAT_IT_REFERS_TO, at="#/as_of"
    )


def test_an_extract_is_of_a_review_that_is_registered():
    given().when(FREEZE, by=OBSERVER).then_refused(Code.UNKNOWN_REVIEW, at="#/review")
