"""A partnership's page: what needs doing, who keeps what, how it works together, and who meets whom."""

from typing import Any, Final

from api.http.problems import Problem
from api.pages.ground.page import Page, PageAnswer, Visit
from api.pages.ground.rights import may_record
from api.pages.partnership.health_rows import health_section
from api.pages.partnership.network_drawn import network_section
from api.pages.partnership.tasks import counts_of, most_urgent, tasks_in
from api.pages.partnership.trust_section import trust_section
from api.pages.partnership.warning_section import warning_section
from api.pages.partnership.whose import PartnershipVisit
from api.reading.timeline_entries import EventStanding

_LATEST: Final = 6
_LOOKED_THROUGH: Final = 5
"""How many meetings are looked through for the last that was not withdrawn."""


def _show(visit: Visit) -> PageAnswer:
    here = PartnershipVisit(visit)
    try:
        values = _values(here)
    except Problem as problem:
        return here.nothing_by_then(problem)
    return here.shown("partnership/overview.html", here.entry.name, values)


def _values(here: PartnershipVisit) -> dict[str, Any]:
    tasks = tasks_in(here.ask("read-worklist"))
    arrangements = here.ask("read-data-sharing").rows
    return {
        "places": here.places(),
        "last_met": _last_met(here),
        "state": here.entry.state.value,
        "arrangement": next((row for row in arrangements if row.is_in_force), None),
        "counts": counts_of(tasks),
        "urgent": most_urgent(tasks),
        "tasks_in_all": len(tasks),
        "warnings": warning_section(here),
        "trust": trust_section(here),
        "health": health_section(here),
        "network": network_section(here),
        "may_record": may_record(here.visit, here.partnership_id),
        "latest": here.ask("read-timeline", order="newest", limit=_LATEST),
    }


def _last_met(here: PartnershipVisit) -> str | None:
    """When people of the partnership last met, as precisely as was stated: a petition, say, is no meeting."""
    timeline = here.ask("read-timeline", together=True, order="newest", limit=_LOOKED_THROUGH)
    return next((entry.happened for entry in timeline.data if entry.standing is EventStanding.STANDS), None)


PAGES = (Page(path="/partnerships/{partnership_id}", name="partnership", show=_show, section="partnerships"),)
