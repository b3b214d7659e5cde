"""Lists across partnerships: the rows of stored projections (what is due, promised, asked, trusted), page by page.

A list is read out of tables that follow the log, so it may be a moment behind. Each page says which position it
holds; who has just recorded something gives that position and waits for it.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec
from msgspec import Meta, Struct, field
from msgspec.structs import asdict
from msgspec.structs import fields as struct_fields

from api.http.conditional import etag
from api.http.freshness import FreshnessQuery, behind, not_built
from api.http.operations import Call, Operation, OperationAnswer
from api.http.paging import DEFAULT_LIMIT, Cursor, Limit, address_at, after_row, cursor_of_row, link
from api.reading.access import bodies_seated, reads_by_seat
from api.reading.capped_causes import MostCauses, most_causes, with_causes
from api.reading.changes import CHANGED_SINCE, ChangedSince, position_held
from api.reading.figures import FIGURED, ShownBeside, figures_beside
from api.reading.formats import MEDIA, TABLES, Format, table_in
from api.reading.labels import REGISTERED, ids_by_kind, labels_across, things_in
from api.reading.names_and_texts import NamesAndTexts
from api.reading.shown_table import ShownTable
from api.reading.stored_projections import STORED_LISTS, StoredProjection, list_address, stored_projection
from api.reading.workbook import TableAbout
from api.resources.public_names import public_name
from domain.text import END
from domain.vault import Ground
from projections.declaration import Projection, ProjectionRow
from projections.engine.list_rows import NotBuilt, NotReached, RowPage, RowPlace, RowQuery, list_rows
from projections.engine.status import projection_statuses
from projections.views import stored_projections

_TAG: Final = "Lists across partnerships"
_PARTNERSHIP: Final = "partnership_id"
NOT_ASKED_FOR: Final = frozenset({"causes"})
_SHOWN: Final = ShownBeside.__struct_fields__
_SINCE, _UNTIL = "_since", "_until"
_KEY_TEXT: Final = f"^[ -~]*{END}"

PartnershipId = Annotated[UUID, Meta(description="The partnership")]
Partnerships = Annotated[
    tuple[UUID, ...], Meta(max_length=100, description="Only these partnerships: give it once for each; by default all")
]

WithNames = Annotated[bool, Meta(description="Whether to add the names of partnerships, bodies and places, as JSON")]
WithLabels = Annotated[
    bool, Meta(description="Whether to add what rows are about by their titles, where one of your bodies has a seat")
]


class ListQuery(FreshnessQuery, frozen=True, kw_only=True):
    """Which rows of a list are asked for, and which page of them."""

    partnership: Partnerships = ()
    changed_since: ChangedSince | None = field(default=None, name=CHANGED_SINCE)
    limit: Limit = DEFAULT_LIMIT
    cursor: Cursor | None = None
    causes: MostCauses | None = None
    names: WithNames = True
    labels: WithLabels = False
    format: Format | None = None


class RowSetBasis(Struct, frozen=True, kw_only=True):
    """What all rows of one partnership, on this page or another, were made from; and their digest."""

    position: int
    as_of: date
    method_sha256: str
    digest: str


class StoredList(Struct, frozen=True, kw_only=True):
    """A page of rows, the position of the record that it holds, and the day to which it was brought.

    `stale` names the partnerships that could not be brought so far: their rows are the last good ones. `row_sets`
    says of each partnership on the page what its rows rest on; the first page of what changed since names all that did,
    also those of which no row is left. `names` stands outside the digests, and so do `labels`:
    what things are called, at the tables of the asker's bodies, where they were asked for.
    """

    projection: str
    version: int
    build: int
    log_id: UUID
    position: int
    as_of: date
    stale: tuple[UUID, ...]
    row_sets: dict[UUID, RowSetBasis]
    names: dict[UUID, str]
    labels: dict[UUID, str]
    next: str | None


class StoredProjections(Struct, frozen=True, kw_only=True):
    """The stored projections."""

    data: tuple[StoredProjection, ...]


# How they stand


def _list_projections(call: Call) -> OperationAnswer:
    within = call.asker.within()
    with call.services.recorder.connections.borrow() as connection:
        statuses = projection_statuses(connection, within=None if within is None else sorted(within))
    return OperationAnswer(content=StoredProjections(data=tuple(map(stored_projection, statuses))))


# Their rows


def stored_operations() -> Iterator[Operation]:
    """One list for each stored projection."""
    for projection in stored_projections().values():
        yield _operation(projection)


def _operation(projection: Projection) -> Operation:
    title = public_name(projection.row).removesuffix("Row")
    row = msgspec.defstruct(
        f"Listed{title}",
        [(_PARTNERSHIP, PartnershipId), *((each.name, each.type) for each in struct_fields(projection.row))],
        bases=(ShownBeside,) if projection.name in FIGURED else (),
        frozen=True,
        kw_only=True,
        namespace={"__doc__": f"A row of the answer to: {projection.question}"},
    )
    shape = msgspec.defstruct(
        f"{title}List",
        [("data", tuple[row, ...])],  # type: ignore[valid-type] # the row type is the projection's own
        bases=(StoredList,),
        frozen=True,
        kw_only=True,
        namespace={"__doc__": projection.question},
    )
    filters, days = dict(_filters(projection)), _days(projection)
    query = msgspec.defstruct(
        f"{title}ListQuery",
        [(name, kind | None, None) for name, kind in [*filters.items(), *_ranges(projection, days)]],
        bases=(ListQuery,),
        frozen=True,
        kw_only=True,
        namespace={"__doc__": ListQuery.__doc__},
    )

    def handle(call: Call) -> OperationAnswer:
        row_query = _wanted(call, filters, days)
        return _listed(call, projection, row_query, row, shape)

    name = projection.name.replace("_", "-")
    return Operation(
        method="GET",
        path=list_address(projection),
        name=f"list-stored-{name}",
        summary=f"{projection.question} Across partnerships.",
        tag=_TAG,
        handle=handle,
        query=query,
        answers={200: shape},
        media=MEDIA,
        conditional=True,
        waits=True,
    )


def _filters(projection: Projection) -> Iterator[tuple[str, Any]]:
    """The columns that rows can be chosen by: ids, codes, truth values, lists of them, and texts of the key."""
    described = projection.described()
    for name, hint in get_type_hints(projection.row).items():
        plain = _without_none(hint)
        if get_origin(plain) is tuple:
            plain = get_args(plain)[0]
        if name in NOT_ASKED_FOR or name == projection.row.unlisted or not isinstance(plain, type):
            continue
        meaning = f"Only rows with this value: {described[name]}"
        if plain is str and name in projection.key:
            yield name, Annotated[str, Meta(description=meaning, max_length=100, pattern=_KEY_TEXT)]
        elif plain in {UUID, bool} or issubclass(plain, Enum):
            yield name, Annotated[plain, Meta(description=meaning)]


def _without_none(hint: Any) -> Any:  # noqa: ANN401 - an annotation
    if get_origin(hint) in {Union, UnionType}:
        return next(each for each in get_args(hint) if each is not type(None))
    return hint


def _days(projection: Projection) -> list[str]:
    """The columns of days, by which rows can be chosen from one day until another."""
    return [name for name, hint in get_type_hints(projection.row).items() if _without_none(hint) is date]


def _ranges(projection: Projection, days: Sequence[str]) -> Iterator[tuple[str, Any]]:
    described = projection.described()
    for name in days:
        yield f"{name}{_SINCE}", Annotated[date, Meta(description=f"Only rows of this day or later: {described[name]}")]
        yield (
            f"{name}{_UNTIL}",
            Annotated[date, Meta(description=f"Only rows of this day or before: {described[name]}")],
        )


def _wanted(call: Call, filters: Mapping[str, Any], days: Sequence[str]) -> RowQuery:
    query = call.query
    after = after_row(query.cursor)
    return RowQuery(
        partition_ids=_in_reach(call, query.partnership),
        values={name: value for name in filters if (value := getattr(query, name)) is not None},
        since={name: day for name in days if (day := getattr(query, f"{name}{_SINCE}")) is not None},
        until={name: day for name in days if (day := getattr(query, f"{name}{_UNTIL}")) is not None},
        after=None if after is None else RowPlace(*after),
        limit=query.limit + 1,
        at_least=query.min_position or 0,
        changed_after=position_held(call),
        without_causes=query.causes == 0,
    )


def _in_reach(call: Call, partnership_ids: tuple[UUID, ...]) -> tuple[UUID, ...] | None:
    """Those of the partnerships asked about, or of all, that are within the asker's reach; None for every one."""
    within = call.asker.within()
    if within is None:
        return partnership_ids or None
    return tuple(sorted(within.intersection(partnership_ids) if partnership_ids else within))


