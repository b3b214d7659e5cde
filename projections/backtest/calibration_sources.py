"""Sources that settings are fitted to: logs of other partnerships, and partnerships made up by chance.

Each foretells the same duties by several methods at once, so that these can be compared duty by duty.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Final

from msgspec import Struct

from domain.vocabulary import Facet
from projections.backtest.duty_forecasts import DutyForecast, with_half_life
from projections.backtest.forecast_table import ForecastTable, Truths
from projections.backtest.generated_record import GeneratedAspect, foretold
from projections.method.method import Method

SPLIT_SHARE: Final = 0.6
"""The share of the forecasts of a source that lie in its earlier stretch, where no day is named."""

_QUARTER: Final = 91
ASPECTS: Final = (
    GeneratedAspect(facet=Facet.RELIABILITY, acts=120, days_between=10, begun_apart=_QUARTER),
    GeneratedAspect(facet=Facet.RELIABILITY, acts=80, days_between=45, share_owed=0.25, begun_apart=_QUARTER),
    GeneratedAspect(facet=Facet.RESPONSIVENESS, acts=120, days_between=20, begun_apart=_QUARTER),
    GeneratedAspect(facet=Facet.RESPONSIVENESS, acts=60, days_between=60, share_owed=0.5, begun_apart=_QUARTER),
    GeneratedAspect(facet=Facet.OPENNESS, acts=80, days_between=45, share_owed=0.5, begun_apart=_QUARTER),
    GeneratedAspect(facet=Facet.INTEGRITY, acts=40, days_between=91, begun_apart=_QUARTER),
    GeneratedAspect(facet=Facet.FLEXIBILITY, acts=10, days_between=365, begun_apart=_QUARTER),
    GeneratedAspect(facet=Facet.ENTRUSTED, acts=10, days_between=365, begun_apart=_QUARTER),
)
"""Aspects of generated partnerships over some ten years, each at its own pace; one begins each quarter.

A board that meets eight times a year owes notes every 45 days, decides something each quarter, and sees money awarded
once a year. Of answers and notes that are not given in time half stay owed for ever, between the none of 619 late steps
of one permit office and the 17 of 22 in one file of developers' contributions; of promises, which can be let off, a
quarter.
"""


class Foretold(Struct, frozen=True, kw_only=True):
    """The duties of a source, each foretold, and how many of its promises are of more or less than ordinary weight."""

    duties: Sequence[DutyForecast]
    weighed: int = 0


Foretelling = Callable[[Method, Sequence[float | None]], Foretold]
"""Foretells duties by a method, and beside it by other half-lives for every aspect."""


class CalibrationSource(Struct, frozen=True, kw_only=True):
    """Something that settings can be fitted to; `is_log`: a record of what happened, whose shares are facts."""

    name: str
    is_log: bool
    foretell: Foretelling


class SourceTable(Struct, frozen=True, kw_only=True):
    """A source's duties foretold, with the stretch that settings are chosen by and the one that they are scored on."""

    name: str
    is_log: bool
    table: ForecastTable
    weighed: int
    split_on: date
    earlier: Truths
    later: Truths


def source_table(
    source: CalibrationSource, method: Method, half_lives_days: Sequence[float | None], split_on: date | None = None
) -> SourceTable | None:
    """Foretell a source and part it in two at a day, by default where three fifths lie before; None without duties."""
    duties = source.foretell(method, half_lives_days)
    table = ForecastTable(duties.duties)
    if not table.days:
        return None
    split = split_on or table.days[int(len(table.days) * SPLIT_SHARE)]
    return SourceTable(
        name=source.name,
        is_log=source.is_log,
        table=table,
        weighed=duties.weighed,
        split_on=split,
        earlier=table.between(None, split) & table.known_before(split),
        later=table.between(split, None),
    )


def generated_sources(seeds: int) -> Iterator[CalibrationSource]:
    """The sources that are made up by chance, so many partnerships each."""
    for aspect in ASPECTS:
        yield CalibrationSource(
            name=f"{seeds} generated partnerships, {aspect.facet} every {aspect.days_between} days",
            is_log=False,
            foretell=_Generated(aspect, seeds),
        )


class _Generated(Struct, frozen=True):
    """The acts of one aspect of so many generated partnerships."""

    aspect: GeneratedAspect
    seeds: int

    def __call__(self, method: Method, half_lives_days: Sequence[float | None]) -> Foretold:
        methods = [method, *(with_half_life(method, days) for days in half_lives_days)]
        return Foretold(
            duties=[forecast for seed in range(self.seeds) for forecast in foretold(seed, methods, self.aspect)]
        )
