"""The measures of one partnership at the end of one day: health, both sides' trust, and the acts behind them.

Trust is drawn towards what is usual and fades, by construction, so evaluators get the plain counts too.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from domain.vocabulary import OFFICIALS, CodeList, Facet, SharingKind, Side
from projections.history.history import History
from projections.method.document import BEHAVIOURAL_FACETS
from projections.method.method import Dimension, Method
from projections.scoring.formulas.evidence import Counts, Evidence, confirmed_only
from projections.scoring.formulas.tally import counts
from projections.scoring.health.material import RESIDENT_SIDE, Material, trust_in
from projections.scoring.health.measure import HEADLINE, Measure, MeasureBasis
from projections.scoring.health.profile import health_rows

TRUST: Final = "trust"


class TrustDirection(CodeList):
    """Whose experience of whom."""

    RESIDENTS_OF_OFFICIALS = "residents-of-officials"
    OFFICIALS_OF_RESIDENTS = "officials-of-residents"


_SIDES: Final[dict[TrustDirection, tuple[frozenset[Side], frozenset[Side]]]] = {
    TrustDirection.RESIDENTS_OF_OFFICIALS: (RESIDENT_SIDE, frozenset(OFFICIALS)),
    TrustDirection.OFFICIALS_OF_RESIDENTS: (frozenset(OFFICIALS), RESIDENT_SIDE),
}
_ACTS_OF_HEALTH: Final[dict[tuple[str, str], tuple[Facet, TrustDirection, str]]] = {
    (Dimension.RELIABILITY, HEADLINE): (Facet.RELIABILITY, TrustDirection.RESIDENTS_OF_OFFICIALS, ""),
    (Dimension.RELIABILITY, "residents-to-officials"): (Facet.RELIABILITY, TrustDirection.OFFICIALS_OF_RESIDENTS, ""),
    (Dimension.RESPONSIVENESS, HEADLINE): (Facet.RESPONSIVENESS, TrustDirection.RESIDENTS_OF_OFFICIALS, ""),
    (Dimension.OPENNESS, HEADLINE): (Facet.OPENNESS, TrustDirection.RESIDENTS_OF_OFFICIALS, ""),
    **{
        (Dimension.OPENNESS, kind): (Facet.OPENNESS, TrustDirection.RESIDENTS_OF_OFFICIALS, kind)
        for kind in SharingKind
    },
}
"""Of which acts a measure of health is the trust: facet, direction, and how the acts' names begin."""


class ActCounts(Struct, frozen=True, kw_only=True):
    """The acts behind a measure counted plainly, None where it is not made of acts.

    The confirmed ones are those that do not rest on silence.
    """

    acts: int | None = None
    value_sum: float | None = None
    confirmed_acts: int | None = None
    confirmed_value_sum: float | None = None


def measured(history: History, method: Method) -> Iterator[tuple[Measure, ActCounts]]:
    """Every measure, with the acts behind it."""
    material = Material(history=history, method=method)
    for row in health_rows(history, method):
        yield row, _acts_of_health(row, material)
    for facet in sorted(BEHAVIOURAL_FACETS):
        for direction in TrustDirection:
            rows = _block(material, facet, direction)
            summed = trust_in(material, TRUST, str(facet), facet, rows)
            yield replace(summed, group=str(direction)), _acts(rows, history)


def key_of(measure: Measure) -> str:
    """The key of a measure: the dimension for its headline, the rest after dots."""
    parts = (measure.dimension, "" if measure.name == HEADLINE else measure.name, measure.group)
    return ".".join(str(part) for part in parts if part)


def _acts_of_health(row: Measure, material: Material) -> ActCounts:
    if row.basis is MeasureBasis.SHARE:
        return ActCounts(acts=round(row.n), value_sum=row.r)
    block = _ACTS_OF_HEALTH.get((row.dimension, row.name))
    if block is None:
        return ActCounts()
    facet, direction, prefix = block
    return _acts([each for each in _block(material, facet, direction) if each.act.startswith(prefix)], material.history)


def _block(material: Material, facet: Facet, direction: TrustDirection) -> list[Evidence]:
    trusters, trustees = _SIDES[direction]
    return material.across(facet, trusters, trustees)


def _acts(rows: Sequence[Evidence], history: History) -> ActCounts:
    plain: Counts = counts(rows, history.end)
    confirmed = counts(confirmed_only(rows), history.end)
    return ActCounts(
        acts=plain.acts,
        value_sum=plain.value_sum,
        confirmed_acts=confirmed.acts,
        confirmed_value_sum=confirmed.value_sum,
    )
