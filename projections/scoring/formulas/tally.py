"""Running sums of decayed evidence in which every act counts once.

Sums are kept as whole numbers on a fixed binary grid, so that adding and taking away leave no rounding behind: a
timeline built step by step and a figure computed afresh agree to the last bit, in whatever order the rows come.
Evidence is scaled by its age at a fixed origin; one factor then brings a sum to the day asked about.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from math import exp2, floor, fsum, ldexp
from typing import Final, NamedTuple

from msgspec import Struct

from domain.vocabulary import Facet
from projections.method.method import Method
from projections.scoring.formulas.belief_in_reports import Beliefs, Reporter
from projections.scoring.formulas.evidence import Counts, Evidence

ORIGIN: Final = datetime(1900, 1, 1, tzinfo=UTC)
"""Ages are counted from here; anything earlier counts as of this day."""

GRID_BITS: Final = 64
_UNIT: Final = 1 << GRID_BITS
_SQUARE_UNIT: Final = _UNIT * _UNIT
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


class Contribution(NamedTuple):
    """The amounts that acts add to a sum, on the grid: fading weight, the part kept, owed and tacit weight, squares.

    `reported` is the part that is kept by its doer's own word, with whose word it is. All of it adds up.
    """

    acts: int
    mass: int
    good: int
    owed: int
    tacit: int
    square_mass: int
    square_mixed: int
    square_owed: int
    reported: tuple[tuple[Reporter, int], ...]

    def __neg__(self) -> "Contribution":
        """The contribution that takes this one away again."""
        acts, mass, good, owed, tacit, square_mass, square_mixed, square_owed, reported = self
        negated = tuple((reporter, -amount) for reporter, amount in reported)
        return Contribution(-acts, -mass, -good, -owed, -tacit, -square_mass, -square_mixed, -square_owed, negated)


def half_lives(instant: datetime, half_life_days: float | None) -> float:
    """The time since the origin in half-lives; 0 when nothing fades."""
    if half_life_days is None:
        return 0.0
    return max(0.0, (instant - ORIGIN) / _DAY / half_life_days)


@lru_cache(maxsize=65_536)
def _growth(instant: datetime, half_life_days: float | None) -> tuple[int, float]:
    """The scale of evidence of an instant: so many doublings, and a factor below 2."""
    age = half_lives(instant, half_life_days)
    whole = floor(age)
    return whole, exp2(age - whole)


class DecayInstant:
    """An instant at which sums of one facet are read: what fading has left by then, and how far reporters are believed.

    Beliefs are looked up when a sum is read, so that the word of a reporter may be taken otherwise without its sums.
    """

    __slots__ = ("_beliefs", "_left", "_scale", "_square_left", "_square_scale", "adverse_weight", "at")

    def __init__(self, at: datetime, facet: Facet, method: Method, beliefs: Beliefs) -> None:
        age = half_lives(at, method.trust.half_life(facet))
        whole, square_whole = floor(age), floor(2 * age)
        self.at, self.adverse_weight, self._beliefs = at, method.trust.adverse_weight, beliefs
        self._scale, self._left = _UNIT << whole, exp2(whole - age)
        self._square_scale, self._square_left = _SQUARE_UNIT << square_whole, exp2(square_whole - 2 * age)

    def faded(self, total: int) -> float:
        """Bring a sum of fading amounts from the grid to this moment."""
        return total / self._scale * self._left if total else 0.0

    def believed(self, reporter: Reporter, total: int) -> float:
        """The part of a sum of fading amounts that a reporter is believed."""
        return self._beliefs[reporter].rate_at(self.at) * self.faded(total)

    def squares(self, of: "Tally") -> float:
        """Bring the squares of a sum's weights to this moment: what fades, what does not, and what is of both."""
        fading = of.square_mass / self._square_scale * self._square_left
        mixed = of.square_mixed / (self._scale << GRID_BITS) * self._left if of.square_mixed else 0.0
        return fading + 2 * mixed + of.square_owed / _SQUARE_UNIT


def contribution(rows: Sequence[Evidence], method: Method) -> Contribution:
    """The contribution of one act in one facet: the mean over its rows, one a pair."""
    half_life_days, count = method.trust.half_life(rows[0].facet), len(rows)
    mass = good = owed = tacit = 0
    reported: list[tuple[Reporter, int]] = []
    for row in rows:
        weight = row.weight / count if count > 1 else row.weight
        if row.open_zero:
            owed += int(ldexp(weight, GRID_BITS))
            continue
        whole, scale = _growth(row.at, half_life_days)
        scaled = int(ldexp(weight * scale, GRID_BITS)) << whole
        mass += scaled
        good_part = scaled if row.value == 1 else int(ldexp(weight * row.value * scale, GRID_BITS)) << whole
        if row.believed is None:
            good += good_part
        elif good_part:
            reported.append((row.believed.reporter, good_part))
        tacit += scaled if row.tacit else 0
    return Contribution(1, mass, good, owed, tacit, mass * mass, mass * owed, owed * owed, tuple(reported))


