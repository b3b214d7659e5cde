"""The events that a row or a figure rests on: each once, in the order met."""

from collections.abc import Iterable
from uuid import UUID

from domain.events.recorded import Effective


def causes_of(facts: Iterable[Effective]) -> tuple[UUID, ...]:
    """The events that facts rest on, in order, each once."""
    return each_once(cause for fact in facts for cause in fact.causes)


def each_once(event_ids: Iterable[UUID]) -> tuple[UUID, ...]:
    """Ids in the order met, each once; told apart by number, which is much faster than by the id itself."""
    ids = tuple(event_ids)
    return tuple({event_id.int: event_id for event_id in ids}.values()) if ids[1:] else ids
