"""The public report of a partnership that opened one, and its preview for a partnership that did not yet."""

from msgspec import Struct

from api.http.operations import Call, Operation, OperationAnswer
from api.http.problems import Problem
from api.reading.as_of import Day
from api.reading.formats import MEDIA, TABLES, Format, table_in
from api.reading.public_stories import PublicStories, PublicStory, nothing_public, public_stories, require_open
from api.reading.shown_table import ShownTable
from api.reading.workbook import TableAbout, meanings_of
from domain.values import day_of
from domain.vocabulary import PublicReport


class PublicQuery(Struct, frozen=True, kw_only=True):
    """Which day is asked about, in which format."""

    as_of: Day | None = None
    format: Format | None = None


def _read_open(call: Call) -> OperationAnswer:
    """The stories where they are open; else the same refusal as for a partnership that is not there."""
    try:
        partnership_id = call.id_in_path("partnership_id")
    except Problem:
        raise nothing_public() from None
    log = call.services.handler.recorder
    require_open(log, partnership_id, PublicReport.WHAT_BECAME_OF_ASKS, day_of(log.head().now))
    return _answer(call, public_stories(call.services, partnership_id, call.query.as_of))


def _preview(call: Call) -> OperationAnswer:
    return _answer(call, public_stories(call.services, call.id_in_path("partnership_id"), call.query.as_of))


def _answer(call: Call, stories: PublicStories) -> OperationAnswer:
    if call.media not in TABLES:
        return OperationAnswer(content=stories)
    about = TableAbout(
        title=f"What became of it: {stories.name}",
        question="What became of what was asked?",
        as_of=stories.as_of,
        contact=call.services.contact_email,
        meanings=meanings_of(PublicStory),
    )
    table = ShownTable(columns=PublicStory.__struct_fields__, rows=stories.stories, name_columns=())
    return OperationAnswer(content=table_in(call.media, about, table), media=call.media)


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/public/partnerships/{partnership_id}/what-became-of-it",
        name="read-public-stories",
        summary="Read, as anybody may, what became of what was asked in a partnership that opened this.",
        tag="Reading",
        handle=_read_open,
        right=None,
        query=PublicQuery,
        answers={200: PublicStories},
        media=MEDIA,
    ),
    Operation(
        method="GET",
        path="/v1/partnerships/{partnership_id}/public-preview/what-became-of-it",
        name="preview-public-stories",
        summary="Read what anybody would read of what was asked in a partnership, before it opens this.",
        tag="Reading",
        handle=_preview,
        query=PublicQuery,
        answers={200: PublicStories},
        media=MEDIA,
    ),
)
