"""The consistency boundary of a decision: which earlier events it rests on, and which new ones would unsettle it."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from msgspec import Struct

from domain.events import EventBody, name_of, tags_of
from domain.events.declaration import declaration_of, tag
from domain.events.recorded import Recorded
from domain.events.records import RecordCorrected, RecordWithdrawn
from domain.events.stewardship import SubjectErased, TextRedacted

MENDING: Final = (name_of(RecordCorrected), name_of(RecordWithdrawn), name_of(TextRedacted))


class Selection(Struct, frozen=True):
    """Events of any of these types (of every type: None) that carry all of these tags.

    `partition` leaves out those of any other partition.
    """

    types: frozenset[str] | None
    tags: frozenset[str]
    partition: UUID | None = None

    def selects(self, name: str, tags: Iterable[str], partition_id: UUID | None = None) -> bool:
        """Whether an event is one of them."""
        return (
            (self.types is None or name in self.types)
            and self.tags <= set(tags)
            and self.partition in (None, partition_id)
        )


Boundary = frozenset[Selection]


def on(kind: str, identity: UUID, *types: type[EventBody], within: UUID | None = None) -> Selection:
    """Select the events of these types about one thing, and whatever corrects, withdraws or redacts them.

    `within` leaves out those recorded in the affairs of any other partnership.
    """
    tags = {tag(kind, identity)} | (set() if within is None else {tag("partnership", within)})
    return Selection(frozenset({*(name_of(each) for each in types), *MENDING}), frozenset(tags))


def entry(kind: str, identity: UUID, *types: type[EventBody]) -> Selection:
    """Select what was said of one thing in the registers, or anywhere; what mends that is selected once it is known.

    What many others may say about the same thing stays out: a council is named by each body that it pays, and by all
    that was ever corrected about any of them.
    """
    at_home = all(declaration_of(each).home == f"{kind}_id" for each in types)
    named = frozenset(name_of(each) for each in types)
    return Selection(named, frozenset({tag(kind, identity)}), identity if at_home else None)


def mending(records: Iterable[Recorded], partnership_id: UUID | None) -> Boundary:
    """Select what corrects or withdraws records from elsewhere, and what mends that; here all mending is read."""
    elsewhere = (record for record in records if record.partition_id != partnership_id)
    return frozenset(Selection(frozenset(MENDING), frozenset({tag("record", each.event_id)})) for each in elsewhere)


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
