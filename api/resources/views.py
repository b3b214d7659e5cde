"""Views: every projection of a partnership or a place, as of any day and as known at any position."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

import projections.views as _views  # noqa: F401 - importing them declares them
from api.conditional import etag
from api.entitlement import may_read_words
from api.formats import MEDIA, Format, csv_of
from api.moment import ScoredMoment, read_known
from api.operations import CSV, Answer, Call, Operation
from api.words import Text, Words, ids_in
from domain.events import EventBody, declaration_of
from domain.events.partnership import PartnershipFormed
from domain.events.registries import PlaceRegistered
from domain.values import Sealed
from projections.declaration import Projection, ProjectionRow, projections
from projections.engine.replay import Basis, Known, answer
from projections.history import History
from projections.rows import MENDING, TextAt

NAMED = ("party", "place", "truster", "trustee")
SHOWN_ELSEWHERE = ("trust", "health")


class ViewQuery(ScoredMoment, frozen=True, kw_only=True):
    """Which past is asked about, by which method, in which format."""

    format: Format | None = None


class Resting(Struct, frozen=True, kw_only=True):
    """What every figure rests on: the same of these gives the same digest."""

    log_id: UUID
    position: int
    as_of: date
    method: str
    method_sha256: str
    tree_root: str
    projection: str
    version: int
    digest: str


class View(Resting, frozen=True, kw_only=True):
    """Rows of a projection, and beside them, outside the digest, names of ids and the texts that rows refer to."""

    names: dict[UUID, str]
    texts: dict[UUID, dict[str, Text]]


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
        f"{asked.row.__name__.removesuffix('Row')}View",
        [("rows", tuple[asked.row, ...])],  # type: ignore[name-defined] # the row type is the projection's own
        bases=(View,),
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
        query=ViewQuery,
        answers={200: shape},
        media=MEDIA,
        conditional=True,
    )


def _begins(asked: Projection) -> type[EventBody]:
    homes = {declaration_of(each).home for each in asked.handles if each not in MENDING}
    return PlaceRegistered if homes == {"place_id"} else PartnershipFormed


def _read(call: Call, asked: Projection, begins: type[EventBody], shape: type[Struct]) -> Answer:
    parameter = "place" if begins is PlaceRegistered else "partnership_id"
    known = read_known(call, begins, parameter=parameter)
    found = answer(known, asked)
    beside = Beside(call, known, found.rows)
    resting = basis_of(known.basis, asked, found.digest)
    tag = etag(
        asked.name, asked.version, found.digest[:16], known.basis.position, known.basis.as_of, beside.tag, call.media
    )
    if call.media == CSV:
        texts = {where: text.text for where, text in beside.texts.items()}
        content: object = csv_of(asked.columns, found.rows, beside.names, texts)
    else:
        content = shape(**resting, names=beside.names, texts=beside.texts_by_event(), rows=found.rows)
    return Answer(content=content, media=call.media, headers={"ETag": tag}, personal=beside.entitled)


def basis_of(basis: Basis, asked: Projection, digest: str) -> dict[str, Any]:
    """Give what an answer rests on, field by field."""
    fields = {name: getattr(basis, name) for name in basis.__struct_fields__}
    return {**fields, "projection": asked.name, "version": asked.version, "digest": digest}


class Beside:
    """What is given beside rows, outside their digest: names, and texts for who may read them."""

    def __init__(self, call: Call, known: Known, rows: Sequence[ProjectionRow]) -> None:
        history = known.history
        entitled = may_read_words(call.services.recorder, call.asker, history.partition_id)
        words = Words(call.services, entitled=entitled)
        formed = next((body for _, body in history.each(PartnershipFormed)), None)
        self.entitled = entitled
        self.names = words.names(ids_in(tuple(rows), *NAMED), formed=formed, upto=known.basis.position)
        self.texts = _texts(words, history, rows)
        readable = sum(text.text is not None for text in self.texts.values())
        self.tag = f"words{readable}" if entitled else "figures"  # forgetting somebody leaves fewer to be read

    def texts_by_event(self) -> dict[UUID, dict[str, Text]]:
        """Give the texts by event and field."""
        found: dict[UUID, dict[str, Text]] = {}
        for where, text in self.texts.items():
            found.setdefault(where.event_id, {})[where.field] = text
        return found


def _texts(words: Words, history: History, rows: Sequence[ProjectionRow]) -> dict[TextAt, Text]:
    wanted = list(dict.fromkeys(_texts_in(tuple(rows))))
    facts = {each.event_id: fact for each in wanted if (fact := history.fact(each.event_id)) is not None}
    opened = words.texts(facts.values(), history.amendments)
    found: dict[TextAt, Text] = {}
    for each in wanted:
        sealed = getattr(facts[each.event_id].body, each.field, None) if each.event_id in facts else None
        if isinstance(sealed, Sealed):
            found[each] = opened[sealed]
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
