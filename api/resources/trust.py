"""Trust: what each side has met from each body, with its likely range, its causes, and why it moved."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct, field
from msgspec.structs import replace

from api.http.operations import Call, Operation, OperationAnswer
from api.http.paging import Cursor, after, link, next_address
from api.http.problems import Problem, ProblemFault
from api.reading.access import may_read_words
from api.reading.as_of import ScoredPastQuery, days_compared, pinned, read_known, same_past
from api.reading.capped_causes import MostCauses, most_causes, with_causes
from api.reading.figures import columns_of_trust
from api.reading.fitted_answers import fitted
from api.reading.formats import MEDIA, TABLES
from api.reading.left_out import SharingLeftOut, left_out, left_out_columns
from api.reading.names_and_texts import NamesAndTexts
from api.reading.replay_answers import ReplayBasis, ViewQuery, WordsBesideRows, basis_of, view_table
from api.reading.replies import JudgedBodies, PrintedReplies, Replies, TrustInBody, judged_in
from api.reading.timeline_entries import TimelineEntry, events_of_causes
from api.reading.trust_of_sides import digest_of_trust, trust_of_sides
from api.reading.which_figure import (
    NOTHING_MET,
    WhichFacet,
    WhichSide,
    WhichTrustee,
    WhichTruster,
    is_asked_for,
    rows_of_views,
)
from domain.vocabulary import Facet, Side
from projections.engine.replay import KnownPartnership
from projections.history.claimed_record import KnownByClaims
from projections.history.history import History
from projections.history.memo import answered_once
from projections.lifecycles.sharing_coverage import SharingCoverage, sharing_coverage
from projections.method.method import Method
from projections.scoring.behaviour import evidence
from projections.scoring.formulas.evidence import TrustView
from projections.scoring.trust.explanation import ChangeCause, explain_change
from projections.scoring.trust.mean_trust import MeanTrust, mean_trust
from projections.scoring.trust.shown_trust import (
    Figure,
    TimelineDetail,
    figures_in_place,
    in_view_order,
    is_step,
    shown_trust,
)
from projections.scoring.trust.trust_rows import TrustRow, TrustVariant, month_rows, view_of
from projections.views import projection_called
from projections.views.trust import trust

_STEPS: Final = 2_500
"""How many steps an answer in JSON holds at most: more than a partnership has, but for very long ones."""
_PATH = "/v1/partnerships/{partnership_id}/trust"

WhichDetail = Annotated[
    TimelineDetail,
    Meta(
        description="How much of each timeline: all steps, a point at the end of each month with steps and of the day"
        " asked about, no timeline, or all steps and the ends of months, as a picture needs them (a month's end has no"
        " causes)"
    ),
]


class TrustQuery(ViewQuery, frozen=True, kw_only=True):
    """Which past is asked about, which figures of it, and how much of each."""

    facet: WhichFacet | None = None
    truster_side: WhichSide | None = None
    trustee: WhichTrustee | None = None
    truster: WhichTruster | None = None
    timeline: WhichDetail = TimelineDetail.NO
    causes: MostCauses | None = None
    cursor: Cursor | None = None
    mean: Annotated[
        bool, Meta(description="Whether to add the mean over aspects; of all of them, so without `facet`, and as JSON")
    ] = False


class Trust(ReplayBasis, frozen=True, kw_only=True):
    """Figures of trust, and beside them, outside the digest of what they are made from, the names of bodies.

    `means` is null unless asked for. A page holds as many figures, and steps of their timelines, as fit into 1 MB;
    `next` is where they go on, with the rest of the timeline that was broken off.
    """

    figures: tuple[TrustInBody, ...]
    left_out: Annotated[
        tuple[SharingLeftOut, ...],
        Meta(description="What no source of the record would note, and is neither for nor against anybody"),
    ]
    means: tuple[MeanTrust, ...] | None
    names: dict[UUID, str]
    next: str | None


class ExplanationQuery(ScoredPastQuery, frozen=True, kw_only=True):
    """Which figure, and between which days; `as_of` is not used."""

    facet: WhichFacet
    truster_side: WhichSide
    trustee: WhichTrustee
    from_: Annotated[date, Meta(description="The earlier day")] = field(name="from")
    to: Annotated[date, Meta(description="The later day")]


class TrustExplanation(Struct, frozen=True, kw_only=True):
    """Why a figure is not what it was: its causes, whose changes add up to the whole, and what the events were."""

    log_id: UUID
    position: int
    method: str
    method_sha256: str
    tree_root: str
    rules_as_claimed: tuple[UUID, ...]
    known_by: KnownByClaims
    facet: Facet
    truster_side: Side
    trustee_side: Side
    trustee_id: UUID
    from_: date = field(name="from")
    to: date
    before: Figure | None
    after: Figure | None
    change: float
    causes: tuple[ChangeCause, ...]
    by_kind: dict[str, float]
    events: tuple[TimelineEntry, ...]
    left_out: Annotated[
        tuple[SharingLeftOut, ...],
        Meta(description="What no source would note by the later day, and is neither for nor against the body"),
    ]
    replies: PrintedReplies
    names: dict[UUID, str]


def _read(call: Call) -> OperationAnswer:
    projection = projection_called("trust")
    _refuse_part_of_mean(call)
    at = pinned(call, projection.name, projection.version)
    if (unchanged := at.unchanged(call)) is not None:
        return unchanged
    partnership = read_known(call, at=at)
    history, method, query = partnership.history, partnership.method, call.query
    all_rows = rows_of_views(call, partnership)
    rows = [row for row in all_rows if is_asked_for(query, row)]
    months = _months(query.timeline, rows, partnership)
    judged = judged_in(all_rows if query.truster is None else trust_of_sides(call, partnership))
    coverage = _left_out(query, history, method)
    words = NamesAndTexts(call.services, entitled=at.entitled)
    replies = Replies(history, words)
    address: str | None = None
    beside = WordsBesideRows(
        partnership, words, projection, rows, also=replies.bodies | {each.owed_by.party_id for each in coverage}
    )
    if call.media in TABLES:
        shown_rows, more = _as_table(
            sorted([*rows, *months], key=in_view_order) if months else rows, query.timeline, replies, judged, method
        )
        more |= left_out_columns(shown_rows, coverage)
        shown_rows = [with_causes(row, most_causes(call)) for row in shown_rows]
        content: object = view_table(call, partnership, projection, shown_rows, beside.names, more)
    else:
        which = (query.facet, query.truster_side, query.trustee, query.truster)
        timelines = answered_once(
            history,
            ("shown trust", *which, query.timeline),
            method,
            lambda: shown_trust(rows, method, detail=query.timeline, months=months),
        )
        figures = replies.with_trust(timelines, judged)
        start, in_all = after(query.cursor), sum(map(_length, figures))
        basis = basis_of(partnership.basis, projection, digest_of_trust(partnership, rows, which))

        def build(most: int) -> Trust:
            nonlocal address
            address = next_address(call, start + most if start + most < in_all else None, same_past(partnership.basis))
            return Trust(
                **basis,
                figures=tuple(with_causes(each, most_causes(call)) for each in _part(figures, start, start + most)),
                left_out=tuple(with_causes(each, most_causes(call)) for each in left_out(coverage)),
                means=tuple(mean_trust(figures, method)) if query.mean else None,
                names=beside.names,
                next=address,
            )

        content = fitted(call, in_all if call.is_of_page else _STEPS, build)
    headers = {"ETag": at.tag, **link(address)}
    return OperationAnswer(content=content, media=call.media, headers=headers, personal=bool(at.entitled))


def _length(figure: TrustInBody) -> int:
    """The number of steps that a figure counts as on a page: itself, and those of its timeline."""
    return 1 + len(figure.timeline)


def _part(figures: Sequence[TrustInBody], start: int, end: int) -> Iterator[TrustInBody]:
    """The figures whose steps lie from one number to another, counted over all, each with those steps."""
    place = 0
    for figure in figures:
        first, last = max(start, place), min(end, place + _length(figure))
        if first < last:
            steps = figure.timeline[max(0, first - place - 1) : last - place - 1]
            yield figure if len(steps) == len(figure.timeline) else replace(figure, timeline=steps)
        place += _length(figure)


def _left_out(query: TrustQuery | ExplanationQuery, history: History, method: Method) -> list[SharingCoverage]:
    """Sharings left out of the figures asked for, as no source notes them: of sides, never of single pairs."""
    return [
        sharing
        for sharing in sharing_coverage(history, method)
        if getattr(query, "truster", None) is None
        and query.facet in (None, Facet.OPENNESS)
        and query.truster_side in (None, sharing.owed_to)
        and query.trustee in (None, sharing.owed_by.party_id)
    ]


def _refuse_part_of_mean(call: Call) -> None:
    """Refuse a mean over one aspect, or one in a table that has no place for it. Raises Problem 400."""
    if call.query.mean and (call.query.facet is not None or call.media in TABLES):
        parameter = "format" if call.query.facet is None else "facet"
        fault = ProblemFault(
            code="contradiction", detail="leave it out, or do not ask for the mean", parameter=parameter
        )
        raise Problem("invalid-query", f"{parameter}: {fault.detail}.", [fault])


def _months(detail: TimelineDetail, rows: list[TrustRow], partnership: KnownPartnership) -> list[TrustRow]:
    """The ends of months, as far as they are asked for: of what is to be drawn only where a figure was ever shown."""
    history, method = partnership.history, partnership.method
    match detail:
        case TimelineDetail.MONTH:
            months = {(view_of(row), row.on.year, row.on.month) for row in rows if row.step}
            ends = month_rows(history, method, evidence(history, method), rows)
            return [row for row in ends if (view_of(row), row.on.year, row.on.month) in months]
        case TimelineDetail.DRAWN:
            figures = zip(rows, figures_in_place(rows, method), strict=True)
            stands = TrustVariant.AS_IT_STANDS
            views = {view_of(row) for row, figure in figures if row.variant is stands and figure.trust is not None}
            drawn_rows = [row for row in rows if view_of(row) in views]
            return month_rows(history, method, evidence(history, method), drawn_rows) if drawn_rows else []
        case _:
            return []


def _as_table(
    rows: list[TrustRow], detail: TimelineDetail, replies: Replies, judged: JudgedBodies, method: Method
) -> tuple[list[TrustRow], dict[str, list[object]]]:
    """The rows of a table and the columns beside them, as far as the timeline is asked for."""
    columns = columns_of_trust(rows, method) | replies.beside_trust(rows, judged)
    places = [place for place, row in enumerate(rows) if _is_drawn(row, detail)]
    return [rows[place] for place in places], {
        name: [values[place] for place in places] for name, values in columns.items()
    }


def _is_drawn(row: TrustRow, detail: TimelineDetail) -> bool:
    if detail in (TimelineDetail.ALL, TimelineDetail.DRAWN):
        return True
    return row.current or (detail is TimelineDetail.MONTH and not is_step(row))


def _explain(call: Call) -> OperationAnswer:
    query: ExplanationQuery = call.query
    later, earlier = days_compared(call)
    rows = trust(later.history, later.method)
    figure_rows = [row for row in rows if _is_figure(query, row)]
    if not figure_rows:
        raise Problem("not-found", NOTHING_MET)
    view = TrustView(query.facet, query.truster_side, figure_rows[0].trustee_side, None, query.trustee)
    explanation = explain_change(earlier.history, later.history, view, later.method)
    before = [row for row in trust(earlier.history, later.method) if _is_figure(query, row)]
    entitled = may_read_words(call.services.recorder, call.asker, later.history.partition_id)
    words = NamesAndTexts(call.services, entitled=entitled)
    replies = Replies(later.history, words)
    mentioned = (query.trustee, *replies.bodies)
    told_events, names = events_of_causes(words, later, explanation.causes, also=mentioned)
    content = TrustExplanation(
        log_id=later.basis.log_id,
        position=later.basis.position,
        method=later.basis.method,
        method_sha256=later.basis.method_sha256,
        tree_root=later.basis.tree_root,
        rules_as_claimed=later.basis.rules_as_claimed,
        known_by=later.basis.known_by,
        facet=query.facet,
        truster_side=query.truster_side,
        trustee_side=view.trustee_side,
        trustee_id=query.trustee,
        from_=query.from_,
        to=query.to,
        before=_figure(before, later),
        after=_figure(figure_rows, later),
        change=explanation.change,
        causes=explanation.causes,
        by_kind={kind.value: change for kind, change in explanation.by_kind.items()},
        events=told_events,
        left_out=tuple(left_out(_left_out(query, later.history, later.method))),
        replies=replies.to_trust(query.facet, query.trustee, judged_in(rows)[query.facet]),
        names=names,
    )
    return OperationAnswer(content=content, personal=True)


def _is_figure(query: ExplanationQuery, row: TrustRow) -> bool:
    return (row.facet, row.truster_side, row.trustee_id) == (query.facet, query.truster_side, query.trustee)


def _figure(rows: list[TrustRow], partnership: KnownPartnership) -> Figure | None:
    return next((each.figure for each in shown_trust(rows, partnership.method)), None)


OPERATIONS = (
    Operation(
        method="GET",
        path=_PATH,
        name="read-trust",
        summary="Read how each side's trust in each body stands and how it came there, with likely ranges and causes.",
        tag="Reading",
        handle=_read,
        query=TrustQuery,
        answers={200: Trust},
        media=MEDIA,
        conditional=True,
    ),
    Operation(
        method="GET",
        path=f"{_PATH}/explanation",
        name="explain-trust",
        summary="Read why one figure of trust is not what it was: the change between two days, cause by cause.",
        tag="Reading",
        handle=_explain,
        query=ExplanationQuery,
        answers={200: TrustExplanation},
        dear=True,
    ),
)
