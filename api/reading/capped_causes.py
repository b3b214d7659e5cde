"""Causes by count: the first of each list of causes; all of them are to be had page by page."""

from typing import Annotated, Any, Final, TypeVar

from msgspec import Meta, Struct
from msgspec.structs import replace

from api.http.operations import CSV, Call

CAUSES: Final = 100
S = TypeVar("S")

MostCauses = Annotated[
    int,
    Meta(
        ge=0,
        le=10_000,
        description=f"How many causes to list at most in each place, the first in order; unless given {CAUSES} as JSON,"
        " all as CSV",
    ),
]


def most_causes(call: Call) -> int | None:
    """The number of causes that a call lists at most in each place; None for all."""
    most: int | None = call.query.causes
    return CAUSES if most is None and call.media != CSV and not call.is_of_page else most


def with_causes(answer: S, most: int | None) -> S:
    """An answer with so many causes at most in each of its lists of them."""
    return answer if most is None else _capped(answer, most)


def _capped(value: Any, most: int) -> Any:  # noqa: ANN401 - whatever an answer is made of
    match value:
        case Struct():
            members = {name: getattr(value, name) for name in value.__struct_fields__}
            capped = {
                name: member[:most] if name == "causes" else _capped(member, most) for name, member in members.items()
            }
            changed = {name: member for name, member in capped.items() if member is not members[name]}
            return replace(value, **changed) if changed else value
        case tuple() if value and isinstance(value[0], Struct):
            return tuple(_capped(member, most) for member in value)
        case _:
            return value
