"""Integrity: whether decisions gave people as much say as they were promised."""

from collections.abc import Iterator
from datetime import datetime

from domain.vocabulary import Facet, Level
from projections.lifecycles.decisions import LedDecision
from projections.method.method import Method
from projections.scoring.facets.act_value import integrity_value
from projections.scoring.facets.decision_evidence import led_evidence
from projections.scoring.formulas.evidence import Evidence


def evidence(decision: LedDecision, method: Method, end: datetime) -> Iterator[Evidence]:
    """The evidence of one decision, by how far the level practised fell short of the level promised."""
    return led_evidence(decision, method, end, facet=Facet.INTEGRITY, act="level", worth=_worth)


def _worth(led: LedDecision, practised: Level | None) -> tuple[float, bool] | None:
    if led.promised is None or practised is None:
        return None
    return integrity_value(led.promised, practised), True
