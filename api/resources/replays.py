"""Replays: the rows of every projection of a partnership or a place, as of any day, as known at any position."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Final
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from api.http.operations import Call, Operation, OperationAnswer
from api.http.paging import Cursor, after, link, next_address, page
from api.reading.as_of import PinnedPast, pinned, read_known, same_past
from api.reading.attendances import Attendances, InteractionParticipant
from api.reading.capped_causes import MostCauses, most_causes, with_causes
from api.reading.figures import FIGURED, ShownBeside, columns_of_figures
from api.reading.fitted_answers import fitted
from api.reading.formats import MEDIA, TABLES, table_in
from api.reading.labels import named_columns
from api.reading.names_and_texts import NamesAndTexts, ShownText
from api.reading.replay_answers import ReplayBasis, ViewQuery, WordsBesideRows, about_view, basis_of, rows_left
from api.reading.shown_table import ShownTable
from api.resources.public_names import public_name
from domain.events import EventBody, declaration_of
from domain.events.partnerships import PartnershipFormed
from domain.events.registries import PlaceRegistered
from projections.declaration import Projection, ProjectionRow
from projections.engine.replay import KnownPartnership, replay_answer
from projections.rows import MENDING
from projections.views import projections
from projections.views.interactions import InteractionRow

ROWS: Final = 1_000
"""How many rows an answer in JSON holds unless it is said: more than a partnership has, but for very long ones."""

RowLimit = Annotated[int, Meta(ge=1, le=5_000, description="How many rows; unless given 1,000 as JSON, all as CSV")]
SHOWN_ELSEWHERE = ("trust", "health", "expressed")
DEAR: Final = frozenset({"contact_counts", "market_disagreement"})
"""Views that set every body or contact against every other, and take long in a long record."""


class RowsQuery(ViewQuery, frozen=True, kw_only=True):
    """Which past is asked about, and which page of its rows."""

    limit: RowLimit | None = None
    cursor: Cursor | None = None
    causes: MostCauses | None = None


class ReplayedView(ReplayBasis, frozen=True, kw_only=True):
    """Rows of a projection, and beside them, outside the digest, words for ids and the texts that rows refer to.

    `names` names organisations and places; `labels` everything else that has an id, such as promises and meetings: by
    title for who may read it, else by what it is and of when. Causes are records, and are read one by one. The digest
    is that of all rows; `rows_in_all` counts those that are not gone with an erased text. `next` is where they go on
    that this page does not hold: it holds as many as were asked for and fit into 1 MB. `causes_in_all` counts the
    causes of each row, in order.
    """

    rows_in_all: int
    next: str | None
    causes_in_all: tuple[int, ...] | None
    names: dict[UUID, str]
    labels: dict[UUID, str]
    texts: dict[UUID, dict[str, ShownText]]


class ViewWithFigures(ReplayedView, frozen=True, kw_only=True):
    """A view of statistics, with what each row comes to, in order."""

    figures: tuple[ShownBeside, ...]


class ViewWithAttendance(ReplayedView, frozen=True, kw_only=True):
    """A view of contacts, with who came to each; `people` says who the references are."""

    participants: dict[UUID, tuple[InteractionParticipant, ...]]
    people: dict[str, ShownText]


def view_operations() -> Iterator[Operation]:
    """One operation for each projection that has no resource of its own."""
    for projection in projections().values():
        if projection.name not in SHOWN_ELSEWHERE:
            yield _operation(projection)


def _operation(projection: Projection) -> Operation:
    name = projection.name.replace("_", "-")
    begins = _begins(projection)
    root = "/v1/places/{place}" if begins is PlaceRegistered else "/v1/partnerships/{partnership_id}"
    shape = msgspec.defstruct(
        f"{public_name(projection.row).removesuffix('Row')}View",
        [("rows", tuple[projection.row, ...])],  # type: ignore[name-defined] # the row type is the projection's own
        bases=(_base(projection),),
        frozen=True,
        kw_only=True,
        namespace={"__doc__": projection.question},
    )

    def handle(call: Call) -> OperationAnswer:
        return _read(call, projection, begins, shape)

    return Operation(
        method="GET",
        path=f"{root}/{name}",
        name=f"read-{name}",
        summary=projection.question,
        tag="Reading",
        handle=handle,
        query=RowsQuery,
        answers={200: shape},
        media=MEDIA,
        conditional=True,
        dear=projection.name in DEAR,
    )


def _base(projection: Projection) -> type[ReplayedView]:
    if projection.name in FIGURED:
        return ViewWithFigures
    return ViewWithAttendance if projection.row is InteractionRow else ReplayedView


def _begins(projection: Projection) -> type[EventBody]:
    homes = {declaration_of(each).home for each in projection.handles if each not in MENDING}
    return PlaceRegistered if homes == {"place_id"} else PartnershipFormed


def _read(call: Call, projection: Projection, begins: type[EventBody], shape: type[Struct]) -> OperationAnswer:
    parameter = "place" if begins is PlaceRegistered else "partnership_id"
    erasable = bool(projection.row.gone_with)
    at = pinned(call, projection.name, projection.version, partnership=parameter, follows_erasures=erasable)
    if (unchanged := at.unchanged(call)) is not None:
        return unchanged
    partnership = read_known(call, begins, parameter=parameter, at=at)
    answer = replay_answer(partnership, projection)
    shown = _RowsShown(call, partnership, projection, at)
    remaining = shown.left_of(answer.rows)
    start, most = after(call.query.cursor), call.query.limit or (len(remaining) if call.media in TABLES else ROWS)
    address: str | None = None

    def build(most: int) -> Struct:
        nonlocal address
        rows, place = page(remaining, start, max(most, 1))
        address = next_address(call, place, same_past(partnership.basis))
        paged = {"rows_in_all": len(remaining), "next": address}
        return shape(**basis_of(partnership.basis, projection, answer.digest), **paged, **shown.fields(rows))

    if call.media in TABLES:
        rows, place = page(remaining, start, max(most, 1))
        address = next_address(call, place, same_past(partnership.basis))
        content: object = shown.table(rows)
    else:
        content = fitted(call, most, build)
    headers = {"ETag": at.tag, **link(address)}
    return OperationAnswer(content=content, media=call.media, headers=headers, personal=bool(at.entitled))


class _RowsShown:
    """The rows of a page with what stands beside them, for one reader."""

    def __init__(self, call: Call, partnership: KnownPartnership, projection: Projection, at: PinnedPast) -> None:
        self._call, self._partnership, self._projection = call, partnership, projection
        self._words = NamesAndTexts(call.services, entitled=at.entitled)

    def left_of(self, rows: Sequence[ProjectionRow]) -> Sequence[ProjectionRow]:
        """The rows without those that are gone with an erased text."""
        return rows_left(self._partnership.history, self._words, self._projection, rows)

    def fields(self, rows: Sequence[ProjectionRow]) -> dict[str, object]:
        """The rows and what stands beside them as fields of an answer."""
        beside, attendances, people = self._beside(rows)
        figures = self._figures(rows)
        return {
            "rows": self._shown(rows),
            "causes_in_all": _causes_in_all(rows, most_causes(self._call)),
            "names": beside.names,
            "labels": beside.labels,
            "texts": beside.texts_by_event(),
            **({} if attendances is None else {"participants": attendances.shown(self._words), "people": people}),
            **({} if figures is None else {"figures": tuple(figures)}),
        }

    def table(self, rows: Sequence[ProjectionRow]) -> bytes:
        """The rows as a table."""
        beside, attendances, people = self._beside(rows)
        texts = {where: text.text for where, text in beside.texts.items()}
        more = (
            columns_of_figures(self._figures(rows) or [])
            if attendances is None
            else attendances.columns(self._words, beside.names, people)
        )
        columns, named = self._projection.columns, named_columns(self._projection)
        table = ShownTable(
            columns=columns, rows=self._shown(rows), names=beside.all_named, texts=texts, name_columns=named, more=more
        )
        return table_in(self._call.media, about_view(self._call, self._partnership, self._projection), table)

    def _shown(self, rows: Sequence[ProjectionRow]) -> tuple[ProjectionRow, ...]:
        return tuple(with_causes(row, most_causes(self._call)) for row in rows)

    def _figures(self, rows: Sequence[ProjectionRow]) -> list[ShownBeside] | None:
        figured = FIGURED.get(self._projection.name)
        return None if figured is None else figured(rows, self._partnership.method)

    def _beside(
        self, rows: Sequence[ProjectionRow]
    ) -> tuple[WordsBesideRows, Attendances | None, dict[str, ShownText]]:
        contacts = [row for row in rows if isinstance(row, InteractionRow)]
        is_of_contacts = self._projection.row is InteractionRow
        attendances = Attendances(self._partnership.history, contacts) if is_of_contacts else None
        bodies = () if attendances is None else attendances.bodies
        beside = WordsBesideRows(self._partnership, self._words, self._projection, rows, also=bodies)
        return beside, attendances, {} if attendances is None else self._words.people(attendances.people)


def _causes_in_all(rows: Sequence[ProjectionRow], most: int | None) -> tuple[int, ...] | None:
    return None if most is None else tuple(len(getattr(row, "causes", ())) for row in rows)


OPERATIONS = tuple(view_operations())
