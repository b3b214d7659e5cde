"""Stories for the tests of trust: a council that promises, and the figures made from what it did."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

import msgspec

from domain.vocabulary import Facet, Side
from projections.history.history import History
from projections.method.method import BaseRate, Method
from projections.scoring.behaviour import evidence
from projections.scoring.formulas.evidence import Evidence, TrustView, ViewKind, in_order
from projections.scoring.formulas.opinion import TrustPoint, expectation
from projections.scoring.trust.timeline import lines, points_at
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import COUNCIL, TENANTS, PartnershipStory, party

__all__ = ["PartnershipStory", "method", "partnership", "point", "side_view", "timelines", "trust"]

UNFADING = None


def method(a: float = 0.5, half_life_days: float | None = UNFADING, **trust: object) -> Method:
    """The shipped method with one base rate for every facet, by default without fading."""
    shipped = folkmoot_2026()
    return msgspec.structs.replace(
        shipped,
        trust=msgspec.structs.replace(shipped.trust, half_life_days=half_life_days, **trust),
        base_rates={facet: BaseRate(value=a, source="the test") for facet in shipped.base_rates},
    )


def partnership(*members, since: str = "2025-01-01") -> PartnershipStory:
    """A partnership in which these bodies sit (by default the council and the tenants)."""
    story = PartnershipStory()
    story.formed(since)
    for member in members or (COUNCIL, TENANTS):
        story.joined(member, since)
    return story


def side_view(trustee=COUNCIL, facet=Facet.RELIABILITY, side=Side.RESIDENTS) -> TrustView:
    return TrustView(facet, side, trustee.side, None, trustee.party_id)


def point(history: History, scoring: Method, view: TrustView | None = None) -> TrustPoint:
    view = view or side_view()
    return points_at(evidence(history, scoring), [view], history.end, scoring)[view]


def timelines(
    evidence: Iterable[Evidence], until: datetime, scoring: Method, kinds: Collection[ViewKind] = frozenset(ViewKind)
) -> dict[TrustView, list[TrustPoint]]:
    """The points of every view that has evidence before `until`, oldest first."""
    return {line.view: list(line.points) for line in lines(in_order(evidence), until, scoring, kinds)}


def trust(history: History, scoring: Method, view: TrustView | None = None) -> float:
    figure = point(history, scoring, view)
    return expectation(figure.r, figure.s, figure.a, scoring.trust.prior_weight)


def day(start: str, after: int) -> str:
    return (date.fromisoformat(start) + timedelta(days=after)).isoformat()


def keep(
    story: PartnershipStory, count: int, *, start: str = "2025-03-01", who=COUNCIL, to=TENANTS, name: str = "kept"
) -> None:
    """Promise and keep, by the word of the promisee and without any report of the promiser's own."""
    for number in range(count):
        on = day(start, number)
        story.promised(f"{name} {number}", on, who=who, to=to, by=who, due=day(on, 30))
        story.confirmed_done(f"{name} {number}", day(on, 20), by=to)


def leave_overdue(
    story: PartnershipStory, count: int, *, start: str = "2025-03-01", who=COUNCIL, to=TENANTS, name: str = "owed"
) -> None:
    for number in range(count):
        on = day(start, number)
        story.promised(f"{name} {number}", on, who=who, to=to, by=who, due=day(on, 30))


def group(number: int):
    return party(f"group {number}", Side.RESIDENTS, TENANTS.kind, volunteer_run=True)
