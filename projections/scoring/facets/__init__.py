"""The facets of trust: from what was done, the evidence of each, as one body met it of another."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, Final, NamedTuple

from domain.events.recorded import Effective
from projections.lifecycles.conduct import PartnershipConduct
from projections.method.method import Method
from projections.scoring.facets import (
    decision_evidence,
    delegated_control,
    flexibility,
    integrity,
    openness,
    reliability,
    responsiveness,
)
from projections.scoring.facets.own_word import Report
from projections.scoring.formulas.evidence import Evidence


class FacetPart(NamedTuple):
    """A sort of thing in which a facet shows, and the evidence of one such thing by the end of a day.

    `grouped` makes of acts the things that they are steps of, where a thing has several.
    """

    acts: Callable[[PartnershipConduct], Sequence[Any]]
    evidence: Callable[[Any, Method, datetime], Iterable[Evidence]]
    grouped: Callable[[Sequence[Any]], Sequence[Any]] | None = None

    def things(self, acts: Sequence[Any]) -> Sequence[Any]:
        """The things that some acts are, or are steps of."""
        return acts if self.grouped is None else self.grouped(acts)


class ReportPart(NamedTuple):
    """A sort of thing of which bodies report what they did themselves, the fact one began with, and its reports."""

    things: Callable[[PartnershipConduct], Sequence[Any]]
    fact: Callable[[Any], Effective]
    reports: Callable[[Any], Sequence[Report]]


OF_DUTIES: Final = (
    FacetPart(attrgetter("commitments"), reliability.evidence),
    FacetPart(attrgetter("asks"), responsiveness.evidence),
    FacetPart(attrgetter("sharing_duties"), openness.evidence_of_sharing),
    FacetPart(attrgetter("decisions"), openness.evidence_of_reasons),
)
FACETS: Final = (
    *OF_DUTIES,
    FacetPart(attrgetter("decisions"), integrity.evidence),
    FacetPart(attrgetter("funders_acts"), flexibility.evidence),
    FacetPart(attrgetter("funders_acts"), delegated_control.evidence, grouped=delegated_control.handovers),
)
"""Every facet of behaviour, part by part; each gathers its own evidence from one thing at a time."""

REPORTS: Final = (
    ReportPart(attrgetter("commitments"), attrgetter("made"), reliability.reports),
    ReportPart(decision_evidence.as_recorded, attrgetter("fact"), decision_evidence.reports),
)
"""The parts in which bodies report of themselves, so that others find their word good or bad."""
