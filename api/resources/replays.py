"""Views: every projection of a partnership or a place, as of any day and as known at any position."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from api.http.formats import MEDIA, Format, csv_of
from api.http.operations import CSV, Answer, Call, Operation
from api.http.paging import Cursor, after, link, next_address, page
from api.reading.as_of import ScoredPastQuery, pinned, read_known
from api.reading.attendances import Attendances, InteractionParticipant
from api.reading.labels import REGISTERED, Beginnings, ids_by_kind, named_columns, things_in
from api.reading.names_and_texts import NamesAndTexts, ShownText
from api.resources.public_names import public_name
from domain.events import EventBody, declaration_of
from domain.events.partnership import PartnershipFormed
from domain.events.registries import PlaceRegistered
from domain.values import Sealed
from projections.declaration import Projection, ProjectionRow
from projections.engine.replay import AnswerBasis, KnownPartnership, replay_answer
from projections.rows import MENDING, TextAt
from projections.views import projections
from projections.views.interactions import InteractionRow

ROWS: Final = 1_000
"""How many rows an answer in JSON holds unless it is said: more than a partnership has, but for very long ones."""

RowLimit = Annotated[int, Meta(ge=1, le=5_000, description="How many rows; unless given 1,000 as JSON, all as CSV")]
SHOWN_ELSEWHERE = ("trust", "health")


class ViewQuery(ScoredPastQuery, frozen=True, kw_only=True):
    """Which past is asked about, by which method, in which format."""

    format: Format | None = None


class RowsQuery(ViewQuery, frozen=True, kw_only=True):
    """Which past is asked about, and which page of its rows."""

    limit: RowLimit | None = None
    cursor: Cursor | None = None


class ReplayBasis(Struct, frozen=True, kw_only=True):
    """What every figure rests on: the same of these gives the same digest."""

    log_id: UUID
    position: int
    as_of: date
    method: str
    method_sha256: str
    tree_root: str
    rules_as_claimed: Annotated[
        tuple[UUID, ...],
        Meta(description="Rules that bind from when their source claims to have recorded them"),
    ] = ()
    projection: str
    version: int
    digest: str


class ReplayedView(ReplayBasis, frozen=True, kw_only=True):
    """Rows of a projection, and beside them, outside the digest, words for ids and the texts that rows refer to.

    `names` names organisations and places; `labels` everything else that has an id, such as promises and meetings: by
    title for who may read it, else by what it is and of when. Causes are records, and are read one by one. The digest
    is that of all rows, of which there are `rows_in_all`; `next` is where those go on that this page does not hold.
    """

    rows_in_all: int
    next: str | None

    names: dict[UUID, str]
    labels: dict[UUID, str]
    texts: dict[UUID, dict[str, ShownText]]


class ViewWithAttendance(ReplayedView, frozen=True, kw_only=True):
    """A view of contacts, with who came to each; `people` says who the references are."""

    participants: dict[UUID, tuple[InteractionParticipant, ...]]
    people: dict[str, ShownText]


def view_operations() -> Iterator[Operation]:
    """Declare one operation for each projection that has no page of its own."""
    for asked in projections().values():
        if asked.name not in SHOWN_ELSEWHERE:
            yield _operation(asked)


def _operation(asked: Projection) -> Operation:
    name = asked.name.replace("_", "-")
    begins = _begins(asked)
    root = "/v1/places/{place}" if begins is PlaceRegistered else "/v1/partnerships/{partnership_id}"
    shape = msgspec.defstruct(
        f"{public_name(asked.row).removesuffix('Row')}View",
        [("rows", tuple[asked.row, ...])],  # type: ignore[name-defined] # the row type is the projection's own
        bases=(ViewWithAttendance,) if asked.row is InteractionRow else (ReplayedView,),
        frozen=True,
        kw_only=True,
        namespace={"__doc__": asked.question},
    )

    def handle(call: Call) -> Answer:
        return _read(call, asked, begins, shape)

    return Operation(
        method="GET",
        path=f"{root}/{name}",
        name=f"read-{name}",
        summary=asked.question,
        tag="Reading",
        handle=handle,
        query=RowsQuery,
        answers={200: shape},
        media=MEDIA,
        conditional=True,
    )


def _begins(asked: Projection) -> type[EventBody]:
    homes = {declaration_of(each).home for each in asked.handles if each not in MENDING}
    return PlaceRegistered if homes == {"place_id"} else PartnershipFormed


def _read(call: Call, asked: Projection, begins: type[EventBody], shape: type[Struct]) -> Answer:
    parameter = "place" if begins is PlaceRegistered else "partnership_id"
    at = pinned(call, asked.name, asked.version, partnership=parameter)
    if (unchanged := at.unchanged(call)) is not None:
        return unchanged
    known = read_known(call, begins, parameter=parameter, at=at)
    found = replay_answer(known, asked)
    start, most = after(call.query.cursor), call.query.limit or (ROWS if call.media != CSV else len(found.rows))
    rows, place = page(found.rows, start, max(most, 1))
    address = next_address(call, place, {"as_of": at.as_of, "known_at": at.position})
    words = NamesAndTexts(call.services, entitled=at.entitled)
    contacts = [row for row in rows if isinstance(row, InteractionRow)]
    attendances = Attendances(known.history, contacts) if asked.row is InteractionRow else None
    beside = WordsBesideRows(known, words, asked, rows, also=attendances.bodies if attendances else ())
    people = words.people(attendances.people) if attendances else {}
    if call.media == CSV:
        texts = {where: text.text for where, text in beside.texts.items()}
        more = attendances.columns(words, beside.names, people) if attendances else {}
        content: object = csv_of(asked.columns, rows, beside.all_named, texts, named_columns(asked), more)
    else:
        shown = {"participants": attendances.shown(words), "people": people} if attendances else {}
        resting = basis_of(known.basis, asked, found.digest)
        words_beside = {"names": beside.names, "labels": beside.labels, "texts": beside.texts_by_event()}
        paged = {"rows": tuple(rows), "rows_in_all": len(found.rows), "next": address}
        content = shape(**resting, **words_beside, **paged, **shown)
    headers = {"ETag": at.tag, **link(address)}
    return Answer(content=content, media=call.media, headers=headers, personal=at.entitled)


def basis_of(basis: AnswerBasis, asked: Projection, digest: str) -> dict[str, Any]:
    """Give what an answer rests on, field by field."""
    fields = {name: getattr(basis, name) for name in basis.__struct_fields__}
    return {**fields, "projection": asked.name, "version": asked.version, "digest": digest}


class WordsBesideRows:
    """The part of an answer beside rows, outside their digest: labels of ids, and texts for who may read them."""

    def __init__(
        self,
        known: KnownPartnership,
        words: NamesAndTexts,
        asked: Projection,
        rows: Sequence[ProjectionRow],
        also: Iterable[UUID] = (),
    ) -> None:
        history, ids = known.history, ids_by_kind(asked, rows)
        things = Beginnings(words.log, history, things_in(ids))
        wanted = list(dict.fromkeys(_texts_in(tuple(rows))))
        facts = {each.event_id: fact for each in wanted if (fact := history.fact(each.event_id)) is not None}
        opened = words.texts(
            {**facts, **{fact.event_id: fact for fact in things.here.values()}}.values(), history.amendments
        )
        formed = next((body for _, body in history.each(PartnershipFormed)), None)
        bodies = things.parties.union(also, *(ids.get(kind, ()) for kind in REGISTERED))
        self.names = words.names(bodies, formed=formed, upto=known.basis.position)
        self.labels = things.labels(self.names, opened)
        self.texts: dict[TextAt, ShownText] = {}
        for each in wanted:
            sealed = getattr(facts[each.event_id].body, each.field, None) if each.event_id in facts else None
            if isinstance(sealed, Sealed):
                self.texts[each] = opened[sealed]

    @property
    def all_named(self) -> dict[UUID, str]:
        """Put a word to every id."""
        return self.names | self.labels

    def texts_by_event(self) -> dict[UUID, dict[str, ShownText]]:
        """Give the texts by event and field."""
        found: dict[UUID, dict[str, ShownText]] = {}
        for where, text in self.texts.items():
            found.setdefault(where.event_id, {})[where.field] = text
        return found


def _texts_in(value: object) -> Iterator[TextAt]:
    match value:
        case TextAt():
            yield value
        case Struct():
            for name in value.__struct_fields__:
                yield from _texts_in(getattr(value, name))
        case tuple():
            for each in value:
                yield from _texts_in(each)


OPERATIONS = tuple(view_operations())
