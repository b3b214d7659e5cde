"""The answer of a backtest: how well figures foretold what came after, by aspect, by grade and ahead, good or bad."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from domain.vocabulary import CodeList, Facet
from projections.backtest.forecast_quality import ForecastScores
from projections.history.claimed_record import KnownBy
from projections.scoring.formulas.opinion import EvidenceStatus
from projections.scoring.surveys.survey_lines import ReadingKind


class Stretch(CodeList):
    """The part of the record that is scored: all of it, or what came before or from the day that parts it."""

    WHOLE = "whole"
    EARLIER = "earlier"
    LATER = "later"


class AspectScores(Struct, frozen=True, kw_only=True):
    """The scores of the forecasts of one aspect of trust; null for all aspects together."""

    facet: Facet | None
    scores: ForecastScores
    from_silence: Annotated[int, Meta(description="How many outcomes rest on silence after notice")]


class AheadScores(Struct, frozen=True, kw_only=True):
    """How often the likely range for the number kept of the next few duties held it; None where nothing was foretold.

    `grade`: of figures of one grade; null for all.
    """

    grade: EvidenceStatus | None
    following: Annotated[int, Meta(description="How many duties ahead")]
    origins: Annotated[int, Meta(description="How many forecasts of such a number")]
    figures: Annotated[int, Meta(description="How many different figures made them")]
    coverage: Annotated[float | None, Meta(description="The share held, within steps at random")]


class SurveyScores(Struct, frozen=True, kw_only=True):
    """How far survey lines were from their reading so many ahead, and the last reading carried forward beside."""

    kind: ReadingKind
    lag: int
    forecasts: int
    lines: int
    error: Annotated[float | None, Meta(description="Mean absolute error of the figure")]
    carried_error: Annotated[float | None, Meta(description="Mean absolute error of the last reading carried forward")]
    ratio: Annotated[float | None, Meta(description="The one error over the other")]
    coverage: Annotated[float | None, Meta(description="The share of later readings within the likely range")]


class StretchScores(Struct, frozen=True, kw_only=True):
    """All scores of one stretch of the record, by the settings of the method or by those chosen."""

    stretch: Stretch
    settings: Annotated[str, Meta(description="Which settings: the method's, or those chosen")]
    aspects: tuple[AspectScores, ...]
    ahead: tuple[AheadScores, ...]
    surveys: tuple[SurveyScores, ...]


class HalfLifeTrial(Struct, frozen=True, kw_only=True):
    """One half-life tried for one aspect (null: nothing fades), with its error on the stretch it was tried on."""

    facet: Facet
    half_life_days: float | None
    is_of_method: bool
    forecasts: int
    brier: float | None
    log_loss: float | None
    is_chosen: bool


class ThresholdTrial(Struct, frozen=True, kw_only=True):
    """One threshold of enough tried: the fewest acts and the widest range, and how the figures above it held."""

    fewest_acts: float
    widest_interval: float
    is_of_method: bool
    origins: int
    coverage: float | None
    share_shown: Annotated[float | None, Meta(description="The share of forecasts with enough to say by it")]
    is_chosen: bool


class ChosenSettings(Struct, frozen=True, kw_only=True):
    """Settings chosen on a stretch: a half-life in days for each aspect (null: nothing fades), thresholds of enough."""

    half_lives_days: dict[Facet, float | None]
    fewest_acts: float
    widest_interval: float
    tried: Annotated[int, Meta(description="How many settings were tried in choosing them")]


class BacktestBasis(Struct, frozen=True, kw_only=True):
    """The basis of a backtest: the same basis and question give the same answer."""

    log_id: UUID
    position: int
    as_of: date
    tree_root: str
    method: str
    method_sha256: str
    known_by: KnownBy


class BacktestReport(Struct, frozen=True, kw_only=True):
    """How well the figures of a log foretold what came after, on what basis, and everything that was tried.

    `tried` counts the settings tried, the method's own among them. `not_foretold` counts what no forecast could be
    made of: acts without a day, those not decided yet, and duties that were over before anything was on record.
    """

    basis: BacktestBasis
    partnerships: int
    duties: int
    readings: int
    not_foretold: dict[str, int]
    split_on: date | None
    is_chosen_elsewhere: Annotated[bool, Meta(description="Whether the settings were chosen on another log")]
    tried: int
    half_lives: tuple[HalfLifeTrial, ...]
    thresholds: tuple[ThresholdTrial, ...]
    chosen: ChosenSettings | None
    stretches: tuple[StretchScores, ...]
