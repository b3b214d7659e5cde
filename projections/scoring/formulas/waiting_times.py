"""How long promises take to be kept, without pretending that the open ones are not there."""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct


class Ending(StrEnum):
    """How a promise's wait ended: kept, ended otherwise (a competing event), or not yet (censored)."""

    KEPT = "kept"
    OTHERWISE = "otherwise"
    OPEN = "open"


class Wait(Struct, frozen=True):
    """How many days after it was made a promise ended, or was last seen open."""

    days: int
    ending: Ending


class IncidenceStep(Struct, frozen=True, kw_only=True):
    """From `days` on, the expected share of promises kept, and of those ended otherwise; `at_risk` just before."""

    days: int
    at_risk: int
    kept: float
    otherwise: float


def cumulative_incidence(waits: Iterable[Wait]) -> list[IncidenceStep]:
    """Estimate the share kept by days since made, with competing endings (Aalen and Johansen, 1978).

    One step a day on which something ended. A promise last seen open on a day was at risk on that day.
    """
    endings_by_day: dict[int, list[Ending]] = {}
    for wait in waits:
        endings_by_day.setdefault(wait.days, []).append(wait.ending)
    steps: list[IncidenceStep] = []
    at_risk, waiting, share_kept, share_otherwise = sum(map(len, endings_by_day.values())), 1.0, 0.0, 0.0
    for days in sorted(endings_by_day):
        endings = endings_by_day[days]
        kept_now, otherwise_now = endings.count(Ending.KEPT), endings.count(Ending.OTHERWISE)
        if kept_now or otherwise_now:
            share_kept += waiting * kept_now / at_risk
            share_otherwise += waiting * otherwise_now / at_risk
            waiting *= 1 - (kept_now + otherwise_now) / at_risk
            steps.append(IncidenceStep(days=days, at_risk=at_risk, kept=share_kept, otherwise=share_otherwise))
        at_risk -= len(endings)
    return steps


def days_until_share_kept(steps: Iterable[IncidenceStep], share: float = 0.5) -> int | None:
    """The first day by which that share of promises is expected kept; None when it is not reached."""
    return next((step.days for step in steps if step.kept >= share), None)
