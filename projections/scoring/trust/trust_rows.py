"""The trust timeline as kept: what each side has met from each body, step by step, as sufficient statistics."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta
from msgspec.structs import replace

from domain.values import day_of
from domain.vocabulary import CodeList, Facet, Side
from projections.declaration import ProjectionRow
from projections.history.history import History
from projections.history.memo import answered_once
from projections.method.method import Method
from projections.rows import names_a
from projections.scoring.formulas.evidence import Counts, Evidence, TrustView, ViewKind, confirmed_only, undisputed_only
from projections.scoring.formulas.opinion import TrustPoint
from projections.scoring.formulas.tally import counts
from projections.scoring.trust.timeline import TrustLine, lines, lines_by_side, points_at, points_on

_TICK = timedelta(microseconds=1)


class TrustVariant(CodeList):
    """How the evidence is read: as it stands, or in one of the ways shown beside it."""

    AS_IT_STANDS = "as-it-stands"
    UNFADING = "unfading"
    CONFIRMED_ONLY = "confirmed-only"
    WITHOUT_DISPUTED = "without-disputed"
    DISPUTED_IN_FULL = "disputed-in-full"


class TrustRow(ProjectionRow, frozen=True, kw_only=True):
    """Where one side's trust in one body stood at the end of one day, in one facet.

    There is a row for each day that brought evidence or let a deadline pass, and one for the day asked about
    (`current`), which alone carries the plain counts and has variants beside it where they differ.
    """

    facet: Annotated[Facet, Meta(description="The aspect of trust")]
    truster_side: Annotated[Side, Meta(description="Whose experience")]
    truster_id: Annotated[UUID | None, names_a("party", "The one body whose experience it is; empty for the side")]
    trustee_side: Annotated[Side, Meta(description="The side of the body judged")]
    trustee_id: Annotated[UUID, names_a("party", "The body judged")]
    variant: Annotated[TrustVariant, Meta(description="The evidence as it stands, or another reading of it beside")]
    on: Annotated[date, Meta(description="The day at the end of which it stood so")]
    step: Annotated[bool, Meta(description="Whether the day brought evidence or let a deadline pass")]
    current: Annotated[bool, Meta(description="Whether it is the day asked about")]
    r: Annotated[float, Meta(description="Evidence for, decayed to the day")]
    s: Annotated[float, Meta(description="Evidence against, decayed to the day")]
    a: Annotated[float, Meta(description="The usual rate that it is drawn towards")]
    n: Annotated[float, Meta(description="Effective number of acts")]
    acts: Annotated[int, Meta(description="Number of acts that stand")]
    tacit: Annotated[float, Meta(description="Share of the weight that rests on silence after notice")]
    whole: Annotated[int, Meta(description="Acts done wholly and in time")] = 0
    partial: Annotated[int, Meta(description="Acts done late or in part")] = 0
    none: Annotated[int, Meta(description="Acts refused, failed or withdrawn")] = 0
    owed: Annotated[int, Meta(description="Duties still owed past their deadline")] = 0
    value_sum: Annotated[float, Meta(description="Sum of the values of the acts, undecayed")] = 0.0
    hindsight: Annotated[
        bool, Meta(description="Whether the usual rate was fitted to a later part of the log than was known")
    ] = False
    causes: Annotated[tuple[UUID, ...], names_a("record", "The events behind the step, in order")] = ()


KEY: Final = ("facet", "truster_side", "trustee_side", "trustee_id", "variant", "on")


def trust_rows(history: History, method: Method, evidence: Sequence[Evidence]) -> list[TrustRow]:
    """The timeline of every side's trust in every body that it has met, with where it stands at the cut."""
    return list(_rows(evidence, history, method, ViewKind.SIDE))


def pair_rows(
    history: History, method: Method, evidence: Sequence[Evidence], truster_id: UUID, trustee_id: UUID
) -> list[TrustRow]:
    """The timeline of one body's own experience of another, drawn towards what its side experienced."""
    rows = _rows(evidence, history, method, ViewKind.PAIR)
    return [row for row in rows if (row.truster_id, row.trustee_id) == (truster_id, trustee_id)]


def month_rows(
    history: History, method: Method, evidence: Sequence[Evidence], lines_drawn: Sequence[TrustRow]
) -> list[TrustRow]:
    """Where the lines of some rows stood at the end of each month before the day asked about; these are no steps."""
    views = tuple(dict.fromkeys(map(view_of, lines_drawn)))
    first = min((row.on for row in lines_drawn), default=history.as_of)

    def work() -> list[TrustRow]:
        points = points_on(evidence, views, _month_ends(first, history.as_of), method)
        rows = (_row(view, point, history, method) for view, of_view in points.items() for point in of_view)
        return [replace(row, step=False) for row in rows]

    return answered_once(history, ("month rows", views, first), method, work)