def _listed(
    call: Call, projection: Projection, row_query: RowQuery, row: type[Struct], shape: type[Struct]
) -> OperationAnswer:
    try:
        with call.services.recorder.connections.borrow() as connection:
            row_page = list_rows(connection, projection, row_query)
    except NotReached as short:
        raise behind(row_query.at_least, short.position) from None
    except NotBuilt as error:
        raise not_built(str(error)) from None
    return _answer(call, projection, row_page, row, shape)


def _answer(
    call: Call, projection: Projection, row_page: RowPage, row: type[Struct], shape: type[Struct]
) -> OperationAnswer:
    page_rows, build = row_page.rows[: call.query.limit], row_page.build
    address = None if len(page_rows) == len(row_page.rows) else address_at(call, cursor_of_row(*page_rows[-1][0]), {})
    of_kind = ids_by_kind(projection, [values for _, values in page_rows])
    ids = set().union(*(of_kind.get(kind, ()) for kind in REGISTERED))
    words = NamesAndTexts(call.services, entitled=None)  # a page spans partnerships: sealed words are read at one table
    is_named = call.query.names or call.query.labels or call.media in TABLES
    partnership_ids = [place.partition_id for place, _ in page_rows]
    names = words.names_across(partnership_ids, ids, upto=build.position) if is_named else {}
    beside = _beside(call, projection, row_page, page_rows)
    rows = tuple(
        with_causes(row(**{_PARTNERSHIP: place.partition_id, **asdict(values), **more}), most_causes(call) or None)
        for (place, values), more in zip(page_rows, beside, strict=True)
    )
    if call.media in TABLES:
        columns = (_PARTNERSHIP, *projection.columns, *(_SHOWN if projection.name in FIGURED else ()))
        table = ShownTable(columns=columns, rows=rows, names=names, name_columns=_name_columns(projection))
        content = table_in(call.media, _about(call, projection, row_page), table)
    else:
        content = msgspec.json.encode(
            shape(
                projection=projection.name,
                version=build.version,
                build=build.build,
                log_id=build.log_id,
                position=build.position,
                as_of=build.as_of,
                stale=row_page.stale,
                row_sets=_bases(row_page, [*row_page.changed, *partnership_ids]),
                names=names,
                labels=_labels(call, projection, page_rows, names, build.position) if call.query.labels else {},
                next=address,
                data=rows,
            )
        )
    tag = etag(projection.name, build.version, build.build, build.position, build.as_of, _sha256(content))
    headers = {"ETag": tag, **link(address)}
    return OperationAnswer(content=content, media=call.media, headers=headers, personal=call.query.labels)


