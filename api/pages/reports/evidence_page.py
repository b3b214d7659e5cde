"""The evidence register of an inquiry or plan: who was heard, when, how and on what."""

from typing import Any

from msgspec import Struct

from api.http.problems import Problem
from api.pages.ground.in_words import count_of, day_in_words, sentence_case
from api.pages.ground.list_pages import page_of
from api.pages.ground.page import Page, PageAnswer, Visit
from api.pages.partnership.whose import PartnershipVisit
from domain.events.english import joined, words
from projections.views.evidence_register import EvidenceRow

_ROWS_A_PAGE = 100


class EvidenceInWords(Struct, frozen=True, kw_only=True):
    """One row of the register in words."""

    record: str
    day: str
    how: str
    who: str
    on_what: str


def _show(visit: Visit) -> PageAnswer:
    here = PartnershipVisit(visit)
    try:
        if visit.query.get("format") == "csv":
            return here.table("read-evidence-register", "evidence-register.csv")
        view = here.ask("read-evidence-register")
    except Problem as problem:
        return here.nothing_by_then(problem)
    page = page_of(visit, list(reversed(view.rows)), _ROWS_A_PAGE)
    values = {
        "page": page,
        "rows": [_in_words(row, view) for row in page.items],
        "contacts": len({row.interaction_id for row in view.rows}),
        "people": sum(row.people for row in view.rows),
    }
    return here.shown("reports/evidence.html", f"Who was heard: {here.entry.name}", values)


def _in_words(row: EvidenceRow, view: Any) -> EvidenceInWords:  # noqa: ANN401 - the view's shape is made from its projection
    role = f", {words(row.role)}" if row.role else ""
    who = f"{view.names.get(row.party_id, 'Somebody')}{role}" if row.party_id else sentence_case(words(row.side))
    mode = f", {words(row.mode)}" if row.mode else ""
    title = view.texts.get(row.title.event_id, {}).get(row.title.field) if row.title else None
    about = [*row.themes, *map(words, row.challenges)]
    return EvidenceInWords(
        record=str(row.causes[0]),
        day=day_in_words(row.heard_on),
        how=f"{sentence_case(words(row.kind))}{mode}",
        who=who if row.people == 1 else f"{who}: {count_of(row.people, 'person', 'people')}",
        on_what=sentence_case(joined([title.text or "" if title else "", *about])) or "Not stated",
    )


PAGES = (
    Page(path="/partnerships/{partnership_id}/who-was-heard", name="who-was-heard", show=_show, section="reports"),
)
