"""A partnership's health as kept: every measure of every dimension, and how it was recorded."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from domain.events.partnerships import RuleAdopted
from projections.history.history import History
from projections.history.memo import carried, once_per_history
from projections.history.rules_in_force import in_force
from projections.method.method import Dimension, Method
from projections.scoring.formulas.evidence import Evidence
from projections.scoring.health import DIMENSIONS, MeasureMaker
from projections.scoring.health.material import Material
from projections.scoring.health.measure import Measure


def health_rows(history: History, method: Method, rest: Sequence[Evidence] | None = None) -> list[Measure]:
    """Every measure of the profile; `rest` is the evidence that is looked at, where some of it is left out."""
    if rest is not None:
        material = Material(history=history, method=method, rest=rest)
        return [measure for dimension in DIMENSIONS for measure in dimension(material)]
    return [measure for dimension in DIMENSIONS for measure in _measures(history, method, dimension)]


@once_per_history
def _measures(history: History, method: Method, dimension: MeasureMaker) -> tuple[Measure, ...]:
    measures = dimension(Material(history=history, method=method))
    return carried(history, method, _KeptMeasures).unchanged(dimension, measures)


class _KeptMeasures:
    """The measures of each dimension, kept while a history grows: one that is as it was stays the same object."""

    def __init__(self) -> None:
        self._before: defaultdict[MeasureMaker, dict[tuple[str, str], Measure]] = defaultdict(dict)

    def unchanged(self, dimension: MeasureMaker, measures: Iterable[Measure]) -> tuple[Measure, ...]:
        before = self._before[dimension]
        kept_measures = {(each.name, each.group): each for each in measures}
        kept_measures = {key: last if (last := before.get(key)) == now else now for key, now in kept_measures.items()}
        self._before[dimension] = kept_measures
        return tuple(kept_measures.values())


def weights_in_force(history: History) -> dict[str, float] | None:
    """The partnership's own weights by dimension; None when it adopted none. Named `H1` or in words."""
    rule = in_force(history, RuleAdopted, lambda rules: rules.weights or None)
    if rule is None:
        return None
    names = {f"H{number}": str(dimension) for number, dimension in enumerate(Dimension, start=1)}
    return {names.get(key, key): weight for key, weight in (rule.body.weights or {}).items()}
