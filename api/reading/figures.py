"""Figures beside listed rows: what their statistics come to by the partnership's own method, with the likely range.

Rows keep what a figure is made from, and no figure: ranges are worked out when they are shown, for a page at once.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from api.runtime.services import Services
from domain.events import name_of
from domain.events.selection import Selection
from domain.events.stewardship import MethodPublished
from domain.log.find_records import find_records
from domain.values import end_of_day
from projections.method.document import MethodInvalid, load_method, shipped_methods
from projections.method.method import Method, method_sha256
from projections.scoring.formulas.opinion import EvidenceStatus, TrustPoint, opinions
from projections.scoring.health.measure import Measure
from projections.scoring.health.shown_profile import shown_measures
from projections.scoring.trust.shown_trust import counts_of, figures_alone, figures_in_place
from projections.scoring.trust.trust_rows import TrustRow


class ShownBeside(Struct, frozen=True, kw_only=True):
    """The figure of a row by itself, with its likely range; nothing where its method cannot be found."""

    shown: Annotated[float | None, Meta(description="The figure; empty where there is too little to go on")] = None
    shown_low: Annotated[float | None, Meta(description="From where the figure is likely to be")] = None
    shown_high: Annotated[float | None, Meta(description="Up to where the figure is likely to be")] = None
    shown_status: Annotated[
        EvidenceStatus | None,
        Meta(description="How much there is to go on, by this row alone: enough, some or too little"),
    ] = None


def _of_trust(rows: Sequence[Any], method: Method) -> list[ShownBeside]:
    return [
        ShownBeside(shown=figure.trust, shown_low=figure.low, shown_high=figure.high, shown_status=figure.status)
        for figure in figures_alone(rows, method)
    ]


def _of_health(rows: Sequence[Any], method: Method) -> list[ShownBeside]:
    return [
        ShownBeside(shown=figure.value, shown_low=figure.low, shown_high=figure.high, shown_status=figure.status)
        for figure in shown_measures(rows, method)
    ]


def _of_glance(rows: Sequence[Any], method: Method) -> list[ShownBeside]:
    points = [
        TrustPoint(at=end_of_day(row.on), r=row.r, s=row.s, a=row.a, n=row.n, acts=row.acts, tacit=0.0) for row in rows
    ]
    return [
        ShownBeside(shown=opinion.trust, shown_low=opinion.low, shown_high=opinion.high, shown_status=opinion.status)
        if opinion.status.is_said
        else ShownBeside(shown_status=opinion.status)
        for opinion in opinions(points, method)
    ]


def columns_of_trust(rows: Sequence[TrustRow], method: Method) -> dict[str, list[object]]:
    """The figures of one partnership's rows as columns, as its page shows them, with the plain counts."""
    figures = figures_in_place(rows, method)
    return {
        "shown": [each.trust for each in figures],
        "shown_low": [each.low for each in figures],
        "shown_high": [each.high for each in figures],
        "shown_status": [each.status for each in figures],
        "is_less_certain": [each.is_less_certain for each in figures],
        "counts_in_words": [counts_of(row).in_words if row.current else None for row in rows],
    }


def columns_of_health(rows: Sequence[Measure], method: Method) -> dict[str, list[object]]:
    """The figures of one partnership's measures as columns, as its page shows them."""
    return columns_of_figures(_of_health(rows, method))


def columns_of_figures(figures: Sequence[ShownBeside]) -> dict[str, list[object]]:
    """Figures as columns; no columns where there are none."""
    names = ShownBeside.__struct_fields__ if figures else ()
    return {name: [getattr(each, name) for each in figures] for name in names}


FIGURED: Final[Mapping[str, Callable[[Sequence[Any], Method], list[ShownBeside]]]] = {
    "health": _of_health,
    "glance": _of_glance,
    "trust": _of_trust,
}
"""The stored projections whose rows come to a figure."""


def figures_beside(
    services: Services, projection: str, rows: Sequence[Struct], methods: Sequence[str]
) -> list[ShownBeside]:
    """Each row's figure, in order; `methods` names, by SHA-256, the method that each row was made by."""
    methods_by_sha256 = methods_by_digest(services, set(methods))
    figures = [ShownBeside() for _ in rows]
    for sha256, method in methods_by_sha256.items():
        places = [place for place, each in enumerate(methods) if each == sha256]
        page_figures = FIGURED[projection]([rows[place] for place in places], method)
        for place, figure in zip(places, page_figures, strict=True):
            figures[place] = figure
    return figures


def methods_by_digest(services: Services, sha256s: set[str]) -> dict[str, Method]:
    """Methods by their SHA-256, among those shipped and those published; any other is left out."""
    methods = {method_sha256(method): method for method in shipped_methods()}
    if sha256s - methods.keys():
        for sha256, document in published_documents(services).items():
            if sha256 in sha256s - methods.keys():
                try:
                    methods[sha256] = load_method(document.encode())
                except MethodInvalid:
                    continue
    return {sha256: method for sha256, method in methods.items() if sha256 in sha256s}


def published_documents(services: Services) -> dict[str, str]:
    """The documents of the methods published here, by SHA-256."""
    return {body.method_sha256: body.document for body in published_methods(services)}


def published_methods(services: Services) -> list[MethodPublished]:
    """The methods published here, in the order of recording."""
    publications = Selection(frozenset({name_of(MethodPublished)}), frozenset())
    bodies = [each.body for each in find_records(services.recorder, frozenset({publications}))]
    return [body for body in bodies if isinstance(body, MethodPublished)]
