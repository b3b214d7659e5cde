"""Problems as pages: where the API answers with a problem document, people read what happened and what to do."""

from typing import Final

from api.http.problems import Problem
from api.pages.ground.page import Shown

_TITLES: Final = {
    "not-found": "Page not found",
    "not-allowed": "You cannot do this",
    "method-not-allowed": "You cannot do this",
    "key-required": "Sign in first",
    "invalid-query": "There is a problem with the address",
    "too-many-requests": "Sorry, you need to wait a moment",
    "too-many-at-once": "Sorry, you need to wait a moment",
    "busy": "Sorry, you need to wait a moment",
    "address-too-long": "There is a problem with the address",
    "unavailable": "Sorry, the service is unavailable",
    "internal-error": "Sorry, there is a problem with the service",
}
_OTHERWISE: Final = "There is a problem"


def problem_page(problem: Problem) -> Shown:
    """The page that says what went wrong."""
    faults = [fault.detail for fault in problem.errors if problem.detail.find(fault.detail) < 0]
    return Shown(
        template="ground/problem.html",
        title=_TITLES.get(problem.code, _OTHERWISE),
        values={"detail": problem.detail, "faults": faults, "code": problem.code},
        status=problem.status,
    )
