"""Pages of a long list: so many at a time, with the addresses of the page before and after."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Generic, TypeVar
from urllib.parse import parse_qs, urlencode, urlsplit

from msgspec import Struct

from api.pages.ground.entered_numbers import whole_number
from api.pages.ground.page import Visit

T = TypeVar("T")
_AT_ONCE: Final = 200


class PageOf(Struct, Generic[T], frozen=True, kw_only=True):
    """One page of a list; `before` and `after` are addresses, empty at the ends."""

    items: Sequence[T]
    number: int
    pages: int
    first: int
    last: int
    in_all: int
    before: str
    after: str


def page_of(visit: Visit, items: Sequence[T], size: int) -> PageOf[T]:
    """The page of a list that the address asks for by `page`; the nearest there is, where it asks for none."""
    pages = max(1, -(-len(items) // size))
    number = min(max(whole_number(visit.query.get("page", "1")) or 1, 1), pages)
    start = (number - 1) * size
    page_items = items[start : start + size]
    return PageOf(
        items=page_items,
        number=number,
        pages=pages,
        first=start + 1,
        last=start + len(page_items),
        in_all=len(items),
        before=_address(visit, number - 1) if number > 1 else "",
        after=_address(visit, number + 1) if number < pages else "",
    )


def every_answer(visit: Visit, operation: str, query: Mapping[str, object]) -> Iterator[Any]:
    """Every page of a list of the API, one answer after the other. Raises Problem."""
    cursor: str | None = None
    while True:
        answer = visit.ask(operation, query={**query, "limit": _AT_ONCE, "cursor": cursor})
        yield answer
        if answer.next is None:
            return
        cursor = parse_qs(urlsplit(answer.next).query)["cursor"][0]


def _address(visit: Visit, number: int) -> str:
    others: list[tuple[str, Any]] = [(name, text) for name, text in visit.query.multi_items() if name != "page"]
    return f"?{urlencode([*others, ('page', number)])}"
