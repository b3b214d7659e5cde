"""Further acts that would be needed where nothing can be said: the fewest after which there is enough to say."""

from collections.abc import Callable
from datetime import date, timedelta
from math import exp2
from typing import Annotated, Final

from msgspec import Meta, Struct
from msgspec.structs import replace

from projections.method.method import Method
from projections.scoring.formulas.opinion import grade, intervals

MOST: Final = 60
"""More further acts than this are not named: they would be no help to anybody."""

_MONTHS: Final = 12


class FigureSums(Struct, frozen=True, kw_only=True):
    """The sums a figure is made from: evidence for and against, usual rate and its weight, effective number of acts.

    `owed` is the part of `s` that does not fade while it is owed; without a half-life nothing does.
    """

    r: float
    s: float
    a: float
    n: float
    prior_weight: float
    adverse_weight: float = 1.0
    half_life_days: float | None = None
    owed: float = 0.0

    def after(self, acts: int, good: int) -> "FigureSums":
        """The sums with so many further acts of ordinary weight, of which so many are good, that is, kept."""
        mass = self.r + self.s / self.adverse_weight
        squares = mass * mass / self.n if self.n else 0.0
        return replace(
            self,
            r=self.r + good,
            s=self.s + self.adverse_weight * (acts - good),
            n=(mass + acts) ** 2 / (squares + acts) if acts else self.n,
        )

    def faded(self, days: int) -> "FigureSums":
        """The sums so many days later, when nothing has happened; what is owed counts as acts of ordinary weight."""
        if self.half_life_days is None or not self.n:
            return self
        remaining = exp2(-days / self.half_life_days)
        mass, owed = self.r + self.s / self.adverse_weight, min(self.owed, self.s) / self.adverse_weight
        lasting_squares = min(owed, mass * mass / self.n)
        fading_squares = mass * mass / self.n - lasting_squares
        new_mass = (mass - owed) * remaining + owed
        return replace(
            self,
            r=self.r * remaining,
            s=new_mass * self.adverse_weight - self.r * remaining * self.adverse_weight,
            n=new_mass * new_mass / (fading_squares * remaining * remaining + lasting_squares),
        )

    def is_enough(self, method: Method) -> bool:
        """There is enough to say on these sums."""
        level = method.trust.interval_level
        low, high = intervals(self.r, self.s, self.a, prior_weight=self.prior_weight, level=level)
        return grade(self.n, self.r + self.s, float(low), float(high), method).is_said


class FurtherActs(Struct, frozen=True, kw_only=True):
    """The fewest further acts after which there is enough to say, if they are all kept, and if none of them is."""

    if_kept: Annotated[int | None, Meta(description="How many if all are kept; empty for more than sixty")]
    if_not: Annotated[int | None, Meta(description="How many if none is kept; empty for more than sixty")]
    before: Annotated[
        date | None,
        Meta(description="The last first of a month before which the fewer of the two stay enough; empty: for a year"),
    ] = None

    @property
    def fewest(self) -> int | None:
        """The fewer of the two."""
        return min((count for count in (self.if_kept, self.if_not) if count is not None), default=None)


def further_acts(sums: FigureSums, on: date, method: Method) -> FurtherActs | None:
    """The further acts needed on a day; None where there is enough to say already."""
    if sums.is_enough(method):
        return None
    needs = FurtherActs(
        if_kept=fewest_acts(sums, method, are_kept=True), if_not=fewest_acts(sums, method, are_kept=False)
    )
    fewest = needs.fewest
    if fewest is None or sums.half_life_days is None:
        return needs
    good_acts = fewest if fewest == needs.if_kept else 0

    def is_enough_on(day: date) -> bool:
        return sums.faded((day - on).days).after(fewest, good_acts).is_enough(method)

    return replace(needs, before=_first_too_late(on, is_enough_on))


def fewest_acts(sums: FigureSums, method: Method, *, are_kept: bool) -> int | None:
    """The fewest further acts, all kept or none, with which there is enough to say; None for more than sixty."""
    counts = range(1, MOST + 1)
    return next((acts for acts in counts if sums.after(acts, acts if are_kept else 0).is_enough(method)), None)


def _first_too_late(on: date, is_enough_on: Callable[[date], bool]) -> date | None:
    """The first of the month before which it is still enough; the next day where it is not even to this month's end."""
    month = 12 * on.year + on.month
    firsts = [date(number // 12, number % 12 + 1, 1) for number in range(month, month + _MONTHS)]
    in_time = on + timedelta(days=1)
    for first in firsts:
        if not is_enough_on(first - timedelta(days=1)):
            return in_time
        in_time = first
    return None
