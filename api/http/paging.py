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
    """Read where a page begins: the number in its cursor. Raises Problem 400."""
    if cursor is None:
        return 0
    text = _read(cursor).decode("ascii", "replace")
    if not (text.isascii() and text.isdecimal()) or len(text) > _DIGITS or cursor_of(int(text)) != cursor:
        raise _unknown()
    return int(text)


def after_row(cursor: str | None) -> tuple[UUID, bytes] | None:
    """Read where a page of stored rows begins: the partition and row key in its cursor. Raises Problem 400."""
    if cursor is None:
        return None
    found = _read(cursor)
    if len(found) != _ROW_BYTES or _written(found) != cursor:
        raise _unknown()
    return UUID(bytes=found[:_ID_BYTES]), found[_ID_BYTES:]


def cursor_of(place: int) -> str:
    """Write a cursor."""
    return _written(str(place).encode("ascii"))


def cursor_of_row(partition_id: UUID, row_key: bytes) -> str:
    """Write the cursor of a stored row."""
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
    """Cut one page out of a whole; also says where the next begins, None after the last."""
    end = start + limit
    return items[start:end], end if end < len(items) else None


def next_address(call: Call, place: int | None, fixed: Mapping[str, object]) -> str | None:
    """Give the address of the next page; `fixed` holds what must stay as it was on this one."""
    return None if place is None else address_at(call, cursor_of(place), fixed)


def address_at(call: Call, cursor: str, fixed: Mapping[str, object]) -> str:
    """Give the address of the page at a cursor; `fixed` holds what must stay as it was on this one."""
    asked = {each.encode_name: getattr(call.query, each.name) for each in struct_fields(call.operation.query)}
    given = {name: value for name, value in {**asked, **fixed}.items() if value is not None}
    path = call.operation.path.format_map(call.path)
    return f"{path}?{urlencode({**given, 'cursor': cursor}, doseq=True)}"


def link(address: str | None) -> dict[str, str]:
    """Give the Link header (RFC 8288), if there is a next page."""
    return {} if address is None else {"Link": f'<{address}>; rel="next"'}
