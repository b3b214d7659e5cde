"""A partnership's health as kept: every measure of every dimension, and how it was recorded."""

from collections.abc import Callable, Sequence
from typing import Final

from domain.events.partnerships import RuleAdopted
from projections.history.history import History
from projections.history.rules_in_force import in_force
from projections.method.method import Dimension, Method
from projections.scoring.behaviour import evidence
from projections.scoring.formulas.evidence import Evidence
from projections.scoring.health.continuity import continuity
from projections.scoring.health.coverage import coverage
from projections.scoring.health.experience import expressed_experience, representativeness
from projections.scoring.health.funding import funding_flexibility
from projections.scoring.health.learning import learning
from projections.scoring.health.market_comparison import comparison
from projections.scoring.health.material import Material
from projections.scoring.health.measure import Measure
from projections.scoring.health.network import network
from projections.scoring.health.participation import participation
from projections.scoring.health.recording import recording
from projections.scoring.health.reliability import reliability
from projections.scoring.health.repair import repair
from projections.scoring.health.responsiveness import openness, responsiveness
from projections.scoring.health.rhythm import rhythm
from projections.scoring.health.voice import voice

_DIMENSIONS: Final[tuple[Callable[[Material], list[Measure]], ...]] = (
    reliability,
    responsiveness,
    voice,
    participation,
    continuity,
    coverage,
    network,
    rhythm,
    funding_flexibility,
    openness,
    representativeness,
    expressed_experience,
    learning,
    repair,
    recording,
    comparison,
)


def health_rows(history: History, method: Method, evidence_read: Sequence[Evidence] | None = None) -> list[Measure]:
    """Every measure of the profile; `evidence_read` saves gathering the evidence again."""
    material = Material(
        history=history, method=method, evidence=evidence(history, method) if evidence_read is None else evidence_read
    )
    return [measure for dimension in _DIMENSIONS for measure in dimension(material)]


def weights_in_force(history: History) -> dict[str, float] | None:
    """The partnership's own weights by dimension; None when it adopted none. Named `H1` or in words."""
    rule = in_force(history, RuleAdopted, lambda rules: rules.weights or None)
    if rule is None:
        return None
    names = {f"H{number}": str(dimension) for number, dimension in enumerate(Dimension, start=1)}
    return {names.get(key, key): weight for key, weight in (rule.body.weights or {}).items()}
