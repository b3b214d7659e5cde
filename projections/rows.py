"""Kinds of columns that several projections share: ids of a kind, causes, and references to sealed texts."""

from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct

from domain.events.declaration import EventBody
from domain.events.recorded import Effective
from domain.events.records import RecordCorrected, RecordWithdrawn
from domain.events.registries import PartiesFoundSame

MENDING: Final[tuple[type[EventBody], ...]] = (RecordCorrected, RecordWithdrawn, PartiesFoundSame)
"""What a history resolves before anything is projected, so that every projection depends on it."""

_KIND: Final = "kind"


def names_a(kind: str, described: str) -> Meta:
    """Describe a column of ids: of which kind of thing they are, such as `party`; a `thing` may be of several."""
    return Meta(description=described, extra={_KIND: kind})


def kind_named(annotation: object) -> str | None:
    """Find the kind of thing whose ids a column holds; None for a column of anything else."""
    metas = (meta for meta in getattr(annotation, "__metadata__", ()) if isinstance(meta, Meta))
    return next((str(meta.extra[_KIND]) for meta in metas if meta.extra and _KIND in meta.extra), None)


Causes = Annotated[tuple[UUID, ...], names_a("record", "The events that this row rests on")]


class TextAt(Struct, frozen=True):
    """Where a sealed text stands: in the record of this event, as corrected, under this field."""

    event_id: UUID
    field: str


def text_at(fact: Effective, field: str) -> TextAt | None:
    """Refer to a sealed text of a fact; None where it has none."""
    return None if getattr(fact.body, field) is None else TextAt(fact.event_id, field)
