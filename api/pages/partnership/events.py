"""The events of a partnership, in sentences: all of them, or some, a page at a time, and fit for print."""

from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from api.http.problems import Problem
from api.pages.ground.page import Page, PageAnswer, Visit
from api.pages.partnership.whose import PartnershipVisit
from api.resources.timeline import EventFamily

KINDS: Final[dict[EventFamily, str]] = {
    EventFamily.INTERACTIONS: "Meetings and contacts",
    EventFamily.ASKS: "Asks and answers",
    EventFamily.COMMITMENTS: "Promises",
    EventFamily.DECISIONS: "Decisions and spending",
    EventFamily.CONSULTATION: "Consultations",
    EventFamily.DISPUTES: "Disagreements",
    EventFamily.FUNDING: "Awards and money",
    EventFamily.OUTCOMES: "What was tried and learnt",
    EventFamily.EXPERIENCE: "How it felt",
    EventFamily.PARTNERSHIP: "Seats and rules",
    EventFamily.RECORDS: "Confirmations, disputes and replies",
    EventFamily.STEWARDSHIP: "Reviews and texts taken out",
}
"""The kinds of events that people choose from."""

_PAGE: Final = 50
_LONGEST: Final = 100
_FILTERS: Final = ("kind", "body", "theme", "words")


def _show(visit: Visit) -> PageAnswer:
    here = PartnershipVisit(visit)
    filters = {name: visit.query.get(name, "").strip()[:_LONGEST] for name in _FILTERS}
    try:
        timeline = here.ask(
            "read-timeline",
            order="newest",
            limit=_PAGE,
            cursor=visit.query.get("from") or None,
            family=filters["kind"] if filters["kind"] in set(EventFamily) else None,
            party=filters["body"] or None,
            theme=filters["theme"] or None,
            q=filters["words"] or None,
        )
        members = here.ask("read-members")
    except Problem as problem:
        return here.nothing_by_then(problem)
    values = {
        "timeline": timeline,
        "chosen": filters,
        "kinds": [(each.value, words) for each, words in KINDS.items()],
        "bodies": sorted(((str(each), name) for each, name in members.names.items()), key=lambda pair: pair[1]),
        "narrowed": list(_narrowed(filters, members.names)),
        "older": _cursor(timeline.next),
        "is_first": not visit.query.get("from"),
    }
    return here.shown("partnership/events.html", f"What happened: {here.entry.name}", values)


def _narrowed(filters: Mapping[str, str], names: Mapping[UUID, str]) -> Iterator[str]:
    """The limits to which the events were narrowed, in words."""
    if filters["kind"]:
        kind = next((words for each, words in KINDS.items() if each.value == filters["kind"]), "every kind")
        yield kind.lower()
    if filters["body"]:
        yield f"naming {next((name for each, name in names.items() if str(each) == filters['body']), 'somebody')}"
    if filters["theme"]:
        yield f"with the theme {filters['theme']}"
    if filters["words"]:
        yield f"with the words {filters['words']}"


def _cursor(address: str | None) -> str:
    """Where the next page of an answer of the API begins; empty after the last."""
    return "" if address is None else parse_qs(urlsplit(address).query)["cursor"][0]


PAGES = (
    Page(path="/partnerships/{partnership_id}/events", name="partnership-events", show=_show, section="partnerships"),
)
