"""The tags of an event: by them the log finds what was said of a thing, a party, a person or a record."""

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import get_args
from uuid import UUID

from msgspec import Struct
from msgspec.structs import fields as struct_fields

from domain.events.declaration import EventBody, declaration_of
from domain.values import Plain, Sealed


def tags_of(body: EventBody) -> set[str]:
    """The tags by which decisions find an event: one for each thing, party or person that it names."""
    return set(_tags_in(body))


def tag(kind: str, identity: UUID) -> str:
    """The tag of a thing, such as `party:…`, without the role that a field name adds (`kept_party_id`)."""
    return _written(kind.rsplit("_", 1)[-1], identity.int)


@lru_cache(maxsize=16_384)
def _written(kind: str, number: int) -> str:
    """The tag of a thing by the number of its id, which is found faster than the id itself."""
    return f"{kind}:{UUID(int=number)}"


def _tags_in(value: object) -> Iterator[str]:
    """The tags of a body and of what is nested in it; the key of a sealed text has none."""
    if isinstance(value, tuple):
        for item in value:
            yield from _tags_in(item)
    elif isinstance(value, Struct):
        for name, kind in _kinds_named(type(value)):
            inner = getattr(value, name)
            if inner is None:
                continue
            if kind and isinstance(inner, UUID):
                yield _written(kind, inner.int)
            elif kind and isinstance(inner, tuple):
                yield from (_written(kind, each.int) for each in inner)
            else:
                yield from _tags_in(inner)


@cache
def _kinds_named(declared: type[Struct]) -> tuple[tuple[str, str], ...]:
    """The fields that may name things, each with the kind of thing of whose ids it holds one or several, or nothing."""
    names = [field.name for field in struct_fields(declared) if _may_name(field.type)]
    kinds = {name: name.removesuffix("s").removesuffix("_id").rsplit("_", 1)[-1] for name in names}
    return tuple((name, kind if name.endswith(("_id", "_ids")) else "") for name, kind in kinds.items())


def _may_name(annotation: object) -> bool:
    """Whether a value of this type may hold an id, or a struct that does; the key of a sealed text names nothing."""
    if isinstance(annotation, type) and issubclass(annotation, Struct):
        return annotation not in (Plain, Sealed) and bool(_kinds_named(annotation))
    return annotation is UUID or any(_may_name(each) for each in get_args(annotation))


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
