"""Where the relationship score sold on the market and residents' trust disagree: body by body, month by month, and why.

The market counts contacts and their tone; we count promises kept. One vendor documents its ingredients: contacts in
the past month against five expected, and the average sentiment of notes. How it joins them is not documented.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from math import fsum
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import replace

from domain.events.declaration import EventBody
from domain.events.experience import FeedbackGiven
from domain.events.interactions import InteractionRecorded
from domain.events.recorded import Effective
from domain.values import end_of_day
from domain.vocabulary import OFFICIALS, CodeList, Facet, Side
from projections.declaration import ProjectionRow, projection
from projections.history.attendance import bodies_taking_part
from projections.history.causes import causes_of, each_once
from projections.history.history import History
from projections.lifecycles.arrears import Arrear, late_asks, late_promises
from projections.method.method import MarketRules, Method
from projections.rows import Causes, names_a
from projections.scoring.behaviour import evidence
from projections.scoring.formulas.evidence import Evidence, TrustView
from projections.scoring.formulas.opinion import EvidenceStatus, Opinion, TrustPoint, opinions
from projections.scoring.health.market_comparison import RatingsGiven, relationship_score
from projections.scoring.trust.timeline import lines_by_side, points_on
from projections.views.trust import TRUST_EVENTS

MONTHS: Final = 24
"""So many months back: the market's score forgets what is older than one."""

_YEAR: Final = timedelta(days=365)
_HANDLES: Final[tuple[type[EventBody], ...]] = tuple(dict.fromkeys((*TRUST_EVENTS, InteractionRecorded, FeedbackGiven)))


class DisagreementReason(CodeList):
    """A reason for which the market's score of a body is higher, or lower, than residents' trust in its promises."""

    MANY_CONTACTS = "many-contacts"
    KIND_RATINGS = "kind-ratings"
    PROMISES_OVERDUE = "promises-overdue"
    ASKS_UNANSWERED = "asks-unanswered"
    FEW_CONTACTS = "few-contacts"
    HARSH_RATINGS = "harsh-ratings"
    PROMISES_KEPT = "promises-kept"


class MarketDisagreementRow(ProjectionRow, frozen=True, kw_only=True):
    """One body at the end of one month: the market's score, residents' trust in its promises, and what lies between.

    Ranks are among the bodies that had both figures that month, 1 the highest, equal ones sharing the mean rank.
    """

    on: Annotated[date, Meta(description="The last day of the month")]
    party_id: Annotated[UUID, names_a("party", "The body judged")]
    contacts: Annotated[int, Meta(description="Contacts with it within the market's month")]
    ratings: Annotated[int | None, Meta(description="Ratings of it in that month; empty where too few gave any")]
    market: Annotated[float, Meta(description="The market's score, from 1 to 100")]
    trust: Annotated[float | None, Meta(description="Residents' trust in its promises; empty: not enough to say")]
    trust_low: Annotated[float | None, Meta(description="From where that is likely to be")]
    trust_high: Annotated[float | None, Meta(description="Up to where that is likely to be")]
    trust_status: Annotated[EvidenceStatus, Meta(description="Whether there is enough to say")]
    promises: Annotated[int, Meta(description="Promises that trust rests on")]
    difference: Annotated[float | None, Meta(description="The market's score of a hundred, less trust")] = None
    market_rank: Annotated[float | None, Meta(description="Its rank by the market's score")] = None
    trust_rank: Annotated[float | None, Meta(description="Its rank by trust")] = None
    rank_difference: Annotated[
        float | None, Meta(description="Places by which the market ranks it higher than trust does")
    ] = None
    kept_in_year: Annotated[int, Meta(description="Promises to residents that it kept whole and in time in a year")]
    overdue: Annotated[int, Meta(description="Its promises that were overdue on that day")]
    asks_past_time: Annotated[int, Meta(description="Asks that it held past their time on that day")]
    reasons: Annotated[tuple[DisagreementReason, ...], Meta(description="Why they disagree, as far as is on record")]
    causes: Causes


