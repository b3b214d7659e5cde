"""Forms about accounts, roles and keys: sent to the API's own operations, and what those find wrong at the fields."""

from collections.abc import Mapping
from typing import Any, Final

from api.http.problems import Problem
from api.pages.ground import perform
from api.pages.ground.field_errors import field_errors
from api.pages.ground.page import FieldError, Visit

_NO_PATH: Final[Mapping[str, object]] = {}


def arranged(
    visit: Visit, operation: str, body: Mapping[str, object], *, path: Mapping[str, object] = _NO_PATH, part: str = ""
) -> Any:  # noqa: ANN401 - the operation's own answer
    """The answer of an operation on accounts and keys, carried out once for the form's key. Raises Problem.

    A form that does several things names the `part` that this is.
    """
    key = visit.form.one("key")
    return perform.send(visit.call(operation, path), body, f"{key}-{part}" if part else key)


def errors_at(problem: Problem, fields: Mapping[str, str], *, otherwise: str) -> list[FieldError]:
    """The faults of a problem at the fields of a form, those that others could do without among them.

    Raises the problem itself where it names no fault that can be mended in the form.
    """
    if problem.errors and problem.code == "not-allowed":
        problem = Problem("invalid", problem.detail, problem.errors)
    return field_errors(problem, fields, otherwise=otherwise)
