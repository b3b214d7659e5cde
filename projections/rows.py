"""What the rows of several projections share: how they name their causes and refer to sealed text."""

from collections.abc import Iterable
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct

from domain.events.declaration import EventBody
from domain.events.recorded import Effective
from domain.events.records import RecordCorrected, RecordWithdrawn
from domain.events.registries import PartiesFoundSame

MENDING: Final[tuple[type[EventBody], ...]] = (RecordCorrected, RecordWithdrawn, PartiesFoundSame)
"""What a history resolves before anything is projected, so that every projection depends on it."""

Causes = Annotated[tuple[UUID, ...], Meta(description="The events that this row rests on")]


class TextAt(Struct, frozen=True):
    """Where a sealed text stands: in the record of this event, as corrected, under this field."""

    event_id: UUID
    field: str


def text_at(fact: Effective, field: str) -> TextAt | None:
    """Refer to a sealed text of a fact; None where it has none."""
    return None if getattr(fact.body, field) is None else TextAt(fact.event_id, field)


def causes_of(facts: Iterable[Effective]) -> tuple[UUID, ...]:
    """Give the events that facts rest on, in order, each once."""
    return each_once(cause for fact in facts for cause in fact.causes)


def each_once(events: Iterable[UUID]) -> tuple[UUID, ...]:
    """Give ids in the order met, each once; told apart by number, which is much faster than by the id itself."""
    known = tuple(events)
    return tuple({event.int: event for event in known}.values()) if known[1:] else known
