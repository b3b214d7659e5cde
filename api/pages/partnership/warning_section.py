"""Early warnings in words: what was counted about whom, since when, by which rule, and what would end it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from msgspec import Struct

from api.http.problems import Problem
from api.pages.ground.in_words import count_of, day_in_words, in_hundred, sentence_case
from api.pages.ground.page import Page, PageAnswer, Visit
from api.pages.partnership.aspects import BY_FACET
from api.pages.partnership.whose import PartnershipVisit
from api.reading.timeline_entries import TimelineEntry
from domain.events.english import words
from projections.scoring.early_warnings.declared_warnings import WARNINGS
from projections.scoring.early_warnings.warning_row import EarlyWarningRow, EarlyWarningRule, EarlyWarningState

TITLES: Final = {warning.rule: warning.title for warning in WARNINGS}
_RECORDS: Final = 5


class WarningInWords(Struct, frozen=True, kw_only=True):
    """One warning that holds, and the first of the records that it rests on."""

    title: str
    sentence: str
    since: str
    ends_when: str
    records: Sequence[TimelineEntry] = ()
    records_in_all: int = 0


class RuleInWords(Struct, frozen=True):
    """One rule, and whether it holds of anybody."""

    title: str
    rule: str
    standing: str


class WarningSection(Struct, frozen=True, kw_only=True):
    """The part of a partnership's page about early warnings; without rules where the method declares none."""

    held: Sequence[WarningInWords]
    rules: Sequence[RuleInWords]


def warning_section(here: PartnershipVisit, *, with_records: bool = False) -> WarningSection:
    """The warnings that hold, and every rule there is. Raises Problem."""
    view = here.ask("read-early-warnings")
    warnings = [row for row in view.rows if row.state is EarlyWarningState.HOLDS]
    return WarningSection(
        held=[_in_words(here, view, row, with_records=with_records) for row in warnings],
        rules=list(_rules(view.rows)),
    )


def _rules(rows: Sequence[EarlyWarningRow]) -> Iterator[RuleInWords]:
    for rule, title in TITLES.items():
        of_rule = [row for row in rows if row.rule is rule]
        if not of_rule:
            continue
        times = sum(row.state is EarlyWarningState.HOLDS for row in of_rule)
        is_recorded = all(row.state is not EarlyWarningState.NOT_RECORDED for row in of_rule)
        standing = f"Holds, {count_of(times, 'time')}" if times else "Does not hold"
        yield RuleInWords(title, of_rule[0].rule_in_words, standing if is_recorded or times else "Not recorded here")


def _in_words(here: PartnershipVisit, view: Any, row: EarlyWarningRow, *, with_records: bool) -> WarningInWords:  # noqa: ANN401 - the view's shape is made from its projection
    causes = None
    if with_records:
        about = {"party": row.party_id, "facet": row.facet, "side": row.side, "thing": row.thing_id}
        filters = {name: each for name, each in about.items() if each is not None}
        causes = here.ask("list-warning-causes", rule=row.rule, limit=_RECORDS, **filters)
    return WarningInWords(
        title=TITLES[row.rule],
        sentence=sentence_of(row, view.names, view.labels),
        since=day_in_words(row.since_on),
        ends_when=row.ends_when,
        records=() if causes is None else causes.data,
        records_in_all=0 if causes is None else causes.in_all,
    )


Labels = Mapping[UUID, str]


def _body(row: EarlyWarningRow, names: Labels) -> str:
    return names.get(row.party_id, "Somebody") if row.party_id else "Somebody"


def _side(row: EarlyWarningRow) -> str:
    return words(row.side) if row.side else "somebody"


def _number(figure: float | None) -> int:
    return round(figure or 0.0)


def _compared(row: EarlyWarningRow) -> str:
    return f"; on {day_in_words(row.before_on)} it was {_number(row.before)}"


def _fallen(row: EarlyWarningRow, names: Labels, _: Labels) -> str:
    aspect = BY_FACET[row.facet].name.lower() if row.facet in BY_FACET else str(row.facet)
    now = f"{in_hundred(row.found)} in 100, likely range {in_hundred(row.found_low)} to {in_hundred(row.found_high)}"
    then = f"{in_hundred(row.before)}, likely range {in_hundred(row.before_low)} to {in_hundred(row.before_high)}"
    return (
        f"Trust of {_side(row)} in {_body(row, names)}, {aspect}: {now}, on {count_of(row.of or 0, 'act')}; "
        f"on {day_in_words(row.before_on)} it was {then}"
    )


_SENTENCES: Final[Mapping[EarlyWarningRule, Callable[[EarlyWarningRow, Labels, Labels], str]]] = {
    EarlyWarningRule.CANCELLED_MEETINGS: lambda row, _names, _labels: (
        f"{count_of(_number(row.found), 'meeting')} in a row called off"
    ),
    EarlyWarningRule.SIDE_STOPPED_COMING: lambda row, _names, _labels: sentence_case(
        f"{_side(row)} came to {_number(row.before)} of {row.of} meetings in the year up to "
        f"{day_in_words(row.before_on)}, and to none of the {_number(row.found)} since"
    ),
    EarlyWarningRule.PROMISES_OVERDUE: lambda row, names, _labels: (
        f"{_body(row, names)}: {count_of(_number(row.found), 'promise')} overdue{_compared(row)}"
    ),
    EarlyWarningRule.ASKS_UNANSWERED: lambda row, names, _labels: (
        f"{_body(row, names)}: {count_of(_number(row.found), 'ask')} past their time{_compared(row)}"
    ),
    EarlyWarningRule.ASKS_PASSED_ON: lambda row, _names, _labels: (
        f"{round((row.found or 0) * (row.of or 0))} of {count_of(row.of or 0, 'ask')} of the last year passed on twice "
        "or more"
    ),
    EarlyWarningRule.TRUST_FELL: _fallen,
    EarlyWarningRule.FEW_DO_MOST: lambda row, _names, _labels: sentence_case(
        f"{_side(row)}: {count_of(row.people or 0, 'person', 'people')} make{'s' if row.people == 1 else ''} "
        f"{in_hundred(row.found)} in 100 of attendance in the last year, of {row.of} who came"
    ),
    EarlyWarningRule.OPEN_DISAGREEMENT: lambda row, _names, labels: sentence_case(
        f"{labels.get(row.thing_id, 'something without a title') if row.thing_id else ''}: open for "
        f"{count_of(_number(row.found), 'day')}"
    ),
    EarlyWarningRule.NOTHING_RECORDED: lambda row, _names, _labels: (
        f"Nothing on record since {day_in_words(row.before_on)}, {count_of(_number(row.found), 'day')} ago"
    ),
}


def sentence_of(row: EarlyWarningRow, names: Labels, labels: Labels) -> str:
    """A warning that holds, in words, without a full stop."""
    return _SENTENCES[row.rule](row, names, labels)


def _show(visit: Visit) -> PageAnswer:
    here = PartnershipVisit(visit)
    try:
        section = warning_section(here, with_records=True)
    except Problem as problem:
        return here.nothing_by_then(problem)
    return here.shown("partnership/early_warnings.html", f"Early warnings: {here.entry.name}", {"warnings": section})


PAGES = (
    Page(
        path="/partnerships/{partnership_id}/early-warnings",
        name="partnership-early-warnings",
        show=_show,
        section="partnerships",
    ),
)
