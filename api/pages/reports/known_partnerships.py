"""Every partnership by its name, for forms that choose some of them."""

from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from api.pages.ground.page import Visit
from api.resources.partnerships import PartnershipEntry

_AT_ONCE: Final = 200


def partnership_names(visit: Visit) -> dict[UUID, str]:
    """The names of all partnerships, by id, in order of name."""
    entries = sorted(_entries(visit), key=lambda entry: entry.name.casefold())
    return {entry.partnership_id: entry.name for entry in entries}


def _entries(visit: Visit) -> Iterator[PartnershipEntry]:
    cursor = None
    while True:
        page = visit.ask("list-partnerships", query={"limit": _AT_ONCE, "cursor": cursor})
        yield from page.data
        if page.next is None:
            return
        cursor = parse_qs(urlsplit(page.next).query)["cursor"][0]
