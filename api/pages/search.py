"""Search: partnerships, bodies and places by name, and at one's own tables asks and promises by their words."""

from typing import Final

from msgspec import Struct

from api.pages.ground.in_words import sentence_case
from api.pages.ground.page import FieldError, Page, PageAnswer, Shown, Visit
from api.resources.sought_things import FoundThings
from domain.events.english import words

_MOST: Final = 10
_LONGEST: Final = 200


class FoundLine(Struct, frozen=True, kw_only=True):
    """One thing that was found: what it is called, where it leads, and what it is."""

    name: str
    address: str
    note: str


class FoundGroup(Struct, frozen=True, kw_only=True):
    """The results of one sort; there may be more than are listed."""

    heading: str
    lines: list[FoundLine]
    has_more: bool


def _show(visit: Visit) -> PageAnswer:
    q = " ".join(visit.query.get("q", "").split())
    if not q:
        errors = [FieldError("q", "Enter a name, or words of an ask or promise")] if "q" in visit.query else []
        return _page("", [], errors)
    if len(q) > _LONGEST:
        return _page(q, [], [FieldError("q", f"Enter {_LONGEST} letters or fewer")])
    if not q.isprintable():
        return _page("", [], [FieldError("q", "Enter letters, numbers and signs that can be seen")])
    groups = [_partnerships(visit, q), _bodies(visit, q), _places(visit, q), *_things(visit, q)]
    return _page(q, [group for group in groups if group.lines], [])


def _page(q: str, groups: list[FoundGroup], errors: list[FieldError]) -> Shown:
    title = f"Search for “{q}”" if q else "Search"
    return Shown(template="search.html", title=title, values={"q": q, "groups": groups}, errors=errors)


def _partnerships(visit: Visit, q: str) -> FoundGroup:
    answer = visit.ask("list-partnerships", query={"q": q, "limit": _MOST})
    lines = [
        FoundLine(
            name=partnership.name,
            address=f"/partnerships/{partnership.partnership_id}",
            note=partnership.place.name or "" if partnership.place else "",
        )
        for partnership in answer.data
    ]
    return FoundGroup(heading="Partnerships", lines=lines, has_more=answer.next is not None)


def _bodies(visit: Visit, q: str) -> FoundGroup:
    answer = visit.ask("list-parties", query={"q": q, "limit": _MOST})
    lines = [
        FoundLine(
            name=body.details["name"],
            address=f"/partnerships?member={body.details['party_id']}",
            note=f"{sentence_case(words(body.details['kind']))}: the partnerships in which it has a seat",
        )
        for body in answer.data
    ]
    return FoundGroup(heading="Organisations and groups", lines=lines, has_more=answer.next is not None)


def _places(visit: Visit, q: str) -> FoundGroup:
    answer = visit.ask("list-places", query={"q": q, "limit": _MOST})
    lines = [
        FoundLine(
            name=place.details["name"],
            address=f"/partnerships?place={place.details['place_id']}",
            note="The partnerships that are for this place",
        )
        for place in answer.data
    ]
    return FoundGroup(heading="Places", lines=lines, has_more=answer.next is not None)


def _things(visit: Visit, q: str) -> list[FoundGroup]:
    answer: FoundThings = visit.ask("find-asks-and-promises", query={"q": q, "limit": 2 * _MOST})
    groups = []
    for kind, heading in (("ask", "Asks"), ("promise", "Promises")):
        of_kind = [thing for thing in answer.data if thing.kind.value == kind]
        lines = [
            FoundLine(
                name=thing.text, address=f"/records/{thing.event_id}", note=answer.names.get(thing.partnership_id, "")
            )
            for thing in of_kind[:_MOST]
        ]
        has_more = answer.in_all > len(answer.data) or len(of_kind) > _MOST or not answer.is_whole
        groups.append(FoundGroup(heading=heading, lines=lines, has_more=has_more))
    return groups


PAGES = (Page(path="/search", name="search", show=_show),)
