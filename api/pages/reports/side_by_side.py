"""Figures of one partnership side by side: as they stand, and by other settings or without somebody."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from msgspec import Struct

from api.pages.ground.in_words import sentence_case
from api.pages.ground.page import Page, PageAnswer, Visit
from api.pages.partnership.aspects import BY_FACET
from api.pages.partnership.dimensions import DIMENSION_WORDS
from api.pages.partnership.whose import PartnershipVisit
from api.pages.pictures.figure_words import figure_in_words
from api.resources.what_if import WhatIfAnswer
from domain.vocabulary import Side
from projections.scoring.formulas.opinion import EvidenceStatus
from projections.what_if.readings import WhatIfReading
from projections.what_if.spread import WhatIfSpread

FADING: Final = {"90": "Half after 90 days", "365": "Half after a year", "infinite": "They do not fade"}
WEIGHTS: Final = {"2": "What went wrong counts twice", "3": "What went wrong counts three times"}
_MOST: Final = 4
_COLUMNS: Final = {
    "half-life 90 days": "Half after 90 days",
    "half-life 365 days": "Half after a year",
    "nothing fades": "Nothing fades",
    "adverse weight 2": "What went wrong counts twice",
    "adverse weight 3": "What went wrong counts three times",
}


class ComparedFigure(Struct, frozen=True, kw_only=True):
    """One figure in every column; `moves` says where it would be said otherwise."""

    name: str
    cells: tuple[str, ...]
    moves: str


def _show(visit: Visit) -> PageAnswer:
    here = PartnershipVisit(visit)
    seated = dict(here.seated())
    settings = {
        "fading": [each for each in visit.query.getlist("fading") if each in FADING],
        "weight": [each for each in visit.query.getlist("weight") if each in WEIGHTS],
        "without": [each for each in visit.query.getlist("without") if each in seated][:_MOST],
    }
    values: dict[str, Any] = {
        "members": list(seated.items()),
        "fadings": list(FADING.items()),
        "weights": list(WEIGHTS.items()),
        "chosen": settings,
        "columns": [],
        "trust": [],
        "health": [],
    }
    if any(settings.values()):
        answer: WhatIfAnswer = here.ask(
            "read-what-if",
            half_life=",".join(settings["fading"]) or None,
            adverse_weight=",".join(settings["weight"]) or None,
            without_party=",".join(settings["without"]) or None,
        )
        values |= _compared(answer, seated)
    return here.shown("reports/side_by_side.html", f"What if: {here.entry.name}", values)


def _compared(answer: WhatIfAnswer, seated: Mapping[str, str]) -> dict[str, object]:
    columns = {each.name: _column(each.name, each.party_id, seated) for each in answer.variants}
    residents = [each for each in answer.trust if each.truster_side is Side.RESIDENTS and each.facet in BY_FACET]
    trust = [
        (f"{answer.names.get(figure.trustee_id, '')}: {BY_FACET[figure.facet].name.lower()}", figure.spread)
        for figure in residents
    ]
    health = [(DIMENSION_WORDS[each.id].name, each.spread) for each in answer.health if each.id in DIMENSION_WORDS]
    return {
        "columns": list(columns.values()),
        "trust": list(_rows(sorted(trust), columns)),
        "health": list(_rows(health, columns)),
    }


def _column(name: str, party_id: UUID | None, seated: Mapping[str, str]) -> str:
    if name == "as-it-stands":
        return "As it stands"
    if party_id is not None:
        return f"Without {seated.get(str(party_id), 'somebody')}"
    return _COLUMNS.get(name, sentence_case(name))


def _rows(figures: Sequence[tuple[str, WhatIfSpread]], columns: Mapping[str, str]) -> Iterator[ComparedFigure]:
    for name, spread in figures:
        readings = {"as-it-stands": spread.as_it_stands, **spread.under}
        if all(each is None or each.value is None for each in readings.values()):
            continue
        crossing = [columns[each] for each in spread.crosses_half]
        yield ComparedFigure(
            name=name,
            cells=tuple(_cell(readings.get(column)) for column in columns),
            moves=f"Other side of half: {', '.join(crossing)}" if crossing else "",
        )


def _cell(reading: WhatIfReading | None) -> str:
    if reading is None:
        return "No such figure"
    count = f", on about {round(reading.n)}"
    if reading.value is None:
        return f"Not enough to say{count}"
    return f"{figure_in_words(reading, is_some=reading.status is EvidenceStatus.SOME)}{count}"


PAGES = (Page(path="/partnerships/{partnership_id}/what-if", name="what-if", show=_show, section="reports", dear=True),)
