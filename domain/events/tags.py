"""The tags of an event: by them the log finds what was said of a thing, a party, a person or a record."""

from collections.abc import Iterator
from uuid import UUID

from msgspec import Struct

from domain.events.declaration import EventBody, declaration_of
from domain.values import Plain, Sealed


def tags_of(body: EventBody) -> set[str]:
    """Give the tags by which decisions find the event: one for each thing, party or person it names."""
    return set(_tags_in(body))


def tag(kind: str, identity: UUID) -> str:
    """Name a thing as a tag, such as `party:…`; roles a field name adds (`kept_party_id`) are left out."""
    return f"{kind.rsplit('_', 1)[-1]}:{identity}"


def _tags_in(value: object) -> Iterator[str]:
    """Walk a body and what is nested in it; the key of a sealed text is no thing of the field."""
    match value:
        case Plain() | Sealed():
            return
        case Struct():
            for name in value.__struct_fields__:
                yield from _tags_of_field(name, getattr(value, name))
        case tuple():
            for each in value:
                yield from _tags_in(each)


def _tags_of_field(name: str, value: object) -> Iterator[str]:
    if isinstance(value, UUID) and name.endswith("_id"):
        yield tag(name.removesuffix("_id"), value)
    elif isinstance(value, tuple) and name.endswith("_ids"):
        yield from (tag(name.removesuffix("_ids"), each) for each in value)
    else:
        yield from _tags_in(value)


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
