"""A scoring method: every number that a figure depends on, in one document that can be named, adopted and cited."""

import hashlib
from datetime import date, timedelta
from typing import Annotated, Final

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import replace

from domain.structs import prepared
from domain.values import coded
from domain.vocabulary import (
    Allocation,
    Answer,
    CodeList,
    ConditionChange,
    Control,
    Facet,
    Materiality,
    Payment,
    Restriction,
    VariationAnswer,
)
from projections.method.experience_rules import ExperienceRules
from projections.method.method_part import (
    HalfLife,
    MethodPart,
    Positive,
    PriorWeight,
    Share,
    ShortText,
    Weight,
    WholeDays,
)


class Dimension(CodeList):
    """The dimensions of partnership health, H1 to H14 in order."""

    RELIABILITY = "reliability"
    RESPONSIVENESS = "responsiveness"
    VOICE = "voice"
    PARTICIPATION = "participation"
    CONTINUITY = "continuity"
    COVERAGE = "coverage"
    NETWORK = "network"
    RHYTHM = "rhythm"
    FUNDING_FLEXIBILITY = "funding-flexibility"
    OPENNESS = "openness"
    REPRESENTATIVENESS = "representativeness"
    EXPRESSED_EXPERIENCE = "expressed-experience"
    LEARNING = "learning"
    REPAIR = "repair"


class BaseRate(MethodPart, frozen=True, kw_only=True):
    """The value expected of anybody in a facet before there is evidence, and where that comes from.

    `calibrated_on` is the last position of the same log that it was fitted to, `calibrated_until` the day before which
    the outcomes of other logs that it was fitted to were known; a figure known earlier than that is hindsight.
    """

    value: Annotated[float, Meta(ge=0.02, le=0.98)]
    source: ShortText
    calibrated_on: Annotated[int, Meta(ge=1)] | None = None
    calibrated_until: date | UnsetType = UNSET

    def is_hindsight(self, position: int, known_on: date) -> bool:
        """A figure known at a position, on a day, rests on a rate fitted to what came later."""
        is_after_position = self.calibrated_on is not None and position < self.calibrated_on
        return is_after_position or (self.calibrated_until is not UNSET and known_on < self.calibrated_until)


LATER_FACETS: Final[dict[Facet, BaseRate]] = {}
"""The base rates of aspects that came after methods that were shipped or published, for all that do not name them.

A new aspect stands here with its rate and where that comes from; so older methods keep their documents, their digests
and every figure that they made. What stands here never changes. There is none yet.
"""


class GradeRule(MethodPart, frozen=True, kw_only=True):
    """The rule for a grade: the fewest effective acts, least evidence (r + s) and widest range of its figures."""

    fewest_acts: Positive
    least_evidence: Weight
    widest_interval: Share


class TrustRules(MethodPart, frozen=True, kw_only=True):
    """How evidence becomes an opinion, and when there is enough of it to show.

    `half_lives_days` names the aspects whose half-life differs from `half_life_days`. `fewest_acts`, `least_evidence`
    and `widest_interval` are what the grade *enough* needs, `some` what the grade below it does; a method without it
    has no such grade.
    """

    half_life_days: HalfLife
    half_lives_days: dict[Facet, HalfLife] | UnsetType = UNSET
    prior_weight: PriorWeight
    block_prior_weight: PriorWeight
    pooling_weight: PriorWeight
    adverse_weight: Positive
    interval_level: Annotated[float, Meta(gt=0, lt=1)]
    fewest_acts: Positive
    least_evidence: Weight | UnsetType = UNSET
    widest_interval: Share
    some: GradeRule | UnsetType = UNSET
    disputed_weight: Share

    def half_life(self, facet: Facet) -> float | None:
        """The half-life of an aspect in days; None: nothing fades."""
        differing = self.half_lives_days
        return self.half_life_days if differing is UNSET else differing.get(facet, self.half_life_days)

    def fading_alike(self, half_life_days: float | None) -> "TrustRules":
        """The rules with one half-life for every aspect (None: nothing fades) and nothing else changed."""
        return replace(self, half_life_days=half_life_days, half_lives_days=UNSET)

    @property
    def enough(self) -> GradeRule:
        """The rule for there being enough to say."""
        least = 0.0 if isinstance(self.least_evidence, UnsetType) else self.least_evidence
        return GradeRule(fewest_acts=self.fewest_acts, least_evidence=least, widest_interval=self.widest_interval)

    @property
    def least_shown(self) -> GradeRule:
        """The rule for showing a figure at all."""
        return self.enough if isinstance(self.some, UnsetType) else self.some


