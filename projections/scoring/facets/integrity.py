"""Integrity: whether decisions gave people as much say as they were promised."""

from domain.vocabulary import Facet, Level
from projections.lifecycles.conduct import PartnershipConduct
from projections.lifecycles.decisions import LedDecision
from projections.method.method import Method
from projections.scoring.facets.act_value import integrity_value
from projections.scoring.facets.decision_evidence import led_evidence
from projections.scoring.formulas.evidence import Evidence


def evidence(conduct: PartnershipConduct, method: Method) -> list[Evidence]:
    """Gather decisions by how far the level practised fell short of the level promised."""

    def worth(led: LedDecision, practised: Level | None) -> tuple[float, bool] | None:
        if led.promised is None or practised is None:
            return None
        return integrity_value(led.promised, practised), True

    return list(led_evidence(conduct, method, facet=Facet.INTEGRITY, act="level", worth=worth))
