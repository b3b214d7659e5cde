"""Integrity: whether decisions gave people as much say as they were promised."""

from domain.vocabulary import Facet, Level
from projections.history.history import History
from projections.lifecycles.decisions import LedDecision, promised_level
from projections.method.method import Method
from projections.scoring.evidence import Evidence
from projections.scoring.facets.decision_evidence import led_evidence
from projections.scoring.formulas.act_value import integrity_value


def evidence(history: History, method: Method) -> list[Evidence]:
    """Gather decisions by how far the level practised fell short of the level promised."""

    def worth(led: LedDecision, practised: Level | None) -> tuple[float, bool] | None:
        promised = promised_level(history, led)
        if promised is None or practised is None:
            return None
        return integrity_value(promised, practised), True

    return list(led_evidence(history, method, facet=Facet.INTEGRITY, act="level", worth=worth))
