"""A summary or return that a partnership owes its funder: its tables, filled in, as a page and in print."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Final

from msgspec import Struct

from api.http.problems import Problem
from api.pages.ground.entered_dates import entered_date
from api.pages.ground.in_words import count_of, day_in_words, sentence_case
from api.pages.ground.page import FormFields, Page, PageAnswer, SeeOther, Visit
from api.pages.partnership.whose import PartnershipVisit
from api.resources.returns import FilledReturn
from domain.events.english import money_in_words
from domain.values import Money
from projections.returns.filled_return import ReturnFigure
from projections.returns.return_template import ReturnName

_SHORT: Final = {
    ReturnName.BOARD_PACK: "Board pack",
    ReturnName.SUMMARY: "Six-month summary",
    ReturnName.YEARLY: "Yearly return",
}
_NOT_STATED: Final = "Not stated"
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class ReturnLineInWords(Struct, frozen=True, kw_only=True):
    """One group of rows in words: an amount for each measure, and on how many records they rest."""

    words: str
    amounts: tuple[str, ...]
    records: str


class ReturnTableInWords(Struct, frozen=True, kw_only=True):
    """One table in words."""

    title: str
    measures: tuple[str, ...]
    lines: tuple[ReturnLineInWords, ...]


class ReturnSectionInWords(Struct, frozen=True, kw_only=True):
    """One section in words."""

    title: str
    about: str
    tables: tuple[ReturnTableInWords, ...]


def _show(visit: Visit) -> PageAnswer:
    here = PartnershipVisit(visit)
    name = visit.query.get("template", "")
    template = ReturnName(name) if name in set(ReturnName) else ReturnName.SUMMARY
    since = _since(visit)
    entered = entered_date(FormFields(visit.query), "since", "The first day", month_until=date.min)
    if entered.when is not None:
        return SeeOther(here.past.at(visit.address.partition("?")[0], template=template.value, since=entered.when))
    try:
        if visit.query.get("format") == "csv":
            return here.table("read-return", f"{template.value}.csv", template=template, since=since)
        answer: FilledReturn = here.ask("read-return", template=template, since=since)
    except Problem as problem:
        return here.nothing_by_then(problem)
    values = {
        "answer": answer,
        "others": [(each.value, words, each is template) for each, words in _SHORT.items()],
        "sections": list(_sections(answer)),
        "since": "" if since is None else since,
        "sent": FormFields(visit.query),
    }
    return here.shown("reports/return.html", f"{_SHORT[template]}: {here.entry.name}", values)


def _since(visit: Visit) -> str | None:
    text = visit.query.get("since") or None
    try:
        return None if text is None else date.fromisoformat(text).isoformat()
    except ValueError:
        raise Problem("invalid-query", "The first day in the address is not a date.") from None


def _sections(answer: FilledReturn) -> Iterator[ReturnSectionInWords]:
    figures: dict[tuple[str, str], list[ReturnFigure]] = defaultdict(list)
    for figure in answer.figures:
        figures[figure.section, figure.table].append(figure)
    for part in answer.sections:
        tables = tuple(_table(name, figures[part.title, name], answer.group_names) for name in part.tables)
        yield ReturnSectionInWords(title=part.title, about=part.about, tables=tables)


def _table(title: str, figures: Sequence[ReturnFigure], names: Mapping[str, str]) -> ReturnTableInWords:
    """One table: a line for each group, a column for each measure; of single things they are listed without a count."""
    measures = tuple(dict.fromkeys(each.measure for each in figures))
    are_single = all(each.amount == 1 and not each.currency and names.keys() & each.group for each in figures)
    is_list = bool(figures) and len(measures) == 1 and are_single
    lines = []
    for group, some in groupby(figures, key=lambda figure: figure.group):
        of_group = list(some)
        amounts = {each.measure: _amount(each) for each in of_group}
        line = ReturnLineInWords(
            words=", ".join(_in_words(each, names) for each in group) or "All",
            amounts=() if is_list else tuple(amounts.get(measure, "0") for measure in measures),
            records=count_of(len({cause for each in of_group for cause in each.causes}), "record"),
        )
        lines.append(line)
    headings = () if is_list else tuple(map(_measure_in_words, measures))
    return ReturnTableInWords(title=title, measures=headings, lines=tuple(lines))


def _amount(figure: ReturnFigure) -> str:
    return money_in_words(Money(figure.amount, figure.currency)) if figure.currency else f"{figure.amount:,}"


def _measure_in_words(measure: str) -> str:
    words, _, code = measure.partition(": ")
    return sentence_case(f"{words} {code.replace('-', ' ')}".strip())


def _in_words(part: str, names: Mapping[str, str]) -> str:
    """A part of a group as people read it: a name, a day, or a code in words."""
    if _DAY.fullmatch(part):
        return day_in_words(part)
    return sentence_case(names.get(part) or part.replace("-", " ")) or _NOT_STATED


PAGES = (Page(path="/partnerships/{partnership_id}/return", name="return", show=_show, section="reports"),)
