"""The reports page: the reviews on record, and the ways to ask for figures and tables."""

from typing import Final

from api.http.keys import Scope
from api.pages.ground.page import Page, PageAnswer, SeeOther, Shown, Visit
from api.pages.reports.known_partnerships import partnership_names

_MOST: Final = 200


def _show(visit: Visit) -> PageAnswer:
    partnership_id = visit.query.get("partnership", "")
    names = partnership_names(visit)
    if partnership_id in {str(each) for each in names}:
        return SeeOther(f"/partnerships/{partnership_id}/what-if")
    reviews = visit.ask("list-reviews", query={"limit": _MOST})
    values = {
        "reviews": [each.details for each in reversed(reviews.data)],
        "is_cut": reviews.next is not None,
        "may_register": visit.visitor.scope >= Scope.RECORD,
        "is_steward": visit.visitor.actor.steward,
        "partnerships": [(str(each), name) for each, name in names.items()],
    }
    return Shown(template="reports/reviews.html", title="Reports", values=values)


PAGES = (Page(path="/reports", name="reports", show=_show, section="reports"),)
