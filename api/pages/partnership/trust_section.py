"""Trust between residents and each body: one aspect over the last years, a panel a body, never sorted by a figure."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from markupsafe import Markup
from msgspec import Struct

from api.pages.partnership.aspects import ASPECTS, BY_SLUG, Aspect
from api.pages.partnership.trust_panels import SOMETHING, PanelMaker, TrustPanel
from api.pages.partnership.whose import PartnershipVisit
from api.pages.pictures.definitions import definitions
from api.pages.pictures.timeline_picture import band_room
from api.reading.replies import TrustInBody
from api.resources.trust import Trust
from api.resources.trust_marks import TrustMarks
from domain.vocabulary import Side

YEARS: Final = 5
"""A timeline begins on the first of January so many years back; all years of one body have a page of their own."""


class AspectLink(Struct, frozen=True):
    """One aspect to turn to."""

    name: str
    address: str
    is_current: bool


class TrustSection(Struct, frozen=True, kw_only=True):
    """The part of a partnership's page about trust."""

    aspect: Aspect
    aspects: Sequence[AspectLink]
    shapes: Markup
    panels: Sequence[TrustPanel]
    left_out: Sequence[tuple[str, str]]
    begins: date


def trust_section(here: PartnershipVisit) -> TrustSection:
    """Trust of residents in each body, in the aspect that the address asks for. Raises Problem."""
    aspect = BY_SLUG.get(here.visit.query.get("aspect", ""), ASPECTS[0])
    which = {"facet": aspect.facet.value, "truster_side": Side.RESIDENTS.value}
    trust: Trust = here.ask("read-trust", timeline="drawn", **which)
    figures: Sequence[TrustInBody] = trust.figures
    marks: TrustMarks = here.ask("read-trust-marks", **which)
    begins = date(here.past.as_of.year - YEARS, 1, 1)
    maker = PanelMaker(here, aspect, marks, begins, trust.left_out)
    with_figures = {figure.trustee_id for figure in figures}
    timelines = [(figure, maker.timeline(figure)) for figure in figures]
    timelines.sort(key=lambda pair: (pair[0].figure.trust is None, pair[1].body))
    with_room = next((figure for figure, timeline in timelines if band_room(timeline) is not None), None)
    return TrustSection(
        aspect=aspect,
        aspects=tuple(_aspect_links(here, aspect)),
        shapes=definitions(begins, here.past.as_of),
        panels=tuple(maker.panel(figure, timeline, names_band=figure is with_room) for figure, timeline in timelines),
        left_out=sorted(
            (trust.names.get(sharing.trustee_id, SOMETHING), sharing.in_words)
            for sharing in trust.left_out
            if sharing.trustee_id not in with_figures
        ),
        begins=begins,
    )


def _aspect_links(here: PartnershipVisit, current: Aspect) -> Iterator[AspectLink]:
    for aspect in ASPECTS:
        slug = "" if aspect is ASPECTS[0] else aspect.slug
        yield AspectLink(aspect.name, f"{here.past.at(here.address, aspect=slug)}#trust", aspect is current)
