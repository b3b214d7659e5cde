"""Paging: a limit and an opaque cursor; the next page's address is in the body and in the Link header."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from typing import Annotated, Final, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from msgspec import Meta
from msgspec.structs import fields as struct_fields

from api.http.operations import Call
from api.http.problems import Problem, ProblemFault

T = TypeVar("T")
DEFAULT_LIMIT: Final = 50
_DIGITS: Final = 18  # of the largest position that a cursor may name: fewer than the database's whole numbers have
_ID_BYTES: Final = 16
_ROW_BYTES: Final = 32  # an id and a row key

Limit = Annotated[int, Meta(ge=1, le=200, description="How many entries a page holds")]
Cursor = Annotated[str, Meta(max_length=200, description="Where to go on: taken from `next`, and of no other meaning")]


def after(cursor: str | None) -> int:
    """The number in a cursor, after which a page begins. Raises Problem 400."""
    if cursor is None:
        return 0
    text = _read(cursor).decode("ascii", "replace")
    if not (text.isascii() and text.isdecimal()) or len(text) > _DIGITS or cursor_of(int(text)) != cursor:
        raise _unknown()
    return int(text)


def after_row(cursor: str | None) -> tuple[UUID, bytes] | None:
    """The partition and row key in a cursor, after which a page of stored rows begins. Raises Problem 400."""
    if cursor is None:
        return None
    place = _read(cursor)
    if len(place) != _ROW_BYTES or _written(place) != cursor:
        raise _unknown()
    return UUID(bytes=place[:_ID_BYTES]), place[_ID_BYTES:]


def cursor_of(place: int) -> str:
    """The cursor of a number."""
    return _written(str(place).encode("ascii"))


def cursor_of_row(partition_id: UUID, row_key: bytes) -> str:
    """The cursor of a stored row."""
    return _written(partition_id.bytes + row_key)


def _read(cursor: str) -> bytes:
    try:
        return urlsafe_b64decode(cursor.encode("ascii") + b"==")
    except ValueError:
        return b""


def _written(place: bytes) -> str:
    return urlsafe_b64encode(place).rstrip(b"=").decode("ascii")


def _unknown() -> Problem:
    fault = ProblemFault(code="out-of-bounds", detail="take it from the `next` of an earlier page", parameter="cursor")
    return Problem("invalid-query", f"cursor: {fault.detail}.", [fault])


def page(items: Sequence[T], start: int, limit: int) -> tuple[Sequence[T], int | None]:
    """One page out of a whole, and where the next begins; None after the last."""
    end = start + limit
    return items[start:end], end if end < len(items) else None


def next_address(call: Call, place: int | None, fixed: Mapping[str, object]) -> str | None:
    """The address of the next page, if there is one; `fixed` holds parameters that stay as they were on this one."""
    return None if place is None else address_at(call, cursor_of(place), fixed)


def address_at(call: Call, cursor: str, fixed: Mapping[str, object]) -> str:
    """The address of the page at a cursor; `fixed` holds parameters that stay as they were on this one."""
    query = {each.encode_name: getattr(call.query, each.name) for each in struct_fields(call.operation.query)}
    parameters = {name: value for name, value in {**query, **fixed}.items() if value is not None}
    path = call.operation.path.format_map(call.path)
    return f"{path}?{urlencode({**parameters, 'cursor': cursor}, doseq=True)}"


def link(address: str | None) -> dict[str, str]:
    """The Link header (RFC 8288), if there is a next page."""
    return {} if address is None else {"Link": f'<{address}>; rel="next"'}
