"""One body as residents met it: every aspect, over all years."""

from collections.abc import Sequence
from datetime import date

from api.http.problems import Problem
from api.pages.ground.page import Page, PageAnswer, Visit
from api.pages.partnership.aspects import ASPECTS
from api.pages.partnership.trust_panels import PanelMaker
from api.pages.partnership.whose import PartnershipVisit
from api.pages.pictures.definitions import definitions
from api.pages.pictures.timeline_picture import band_room
from api.reading.replies import TrustInBody
from api.resources.trust import Trust
from api.resources.trust_marks import TrustMarks
from domain.vocabulary import Side


def _show(visit: Visit) -> PageAnswer:
    here = PartnershipVisit(visit)
    party_id = visit.id_in_path("party_id")
    residents = Side.RESIDENTS.value
    try:
        trust: Trust = here.ask("read-trust", timeline="drawn", truster_side=residents, trustee=str(party_id))
        marks: TrustMarks = here.ask("read-trust-marks", truster_side=residents)
        _require_figures(trust.figures)
    except Problem as problem:
        return here.nothing_by_then(problem)
    begins = _first_day(marks, here.past.as_of)
    panels = []
    is_band_named = False
    for aspect in ASPECTS:
        maker = PanelMaker(here, aspect, marks, begins, trust.left_out)
        for figure in trust.figures:
            if figure.facet is aspect.facet:
                timeline = maker.timeline(figure)
                names_band = not is_band_named and band_room(timeline) is not None
                is_band_named = is_band_named or names_band
                panels.append(maker.panel(figure, timeline, names_band=names_band))
    values = {
        "panels": panels,
        "shapes": definitions(begins, here.past.as_of),
        "body": panels[0].body,
        "begins": begins,
    }
    return here.shown("partnership/one_body.html", f"{panels[0].body}: as residents met it", values)


def _require_figures(figures: Sequence[TrustInBody]) -> None:
    if not figures:
        raise Problem("not-found", "Residents have met nothing yet from an organisation or group with this id.")


def _first_day(marks: TrustMarks, ends: date) -> date:
    first = min((mark.on for body in marks.bodies for mark in body.marks), default=ends)
    return date(min(first.year, ends.year - 1), 1, 1)


PAGES = (
    Page(
        path="/partnerships/{partnership_id}/bodies/{party_id}",
        name="partnership-body",
        show=_show,
        section="partnerships",
    ),
)