@projection(
    name="market_disagreement",
    version=1,
    row=MarketDisagreementRow,
    key=("on", "party_id"),
    handles=_HANDLES,
    question="When does the market's relationship score of a body say otherwise than residents' trust, and why?",
    ignores_rest="Only contacts and ratings make the market's score, and only promises this trust.",
)
def market_disagreement(history: History, method: Method) -> list[MarketDisagreementRow]:
    """A row for each body of officials that residents' trust is about, at the end of each of the last months."""
    rows = evidence(history, method)
    views = [
        line.view
        for line in lines_by_side(history, method, rows)
        if line.view.facet is Facet.RELIABILITY
        and line.view.truster_side is Side.RESIDENTS
        and line.view.trustee_side in OFFICIALS
    ]
    days = _month_ends(history.as_of)
    figures = _figures(rows, views, days, method)
    parts = _Parts(
        history=history,
        method=method,
        late_promises=list(late_promises(history, method)),
        late_asks=list(late_asks(history, method)),
        ratings=RatingsGiven(history, method),
    )
    table = []
    for day in days:
        of_day = [
            parts.row(day, view, *figures[view][day], [row for row in rows if view.holds(row)])
            for view in views
            if day in figures[view]
        ]
        table += _ranked(of_day)
    return table


def _month_ends(as_of: date) -> list[date]:
    """The last days of the last months that were over by the end of a day, oldest first."""
    following = as_of + timedelta(days=1)
    month = 12 * following.year + following.month - 1
    return [date(each // 12, each % 12 + 1, 1) - timedelta(days=1) for each in range(month - MONTHS + 1, month + 1)]


def _figures(
    rows: Sequence[Evidence], views: Sequence[TrustView], days: Sequence[date], method: Method
) -> dict[TrustView, dict[date, tuple[TrustPoint, Opinion]]]:
    ends = {end_of_day(day): day for day in days}
    return {
        view: {
            ends[point.at]: (point, opinion) for point, opinion in zip(points, opinions(points, method), strict=True)
        }
        for view, points in points_on(rows, views, days, method).items()
    }


class _Counted(Struct, frozen=True, kw_only=True):
    """The acts of one body that were counted for the end of a month, and the tone of what was said of it."""

    contacts: Sequence[Effective]
    ratings: Sequence[Effective]
    tones: Sequence[float]
    kept: Sequence[Evidence]
    overdue: Sequence[Arrear]
    unanswered: Sequence[Arrear]


class _Parts(Struct, frozen=True, kw_only=True):
    """The parts of a partnership's record that both figures, and the reasons between them, are made from."""

    history: History
    method: Method
    late_promises: Sequence[Arrear]
    late_asks: Sequence[Arrear]
    ratings: RatingsGiven

    def counted(self, day: date, party_id: UUID, rows: Sequence[Evidence]) -> _Counted:
        """Count what one body did and met by the end of a month."""
        end = end_of_day(day)
        start = end - timedelta(days=self.method.market.contact_days)
        contacts = [
            fact
            for fact, body in self.history.each(InteractionRecorded)
            if start <= fact.occurred_at < end and party_id in {each.party_id for each in bodies_taking_part(body)}
        ]
        ratings = self.ratings.until(end, party_id)
        overdue, unanswered = (
            {each.thing_id: each for each in some if each.party.party_id == party_id and each.is_owed_on(day)}
            for some in (self.late_promises, self.late_asks)
        )
        return _Counted(
            contacts=contacts,
            ratings=ratings.facts,
            tones=ratings.tones,
            kept=[row for row in rows if _is_kept_in_year(row, day)],
            overdue=list(overdue.values()),
            unanswered=list(unanswered.values()),
        )

    def row(
        self, day: date, view: TrustView, point: TrustPoint, opinion: Opinion, rows: Sequence[Evidence]
    ) -> MarketDisagreementRow:
        """The row of one body at the end of a month, as yet without ranks."""
        assert view.trustee is not None  # noqa: S101 - a side's view of one body; tells the type checker
        acts, rules = self.counted(day, view.trustee, rows), self.method.market
        score = relationship_score(len(acts.contacts), acts.tones, rules)
        is_said = opinion.status.is_said
        reasons = _reasons(acts, score, opinion.trust, rules) if is_said else {}
        return MarketDisagreementRow(
            on=day,
            party_id=view.trustee,
            contacts=len(acts.contacts),
            ratings=len(acts.tones) or None,
            market=score,
            trust=opinion.trust if is_said else None,
            trust_low=opinion.low if is_said else None,
            trust_high=opinion.high if is_said else None,
            trust_status=opinion.status,
            promises=point.acts,
            difference=score / 100 - opinion.trust if is_said else None,
            kept_in_year=len({row.act for row in acts.kept}),
            overdue=len(acts.overdue),
            asks_past_time=len(acts.unanswered),
            reasons=tuple(reasons),
            causes=each_once(cause for causes in reasons.values() for cause in causes),
        )


def _is_kept_in_year(row: Evidence, day: date) -> bool:
    end = end_of_day(day)
    return row.value >= 1 and not row.open_zero and row.stands_at(end) and row.at >= end - _YEAR


def _reasons(
    acts: _Counted, score: float, trust: float, rules: MarketRules
) -> dict[DisagreementReason, tuple[UUID, ...]]:
    """The reasons why the market's score lies above trust, or below it, each with the events behind it.

    Its own parts are reasons where they lie on that side, few contacts by those there were; so is what it leaves out.
    """
    contacts = min(1.0, len(acts.contacts) / rules.expected_contacts_a_month)
    tone = (fsum(acts.tones) / len(acts.tones) + 1) / 2 if acts.tones else trust
    above = (
        (DisagreementReason.MANY_CONTACTS, contacts > trust, acts.contacts),
        (DisagreementReason.KIND_RATINGS, tone > trust, acts.ratings),
        (DisagreementReason.PROMISES_OVERDUE, bool(acts.overdue), acts.overdue),
        (DisagreementReason.ASKS_UNANSWERED, bool(acts.unanswered), acts.unanswered),
    )
    below = (
        (DisagreementReason.FEW_CONTACTS, contacts < trust, acts.contacts),
        (DisagreementReason.HARSH_RATINGS, tone < trust, acts.ratings),
        (DisagreementReason.PROMISES_KEPT, bool(acts.kept), acts.kept),
    )
    sides = {score / 100 > trust: above, score / 100 < trust: below}
    return {reason: causes_of(things) for reason, holds, things in sides.get(True, ()) if holds}


def _ranked(rows: Sequence[MarketDisagreementRow]) -> list[MarketDisagreementRow]:
    """The rows of one month, those with both figures ranked by each."""
    both = [row for row in rows if row.trust is not None]
    by_market, by_trust = _ranks([row.market for row in both]), _ranks([row.trust or 0.0 for row in both])
    ranks = {row.party_id: (market, trust) for row, market, trust in zip(both, by_market, by_trust, strict=True)}
    return [
        row
        if row.party_id not in ranks
        else replace(
            row,
            market_rank=ranks[row.party_id][0],
            trust_rank=ranks[row.party_id][1],
            rank_difference=ranks[row.party_id][1] - ranks[row.party_id][0],
        )
        for row in rows
    ]


def _ranks(figures: Sequence[float]) -> list[float]:
    """The rank of each figure, 1 for the highest; equal figures share the mean of their ranks."""
    return [
        1 + sum(other > figure for other in figures) + (sum(other == figure for other in figures) - 1) / 2
        for figure in figures
    ]