class CommitmentRules(MethodPart, frozen=True, kw_only=True):
    """The value of a promise as evidence, by how late it was kept.

    `default_due_days`: the term of a promise for which nobody named a day; without it such a promise is no evidence.
    `first_date_days`: how far ahead a first date is named, and how long after it was agreed what is done stays undated.
    `part_keeps_open`: a promise of which a part was done is still owed. `past_disputes_are_causes`: what was disputed
    once, and settled, is named among what a figure rests on. `joint_handovers_in_words`: where one joint promiser
    passes its part to another, silence agrees to nothing.
    """

    grace_days: WholeDays
    tolerance_days: Annotated[int, Meta(ge=1, le=3_660)]
    lowest_when_done: Share
    highest_when_renegotiated_late: Share
    default_due_days: WholeDays | UnsetType = UNSET
    materiality: dict[Materiality, Positive]
    first_date_days: WholeDays | UnsetType = UNSET
    part_keeps_open: bool | UnsetType = UNSET
    past_disputes_are_causes: bool | UnsetType = UNSET
    joint_handovers_in_words: bool | UnsetType = UNSET

    @property
    def usual_term(self) -> timedelta | None:
        """The time from a promise to the day it is due where nobody named one; None: it is due on no day."""
        return None if self.default_due_days is UNSET else timedelta(days=self.default_due_days)

    @property
    def first_date_notice(self) -> timedelta | None:
        """The time that has to lie between naming a first date and that date; None where any later day will do."""
        return None if self.first_date_days is UNSET else timedelta(days=self.first_date_days)

    @property
    def progress_is_no_end(self) -> bool:
        """A part done leaves the whole owed."""
        return self.part_keeps_open is True

    @property
    def needs_words_for_joint_handovers(self) -> bool:
        """One joint promiser passes its part to another only by the word of whoever was promised, not by silence."""
        return self.joint_handovers_in_words is True

    @property
    def keeps_past_disputes(self) -> bool:
        """A dispute that has ended stays among the causes of what became of a promise."""
        return self.past_disputes_are_causes is True


class AnswerRules(MethodPart, frozen=True, kw_only=True):
    """How long an answer may take, in working days: whole value to the standard, falling to the lowest at the limit."""

    standard_working_days: Annotated[int, Meta(ge=1, le=1_000)]
    limit_multiple: Annotated[float, Meta(gt=1, le=1_000)]
    lowest_when_answered: Share


class OpennessRules(MethodPart, frozen=True, kw_only=True):
    """When notes, reasons and feedback are due, and whether only where the record would show them."""

    notes_working_days: WholeDays
    volunteer_notes_days: WholeDays
    feedback_days: WholeDays
    late_value: Share
    covered_duties_only: bool | UnsetType = UNSET

    @property
    def needs_coverage(self) -> bool:
        """A duty counts only where some source of the record would note that it was met."""
        return self.covered_duties_only is True


class NoticeRules(MethodPart, frozen=True, kw_only=True):
    """How long a side has to object before its silence counts as agreement."""

    notice_days: WholeDays
    promise_notice_working_days: WholeDays


class ActValues(MethodPart, frozen=True, kw_only=True):
    """The value of single acts where lateness plays no part."""

    influence: dict[Answer, Share]
    variation: dict[VariationAnswer, Share]
    condition: dict[ConditionChange, Share]


class FlexibilityRules(MethodPart, frozen=True, kw_only=True):
    """How freely money may be used: what each term of an award is worth, and against what it is measured."""

    restriction: dict[Restriction, Share]
    allocation: dict[Allocation, Share]
    payment: dict[Payment, Share]
    control: dict[Control, Share]
    full_duration_years: Positive
    fewest_expected_hours: Positive
    pounds_an_hour_squared: Positive
    expected_hours_factor: Positive
    hours_multiple: Positive
    most_reports_a_year: Positive
    longest_decision_days: Positive
    fewest_known_items: Annotated[int, Meta(ge=1, le=8)]


class HealthRules(MethodPart, frozen=True, kw_only=True):
    """The windows and thresholds of the health profile.

    `participation_by_deeds`: participation counts all that is done and not attendance alone.
    """

    window_days: Annotated[int, Meta(ge=1, le=3_660)]
    late_recording_days: WholeDays
    late_minutes_days: WholeDays
    planned_ahead_days: WholeDays
    handover_days: WholeDays
    fewest_expected_bodies: Annotated[int, Meta(ge=1)]
    smallest_cell: Annotated[int, Meta(ge=1)]
    fewest_raters: Annotated[int, Meta(ge=1)]
    ordinal_prior_weight: PriorWeight
    recovery_margin: Share
    missing_floor: Annotated[float, Meta(gt=0, lt=1)]
    order_checks: bool | UnsetType = UNSET
    participation_by_deeds: bool | UnsetType = UNSET

    @property
    def checks_order(self) -> bool:
        """A profile counts the records that claim an order which the world does not know."""
        return self.order_checks is True

    @property
    def counts_deeds(self) -> bool:
        """Participation is who did what was done, whether by coming or otherwise."""
        return self.participation_by_deeds is True


