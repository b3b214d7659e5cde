"""Early warnings of all partnerships: what is worth a look, in ten of them at a time, by name."""

from collections.abc import Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from msgspec import Struct

from api.pages.ground.in_words import day_in_words
from api.pages.ground.list_pages import every_answer, page_of
from api.pages.ground.page import Page, PageAnswer, Shown, Visit
from api.pages.partnership.warning_section import TITLES, sentence_of
from domain.text import likeness

_ON_A_PAGE: Final = 10


class WarningOfPartnership(Struct, frozen=True, kw_only=True):
    """One warning that holds, in words."""

    title: str
    sentence: str
    since: str


class WarnedLine(Struct, frozen=True, kw_only=True):
    """A partnership with the warnings that hold in it; not known where its method cannot be found."""

    partnership_id: UUID
    name: str
    is_known: bool
    warnings: Sequence[WarningOfPartnership]


def _show(visit: Visit) -> PageAnswer:
    entries = [entry for answer in every_answer(visit, "list-partnerships", {}) for entry in answer.data]
    page = page_of(visit, sorted(entries, key=lambda entry: (likeness(entry.name), entry.partnership_id)), _ON_A_PAGE)
    lines = list(_lines(visit, [entry.partnership_id for entry in page.items]))
    values = {
        "page": page,
        "warned": [line for line in lines if line.warnings],
        "quiet": [line for line in lines if line.is_known and not line.warnings],
        "unknown": [line for line in lines if not line.is_known],
    }
    return Shown(template="all_warnings.html", title="Early warnings of all partnerships", values=values)


def _lines(visit: Visit, ids: Sequence[UUID]) -> Iterator[WarnedLine]:
    """The partnerships of a page in their order, each as it stands now."""
    if not ids:
        return
    query = {"partnership": tuple(ids), "limit": len(ids), "causes": 0}
    answers = {each.partnership_id: each for each in visit.ask("list-early-warnings", query=query).data}
    for answer in (answers[each] for each in ids if each in answers):
        yield WarnedLine(
            partnership_id=answer.partnership_id,
            name=answer.name,
            is_known=answer.basis is not None,
            warnings=[_in_words(answer, row) for row in answer.warnings],
        )


def _in_words(answer: Any, row: Any) -> WarningOfPartnership:  # noqa: ANN401 - as the API answers
    return WarningOfPartnership(
        title=TITLES[row.rule],
        sentence=sentence_of(row, answer.names, answer.labels),
        since=day_in_words(row.since_on),
    )


PAGES = (Page(path="/early-warnings", name="all-warnings", show=_show, section="partnerships", dear=True),)
