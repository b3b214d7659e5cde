"""The consistency boundary of a decision: which earlier events it rests on, and which new ones would unsettle it."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from msgspec import Struct

from domain.events import EventBody, name_of, tags_of
from domain.events.declaration import declaration_of, tag
from domain.events.records import RecordCorrected, RecordWithdrawn
from domain.events.stewardship import SubjectErased

MENDING: Final = (name_of(RecordCorrected), name_of(RecordWithdrawn))


class Selection(Struct, frozen=True):
    """Events of any of these types (of every type: None) that carry all of these tags."""

    types: frozenset[str] | None
    tags: frozenset[str]

    def selects(self, name: str, tags: Iterable[str]) -> bool:
        """Whether an event is one of them."""
        return (self.types is None or name in self.types) and self.tags <= set(tags)


Boundary = frozenset[Selection]


def on(kind: str, identity: UUID, *types: type[EventBody], within: UUID | None = None) -> Selection:
    """Select the events of these types about one thing, and whatever corrects or withdraws them.

    `within` leaves out those recorded in the affairs of any other partnership.
    """
    tags = {tag(kind, identity)} | (set() if within is None else {tag("partnership", within)})
    return Selection(frozenset({*(name_of(each) for each in types), *MENDING}), frozenset(tags))


def all_about(kind: str, identity: UUID) -> Selection:
    """Select every event about one thing."""
    return Selection(None, frozenset({tag(kind, identity)}))


def erasure(person_id: UUID) -> Selection:
    """Select the erasure of a person whose text a command would seal."""
    return Selection(frozenset({name_of(SubjectErased)}), frozenset({tag("subject", person_id)}))


def stored_tags(body: EventBody, partition_id: UUID) -> set[str]:
    """Give all tags of a new event: what it names, and the partnership in whose affairs it is."""
    found = tags_of(body)
    if not declaration_of(body).home:
        found.add(tag("partnership", partition_id))
    return found


def mending_tags(mended: EventBody, partition_id: UUID, event_id: UUID) -> set[str]:
    """Give the tags of a correction or withdrawal: those of what it mends.

    Parties and people named in a partnership's affairs are left out: only registry entries are looked up by them,
    and a council named in fifty partnerships would otherwise meet all their corrections.
    """
    found = stored_tags(mended, partition_id) | {tag("record", event_id)}
    if not declaration_of(mended).home:
        found = {each for each in found if not each.startswith(("party:", "person:"))}
    return found