def _about(call: Call, projection: Projection, row_page: RowPage) -> TableAbout:
    build = row_page.build
    return TableAbout(
        title=projection.name.replace("_", " ").capitalize(),
        question=f"{projection.question} Across partnerships.",
        as_of=build.as_of,
        position=build.position,
        log_id=build.log_id,
        contact=call.services.contact_email,
        meanings={_PARTNERSHIP: "The partnership", **projection.described()},
    )


def _labels(
    call: Call,
    projection: Projection,
    page_rows: Sequence[tuple[RowPlace, ProjectionRow]],
    names: Mapping[UUID, str],
    upto: int,
) -> dict[UUID, str]:
    """The labels of what the rows of a page are about, at the tables at which the asker sits and reads what is said."""
    seated = bodies_seated(call.services.recorder, {place.partition_id for place, _ in page_rows})
    rows: dict[UUID, list[ProjectionRow]] = {}
    for place, row in page_rows:
        if reads_by_seat(call.asker, place.partition_id, seated[place.partition_id]):
            rows.setdefault(place.partition_id, []).append(row)
    ids = {each: set(things_in(ids_by_kind(projection, of_table))) for each, of_table in rows.items()}
    return labels_across(NamesAndTexts(call.services, entitled=Ground.SEAT), ids, names, upto=upto)


def _beside(
    call: Call, projection: Projection, row_page: RowPage, page_rows: Sequence[tuple[RowPlace, ProjectionRow]]
) -> list[dict[str, Any]]:
    if projection.name not in FIGURED:
        return [{} for _ in page_rows]
    headers = [row_page.headers.get(place.partition_id) for place, _ in page_rows]
    methods = ["" if header is None else header.method_sha256 for header in headers]
    rows = [row for _, row in page_rows]
    return [asdict(figure) for figure in figures_beside(call.services, projection.name, rows, methods)]


def _bases(row_page: RowPage, partition_ids: Sequence[UUID]) -> dict[UUID, RowSetBasis]:
    headers = {
        partition_id: row_page.headers[partition_id]
        for partition_id in partition_ids
        if partition_id in row_page.headers
    }
    return {
        partition_id: RowSetBasis(
            position=header.position, as_of=header.as_of, method_sha256=header.method_sha256, digest=header.digest
        )
        for partition_id, header in headers.items()
    }


def _name_columns(projection: Projection) -> list[str]:
    """The columns that hold the ids of something with a name, so that every page has the same columns."""
    return [_PARTNERSHIP, *(column for column, kind in projection.kinds.items() if kind in REGISTERED)]


def _sha256(content: bytes) -> str:
    """A digest that tells apart pages at one position: after midnight each partnership is brought to the new day."""
    return hashlib.sha256(content).hexdigest()[:16]


OPERATIONS = (
    Operation(
        method="GET",
        path=STORED_LISTS,
        name="list-stored-projections",
        summary="Read which lists across partnerships there are, and how far each has come.",
        tag=_TAG,
        handle=_list_projections,
        answers={200: StoredProjections},
    ),
    *stored_operations(),
)
