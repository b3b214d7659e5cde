"""Selections of events: which events, by their types and tags, are read together."""

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Final
from uuid import UUID

from msgspec import Struct

from domain.events.declaration import EventBody, declaration_of, name_of
from domain.events.records import RecordCorrected, RecordWithdrawn
from domain.events.stewardship import TextRedacted
from domain.events.tags import tag

MENDING: Final = (name_of(RecordCorrected), name_of(RecordWithdrawn), name_of(TextRedacted))
"""The types of event that correct, withdraw or redact another."""


_MOST_KEPT: Final = 16_384
"""The same selections are asked for by one command after the other."""


class Selection(Struct, frozen=True):
    """The events of any of these types (None: of every type) that carry all of these tags.

    `partition` leaves out those of any other partition.
    """

    types: frozenset[str] | None
    tags: frozenset[str]
    partition: UUID | None = None

    def selects(self, name: str, tags: Iterable[str], partition_id: UUID | None = None) -> bool:
        """It selects an event of this type, with these tags, in this partition."""
        return (
            (self.types is None or name in self.types)
            and self.tags <= set(tags)
            and self.partition in (None, partition_id)
        )


Selections = frozenset[Selection]
"""The events that any of several selections selects; none where there is no selection."""


@lru_cache(maxsize=_MOST_KEPT)
def on(kind: str, identity: UUID, *types: type[EventBody], within: UUID | None = None) -> Selection:
    """The events of these types about one thing, and all that corrects, withdraws or redacts them.

    `within` leaves out those recorded in the affairs of any other partnership.
    """
    tags = (tag(kind, identity),) if within is None else (tag(kind, identity), tag("partnership", within))
    return Selection(_names_and_mending(types), frozenset(tags))


@lru_cache(maxsize=_MOST_KEPT)
def entry(kind: str, identity: UUID, *types: type[EventBody]) -> Selection:
    """The events of these types about a thing that any partnership may name, without what corrects them.

    Corrections of an event are selected once the event has been read. Selecting all corrections that name the thing
    would read far too much: a council is named by each body that it pays, and by every correction about any of them.
    """
    partition_id = identity if _are_at_home(kind, types) else None
    return Selection(_names(types), frozenset({tag(kind, identity)}), partition_id)


@cache
def _names(types: tuple[type[EventBody], ...]) -> frozenset[str]:
    return frozenset(name_of(body) for body in types)


@cache
def _names_and_mending(types: tuple[type[EventBody], ...]) -> frozenset[str]:
    return _names(types).union(MENDING)


@cache
def _are_at_home(kind: str, types: tuple[type[EventBody], ...]) -> bool:
    return all(declaration_of(body).home == f"{kind}_id" for body in types)


def all_about(kind: str, identity: UUID) -> Selection:
    """Every event about one thing."""
    return Selection(None, frozenset({tag(kind, identity)}))
