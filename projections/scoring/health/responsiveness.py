"""Responsiveness (H2) and openness (H10): whether residents' asks are answered and the books are open."""

from collections.abc import Iterator
from typing import Final

from domain.events.asks import AskAnswered, AskWithdrawn
from domain.events.consultations import ConsultationClosed, ConsultationFeedbackGiven
from domain.vocabulary import OFFICIALS, Facet, Side
from projections.history.causes import causes_of
from projections.lifecycles.asks import Ask, asks
from projections.lifecycles.sharing_duties import FEEDBACK, NOTES
from projections.method.method import Dimension
from projections.scoring.facets.openness import REASONS
from projections.scoring.health.material import RESIDENT_SIDE, Material, block, trust_in
from projections.scoring.health.measure import (
    HEADLINE,
    Measure,
    Missing,
    counted,
    share,
)

H2: Final = Dimension.RESPONSIVENESS
H10: Final = Dimension.OPENNESS


def responsiveness(material: Material) -> list[Measure]:
    """Measure residents' asks answered by officials; beside it consultations, orphaned asks and hand-overs."""
    resident_asks = [
        ask
        for ask in asks(material.history, material.method)
        if ask.raised.occurred_at >= material.start and ask.body.raised_by.side is Side.RESIDENTS
    ]
    of_officials = [ask for ask in resident_asks if ask.body.addressee is not None and ask.body.addressee.is_official]
    missing = Missing.NOT_YET_DUE if of_officials else Missing.NOTHING_HAPPENED
    return [
        block(material, H2, HEADLINE, Facet.RESPONSIVENESS, missing=missing),
        *_fed_back(material),
        _nobodys(resident_asks, material),
        *_hops(resident_asks),
    ]


def _fed_back(material: Material) -> Iterator[Measure]:
    rows = [
        row
        for row in material.across(Facet.OPENNESS, Side, OFFICIALS)
        if row.act.startswith(FEEDBACK) and row.begins_at >= material.start
    ]
    acts = {row.act: row.open_zero for row in rows}
    fed_back = sum(not is_owed for is_owed in acts.values())
    closed = material.recent_each(ConsultationClosed)
    missing = Missing.NOT_YET_DUE if closed else Missing.NOTHING_HAPPENED
    yield share(H2, "consultations-fed-back", fed_back, len(acts), causes=causes_of(rows), missing=missing)
    covered = {
        body.consultation_id: body.responses_covered for _, body in material.history.each(ConsultationFeedbackGiven)
    }
    responses = sum(body.responses for _, body in closed)
    responses_covered = sum(min(body.responses, covered.get(body.consultation_id, 0)) for _, body in closed)
    yield counted(H2, "responses-covered", responses_covered / responses if responses else None, n=responses)


def _nobodys(resident_asks: list[Ask], material: Material) -> Measure:
    """Count the asks that nobody has: no body was asked, none took it on, and it is still open."""
    orphans = [ask.raised for ask in resident_asks if not ask.holdings and _is_open(ask, material)]
    return counted(H2, "asks-nobody-has", len(orphans), n=len(resident_asks), causes=causes_of(orphans))


def _is_open(ask: Ask, material: Material) -> bool:
    return not any(isinstance(fact.body, AskAnswered | AskWithdrawn) for fact in material.history.about(ask.ask_id))


def _hops(resident_asks: list[Ask]) -> Iterator[Measure]:
    hops = [ask.hops for ask in resident_asks if ask.holdings]
    yield counted(H2, "hops", sum(hops) / len(hops) if hops else None, n=len(hops))


def openness(material: Material) -> list[Measure]:
    """Measure officials' openness to residents, and its three parts beside it."""
    rows = material.across(Facet.OPENNESS, RESIDENT_SIDE, OFFICIALS)
    return [
        block(material, H10, HEADLINE, Facet.OPENNESS),
        *(
            trust_in(material, H10, part, Facet.OPENNESS, [row for row in rows if row.act.startswith(part)])
            for part in (NOTES, REASONS, FEEDBACK)
        ),
    ]
