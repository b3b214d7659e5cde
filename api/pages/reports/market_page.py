"""Beside a rating sold on the market: where it and residents' trust in promises say otherwise, and why."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from markupsafe import Markup
from msgspec import Struct

from api.http.problems import Problem
from api.pages.ground.in_words import count_of, in_hundred, month_in_words, sentence_case
from api.pages.ground.page import Page, PageAnswer, Visit
from api.pages.partnership.aspects import BY_FACET
from api.pages.partnership.whose import PartnershipVisit
from api.pages.pictures.range_bar import ScaleEnds, range_bar
from api.reading.formats import FORMS_OF_TABLES
from domain.vocabulary import Facet
from projections.views.market_disagreement import MONTHS, DisagreementReason, MarketDisagreementRow

_SHOWN: Final = 10
_WORDS: Final[Mapping[DisagreementReason, Callable[[MarketDisagreementRow], str]]] = {
    DisagreementReason.MANY_CONTACTS: lambda row: f"{count_of(row.contacts, 'contact')} in the month",
    DisagreementReason.KIND_RATINGS: lambda row: f"{count_of(row.ratings or 0, 'kind rating')}",
    DisagreementReason.PROMISES_OVERDUE: lambda row: f"{count_of(row.overdue, 'promise')} overdue",
    DisagreementReason.ASKS_UNANSWERED: lambda row: f"{count_of(row.asks_past_time, 'ask')} past their time",
    DisagreementReason.FEW_CONTACTS: lambda row: (
        f"{count_of(row.contacts, 'contact')} in the month" if row.contacts else "no contact in the month"
    ),
    DisagreementReason.HARSH_RATINGS: lambda row: f"{count_of(row.ratings or 0, 'harsh rating')}",
    DisagreementReason.PROMISES_KEPT: lambda row: f"{count_of(row.kept_in_year, 'promise')} kept in the year before",
}


class MarketLine(Struct, frozen=True, kw_only=True):
    """One body in one month: both figures, by how much and how many places they differ, and why."""

    month: str
    name: str
    address: str
    market: str
    ours: str
    bar: Markup
    higher: str
    why: str


def _show(visit: Visit) -> PageAnswer:
    here = PartnershipVisit(visit)
    try:
        if visit.query.get("format") in FORMS_OF_TABLES:
            return here.table("read-market-disagreement", "market")
        view = here.ask("read-market-disagreement", causes=0)
    except Problem as problem:
        return here.nothing_by_then(problem)
    both = [row for row in view.rows if row.difference is not None]
    furthest = sorted(both, key=lambda row: -abs(row.difference or 0.0))[:_SHOWN]
    latest_first = sorted(furthest, key=lambda row: (row.on, view.names.get(row.party_id, "")), reverse=True)
    values: dict[str, Any] = {
        "lines": [_line(here, row, view.names) for row in latest_first],
        "compared": len(both),
        "unsaid": len(view.rows) - len(both),
        "otherwise": sum(bool(row.rank_difference) for row in both),
        "months": MONTHS,
    }
    return here.shown("reports/market.html", f"Beside a rating on the market: {here.entry.name}", values)


def _line(here: PartnershipVisit, row: MarketDisagreementRow, names: Mapping[UUID, str]) -> MarketLine:
    difference, low, high = row.difference or 0.0, row.trust_low or 0.0, row.trust_high or 0.0
    aspect = BY_FACET[Facet.RELIABILITY].slug
    return MarketLine(
        month=f"{month_in_words(row.on)} {row.on.year}",
        name=names.get(row.party_id, "Somebody"),
        address=here.past.at(f"{here.address}/bodies/{row.party_id}", aspect=aspect),
        market=f"{round(row.market)} of 100",
        ours=(
            f"{in_hundred(row.trust)} in 100, likely range {in_hundred(low)} to {in_hundred(high)}, "
            f"on {count_of(row.promises, 'promise')}"
        ),
        bar=range_bar(row.trust or 0.0, low, high, ScaleEnds("none", "half", "all")),
        higher=_higher(difference, row.rank_difference or 0.0),
        why=sentence_case("; ".join(_WORDS[reason](row) for reason in row.reasons)),
    )


def _higher(difference: float, places: float) -> str:
    """By how much the market is above or below, and how many places that moves the body."""
    words = f"{abs(round(100 * difference))} {'higher' if difference > 0 else 'lower'} on the market"
    return f"{words}, {_places(abs(places))} {'up' if places > 0 else 'down'}" if places else words


def _places(places: float) -> str:
    """A number of places; bodies with the same figure share theirs, so that there are halves."""
    whole, half = divmod(places, 1)
    if not half:
        return count_of(round(whole), "place")
    return f"{round(whole)}½ places" if whole else "half a place"


PAGES = (Page(path="/partnerships/{partnership_id}/market", name="market", show=_show, section="reports", dear=True),)
