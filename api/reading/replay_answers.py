"""Answers made by replaying the log: which past was asked about, what an answer rests on, words beside its rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, TypeVar
from uuid import UUID

from msgspec import Meta, Struct

from api.http.operations import Call
from api.reading.as_of import ScoredPastQuery
from api.reading.formats import Format, table_in
from api.reading.labels import REGISTERED, Beginnings, ids_by_kind, named_columns, things_in
from api.reading.names_and_texts import NamesAndTexts, ShownText
from api.reading.shown_table import ShownTable
from api.reading.workbook import TableAbout
from domain.events.partnerships import PartnershipFormed
from domain.values import Sealed
from projections.declaration import Projection, ProjectionRow
from projections.engine.replay import AnswerBasis, KnownPartnership
from projections.history.claimed_record import KnownByClaims
from projections.history.history import History
from projections.rows import TextAt


class ViewQuery(ScoredPastQuery, frozen=True, kw_only=True):
    """Which past is asked about, by which method, in which format."""

    format: Format | None = None


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
    known_by: KnownByClaims = None
    projection: str
    version: int
    digest: str


def basis_of(basis: AnswerBasis, projection: Projection, digest: str) -> dict[str, Any]:
    """The fields of an answer that say what it rests on."""
    fields = {name: getattr(basis, name) for name in basis.__struct_fields__}
    return {**fields, "projection": projection.name, "version": projection.version, "digest": digest}


def about_view(call: Call, partnership: KnownPartnership, projection: Projection) -> TableAbout:
    """The heading of a table of one view of a partnership: its question, and the record that it was made from."""
    title = projection.name.replace("_", " ").capitalize()
    return about_partnership(call, partnership, title, projection.question, projection.described())


def view_table(
    call: Call,
    partnership: KnownPartnership,
    projection: Projection,
    rows: Sequence[Struct],
    names: Mapping[UUID, str],
    more: Mapping[str, Sequence[object]],
) -> bytes:
    """Rows of a view as a table in the format asked for, names beside the ids that it declares."""
    table = ShownTable(
        columns=projection.columns, rows=rows, names=names, name_columns=named_columns(projection), more=more
    )
    return table_in(call.media, about_view(call, partnership, projection), table)


def about_partnership(
    call: Call, partnership: KnownPartnership, title: str, question: str, meanings: Mapping[str, str]
) -> TableAbout:
    """The heading of any table of a partnership: its question, and the record that it was made from."""
    basis = partnership.basis
    formed = next((body for _, body in partnership.history.each(PartnershipFormed)), None)
    return TableAbout(
        title=title if formed is None else f"{title}: {formed.name}",
        question=question,
        as_of=basis.as_of,
        position=basis.position,
        log_id=basis.log_id,
        method=basis.method,
        contact=call.services.contact_email,
        meanings=meanings,
    )


R = TypeVar("R", bound=ProjectionRow)


def rows_left(history: History, words: NamesAndTexts, projection: Projection, rows: Sequence[R]) -> Sequence[R]:
    """Rows without those whose text, by the row's `gone_with`, nobody can read any more."""
    gone_with = projection.row.gone_with
    if not gone_with:
        return rows
    places = [getattr(row, gone_with) for row in rows]
    sealed = [None if place is None else _sealed_at(history, place) for place in places]
    destroyed = words.destroyed(each for each in sealed if each is not None)
    return [row for row, text in zip(rows, sealed, strict=True) if text is not None and text not in destroyed]


def _sealed_at(history: History, place: TextAt) -> Sealed | None:
    fact = history.fact(place.event_id)
    text = None if fact is None else getattr(fact.body, place.field, None)
    return text if isinstance(text, Sealed) else None


class WordsBesideRows:
    """The part of an answer beside rows, outside their digest: labels of ids, and texts for who may read them."""

    def __init__(
        self,
        partnership: KnownPartnership,
        words: NamesAndTexts,
        projection: Projection,
        rows: Sequence[ProjectionRow],
        also: Iterable[UUID] = (),
    ) -> None:
        history, ids = partnership.history, ids_by_kind(projection, rows)
        things = Beginnings(words.log, history, things_in(ids))
        places = list(
            dict.fromkeys(
                place for row in rows for column in projection.text_columns for place in _texts_in(getattr(row, column))
            )
        )
        facts = {place.event_id: fact for place in places if (fact := history.fact(place.event_id)) is not None}
        opened = words.texts(
            {**facts, **{fact.event_id: fact for fact in things.here.values()}}.values(), history.amendments
        )
        formed = next((body for _, body in history.each(PartnershipFormed)), None)
        bodies = things.parties.union(also, *(ids.get(kind, ()) for kind in REGISTERED))
        self.names = words.names(bodies, formed=formed, upto=partnership.basis.position)
        self.labels = things.labels(self.names, opened)
        self.texts: dict[TextAt, ShownText] = {}
        for place in places:
            if (sealed := _sealed_at(history, place)) is not None:
                self.texts[place] = opened[sealed]

    @property
    def all_named(self) -> dict[UUID, str]:
        """A name or label for every id."""
        return self.names | self.labels

    def texts_by_event(self) -> dict[UUID, dict[str, ShownText]]:
        """The texts by event and field."""
        texts: dict[UUID, dict[str, ShownText]] = {}
        for where, text in self.texts.items():
            texts.setdefault(where.event_id, {})[where.field] = text
        return texts


def _texts_in(value: object) -> Iterator[TextAt]:
    match value:
        case TextAt():
            yield value
        case Struct():
            for name in value.__struct_fields__:
                yield from _texts_in(getattr(value, name))
        case tuple():
            for member in value:
                yield from _texts_in(member)
