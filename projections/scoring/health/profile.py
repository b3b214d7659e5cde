"""A partnership's health as kept: every measure of every dimension, and how it was recorded."""

from collections.abc import Sequence

from domain.events.partnerships import RuleAdopted
from projections.history.history import History
from projections.history.rules_in_force import in_force
from projections.method.method import Dimension, Method
from projections.scoring.behaviour import evidence
from projections.scoring.formulas.evidence import Evidence
from projections.scoring.health import DIMENSIONS
from projections.scoring.health.material import Material
from projections.scoring.health.measure import Measure


def health_rows(history: History, method: Method, evidence_read: Sequence[Evidence] | None = None) -> list[Measure]:
    """Every measure of the profile; `evidence_read` saves gathering the evidence again."""
    material = Material(
        history=history, method=method, evidence=evidence(history, method) if evidence_read is None else evidence_read
    )
    return [measure for dimension in DIMENSIONS for measure in dimension(material)]


def weights_in_force(history: History) -> dict[str, float] | None:
    """The partnership's own weights by dimension; None when it adopted none. Named `H1` or in words."""
    rule = in_force(history, RuleAdopted, lambda rules: rules.weights or None)
    if rule is None:
        return None
    names = {f"H{number}": str(dimension) for number, dimension in enumerate(Dimension, start=1)}
    return {names.get(key, key): weight for key, weight in (rule.body.weights or {}).items()}