class Band(MethodPart, frozen=True, kw_only=True):
    """A named stretch of the composite, from `low` up to the next band."""

    name: Annotated[str, Meta(min_length=1, max_length=60)]
    low: Share


class MarketRules(MethodPart, frozen=True, kw_only=True):
    """The constants of the relationship score sold on the market."""

    expected_contacts_a_month: Positive
    contact_days: WholeDays
    sentiment_share: Share


class EarlyWarningRules(MethodPart, frozen=True, kw_only=True):
    """The thresholds of early warnings, each of which holds or does not hold on a day.

    What is owed is compared with `compared_after_days` before, trust with the end of a quarter so many quarters ago.
    """

    cancelled_in_a_row: Annotated[int, Meta(ge=1, le=100)]
    fewest_overdue: Annotated[int, Meta(ge=1, le=1_000)]
    fewest_more: Annotated[int, Meta(ge=1, le=1_000)]
    compared_after_days: Annotated[int, Meta(ge=1, le=3_660)]
    missed_in_a_row: Annotated[int, Meta(ge=1, le=100)]
    fewest_attended_before: Annotated[int, Meta(ge=1, le=100)]
    share_by_one: Share
    share_by_two: Share
    fewest_active: Annotated[int, Meta(ge=3, le=1_000)]
    fewest_asks: Annotated[int, Meta(ge=1, le=1_000)]
    passed_on_share: Share
    trust_compared_quarters: Annotated[int, Meta(ge=1, le=40)]
    open_disagreement_days: WholeDays
    silent_days: WholeDays


Year = Annotated[int, Meta(ge=1, le=9_999)]
"""A year of the calendar that dates are kept in."""


class Holidays(MethodPart, frozen=True, kw_only=True):
    """Bank holidays of England and Wales. Outside the years covered only weekends are known."""

    source: ShortText
    first_year: Year
    last_year: Year
    dates: tuple[date, ...]


SettingPath = Annotated[str, Meta(min_length=1, max_length=200)]
Provenance = Annotated[str, Meta(min_length=1, max_length=3_000)]

MethodId = Annotated[str, Meta(max_length=81), coded("[a-z0-9][a-z0-9-]{0,79}", "our-method-2026")]
"""The name a method gives itself; checked where a method is published."""


class Method(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything a figure depends on beside the history and the day. Weights are relative and need not add to 1."""

    id: MethodId
    title: ShortText
    published_on: date
    author: ShortText
    trust: TrustRules
    commitments: CommitmentRules
    answers: AnswerRules
    openness: OpennessRules
    notice: NoticeRules
    values: ActValues
    flexibility: FlexibilityRules
    health: HealthRules
    market: MarketRules
    early_warnings: EarlyWarningRules | UnsetType = UNSET
    base_rates: dict[Facet, BaseRate]
    facet_weights: dict[Facet, Weight]
    headline_weights: dict[Dimension, Weight]
    bands: tuple[Band, ...]
    bank_holidays: Holidays
    experience: ExperienceRules | UnsetType = UNSET
    provenance: dict[SettingPath, Provenance] | UnsetType = UNSET
    """Where a setting comes from, by its path in the document, such as `trust.half_life_days`."""

    @property
    def known_base_rates(self) -> dict[Facet, BaseRate]:
        """The base rate of every facet, those included that came after the method."""
        return LATER_FACETS | self.base_rates

    def base_rate(self, facet: Facet) -> float:
        """The base rate of a facet, within [.02, .98]."""
        return (self.base_rates.get(facet) or LATER_FACETS[facet]).value

    @property
    def warning_rules(self) -> EarlyWarningRules | None:
        """The thresholds of early warnings; None in a method that gives none."""
        return None if self.early_warnings is UNSET else self.early_warnings

    @property
    def survey_rules(self) -> ExperienceRules | None:
        """How survey lines are followed; None where ratings are pooled and fade."""
        return None if self.experience is UNSET else self.experience


prepared(Method)


def method_document(method: Method) -> bytes:
    """A method's canonical JSON, as it is written when it is published."""
    return msgspec.json.encode(method, order="deterministic")


def method_sha256(method: Method) -> str:
    """The hexadecimal SHA-256 of the method's canonical JSON: layout and key order of a document play no part."""
    return hashlib.sha256(method_document(method)).hexdigest()
