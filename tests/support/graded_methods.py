"""Methods with half-lives of their own for some aspects, and with the grade between enough and too little."""

import msgspec

from domain.vocabulary import Facet
from projections.method.method import GradeRule, Method

SOME = GradeRule(fewest_acts=1.5, least_evidence=0.5, widest_interval=0.75)


def with_some(method: Method, some: GradeRule = SOME, least_evidence: float = 1.0) -> Method:
    """A method that shows a figure on some, and says enough only on evidence."""
    trust = msgspec.structs.replace(method.trust, some=some, least_evidence=least_evidence)
    return msgspec.structs.replace(method, trust=trust)


def with_half_lives(method: Method, half_lives_days: dict[Facet, float | None]) -> Method:
    """A method by which some aspects fade at their own pace."""
    return msgspec.structs.replace(method, trust=msgspec.structs.replace(method.trust, half_lives_days=half_lives_days))
