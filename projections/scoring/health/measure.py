"""The measures of a dimension of health: one a row, kept as sufficient statistics.

How certain a measure is rests on its basis; the likely range is worked out only when it is shown.
"""

from collections.abc import Iterable
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta

from domain.events.declaration import EventBody
from domain.events.recorded import Effective
from domain.vocabulary import CodeList
from projections.declaration import ProjectionRow
from projections.rows import names_a

HEADLINE: Final = "headline"
NOT_RECORDED: Final = "not-recorded"
"""The measure of what no source of the record would note: how many of how many, by kind."""


class Section(CodeList):
    """A part of every profile that stands beside the dimensions."""

    RECORDING = "recording"
    COMPARISON = "comparison"


class MeasureBasis(CodeList):
    """From what a measure's value and likely range come."""

    TRUST = "trust"
    SHARE = "share"
    RANGE = "range"
    MOMENTS = "moments"
    COUNTED = "counted"


class Missing(CodeList):
    """Why a measure has no value."""

    NOTHING_HAPPENED = "nothing-happened"
    NOT_RECORDED = "not-recorded"
    NOT_YET_DUE = "not-yet-due"
    NOT_APPLICABLE = "not-applicable"
    TOO_FEW = "too-few-to-show"
    NOT_ENOUGH = "not-enough-to-say"


class Measure(ProjectionRow, frozen=True, kw_only=True):
    """One measure of a health profile."""

    dimension: Annotated[str, Meta(description="The dimension, or the section beside the profile")]
    name: Annotated[str, Meta(description="'headline', or the name of what is shown beside it")]
    group: Annotated[str, Meta(description="The side, currency or part it is about; empty for the whole")] = ""
    basis: Annotated[
        MeasureBasis,
        Meta(
            description="trust: for, against and usual rate; share: for and against; range: stated bounds; "
            "moments: value and deviation; counted: no uncertainty"
        ),
    ] = MeasureBasis.COUNTED
    value: Annotated[float | None, Meta(description="The value, where it does not follow from r, s and a")] = None
    r: Annotated[float, Meta(description="Evidence for, decayed where the method says so")] = 0.0
    s: Annotated[float, Meta(description="Evidence against, decayed where the method says so")] = 0.0
    a: Annotated[float | None, Meta(description="The usual rate before any evidence")] = None
    low: Annotated[float | None, Meta(description="Lower bound, for a stated range")] = None
    high: Annotated[float | None, Meta(description="Upper bound, for a stated range")] = None
    deviation: Annotated[float | None, Meta(description="Standard deviation, where the basis is moments")] = None
    n: Annotated[float, Meta(description="How much it rests on: the (effective) number of acts")] = 0.0
    acts: Annotated[
        int | None, Meta(description="Acts counted plainly, unfading; empty where it is not made of acts")
    ] = None
    value_sum: Annotated[float | None, Meta(description="Sum of the values of those acts, 0 to 1 each")] = None
    missing: Annotated[Missing | None, Meta(description="Why there is no value")] = None
    causes: Annotated[tuple[UUID, ...], names_a("record", "The events it rests on, in order")] = ()


def share(
    dimension: str,
    name: str,
    hits: float,
    of: float,
    *,
    causes: tuple[UUID, ...] = (),
    group: str = "",
    missing: Missing = Missing.NOTHING_HAPPENED,
) -> Measure:
    """Measure a share of so many; with none at all it is missing for the reason given. Causes come each once."""
    return Measure(
        dimension=dimension,
        name=name,
        group=group,
        basis=MeasureBasis.SHARE,
        r=float(hits),
        s=float(of - hits),
        n=float(of),
        acts=round(of),
        value_sum=float(hits),
        missing=None if of else missing,
        causes=causes,
    )


def counted(
    dimension: str,
    name: str,
    value: float | None,
    *,
    n: float = 0.0,
    causes: tuple[UUID, ...] = (),
    group: str = "",
    missing: Missing = Missing.NOTHING_HAPPENED,
) -> Measure:
    """Measure by plain counting or arithmetic, without uncertainty; None is missing for the reason given."""
    return Measure(
        dimension=dimension,
        name=name,
        group=group,
        value=None if value is None else float(value),
        n=float(n),
        missing=missing if value is None else None,
        causes=causes,
    )


def ranged(
    dimension: str,
    name: str,
    value: float,
    bounds: tuple[float, float],
    *,
    n: float,
    causes: tuple[UUID, ...] = (),
    group: str = "",
) -> Measure:
    """Measure with bounds of its own, such as the best and the worst case."""
    low, high = bounds
    return Measure(
        dimension=dimension,
        name=name,
        group=group,
        basis=MeasureBasis.RANGE,
        value=value,
        low=min(low, value),
        high=max(high, value),
        n=float(n),
        causes=causes,
    )


def absent(dimension: str, name: str, missing: Missing, *, group: str = "", causes: tuple[UUID, ...] = ()) -> Measure:
    """A measure without a value, and why it has none."""
    return Measure(dimension=dimension, name=name, group=group, missing=missing, causes=causes)


def facts(pairs: Iterable[tuple[Effective, EventBody]]) -> list[Effective]:
    """The facts of a list of facts with their bodies."""
    return [fact for fact, _ in pairs]
