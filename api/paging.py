"""Paging: a limit and an opaque cursor; the next page's address is in the body and in the Link header."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from typing import Annotated, Final, TypeVar
from urllib.parse import urlencode

from msgspec import Meta

from api.operations import Call
from api.problems import Fault, Problem

T = TypeVar("T")
DEFAULT_LIMIT: Final = 50
_DIGITS: Final = 18  # of the largest position that a cursor may name: fewer than the database's whole numbers have

Limit = Annotated[int, Meta(ge=1, le=200, description="How many entries a page holds")]
Cursor = Annotated[str, Meta(max_length=200, description="Where to go on: taken from `next`, and of no other meaning")]


def after(cursor: str | None) -> int:
    """Read where a page begins: the number in its cursor. Raises Problem 400."""
    if cursor is None:
        return 0
    try:
        text = urlsafe_b64decode(cursor.encode("ascii") + b"==").decode("ascii")
    except ValueError:
        text = ""
    if not text.isdecimal() or len(text) > _DIGITS or cursor_of(int(text)) != cursor:
        fault = Fault(code="out-of-bounds", detail="take it from the `next` of an earlier page", parameter="cursor")
        raise Problem("invalid-query", f"cursor: {fault.detail}.", [fault])
    return int(text)


def cursor_of(place: int) -> str:
    """Write a cursor."""
    return urlsafe_b64encode(str(place).encode("ascii")).rstrip(b"=").decode("ascii")


def page(items: Sequence[T], start: int, limit: int) -> tuple[Sequence[T], int | None]:
    """Cut one page out of a whole; also says where the next begins, None after the last."""
    end = start + limit
    return items[start:end], end if end < len(items) else None


def next_address(call: Call, place: int | None, fixed: Mapping[str, object]) -> str | None:
    """Give the address of the next page; `fixed` holds what must stay as it was on this one."""
    if place is None:
        return None
    asked = {name: getattr(call.query, name) for name in call.operation.query.__struct_fields__}
    given = {name: value for name, value in {**asked, **fixed}.items() if value is not None}
    path = call.operation.path.format_map(call.path)
    return f"{path}?{urlencode({**given, 'cursor': cursor_of(place)})}"


def link(address: str | None) -> dict[str, str]:
    """Give the Link header (RFC 8288), if there is a next page."""
    return {} if address is None else {"Link": f'<{address}>; rel="next"'}
