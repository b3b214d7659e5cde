"""Documents as pages show them: each with its name, what it is, and where it is taken away."""

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from msgspec import Struct

from api.access.user_roles import Right
from api.pages.ground.page import Visit
from api.reading.timeline_entries import TimelineEntry
from api.resources.documents import KeptDocument
from domain.vocabulary import DocumentKind

KINDS: Final = {
    DocumentKind.MINUTES: "Minutes",
    DocumentKind.AGENDA: "Agenda",
    DocumentKind.PHOTOGRAPH: "Photograph",
    DocumentKind.REPORT: "Report",
    DocumentKind.PLAN: "Plan or drawing",
    DocumentKind.LETTER: "Letter",
    DocumentKind.AGREEMENT: "Agreement",
    DocumentKind.LEAFLET: "Leaflet or poster",
    DocumentKind.OTHER_PAPER: "Another paper",
}
_KILOBYTE, _MEGABYTE = 1_000, 1_000_000


class ShownDocument(Struct, frozen=True, kw_only=True):
    """A document on a page: without an address where this visitor may not take it away."""

    document_id: UUID
    record: UUID
    called: str
    kind: str
    size: str
    happened: str
    stands_at: str
    thing_id: UUID
    is_erased: bool
    address: str
    eraser: str


def documents_of(visit: Visit, partnership_id: UUID, thing: UUID | str | None = None) -> list[ShownDocument]:
    """The documents of a partnership, or those that stand at one thing of it."""
    listed = visit.ask("list-documents", {"partnership_id": partnership_id}, {"thing": thing}).data
    return [_shown(visit, partnership_id, each) for each in listed]


def attaching_address(partnership_id: UUID, kind: str, thing_id: UUID | str) -> str:
    """The address of the form that attaches a document to a thing of this kind."""
    return f"/partnerships/{partnership_id}/documents/new?{kind}={thing_id}"


def telling_most(story: Sequence[TimelineEntry]) -> TimelineEntry:
    """The record that tells most of a thing: of a meeting that was planned, that it took place; else the first."""
    return next((entry for entry in story if entry.type == "interaction-recorded"), story[0])


def _shown(visit: Visit, partnership_id: UUID, document: KeptDocument) -> ShownDocument:
    here = f"/partnerships/{partnership_id}/documents/{document.document_id}"
    is_readable = document.name.text is not None and not document.is_erased
    may_erase = visit.visitor.may(Right.FORGET, partnership_id) and not document.is_erased
    return ShownDocument(
        document_id=document.document_id,
        record=document.record,
        called=document.name.text or KINDS[document.kind],
        kind=KINDS[document.kind],
        size=size_in_words(document.size),
        happened=document.happened,
        stands_at=document.stands_at,
        thing_id=document.thing_id,
        is_erased=document.is_erased,
        address=f"{here}/content" if is_readable else "",
        eraser=f"{here}/erase" if may_erase else "",
    )


def size_in_words(size: int) -> str:
    """How large a file is, as people say it."""
    if size < _MEGABYTE:
        return f"{max(1, round(size / _KILOBYTE))} kB"
    return f"{size / _MEGABYTE:.1f} MB"


def in_batches(things: Iterable[UUID], most: int) -> list[list[UUID]]:
    """Some ids, each once, so many at a time."""
    unique = list(dict.fromkeys(things))
    return [unique[place : place + most] for place in range(0, len(unique), most)]
