"""The tags of an event: by them the log finds what was said of a thing, a party, a person or a record."""

from collections.abc import Iterator
from functools import cache
from uuid import UUID

from msgspec import Struct

from domain.events.declaration import EventBody, declaration_of
from domain.values import Plain, Sealed


def tags_of(body: EventBody) -> set[str]:
    """The tags by which decisions find an event: one for each thing, party or person that it names."""
    return set(_tags_in(body))


def tag(kind: str, identity: UUID) -> str:
    """The tag of a thing, such as `party:…`, without the role that a field name adds (`kept_party_id`)."""
    return f"{kind.rsplit('_', 1)[-1]}:{identity}"


def _tags_in(value: object) -> Iterator[str]:
    """The tags of a body and of what is nested in it; the key of a sealed text has none."""
    if isinstance(value, tuple):
        for item in value:
            yield from _tags_in(item)
    elif isinstance(value, Struct) and not isinstance(value, Plain | Sealed):
        for name, kind in _kinds_named(type(value)):
            inner = getattr(value, name)
            if inner is None:
                continue
            if kind and isinstance(inner, UUID):
                yield f"{kind}:{inner}"
            elif kind and isinstance(inner, tuple):
                yield from (f"{kind}:{each}" for each in inner)
            else:
                yield from _tags_in(inner)


@cache
def _kinds_named(declared: type[Struct]) -> tuple[tuple[str, str], ...]:
    """The fields of a struct, each with the kind of thing of whose ids it holds one or several, else with nothing."""
    kinds = {name: name.removesuffix("s").removesuffix("_id").rsplit("_", 1)[-1] for name in declared.__struct_fields__}
    return tuple((name, kind if name.endswith(("_id", "_ids")) else "") for name, kind in kinds.items())


def stored_tags(body: EventBody, partition_id: UUID) -> set[str]:
    """The tags of a new event: of what it names, and of the partnership in whose affairs it is."""
    tags = tags_of(body)
    if not declaration_of(body).home:
        tags.add(tag("partnership", partition_id))
    return tags


def mending_tags(mended: EventBody, partition_id: UUID, event_id: UUID) -> set[str]:
    """The tags of a correction or withdrawal: those of the event that it mends, and that of its record.

    Parties and people named in a partnership's affairs are left out: only registry entries are looked up by them,
    and a council named in fifty partnerships would otherwise meet all their corrections.
    """
    tags = stored_tags(mended, partition_id) | {tag("record", event_id)}
    if not declaration_of(mended).home:
        tags = {name for name in tags if not name.startswith(("party:", "person:"))}
    return tags
