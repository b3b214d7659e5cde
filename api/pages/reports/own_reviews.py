"""Reviews that a visitor may work on: freeze tables, make them again, compare them, and stop such work."""

from uuid import UUID

from api.access.user_roles import Right
from api.http.problems import Problem
from api.pages.ground.page import Visit
from api.resources.review_jobs import registration_in_path, require_registrant


def may_work_on(visit: Visit, review_id: UUID) -> bool:
    """The visitor registered the review, or looks after the record."""
    if not visit.visitor.may(Right.REVIEW):
        return False
    call = visit.call("read-review", {"review": review_id})
    try:
        require_registrant(call, registration_in_path(call))
    except Problem:
        return False
    return True
