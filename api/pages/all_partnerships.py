"""All partnerships beside one another: counts first, then promises kept with their likely range, and the spread.

The table is never sorted by a figure: a spread is not a league.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Any, Final
from urllib.parse import urlencode
from uuid import UUID

from markupsafe import Markup
from msgspec import Meta, Struct

from api.http.problems import Problem
from api.pages.ground.in_words import count_of
from api.pages.ground.list_pages import PageOf, every_answer, page_of
from api.pages.ground.page import Download, Page, PageAnswer, Shown, Visit
from api.pages.partnership.dimensions import DIMENSION_WORDS
from api.pages.pictures.dot_spread import PARTS, SpreadDot, counts_by_part, spread
from api.pages.pictures.figure_words import HALF
from api.pages.pictures.sparkline import QuarterPoint, sparkline
from api.reading.figures import ShownBeside
from api.reading.formats import FORMS_OF_TABLES, TableFormat, table_in
from api.reading.partnership_entries import PartnershipEntry, PartnershipState
from api.reading.shown_table import ShownTable
from api.reading.workbook import TableAbout, meanings_of
from domain.events.english import words
from domain.text import likeness
from domain.values import day_of
from projections.method.method import Dimension
from projections.scoring.formulas.opinion import EvidenceStatus
from projections.scoring.formulas.quarters import quarter_ends
from projections.scoring.health.measure import HEADLINE
from projections.views.glance import QUARTERS

_ON_A_PAGE: Final = 10
_LONG_WITHOUT_CONTACT: Final = timedelta(weeks=10)
_MANY_ASKS: Final = 5
_NOT_BUILT: Final = "not-built"


class PartnershipLine(Struct, frozen=True, kw_only=True):
    """One partnership in the table; without counts and figures where the lists of them were not made yet."""

    entry: PartnershipEntry
    now: Any = None
    is_stale: bool = False
    as_of: date | None = None

    @property
    def warnings(self) -> list[str]:
        """The points to look at in it, each in a few words."""
        return list(self._warnings())

    def _warnings(self) -> Iterator[str]:
        if self.is_stale:
            yield "This line could not be brought up to date"
        if self.now is None or self.as_of is None:
            return
        if self.now.shown is None:
            yield "Not enough to say yet about promises"
        elif self.now.shown_high < HALF:
            yield "Promises kept: under half, whole likely range"
        last = self.now.last_contact_on
        if last is None:
            yield "No contact recorded"
        elif self.entry.state is PartnershipState.FORMED and self.as_of - last > _LONG_WITHOUT_CONTACT:
            yield f"No contact for {count_of((self.as_of - last).days, 'day')}"
        if self.now.asks_past_time > _MANY_ASKS:
            yield f"{self.now.asks_past_time} asks past their time"


def _name(line: PartnershipLine) -> tuple[str, str]:
    return likeness(line.entry.name), str(line.entry.partnership_id)


_SORTS: Final[Mapping[str, tuple[str, Callable[[PartnershipLine], Any]]]] = {
    "name": ("name", _name),
    "overdue": ("overdue promises, most first", lambda line: -(line.now.overdue_promises if line.now else 0)),
    "asks": ("asks past their time, most first", lambda line: -(line.now.asks_past_time if line.now else 0)),
    "contact": (
        "last contact, longest ago first",
        lambda line: (line.now and line.now.last_contact_on) or date.min,
    ),
    "look": ("what there is to look at, most first", lambda line: -len(line.warnings)),
}
"""The ways to sort: none by a figure. Lines that are alike stand by name."""


def _show(visit: Visit) -> PageAnswer:
    glances = _glances(visit)
    sort = visit.query.get("sort", "overdue")
    sort = "name" if glances is None else sort if sort in _SORTS else "overdue"
    limits = {name: text for name in ("member", "place") if (text := visit.query.get(name))}
    lines = sorted(sorted(_lines(visit, glances, limits), key=_name), key=_SORTS[sort][1])
    if visit.query.get("format") in FORMS_OF_TABLES:
        return _table(visit, lines, None if glances is None else glances.as_of)
    page = page_of(visit, lines, _ON_A_PAGE)
    quarters = {} if glances is None else _quarters(visit, page, glances.as_of)
    values = {
        "intro": _intro(lines),
        "chosen": _chosen(visit, limits),
        "as_of": None if glances is None else glances.as_of,
        "page": page,
        "sort": sort,
        "sorted_by": _SORTS[sort][0],
        "sorts": [(key, words_of_sort) for key, (words_of_sort, _) in _SORTS.items()],
        "quarters": quarters,
        "sparklines": {each: sparkline(points, "Promises kept") for each, points in quarters.items()},
        "since": None if glances is None else quarter_ends(glances.as_of, QUARTERS)[0].year + 1,
        "sorted_at": lambda key: f"?{urlencode({**limits, 'sort': key})}",
        "csv": f"?{urlencode({**limits, 'sort': sort, 'format': 'csv'})}",
        "xlsx": f"?{urlencode({**limits, 'sort': sort, 'format': 'xlsx'})}",
        "parts": PARTS,
        "spreads": [] if glances is None else _spreads(visit, lines),
        "long_without_contact": _LONG_WITHOUT_CONTACT.days // 7,
        "many_asks": _MANY_ASKS,
    }
    return Shown(template="all_partnerships.html", title="All partnerships", values=values)


class _Glances(Struct, frozen=True):
    """How every partnership stands at a glance, by its id; and those that could not be brought up to date."""

    as_of: date
    now: dict[UUID, Any]
    stale: frozenset[UUID]


def _glances(visit: Visit) -> _Glances | None:
    """The lists as they are now; None where they were not made yet."""
    try:
        pages = list(every_answer(visit, "list-stored-glance", {"current": True, "causes": 0, "names": False}))
    except Problem as problem:
        if problem.code == _NOT_BUILT:
            return None
        raise
    now = {row.partnership_id: row for page in pages for row in page.data}
    return _Glances(pages[0].as_of, now, frozenset(each for page in pages for each in page.stale))


def _lines(visit: Visit, glances: _Glances | None, limits: Mapping[str, str]) -> Iterator[PartnershipLine]:
    for page in every_answer(visit, "list-partnerships", limits):
        for entry in page.data:
            if glances is None:
                yield PartnershipLine(entry=entry)
            else:
                now, is_stale = glances.now.get(entry.partnership_id), entry.partnership_id in glances.stale
                yield PartnershipLine(entry=entry, now=now, is_stale=is_stale, as_of=glances.as_of)


def _intro(lines: Sequence[PartnershipLine]) -> str:
    """How many there are, of which kind and programme where all are of one."""
    kinds, programmes = {line.entry.kind for line in lines}, {line.entry.programme for line in lines}
    kind = words(kinds.pop()) if len(kinds) == 1 else "partnership"
    programme = programmes.pop() if len(programmes) == 1 else None
    return count_of(len(lines), kind) + (f", programme {programme}" if programme else "")


def _chosen(visit: Visit, limits: Mapping[str, str]) -> str:
    """Which of the partnerships are shown, in words after their number; nothing where all are."""
    sentence = ""
    if "member" in limits:
        sentence += (
            f" in which {visit.ask('read-party', {'party': limits['member']}).details['name'] or 'it'} has a seat"
        )
    if "place" in limits:
        sentence += f" for {visit.ask('read-place', {'place': limits['place']}).details['name']}"
    return sentence


def _quarters(visit: Visit, page: PageOf[PartnershipLine], as_of: date) -> dict[UUID, list[QuarterPoint]]:
    """Promises kept, quarter by quarter up to now, of the partnerships on a page."""
    ids = tuple(line.entry.partnership_id for line in page.items)
    rows = {
        (row.partnership_id, row.on): row
        for answer in every_answer(
            visit, "list-stored-glance", {"current": False, "partnership": ids, "causes": 0, "names": False}
        )
        for row in answer.data
    }
    ends = quarter_ends(as_of, QUARTERS)
    return {
        line.entry.partnership_id: [
            *(_point(rows.get((line.entry.partnership_id, end)), f"the quarter to {end:%B %Y}") for end in ends),
            _point(line.now, "today"),
        ]
        for line in page.items
    }


def _point(row: ShownBeside | None, quarter: str) -> QuarterPoint:
    if row is None:
        return QuarterPoint(quarter)
    is_some = row.shown_status is EvidenceStatus.SOME
    return QuarterPoint(quarter, row.shown, row.shown_low, row.shown_high, is_some)


class DimensionSpread(Struct, frozen=True, kw_only=True):
    """How partnerships spread in one dimension: a picture, and of how many there is enough to say."""

    name: str
    note: str
    picture: Markup
    counts: list[int]
    said: int
    of: int


def _spreads(visit: Visit, lines: Iterable[PartnershipLine]) -> list[DimensionSpread]:
    """The spread of each dimension in which there is enough to say of anybody."""
    names = {line.entry.partnership_id: line.entry.name for line in lines}
    dots: dict[str, list[SpreadDot]] = {}
    for answer in every_answer(visit, "list-stored-health", {"name": HEADLINE, "causes": 0, "names": False}):
        for row in answer.data:
            if row.shown is not None and row.partnership_id in names:
                dots.setdefault(row.dimension, []).append(SpreadDot(names[row.partnership_id], row.shown))
    dimensions = [
        (DIMENSION_WORDS[f"H{number}"], dots[name]) for number, name in enumerate(Dimension, start=1) if name in dots
    ]
    return [
        DimensionSpread(
            name=dimension.name,
            note=dimension.note,
            picture=spread(dimension.name, of_dimension, len(names), dimension.ends),
            counts=counts_by_part(of_dimension),
            said=len(of_dimension),
            of=len(names),
        )
        for dimension, of_dimension in dimensions
    ]


class LineAsRow(Struct, frozen=True, kw_only=True):
    """One partnership in the table to take away."""

    partnership_id: Annotated[UUID, Meta(description="The partnership")]
    partnership: Annotated[str, Meta(description="Its name")]
    place: Annotated[str, Meta(description="The place that it is formed for")]
    programme: Annotated[str, Meta(description="The programme that it belongs to")]
    state: Annotated[str, Meta(description="Whether it is under way, paused or closed")]
    as_of: Annotated[date | None, Meta(description="The day to which its line was brought")]
    overdue_promises: Annotated[int | None, Meta(description="Promises past their day")]
    asks_past_time: Annotated[int | None, Meta(description="Asks past the time for an answer")]
    promises_kept: Annotated[float | None, Meta(description="The part of promises to residents that was kept")]
    promises_kept_low: Annotated[float | None, Meta(description="The lower end of the likely range of that")]
    promises_kept_high: Annotated[float | None, Meta(description="The upper end of the likely range of that")]
    promises_counted: Annotated[int | None, Meta(description="How many promises it rests on")]
    last_contact_on: Annotated[date | None, Meta(description="The last day on which the sides met")]
    look_at: Annotated[str, Meta(description="What there is to look at")]


_FIGURES: Final = {
    "overdue_promises": "overdue_promises",
    "asks_past_time": "asks_past_time",
    "promises_kept": "shown",
    "promises_kept_low": "shown_low",
    "promises_kept_high": "shown_high",
    "promises_counted": "acts",
    "last_contact_on": "last_contact_on",
}
"""The columns that come from how a partnership stands at a glance."""


def _table(visit: Visit, lines: Iterable[PartnershipLine], as_of: date | None) -> Download:
    """The table to take away, every page of it."""
    form, head = TableFormat(visit.query["format"]), visit.services.recorder.head()
    about = TableAbout(
        title="All partnerships",
        question="How does each partnership stand, and what is there to look at?",
        as_of=as_of or day_of(visit.services.now()),
        position=head.position,
        log_id=head.log_id,
        contact=visit.services.contact_email,
        meanings=meanings_of(LineAsRow),
    )
    table = ShownTable(columns=LineAsRow.__struct_fields__, rows=list(map(_as_row, lines)), name_columns=())
    return Download(table_in(form.media, about, table), form.media, f"partnerships.{form.value}")


def _as_row(line: PartnershipLine) -> LineAsRow:
    entry = line.entry
    figures = {name: None if line.now is None else getattr(line.now, figure) for name, figure in _FIGURES.items()}
    return LineAsRow(
        partnership_id=entry.partnership_id,
        partnership=entry.name,
        place="" if entry.place is None else entry.place.name or "",
        programme=entry.programme or "",
        state=entry.state.value,
        as_of=line.as_of,
        look_at="; ".join(line.warnings),
        **figures,
    )


PAGES = (Page(path="/partnerships", name="all-partnerships", show=_show, section="partnerships"),)
