"""The reports page: the reviews on record, and the ways to ask for figures and tables."""

from typing import Final

from api.access.user_roles import Right
from api.pages.ground.known_partnerships import partnership_names
from api.pages.ground.page import Page, PageAnswer, SeeOther, Shown, Visit

_MOST: Final = 200
_OF_ONE: Final = {"partnership": "what-if", "crosswalk": "crosswalk", "asked": "what-became-of-it", "owing": "return"}
"""The pages about one partnership that are chosen here, by the field in which it is."""


def _show(visit: Visit) -> PageAnswer:
    names = partnership_names(visit)
    for field, page in _OF_ONE.items():
        partnership_id = visit.query.get(field, "")
        if partnership_id in {str(each) for each in names}:
            return SeeOther(f"/partnerships/{partnership_id}/{page}")
    reviews = visit.ask("list-reviews", query={"limit": _MOST})
    values = {
        "reviews": [each.details for each in reversed(reviews.data)],
        "is_cut": reviews.next is not None,
        "may_register": visit.visitor.may(Right.REVIEW),
        "is_steward": visit.visitor.actor.steward,
        "sees_trails": visit.visitor.may(Right.READ_TRAILS),
        "partnerships": [(str(each), name) for each, name in names.items()],
    }
    return Shown(template="reports/reviews.html", title="Reports", values=values)


PAGES = (Page(path="/reports", name="reports", show=_show, section="reports"),)
