"""One body as residents met it: every aspect, over all years."""

from collections.abc import Sequence
from datetime import date

from api.http.problems import Problem
from api.pages.ground.in_words import in_hundred
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
from projections.scoring.formulas.opinion import EvidenceStatus
from projections.scoring.trust.mean_trust import MeanTrust


def _show(visit: Visit) -> PageAnswer:
    here = PartnershipVisit(visit)
    party_id = visit.id_in_path("party_id")
    residents = Side.RESIDENTS.value
    try:
        trust: Trust = here.ask(
            "read-trust", timeline="drawn", truster_side=residents, trustee=str(party_id), mean=True
        )
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
        "mean": mean_in_words(trust.means or ()),
    }
    return here.shown("partnership/one_body.html", f"{panels[0].body}: as residents met it", values)


def mean_in_words(means: Sequence[MeanTrust]) -> str:
    """The mean over aspects in a sentence, with what is in it and what is not; empty where there is none at all."""
    mean = next(iter(means), None)
    if mean is None:
        return ""
    names = {aspect.facet: aspect.name.lower() for aspect in ASPECTS}
    without = ", ".join(names[facet] for facet in mean.missing if facet in names)
    if mean.mean is None or mean.low is None or mean.high is None:
        return "There is not enough to say yet in any aspect, and so no mean either."
    weak = ", on some aspects with little to go on" if mean.status is EvidenceStatus.SOME else ""
    figure = f"{in_hundred(mean.mean)} in 100, from {in_hundred(mean.low)} if all were at the lower end of their likely"
    return (
        f"{figure} ranges to {in_hundred(mean.high)} if all were at the upper{weak}. It is the mean of these aspects: "
        f"{', '.join(names[facet] for facet in mean.aspects if facet in names)}. What is bad in one is not made up for "
        f"by another.{f' Not in it, for want of enough to say: {without}.' if without else ''}"
    )


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
