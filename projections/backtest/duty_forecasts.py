"""Forecasts of duties: the figure of whoever owed each, as it stood the day before anything could be known of it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.events.recorded import Recorded
from domain.values import end_of_day
from projections.backtest.duties import DutiesFound, Duty
from projections.backtest.evidence_as_known import evidence_as_known
from projections.method.method import Method
from projections.scoring.formulas.evidence import Evidence
from projections.scoring.trust.block_timeline import point
from projections.scoring.trust.timeline import EvidenceLedger


class FigureForetold(Struct, frozen=True):
    """A figure as a forecast, by one half-life: evidence for and against, usual rate, effective number of acts."""

    r: float
    s: float
    a: float
    n: float


class DutyForecast(Struct, frozen=True, kw_only=True):
    """A duty of a partition, and the figure that foretold it by each half-life tried, the method's own first."""

    partition_id: UUID
    duty: Duty
    figures: tuple[FigureForetold, ...]


def with_half_life(method: Method, half_life_days: float | None) -> Method:
    """The method with one half-life for every aspect (None: nothing fades) and nothing else changed."""
    return replace(method, trust=method.trust.fading_alike(half_life_days))


def duty_forecasts(
    records: Sequence[Recorded],
    duties: DutiesFound,
    method: Method,
    half_lives_days: Sequence[float | None],
) -> list[DutyForecast]:
    """Foretell each duty of a partition from what was known; those before anything was known are left out."""
    by_day: defaultdict[date, list[Duty]] = defaultdict(list)
    for duty in duties.duties:
        by_day[duty.foretold_on].append(duty)
    methods = [method, *(with_half_life(method, days) for days in half_lives_days)]
    ledgers = [_StandingLedger(each) for each in methods]
    forecasts = []
    for day, evidence in evidence_as_known(records, by_day, method):
        for ledger in ledgers:
            ledger.stand(evidence)
        at = end_of_day(day)
        forecasts += [
            DutyForecast(
                partition_id=records[0].partition_id,
                duty=duty,
                figures=tuple(ledger.figure(duty, at) for ledger in ledgers),
            )
            for duty in by_day[day]
        ]
    return forecasts


class _StandingLedger:
    """The evidence that stands on a day, summed up by one method; from day to day only what changed is summed anew."""

    def __init__(self, method: Method) -> None:
        self._ledger = EvidenceLedger(method, for_pairs=False)
        self._standing: dict[int, Evidence] = {}

    def stand(self, evidence: Iterable[Evidence]) -> None:
        """Let this evidence stand, and no other."""
        rows = {id(row): row for row in evidence}
        self._ledger.change(
            risen=[row for key, row in rows.items() if key not in self._standing],
            fallen=[row for key, row in self._standing.items() if key not in rows],
        )
        self._standing = rows

    def figure(self, duty: Duty, at: datetime) -> FigureForetold:
        """The figure of whoever owes a duty, without the evidence of the duty itself."""
        own = self._ledger.block(duty.view.block).standing(duty.act)
        self._ledger.change(risen=(), fallen=own)
        then = point(self._ledger.block(duty.view.block), duty.view, at)
        self._ledger.change(risen=own)
        return FigureForetold(then.r, then.s, then.a, then.n)