def view_of(row: TrustRow) -> TrustView:
    """The view that a row is a point of."""
    return TrustView(row.facet, row.truster_side, row.trustee_side, row.truster_id, row.trustee_id)


def _month_ends(first: date, until: date) -> list[date]:
    """The last days of the months from that of the first day until the one before the last."""
    months = range(12 * first.year + first.month, 12 * until.year + until.month)
    return [date(month // 12, month % 12 + 1, 1) - timedelta(days=1) for month in months]


def _rows(evidence: Sequence[Evidence], history: History, method: Method, kind: ViewKind) -> Iterator[TrustRow]:
    trust_lines = _lines(evidence, history, method, kind)
    standing = [row for row in evidence if row.stands_at(history.end)]
    readings = _readings(trust_lines, standing, history.end, method)
    for line in trust_lines:
        is_step_now = _day_before(line.points[-1].at) == history.as_of
        for point in line.points[:-1] if is_step_now else line.points:
            yield _row(line.view, point, history, method)
        causes = line.points[-1].causes if is_step_now else ()
        plain = _plainly(counts(line.evidence, history.end))
        for variant, figures_now in readings.items():
            if line.view in figures_now:
                figure = _row(line.view, figures_now[line.view], history, method)
                yield replace(figure, variant=variant, step=is_step_now, current=True, causes=causes, **plain)


def _lines(evidence: Sequence[Evidence], history: History, method: Method, kind: ViewKind) -> list[TrustLine]:
    if kind is ViewKind.SIDE:
        return lines_by_side(history, method, evidence)
    return lines(evidence, history.end, method, kinds={kind})


def _readings(
    trust_lines: Sequence[TrustLine], standing: Sequence[Evidence], end: datetime, method: Method
) -> dict[TrustVariant, dict[TrustView, TrustPoint]]:
    """The point of each view at the cut, as it is read in each variant in which it may differ."""
    readings = {TrustVariant.AS_IT_STANDS: {line.view: line.now for line in trust_lines}}
    for variant, rows, variant_method in _variants(standing, method):
        views = [line.view for line in trust_lines if _differs(variant, line.evidence)]
        readings[variant] = points_at(rows, views, end, variant_method)
    return readings


def _variants(
    standing: Sequence[Evidence], method: Method
) -> Iterator[tuple[TrustVariant, Sequence[Evidence], Method]]:
    """The readings there are beside the usual one, each with its evidence and method."""
    yield TrustVariant.UNFADING, standing, replace(method, trust=method.trust.fading_alike(None))
    if any(row.tacit for row in standing):
        yield TrustVariant.CONFIRMED_ONLY, confirmed_only(standing), method
    if any(row.disputed for row in standing):
        yield TrustVariant.WITHOUT_DISPUTED, undisputed_only(standing), method
        lowered = method.trust.disputed_weight
        full = [replace(row, weight=row.weight / lowered) if row.disputed and lowered else row for row in standing]
        yield TrustVariant.DISPUTED_IN_FULL, full, method


def _differs(variant: TrustVariant, rows: Sequence[Evidence]) -> bool:
    """A view with this evidence reads differently in a variant."""
    match variant:
        case TrustVariant.CONFIRMED_ONLY:
            return any(row.tacit for row in rows)
        case TrustVariant.WITHOUT_DISPUTED | TrustVariant.DISPUTED_IN_FULL:
            return any(row.disputed for row in rows)
    return True


def _row(view: TrustView, point: TrustPoint, history: History, method: Method) -> TrustRow:
    assert view.trustee is not None  # noqa: S101 - a block has no row here; tells the type checker
    return TrustRow(
        facet=view.facet,
        truster_side=view.truster_side,
        truster_id=view.truster,
        trustee_side=view.trustee_side,
        trustee_id=view.trustee,
        variant=TrustVariant.AS_IT_STANDS,
        on=_day_before(point.at),
        step=True,
        current=False,
        r=point.r,
        s=point.s,
        a=point.a,
        n=point.n,
        acts=point.acts,
        tacit=point.tacit,
        hindsight=method.base_rates[view.facet].is_hindsight(history.reached, day_of(history.recorded_at)),
        causes=point.causes,
    )


@lru_cache(maxsize=4_096)
def _day_before(instant: datetime) -> date:
    """The London day that is over at an instant."""
    return day_of(instant - _TICK)


def _plainly(plain: Counts) -> dict[str, float]:
    return {
        "whole": plain.whole,
        "partial": plain.partial,
        "none": plain.none,
        "owed": plain.owed,
        "value_sum": plain.value_sum,
    }
