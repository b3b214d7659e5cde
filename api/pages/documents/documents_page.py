"""The documents of a partnership: a list with where each stands, each to be taken away, or all in one archive."""

from collections import defaultdict
from typing import Final
from uuid import UUID

from api.access.user_roles import Right
from api.pages.documents.attached_documents import documents_of, in_batches, telling_most
from api.pages.ground.page import Page, PageAnswer, Shown, Visit
from api.pages.partnership.whose import PartnershipVisit
from api.reading.timeline_entries import TimelineEntry

_MOST_THINGS: Final = 50
_SAID: Final = {
    "erased": "The document is erased. That it was there can still be seen.",
}


def _show(visit: Visit) -> PageAnswer:
    here = PartnershipVisit(visit)
    documents = documents_of(visit, here.partnership_id)
    values = {
        "partnership": here.entry,
        "address": here.address,
        "documents": documents,
        "things": _things(here, [each.thing_id for each in documents]),
        "may_take_all": any(each.address for each in documents),
        "said": _SAID.get(visit.query.get("done", ""), ""),
    }
    return Shown(template="documents/documents.html", title=f"Documents of {here.entry.name}", values=values)


def _things(here: PartnershipVisit, ids: list[UUID]) -> dict[UUID, TimelineEntry]:
    """The records that tell most of the things at which documents stand."""
    stories: defaultdict[UUID, list[TimelineEntry]] = defaultdict(list)
    for batch in in_batches(ids, _MOST_THINGS):
        query = {"thing": batch, "limit": 200}
        for entry in here.visit.ask("read-timeline", here.path, query).data:
            if entry.type != "document-attached":
                stories[entry.thing_id].append(entry)
    return {thing_id: telling_most(story) for thing_id, story in stories.items()}


def _take_away(visit: Visit) -> PageAnswer:
    return visit.streamed("download-document", visit.path)


def _take_all_away(visit: Visit) -> PageAnswer:
    return visit.streamed("download-documents", visit.path)


_DOCUMENTS: Final = "/partnerships/{partnership_id}/documents"
PAGES = (
    Page(path=_DOCUMENTS, name="documents", show=_show, section="partnerships"),
    Page(
        path=f"{_DOCUMENTS}/{{document}}/content",
        name="document-content",
        show=_take_away,
        right=Right.READ_WORDS,
        section="partnerships",
    ),
    Page(
        path=f"{_DOCUMENTS}/archive",
        name="document-archive",
        show=_take_all_away,
        right=Right.READ_WORDS,
        section="partnerships",
    ),
)
