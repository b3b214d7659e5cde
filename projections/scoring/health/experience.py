"""Expressed experience (H12) and who took part (H11): what people say and who they are, only ever as totals.

What people said of a body is never merged with what it did.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from math import fsum
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.events.experience import FeedbackGiven, ProfileObserved, PulseObserved
from domain.events.recorded import Effective
from domain.vocabulary import OFFICIALS, Facet, Side
from projections.history.causes import causes_of
from projections.method.method import Dimension
from projections.scoring.formulas.concentration import likeness
from projections.scoring.formulas.level_estimate import LevelEstimate, level_range
from projections.scoring.formulas.ordinal import LEVELS, Expressed, expressed, perception_gap
from projections.scoring.formulas.tally import half_lives
from projections.scoring.health.material import RESIDENT_SIDE, Material
from projections.scoring.health.measure import (
    HEADLINE,
    Measure,
    MeasureBasis,
    Missing,
    absent,
    counted,
    facts,
    ranged,
)
from projections.scoring.surveys.leniency import followed_without_leniency
from projections.scoring.surveys.mean_of_lines import MeanOfLines, mean_of_lines
from projections.scoring.surveys.survey_lines import followed_lines

H11, H12 = Dimension.REPRESENTATIVENESS, Dimension.EXPRESSED_EXPERIENCE
"""Dimensions that are only ever shown as totals."""


class Voices(Struct, frozen=True, kw_only=True):
    """The decayed counts of ratings 1 to 5, how many people gave them, and the facts they came in."""

    level_counts: tuple[float, ...]
    raters: int
    facts: Sequence[Effective]


def voices(material: Material, raters: Collection[Side], about: Collection[Side]) -> Voices:
    """Gather what some sides said of others by the end of the day asked about. Office-holders are left out."""
    weights_by_level: list[list[float]] = [[] for _ in range(LEVELS)]
    people: set[UUID] = set()
    in_pulses = 0
    statement_facts: list[Effective] = []
    for fact in material.history.of(FeedbackGiven, PulseObserved):
        statement = fact.body
        assert isinstance(statement, FeedbackGiven | PulseObserved)  # noqa: S101 - tells the type checker
        if statement.rater_side not in raters or statement.about.side not in about or statement.about.office_holder:
            continue
        weight = _left(fact.occurred_at, material)
        statement_facts.append(fact)
        match statement:
            case FeedbackGiven(score=score, rater_id=rater_id):
                weights_by_level[score - 1].append(weight)
                people.add(rater_id)
            case PulseObserved(counts=counts):
                in_pulses += sum(counts)
                for level, count in enumerate(counts):
                    weights_by_level[level].append(count * weight)
    return Voices(
        level_counts=tuple(fsum(level) for level in weights_by_level),
        raters=len(people) + in_pulses,
        facts=statement_facts,
    )


def _left(at: datetime, material: Material) -> float:
    """The part that fading has left of something said at an instant."""
    days = material.method.trust.half_life(Facet.EXPRESSED)
    return float(2.0 ** (half_lives(at, days) - half_lives(material.end, days)))


def expressed_experience(material: Material) -> list[Measure]:
    """Measure what residents say of officials; beside it the other way, the gap and how far raters disagree."""
    ours, theirs = _said(material, RESIDENT_SIDE, OFFICIALS), _said(material, OFFICIALS, RESIDENT_SIDE)
    one, other = ours.expressed, theirs.expressed
    return [
        _measure(HEADLINE, ours, material),
        _measure("officials-about-residents", theirs, material),
        _gap(one, other, min(ours.raters, theirs.raters), material),
        counted(H12, "disagreement", None if one is None else one.disagreement, missing=Missing.TOO_FEW),
    ]


def _gap(one: Expressed | None, other: Expressed | None, raters: int, material: Material) -> Measure:
    gap = perception_gap(one, other, level=material.method.trust.interval_level)
    if gap is None:
        return absent(H12, "gap", Missing.TOO_FEW)
    return ranged(H12, "gap", gap.difference, (gap.low, gap.high), n=raters)


def _said(material: Material, raters: Collection[Side], about: Collection[Side]) -> MeanOfLines:
    """The word of some sides on others: the mean of their lines, or of ratings as they fade if a method has it so."""
    method = material.method
    if (rules := method.survey_rules) is not None:
        lines = followed_lines(material.history, method, rules)
        if material.takes_out_leniency:
            lines = followed_without_leniency(lines, method, rules)
        mean = mean_of_lines(lines, raters, about, material.end, method)
        return mean if mean.expressed is not None else replace(mean, raters=voices(material, raters, about).raters)
    pooled = voices(material, raters, about)
    figure = expressed(
        pooled.level_counts,
        pooled.raters,
        fewest_raters=method.health.fewest_raters,
        prior_weight=method.health.ordinal_prior_weight,
    )
    return MeanOfLines(expressed=figure, raters=pooled.raters, rests_on=pooled.facts)


def _measure(name: str, mean: MeanOfLines, material: Material) -> Measure:
    method, figure = material.method, mean.expressed
    causes = material.causes(H12, name, mean.rests_on)
    if figure is None:
        return absent(H12, name, Missing.TOO_FEW if mean.raters else Missing.NOTHING_HAPPENED)
    if method.survey_rules is not None:
        level = LevelEstimate(at=material.end, mean=figure.mean, variance=figure.deviation**2)
        bounds = level_range(level, method.trust.interval_level)
        return ranged(H12, name, figure.mean, bounds, n=mean.raters, causes=causes)
    return Measure(
        dimension=H12,
        name=name,
        basis=MeasureBasis.MOMENTS,
        value=figure.mean,
        deviation=figure.deviation,
        n=float(mean.raters),
        causes=causes,
    )


def representativeness(material: Material) -> list[Measure]:
    """Measure how like the area those taking part were, by declared groups merged until every cell is large enough."""
    profiles = material.recent_each(ProfileObserved)
    if not profiles:
        return [absent(H11, HEADLINE, Missing.NOT_RECORDED)]
    present, area = _totals(body for _, body in profiles)
    cells = _merged(present, area, material.method.health.smallest_cell)
    causes = causes_of(facts(profiles))
    if len(cells) < _FEWEST_GROUPS:
        return [absent(H11, HEADLINE, Missing.TOO_FEW, causes=causes)]
    people, share = fsum(count for count, _ in cells), fsum(part for _, part in cells)
    value = likeness([count / people for count, _ in cells], [part / share for _, part in cells])
    return [
        ranged(H11, HEADLINE, value, (value, value), n=people, causes=causes),
        counted(H11, "groups", len(cells)),
    ]


def _totals(profiles: Iterable[ProfileObserved]) -> tuple[dict[str, int], dict[str, float]]:
    """Add up those present by group; a group's share of the area is as last stated."""
    present: dict[str, int] = {}
    area: dict[str, float] = {}
    for profile in profiles:
        for group in profile.groups:
            present[group.name] = present.get(group.name, 0) + group.present
            area[group.name] = group.area_share
    return present, area


def _merged(present: dict[str, int], area: dict[str, float], smallest: int) -> list[tuple[int, float]]:
    """Put the smallest groups together until each has enough people."""
    cells = sorted((present[name], area[name]) for name in present)
    while len(cells) > 1 and cells[0][0] < smallest:
        (one, its_share), (two, their_share), *rest = cells
        cells = sorted([(one + two, its_share + their_share), *rest])
    return cells if cells and cells[0][0] >= smallest and fsum(part for _, part in cells) > 0 else []


_FEWEST_GROUPS: Final = 2
