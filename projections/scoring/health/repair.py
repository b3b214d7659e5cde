"""Repair (H14), as context: disagreements, how they end, and whether trust comes back after a knock."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final
from uuid import UUID

from domain.events.disputes import DisputeRaised, DisputeSettled
from domain.values import day_of
from domain.vocabulary import OFFICIALS
from projections.history.causes import causes_of, each_once
from projections.history.history import History
from projections.history.memo import once_per_history
from projections.method.method import Dimension, Method
from projections.scoring.formulas.opinion import TrustPoint, expectation
from projections.scoring.formulas.tally import half_lives
from projections.scoring.formulas.waiting_times import Ending, Wait, cumulative_incidence, days_until_share_kept
from projections.scoring.health.material import RESIDENT_SIDE, Material, window_start
from projections.scoring.health.measure import Measure, Missing, counted, share
from projections.scoring.trust.block_timeline import TrustLine
from projections.scoring.trust.timeline import lines_by_side

H14: Final = Dimension.REPAIR
_TINY: Final = 1e-9


def repair(material: Material) -> list[Measure]:
    """Measure open disagreements, the time it takes to settle them, and recoveries of trust by new good acts."""
    rows = material.disputed
    return [
        *_disputes(material),
        counted(H14, "records-in-dispute", len({row.act for row in rows}), causes=causes_of(rows)),
        _recoveries(material),
    ]


def _disputes(material: Material) -> Iterator[Measure]:
    raised = material.history.each(DisputeRaised)
    settlements = {body.dispute_id: fact for fact, body in reversed(material.history.each(DisputeSettled))}
    waits, open_ones = [], []
    for fact, body in raised:
        settlement = settlements.get(body.dispute_id)
        until = material.history.as_of if settlement is None else day_of(settlement.occurred_at)
        days = max(0, (until - day_of(fact.occurred_at)).days)
        waits.append(Wait(days=days, ending=Ending.OPEN if settlement is None else Ending.KEPT))
        open_ones += [fact] if settlement is None else []
    half = days_until_share_kept(cumulative_incidence(waits))
    missing = Missing.NOT_YET_DUE if raised else Missing.NOTHING_HAPPENED
    yield counted(H14, "open-disagreements", len(open_ones), n=len(raised), causes=causes_of(open_ones))
    yield counted(
        H14,
        "days-until-half-settled",
        half,
        n=len(raised),
        causes=causes_of(fact for fact, _ in raised),
        missing=missing,
    )


def _recoveries(material: Material) -> Measure:
    """The share of knocks to residents' trust in officials that new good acts have made good."""
    lines = lines_by_side(material.history, material.method, material.evidence)
    ours = (each for each in lines if each.view.truster_side in RESIDENT_SIDE and each.view.trustee_side in OFFICIALS)
    knocks = [knock for line in ours for knock in _knocks(material.history, material.method, line)]
    causes = each_once(cause for _, causes in knocks for cause in causes)
    return share(H14, "knocks-made-good", sum(is_good for is_good, _ in knocks), len(knocks), causes=causes)


@once_per_history
def _knocks(history: History, method: Method, line: TrustLine) -> list[tuple[bool, tuple[UUID, ...]]]:
    """Each fall of more than the margin, with whether a later good act brought trust back within it."""
    margin, prior = method.health.recovery_margin, method.trust.prior_weight
    start, points, days = window_start(history, method), line.points, method.trust.half_life(line.view.facet)
    trust = [expectation(point.r, point.s, point.a, prior) for point in points]
    knocks = []
    for index in range(1, len(points)):
        if trust[index] < trust[index - 1] - margin and points[index].at >= start:
            later = pairwise(range(index, len(points)))
            back = (
                now
                for then, now in later
                if trust[now] >= trust[index - 1] - margin and _has_good_act(points[then], points[now], days)
            )
            knocks.append((next(back, None) is not None, points[index].causes))
    return knocks


def _has_good_act(before: TrustPoint, after: TrustPoint, days: float | None) -> bool:
    """Something good arrived between two points, by a half-life in days: drift alone is fading."""
    part_left = 2.0 ** (half_lives(before.at, days) - half_lives(after.at, days))
    return bool(after.r > before.r * part_left + _TINY)
