"""Running sums of decayed evidence in which every act counts once.

Sums are kept as whole numbers on a fixed binary grid, so that adding and taking away leave no rounding behind: a
timeline built step by step and a figure computed afresh agree to the last bit, in whatever order the rows come.
Evidence is scaled by its age at a fixed origin; one factor then brings a sum to the day asked about.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from math import exp2, floor, fsum, ldexp
from typing import Final

from msgspec import Struct

from projections.scoring.evidence import Counts, Evidence
from projections.scoring.method import Method
from projections.scoring.reported import Belief

ORIGIN: Final = datetime(1900, 1, 1, tzinfo=UTC)
"""Ages are counted from here; anything earlier counts as of this day."""

GRID_BITS: Final = 64
_DAY: Final = timedelta(days=1)


class Sums(Struct, frozen=True, kw_only=True):
    """The sufficient statistics of a set of evidence at one instant.

    `r` and `s` are the decayed evidence for and against, `n` the effective number of acts, `acts` their plain
    number, `tacit` the share of the weight that rests on silence.
    """

    r: float = 0.0
    s: float = 0.0
    n: float = 0.0
    acts: int = 0
    tacit: float = 0.0


class Contribution(Struct, frozen=True):
    """What one act adds to a sum, on the grid: fading weight, the part of it kept, owed weight, tacit weight.

    `reported` is the part that is kept by its doer's own word, with how far that is believed.
    """

    mass: int
    good: int
    owed: int
    tacit: int
    reported: tuple[tuple[Belief, int], ...] = ()


def half_lives(instant: datetime, half_life_days: float | None) -> float:
    """Give the time since the origin in half-lives; 0 when nothing fades."""
    if half_life_days is None:
        return 0.0
    return max(0.0, (instant - ORIGIN) / _DAY / half_life_days)


def _to_grid(amount: float, age: float) -> int:
    whole = floor(age)
    return int(ldexp(amount * exp2(age - whole), GRID_BITS)) << whole


def _from_grid(total: int, age: float, bits: int = GRID_BITS) -> float:
    if not total:
        return 0.0
    whole = floor(age)
    return total / (1 << (bits + whole)) * exp2(whole - age)


def contribution(rows: Sequence[Evidence], method: Method) -> Contribution:
    """Give what one act contributes: the mean over its rows, one a pair."""
    mass = good = owed = tacit = 0
    reported: list[tuple[Belief, int]] = []
    for row in rows:
        weight = row.weight / len(rows)
        if row.open_zero:
            owed += _to_grid(weight, 0.0)
            continue
        age = half_lives(row.at, method.trust.half_life_days)
        scaled = _to_grid(weight, age)
        mass += scaled
        kept = _to_grid(weight * row.value, age)
        if row.believed is None:
            good += kept
        elif kept:
            reported.append((row.believed, kept))
        tacit += scaled if row.tacit else 0
    return Contribution(mass, good, owed, tacit, tuple(reported))


class Tally:
    """A sum of acts to which acts are added and from which they are taken, read at any instant."""

    __slots__ = ("acts", "good", "mass", "owed", "reported", "square_mass", "square_mixed", "square_owed", "tacit")

    def __init__(self) -> None:
        self.acts = self.mass = self.good = self.owed = self.tacit = 0
        self.square_mass = self.square_mixed = self.square_owed = 0
        self.reported: dict[Belief, int] = {}

    def add(self, part: Contribution, times: int = 1) -> None:
        """Add an act; with `times` -1, take it away."""
        self.acts += times
        self.mass += times * part.mass
        self.good += times * part.good
        self.owed += times * part.owed
        self.tacit += times * part.tacit
        self.square_mass += times * part.mass * part.mass
        self.square_mixed += times * part.mass * part.owed
        self.square_owed += times * part.owed * part.owed
        for belief, kept in part.reported:
            self._report(belief, times * kept)

    def _report(self, belief: Belief, kept: int) -> None:
        left = self.reported.get(belief, 0) + kept
        if left:
            self.reported[belief] = left
        else:
            self.reported.pop(belief, None)

    def without(self, other: "Tally | None") -> "Tally":
        """Give this sum less a part of it, for the evidence for and against alone."""
        rest = Tally()
        rest.acts, rest.mass, rest.good, rest.owed = self.acts, self.mass, self.good, self.owed
        if other is not None:
            rest.acts -= other.acts
            rest.mass -= other.mass
            rest.good -= other.good
            rest.owed -= other.owed
        rest.reported = dict(self.reported)
        for belief, kept in other.reported.items() if other is not None else ():
            rest._report(belief, -kept)
        return rest

    def for_and_against(self, at: datetime, method: Method) -> tuple[float, float]:
        """Give r and s at an instant."""
        age = half_lives(at, method.trust.half_life_days)
        believed = fsum(belief.rate_at(at) * _from_grid(kept, age) for belief, kept in self.reported.items())
        bad = max(0.0, _from_grid(self.mass - self.good, age) - believed) + _from_grid(self.owed, 0.0)
        return _from_grid(self.good, age) + believed, method.trust.adverse_weight * bad

    def sums(self, at: datetime, method: Method) -> Sums:
        """Give every sufficient statistic at an instant."""
        if not self.acts:
            return Sums()
        age = half_lives(at, method.trust.half_life_days)
        r, s = self.for_and_against(at, method)
        fading = _from_grid(self.mass, age)
        weight = fading + _from_grid(self.owed, 0.0)
        squares = (
            _from_grid(self.square_mass, 2 * age, 2 * GRID_BITS)
            + 2 * _from_grid(self.square_mixed, age, 2 * GRID_BITS)
            + _from_grid(self.square_owed, 0.0, 2 * GRID_BITS)
        )
        return Sums(
            r=r,
            s=s,
            n=weight * weight / squares if squares else 0.0,
            acts=self.acts,
            tacit=_from_grid(self.tacit, age) / weight if weight else 0.0,
        )


def by_act(rows: Iterable[Evidence]) -> dict[str, list[Evidence]]:
    """Group rows by act."""
    acts: dict[str, list[Evidence]] = {}
    for row in rows:
        acts.setdefault(row.act, []).append(row)
    return acts


def tally(rows: Iterable[Evidence], at: datetime, method: Method) -> Tally:
    """Sum the rows that stand at an instant, each act once with the mean over its pairs."""
    total = Tally()
    for act in by_act(row for row in rows if row.stands_at(at)).values():
        total.add(contribution(act, method))
    return total


def sums(rows: Iterable[Evidence], at: datetime, method: Method) -> Sums:
    """Give the sufficient statistics of the rows that stand at an instant."""
    return tally(rows, at, method).sums(at, method)


def counts(rows: Iterable[Evidence], at: datetime) -> Counts:
    """Count the acts that stand at an instant; an act's value is the mean over its pairs."""
    acts = by_act(row for row in rows if row.stands_at(at))
    values = {act: fsum(row.value for row in rows) / len(rows) for act, rows in acts.items()}
    owed = {act for act, rows in acts.items() if all(row.open_zero for row in rows)}
    closed = [value for act, value in values.items() if act not in owed]
    whole = sum(value == 1 for value in closed)
    none = sum(value == 0 for value in closed)
    return Counts(
        acts=len(acts),
        value_sum=fsum(values.values()),
        whole=whole,
        partial=len(closed) - whole - none,
        none=none,
        owed=len(owed),
        tacit=sum(any(row.tacit for row in rows) for rows in acts.values()),
    )
