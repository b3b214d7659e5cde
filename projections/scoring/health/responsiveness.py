"""Responsiveness (H2) and openness (H10): whether residents' asks are answered and the books are open."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from domain.events.asks import AskAnswered, AskWithdrawn
from domain.events.consultations import ConsultationClosed, ConsultationFeedbackGiven
from domain.vocabulary import OFFICIALS, Facet, SharingKind, Side
from projections.history.causes import causes_of, each_once
from projections.lifecycles.asks import Ask
from projections.lifecycles.sharing_coverage import OwedSharing, uncovered_sharings
from projections.method.method import Dimension
from projections.scoring.health.material import RESIDENT_SIDE, Material, between, block, trust_in
from projections.scoring.health.measure import (
    HEADLINE,
    NOT_RECORDED,
    Measure,
    Missing,
    counted,
    share,
)

H2: Final = Dimension.RESPONSIVENESS
H10: Final = Dimension.OPENNESS


def responsiveness(material: Material) -> list[Measure]:
    """Measure residents' asks answered by officials; beside it consultations, orphaned asks and hand-overs."""
    resident_asks = [ask for ask in material.asks if ask.body.raised_by.side is Side.RESIDENTS]
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
        for row in between(material.standing_since_start(Facet.OPENNESS), Side, OFFICIALS)
        if row.act.startswith(SharingKind.FEEDBACK)
    ]
    acts = {row.act: row.open_zero for row in rows}
    fed_back = sum(not is_owed for is_owed in acts.values())
    gaps = [
        gap
        for gap in _gaps(material, frozenset(Side))
        if gap.kind is SharingKind.FEEDBACK and gap.because.occurred_at >= material.start
    ]
    uncovered_ids = {each.because.event_id for each in gaps}
    closed = [
        (fact, body) for fact, body in material.recent_each(ConsultationClosed) if fact.event_id not in uncovered_ids
    ]
    missing = Missing.NOT_YET_DUE if closed else Missing.NOT_RECORDED if gaps else Missing.NOTHING_HAPPENED
    yield share(H2, "consultations-fed-back", fed_back, len(acts), causes=causes_of(rows), missing=missing)
    covered = {
        body.consultation_id: body.responses_covered for _, body in material.history.each(ConsultationFeedbackGiven)
    }
    responses = sum(body.responses for _, body in closed)
    responses_covered = sum(min(body.responses, covered.get(body.consultation_id, 0)) for _, body in closed)
    missing = Missing.NOT_RECORDED if gaps and not closed else Missing.NOTHING_HAPPENED
    share_covered = responses_covered / responses if responses else None
    yield counted(H2, "responses-covered", share_covered, n=responses, missing=missing)
    yield from _not_recorded(H2, gaps, {SharingKind.FEEDBACK: len(acts)})


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
    all_rows = material.across(Facet.OPENNESS, RESIDENT_SIDE, OFFICIALS)
    rows = {kind: [row for row in all_rows if row.act.startswith(kind)] for kind in SharingKind}
    gaps = list(_gaps(material, RESIDENT_SIDE))
    missing = dict.fromkeys(SharingKind, Missing.NOTHING_HAPPENED) | dict.fromkeys(
        (each.kind for each in gaps), Missing.NOT_RECORDED
    )
    return [
        block(
            material, H10, HEADLINE, Facet.OPENNESS, missing=Missing.NOT_RECORDED if gaps else Missing.NOTHING_HAPPENED
        ),
        *(trust_in(material, H10, kind, Facet.OPENNESS, rows[kind], missing=missing[kind]) for kind in SharingKind),
        *_not_recorded(H10, gaps, {kind: len({row.act for row in rows[kind]}) for kind in SharingKind}),
    ]


def _gaps(material: Material, owed_to: Collection[Side]) -> Iterator[OwedSharing]:
    """The sharings that officials owed these sides and that no source of the record would note."""
    for sharing in uncovered_sharings(material.history, material.method):
        if sharing.owed_by.is_official and sharing.owed_to in owed_to:
            yield sharing


def _not_recorded(
    dimension: Dimension, gaps: Sequence[OwedSharing], covered: Mapping[SharingKind, int]
) -> Iterator[Measure]:
    """Count what is left out because nobody would note it, of all that was owed, one measure a kind."""
    for kind in SharingKind:
        own = [each for each in gaps if each.kind is kind]
        acts = {each.because.event_id for each in own}
        if acts:
            causes = each_once(cause for each in own for cause in (*each.because.causes, *each.coverage.narrowed_by))
            of = len(acts) + covered.get(kind, 0)
            yield counted(dimension, NOT_RECORDED, len(acts), n=of, causes=causes, group=kind)
