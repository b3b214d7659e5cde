"""Returns: the summaries and returns that a partnership owes its funder, filled in from its record."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct

from api.http.operations import Call, Operation, OperationAnswer
from api.http.problems import Problem, ProblemFault
from api.reading.as_of import pinned, read_known
from api.reading.formats import MEDIA, TABLES, table_in
from api.reading.names_and_texts import NamesAndTexts
from api.reading.replay_answers import ViewQuery, WordsBesideRows, about_partnership
from api.reading.shown_table import ShownTable
from domain.events.interactions import InteractionRecorded
from domain.events.partnerships import PartnershipFormed
from domain.events.registries import PlaceRegistered
from domain.values import last_day
from domain.vocabulary import InteractionKind
from projections.engine.replay import AnswerBasis, KnownPartnership
from projections.returns.filled_return import FilledTable, ReturnFigure, ReturnPeriod, filled_return
from projections.returns.return_template import ReturnName, ReturnTemplate, TableHistory, shipped_return_template
from projections.views import projections

_MONTHS_A_YEAR = 12


class ReturnQuery(ViewQuery, frozen=True, kw_only=True):
    """Which return, from which day until the day asked about, in which format."""

    template: Annotated[ReturnName, Meta(description="The return")] = ReturnName.SUMMARY
    since: Annotated[
        date | None, Meta(description="Its first day; unless given as many months back as it says, or the last meeting")
    ] = None


class ReturnPart(Struct, frozen=True, kw_only=True):
    """One section of a return: what it is about, and the titles of its tables, those without a figure among them."""

    title: str
    about: str
    tables: tuple[str, ...]


class FilledReturn(AnswerBasis, frozen=True, kw_only=True):
    """A return about some days: its figures, each with its events, and the names of what they are grouped by."""

    template: ReturnName
    title: str
    about: str
    since: date
    sections: tuple[ReturnPart, ...]
    figures: tuple[ReturnFigure, ...]
    group_names: dict[str, str]


class ReturnLine(Struct, frozen=True, kw_only=True):
    """One figure as a line of a table."""

    section: str
    table: str
    group: tuple[str, ...]
    group_names: tuple[str, ...]
    measure: str
    amount: int
    currency: str
    causes: tuple[UUID, ...]


def _read(call: Call) -> OperationAnswer:
    query: ReturnQuery = call.query
    at = pinned(call, "return")
    if (unchanged := at.unchanged(call)) is not None:
        return unchanged
    partnership = read_known(call, at=at)
    template, day = shipped_return_template(query.template), partnership.basis.as_of
    since = query.since or _since(partnership, template)
    if since > day:
        fault = ProblemFault(code="out-of-bounds", detail="give a day that is not after `as_of`", parameter="since")
        raise Problem("invalid-query", f"since: {fault.detail}.", [fault])
    partnerships = {TableHistory.PARTNERSHIP: partnership, **_place(call, partnership)}
    histories = {of: (each.history, each.method) for of, each in partnerships.items()}
    tables = filled_return(template, histories, ReturnPeriod(since, day))
    words = NamesAndTexts(call.services, entitled=at.entitled)
    names = {id_: name for table in tables for id_, name in _names(table, partnerships, words).items()}
    figures = tuple(figure for table in tables for figure in table.figures)
    if call.media in TABLES:
        lines = ShownTable(columns=ReturnLine.__struct_fields__, rows=[_line(figure, names) for figure in figures])
        about = about_partnership(call, partnership, template.title, template.about, {})
        content: Any = table_in(call.media, about, lines)
    else:
        content = FilledReturn(
            **{name: getattr(partnership.basis, name) for name in partnership.basis.__struct_fields__},
            template=query.template,
            title=template.title,
            about=template.about,
            since=since,
            sections=tuple(
                ReturnPart(
                    title=section.title, about=section.about, tables=tuple(table.title for table in section.tables)
                )
                for section in template.sections
            ),
            figures=figures,
            group_names={id_: name for id_, name in names.items() if any(id_ in each.group for each in figures)},
        )
    return OperationAnswer(content=content, media=call.media, headers={"ETag": at.tag}, personal=bool(at.entitled))


def _since(partnership: KnownPartnership, template: ReturnTemplate) -> date:
    """The first day unless one is named: that after the last meeting, or so many months back."""
    day = partnership.basis.as_of
    if template.since_last_meeting:
        meetings = [body for _, body in partnership.history.each(InteractionRecorded) if _is_meeting(body)]
        days = [held_on for body in meetings if (held_on := last_day(body.happened)) < day]
        if days:
            return max(days) + timedelta(days=1)
    return _months_before(day, template.months)


def _is_meeting(body: InteractionRecorded) -> bool:
    return body.kind is InteractionKind.MEETING


def _months_before(day: date, months: int) -> date:
    """The first day of so many months that end on a day."""
    after = day + timedelta(days=1)
    years, month = divmod(after.year * _MONTHS_A_YEAR + after.month - 1 - months, _MONTHS_A_YEAR)
    last = (date(years + (month + 1) // _MONTHS_A_YEAR, (month + 1) % _MONTHS_A_YEAR + 1, 1) - timedelta(days=1)).day
    return date(years, month + 1, min(after.day, last))


def _place(call: Call, partnership: KnownPartnership) -> dict[TableHistory, KnownPartnership]:
    """The place that the partnership is formed for, as it was known; nothing where it is formed for none."""
    formed = next((body for _, body in partnership.history.each(PartnershipFormed)), None)
    if formed is None or formed.place_id is None:
        return {}
    of_place = replace(call, path={**call.path, "place": str(formed.place_id)})
    try:
        return {TableHistory.PLACE: read_known(of_place, PlaceRegistered, parameter="place")}
    except Problem:  # the place was on record only later
        return {}


def _names(
    table: FilledTable, partnerships: dict[TableHistory, KnownPartnership], words: NamesAndTexts
) -> dict[str, str]:
    """The names of the things and bodies by which a table is grouped, by their ids."""
    projection = projections()[table.table.view]
    if not table.rows or not set(table.table.by) & set(projection.kinds):
        return {}
    all_names = WordsBesideRows(partnerships[table.table.of], words, projection, table.rows).all_named
    return {str(id_): name for id_, name in all_names.items()}


def _line(figure: ReturnFigure, names: dict[str, str]) -> ReturnLine:
    return ReturnLine(
        section=figure.section,
        table=figure.table,
        group=figure.group,
        group_names=tuple(names.get(each, each) for each in figure.group),
        measure=figure.measure,
        amount=figure.amount,
        currency=figure.currency,
        causes=figure.causes,
    )


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/partnerships/{partnership_id}/return",
        name="read-return",
        summary="Read a summary or return that the partnership owes its funder, each figure with its events.",
        tag="Reading",
        handle=_read,
        query=ReturnQuery,
        answers={200: FilledReturn},
        media=MEDIA,
        conditional=True,
    ),
)
