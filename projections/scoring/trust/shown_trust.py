"""Trust as it is shown: figures with their likely range, made from stored statistics in one call for all of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from uuid import UUID

from msgspec import Struct

from domain.vocabulary import CodeList, Facet, Side
from projections.history.causes import causes_of
from projections.method.method import Method
from projections.scoring.formulas.opinion import EvidenceStatus, Opinion, opinions
from projections.scoring.trust.further_acts import FigureSums, FurtherActs, further_acts
from projections.scoring.trust.trust_rows import TrustRow, TrustVariant


class Figure(Struct, frozen=True, kw_only=True):
    """One figure of trust. `low` to `high` is the likely range; `r`, `s` and `a` are what it is made from.

    Where there is not enough to say, nothing is said: trust and range are None. `is_less_certain`: it was shown
    before, so it stays with the grade that it had, though by itself it would not be shown.
    """

    trust: float | None
    low: float | None
    high: float | None
    r: float
    s: float
    a: float
    n: float
    status: EvidenceStatus
    is_less_certain: bool


class TimelineDetail(CodeList):
    """How much of a timeline is shown."""

    NO = "no"
    MONTH = "month"
    ALL = "all"
    DRAWN = "drawn"


class TrustStep(Struct, frozen=True, kw_only=True):
    """A point of a timeline, how far the figure moved since the one before, and the events behind it."""

    on: date
    figure: Figure
    change: float | None
    causes: tuple[UUID, ...]


class PlainCounts(Struct, frozen=True, kw_only=True):
    """What was counted, without method: always shown."""

    acts: int
    whole: int
    partial: int
    none: int
    owed: int
    value_sum: float
    in_words: str


class ShownTrust(Struct, frozen=True, kw_only=True):
    """One side's (or one body's) trust in one body, in one aspect: where it stands, and how it came there.

    `beside` gives the same figure read otherwise: unfading, on confirmed outcomes alone, and both ways where a
    record is disputed. `change` is since the last step; `causes` are the events the figure rests on, of which there
    are `causes_in_all`. `needed` is what would be enough, where there is not enough to say.
    """

    facet: Facet
    truster_side: Side
    truster_id: UUID | None
    trustee_side: Side
    trustee_id: UUID
    figure: Figure
    counts: PlainCounts
    tacit_share: float
    hindsight: bool
    change: float | None
    causes: tuple[UUID, ...]
    causes_in_all: int
    beside: dict[str, Figure]
    needed: FurtherActs | None
    timeline: tuple[TrustStep, ...]


def shown_trust(
    rows: Sequence[TrustRow],
    method: Method,
    *,
    detail: TimelineDetail = TimelineDetail.ALL,
    months: Sequence[TrustRow] = (),
) -> list[ShownTrust]:
    """Show stored rows of trust, one entry a view, in order of facet, sides and body.

    A timeline by months is made of `months` and the day asked about; one to be drawn of all steps and `months`.
    """
    ordered = sorted([*rows, *months], key=in_view_order)
    opinion_of = dict(zip(map(id, ordered), opinions(ordered, method), strict=True))
    return [_shown(list(group), opinion_of, method, detail) for _, group in groupby(ordered, key=_view)]


def figures_in_place(rows: Sequence[TrustRow], method: Method) -> list[Figure]:
    """Show each row, in the order given, as its view shows it: once shown, it is not hidden again."""
    ordered = sorted(rows, key=in_view_order)
    opinion_of = dict(zip(map(id, ordered), opinions(ordered, method), strict=True))
    figures: dict[int, Figure] = {}
    for _, group in groupby(ordered, key=_view):
        view = list(group)
        along = [row for row in view if row.variant is TrustVariant.AS_IT_STANDS]
        figures |= dict(zip(map(id, along), _along(along, opinion_of), strict=True))
        for row in view[len(along) :]:
            figures[id(row)] = _figure(row, opinion_of[id(row)])
    return [figures[id(row)] for row in rows]


def figures_alone(rows: Sequence[TrustRow], method: Method) -> list[Figure]:
    """Show each row by itself, in the order given, whatever was shown of its view before."""
    return [_figure(row, opinion) for row, opinion in zip(rows, opinions(rows, method), strict=True)]


def _view(row: TrustRow) -> tuple[str | int, ...]:
    truster = -1 if row.truster_id is None else row.truster_id.int  # ids are in order of their numbers
    return (row.facet, row.truster_side, truster, row.trustee_side, row.trustee_id.int)


def in_view_order(row: TrustRow) -> tuple[tuple[str | int, ...], bool, str, date]:
    """The key by which rows are sorted: view by view, the line first, then the readings beside it."""
    return (_view(row), row.variant is not TrustVariant.AS_IT_STANDS, row.variant, row.on)


def _shown(rows: list[TrustRow], opinion_of: dict[int, Opinion], method: Method, detail: TimelineDetail) -> ShownTrust:
    points = [row for row in rows if row.variant is TrustVariant.AS_IT_STANDS]
    along = list(zip(points, _along(points, opinion_of), strict=True))
    steps = [point for point in along if is_step(point[0])]
    last = points[-1]
    causes = causes_of(points)
    match detail:
        case TimelineDetail.NO:
            timeline: tuple[TrustStep, ...] = ()
        case TimelineDetail.MONTH:
            timeline = tuple(_steps(along, lambda row: row.current or not is_step(row)))
        case TimelineDetail.ALL:
            timeline = tuple(_steps(along, is_step))
        case TimelineDetail.DRAWN:
            timeline = tuple(_steps(along, lambda _: True))
    return ShownTrust(
        facet=last.facet,
        truster_side=last.truster_side,
        truster_id=last.truster_id,
        trustee_side=last.trustee_side,
        trustee_id=last.trustee_id,
        figure=steps[-1][1],
        counts=counts_of(last),
        tacit_share=last.tacit,
        hindsight=last.hindsight,
        change=_change(steps[-1][1], steps[-2][1] if steps[1:] else None),
        causes=causes,
        causes_in_all=len(causes),
        beside={
            row.variant: _figure(row, opinion_of[id(row)])
            for row in rows
            if row.variant is not TrustVariant.AS_IT_STANDS
        },
        needed=None if steps[-1][1].trust is not None else _needed(last, method),
        timeline=timeline,
    )


def _needed(row: TrustRow, method: Method) -> FurtherActs | None:
    rules = method.trust
    sums = FigureSums(
        r=row.r,
        s=row.s,
        a=row.a,
        n=row.n,
        prior_weight=rules.prior_weight,
        adverse_weight=rules.adverse_weight,
        half_life_days=rules.half_life(row.facet),
        owed=row.owed * rules.adverse_weight,
    )
    return further_acts(sums, row.on, method)


def is_step(row: TrustRow) -> bool:
    """A row is a step of its line or the day asked about, and not only a day between."""
    return row.step or row.current


def _steps(along: Iterable[tuple[TrustRow, Figure]], is_shown: Callable[[TrustRow], bool]) -> Iterator[TrustStep]:
    """The points of a line that are shown, each with the causes since the one before."""
    since: list[TrustRow] = []
    previous: Figure | None = None
    for row, figure in along:
        since.append(row)
        if is_shown(row):
            yield TrustStep(on=row.on, figure=figure, change=_change(figure, previous), causes=causes_of(since))
            since, previous = [], figure


def _along(rows: Iterable[TrustRow], opinion_of: dict[int, Opinion]) -> list[Figure]:
    """The figures of one timeline: once one was shown at a step, it is not hidden again."""
    figures: list[Figure] = []
    before = EvidenceStatus.INSUFFICIENT_EVIDENCE
    for row in rows:
        figures.append(_figure(row, opinion_of[id(row)], shown_before=before))
        if is_step(row) and figures[-1].status.is_said:
            before = figures[-1].status
    return figures


def _figure(
    row: TrustRow, opinion: Opinion, *, shown_before: EvidenceStatus = EvidenceStatus.INSUFFICIENT_EVIDENCE
) -> Figure:
    is_less_certain = shown_before.is_said and not opinion.status.is_said
    is_said = shown_before.is_said or opinion.status.is_said
    return Figure(
        trust=opinion.trust if is_said else None,
        low=opinion.low if is_said else None,
        high=opinion.high if is_said else None,
        r=row.r,
        s=row.s,
        a=row.a,
        n=row.n,
        status=shown_before if is_less_certain else opinion.status,
        is_less_certain=is_less_certain,
    )


def _change(now: Figure, before: Figure | None) -> float | None:
    """The move of a figure since the one before, where both are said."""
    return None if before is None or now.trust is None or before.trust is None else now.trust - before.trust


def counts_of(row: TrustRow) -> PlainCounts:
    """Count without method what a row rests on; of a row that is not current there are no counts."""
    words = f"{row.whole} of {row.acts} {'kept' if row.facet is Facet.RELIABILITY else 'done'} in time"
    if row.partial:
        words += f", {row.partial} late or in part"
    return PlainCounts(
        acts=row.acts,
        whole=row.whole,
        partial=row.partial,
        none=row.none,
        owed=row.owed,
        value_sum=row.value_sum,
        in_words=f"{words}, {row.owed} overdue" if row.owed else words,
    )