class Tally:
    """A sum of acts to which acts are added and from which they are taken, read at any moment."""

    __slots__ = ("acts", "good", "mass", "owed", "reported", "square_mass", "square_mixed", "square_owed", "tacit")

    def __init__(self) -> None:
        self.acts = self.mass = self.good = self.owed = self.tacit = 0
        self.square_mass = self.square_mixed = self.square_owed = 0
        self.reported: dict[Reporter, int] = {}

    def add(self, part: Contribution) -> None:
        """Add what an act contributes."""
        acts, mass, good, owed, tacit, square_mass, square_mixed, square_owed, reported = part
        self.acts += acts
        if mass:
            self.mass += mass
            self.good += good
            self.square_mass += square_mass
        if tacit:
            self.tacit += tacit
        if owed:
            self.owed += owed
            self.square_mixed += square_mixed
            self.square_owed += square_owed
        for reporter, amount in reported:
            self._report(reporter, amount)

    def remove(self, part: Contribution) -> None:
        """Take away what an act had contributed."""
        acts, mass, good, owed, tacit, square_mass, square_mixed, square_owed, reported = part
        self.acts -= acts
        if mass:
            self.mass -= mass
            self.good -= good
            self.square_mass -= square_mass
        if tacit:
            self.tacit -= tacit
        if owed:
            self.owed -= owed
            self.square_mixed -= square_mixed
            self.square_owed -= square_owed
        for reporter, amount in reported:
            self._report(reporter, -amount)

    def _report(self, reporter: Reporter, amount: int) -> None:
        total = self.reported.get(reporter, 0) + amount
        if total:
            self.reported[reporter] = total
        else:
            self.reported.pop(reporter, None)

    def for_and_against(self, moment: DecayInstant, *without: "Tally") -> tuple[float, float]:
        """The evidence for and against (r and s) at a moment, without some parts of the sum."""
        mass, good, owed, reported = self.mass, self.good, self.owed, self.reported
        for part in without:
            mass, good, owed = mass - part.mass, good - part.good, owed - part.owed
            if part.reported:
                reported = {reporter: amount - part.reported.get(reporter, 0) for reporter, amount in reported.items()}
        r, s = moment.faded(good), moment.faded(mass - good)
        if reported:
            total_believed = fsum(moment.believed(reporter, amount) for reporter, amount in reported.items() if amount)
            r, s = r + total_believed, max(0.0, s - total_believed)
        return r, moment.adverse_weight * (s + owed / _UNIT if owed else s)

    def sums(self, moment: DecayInstant) -> Sums:
        """Every sufficient statistic at a moment."""
        if not self.acts:
            return Sums()
        r, s = self.for_and_against(moment)
        weight = moment.faded(self.mass) + self.owed / _UNIT
        squares = moment.squares(self)
        return Sums(
            r=r,
            s=s,
            n=weight * weight / squares if squares else 0.0,
            acts=self.acts,
            tacit=moment.faded(self.tacit) / weight if weight else 0.0,
        )


def by_act(rows: Iterable[Evidence]) -> dict[str, list[Evidence]]:
    """Group rows by act."""
    acts: dict[str, list[Evidence]] = {}
    for row in rows:
        acts.setdefault(row.act, []).append(row)
    return acts


def tally(rows: Iterable[Evidence], at: datetime, method: Method) -> Tally:
    """Sum the rows of one facet that stand at an instant, each act once with the mean over its pairs."""
    total = Tally()
    for act in by_act(row for row in rows if row.stands_at(at)).values():
        total.add(contribution(act, method))
    return total


def sums(rows: Sequence[Evidence], at: datetime, method: Method) -> Sums:
    """The sufficient statistics of the rows of one facet that stand at an instant."""
    if not rows:
        return Sums()
    return tally(rows, at, method).sums(DecayInstant(at, rows[0].facet, method, beliefs_in(rows)))


def beliefs_in(rows: Iterable[Evidence]) -> Beliefs:
    """How far the reporters whose word some rows rest on are believed."""
    return {row.believed.reporter: row.believed for row in rows if row.believed is not None}


def counts(rows: Iterable[Evidence], at: datetime) -> Counts:
    """Count the acts that stand at an instant."""
    return counts_of_acts(by_act(row for row in rows if row.stands_at(at)).values())


def counts_of_acts(acts: Collection[Sequence[Evidence]]) -> Counts:
    """Count acts, each given by the rows that stand for it; an act's value is the mean over its pairs."""
    values: list[float] = []
    whole = none = owed = tacit = 0
    for rows in acts:
        value = fsum(row.value for row in rows) / len(rows) if rows[1:] else rows[0].value
        values.append(value)
        tacit += any(row.tacit for row in rows)
        if all(row.open_zero for row in rows):
            owed += 1
        else:
            whole += value == 1
            none += value == 0
    return Counts(
        acts=len(acts),
        value_sum=fsum(values),
        whole=whole,
        partial=len(acts) - owed - whole - none,
        none=none,
        owed=owed,
        tacit=tacit,
    )
