"""Expressed trust: what each side says of each body, reading by reading, apart from what the body did."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from api.http.operations import Call, Operation, OperationAnswer
from api.reading.as_of import pinned, read_known
from api.reading.capped_causes import MostCauses, most_causes, with_causes
from api.reading.formats import MEDIA, TABLES
from api.reading.names_and_texts import NamesAndTexts
from api.reading.replay_answers import ReplayBasis, ViewQuery, WordsBesideRows, basis_of, view_table
from domain.vocabulary import Facet, Side
from projections.engine.digest import digest
from projections.scoring.surveys.shown_lines import ShownSurveyLine, columns_of_lines, shown_lines
from projections.views import projection_called
from projections.views.expressed import expressed


class ExpressedQuery(ViewQuery, frozen=True, kw_only=True):
    """Which past is asked about, and which lines of it."""

    rater_side: Annotated[Side | None, Meta(description="The side whose experience it is")] = None
    about: Annotated[UUID | None, Meta(description="The body that was rated")] = None
    facet: Annotated[Facet | None, Meta(description="The aspect that was rated")] = None
    causes: MostCauses | None = None


class ExpressedTrust(ReplayBasis, frozen=True, kw_only=True):
    """Survey lines, and beside them, outside the digest of what they are made from, the names of bodies.

    `is_followed` says whether the method follows lines; by one that does not, ratings are a figure of health only.
    """

    is_followed: bool
    lines: tuple[ShownSurveyLine, ...]
    names: dict[UUID, str]


def _read(call: Call) -> OperationAnswer:
    projection = projection_called("expressed")
    at = pinned(call, projection.name, projection.version)
    if (unchanged := at.unchanged(call)) is not None:
        return unchanged
    partnership = read_known(call, at=at)
    method, query = partnership.method, call.query
    rows = [
        row
        for row in expressed(partnership.history, method)
        if query.rater_side in (None, row.rater_side)
        and query.about in (None, row.about_id)
        and query.facet in (None, row.facet)
    ]
    words = NamesAndTexts(call.services, entitled=at.entitled)
    beside = WordsBesideRows(partnership, words, projection, rows)
    if call.media in TABLES:
        shown_rows = [with_causes(row, most_causes(call)) for row in rows]
        ranges = columns_of_lines(rows, method)
        content: object = view_table(call, partnership, projection, shown_rows, beside.names, ranges)
    else:
        lines = shown_lines(rows, partnership.history.as_of, method)
        content = ExpressedTrust(
            **basis_of(partnership.basis, projection, digest(projection, rows)),
            is_followed=method.survey_rules is not None,
            lines=tuple(with_causes(line, most_causes(call)) for line in lines),
            names=beside.names,
        )
    return OperationAnswer(content=content, media=call.media, headers={"ETag": at.tag}, personal=bool(at.entitled))


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/partnerships/{partnership_id}/trust/expressed",
        name="read-expressed-trust",
        summary="Read what each side says of each body, reading by reading, with the line through it and its ranges.",
        tag="Reading",
        handle=_read,
        query=ExpressedQuery,
        answers={200: ExpressedTrust},
        media=MEDIA,
        conditional=True,
    ),
)
