"""Forms put on record under a key of their own, once however often they are sent, and what keeps them off it."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, NamedTuple
from uuid import uuid4

from api.http.problems import Problem
from api.pages.ground.field_errors import NO_WORDS, field_errors
from api.pages.ground.page import FieldError, FormFields, Visit
from api.recording.receipt import Receipt

_KEY_REUSED: Final = "idempotency-key-reused"
_NO_PATH: Final[Mapping[str, object]] = {}


class RefusedForm(NamedTuple):
    """A form that was not put on record: what is wrong, and the key with which it is sent again."""

    errors: list[FieldError]
    key: str


def key_of(form: FormFields) -> str:
    """The key under which a form is recorded: the one with which it was sent, else a new one."""
    return form.one("key") or str(uuid4())


def put_on_record(
    visit: Visit,
    operation: str,
    body: Mapping[str, object],
    errors_of: Callable[[Problem], list[FieldError]],
    *,
    path: Mapping[str, object] = _NO_PATH,
    part: str = "",
) -> Receipt | RefusedForm:
    """The receipt of a form that was sent, or what is wrong with it. Raises the Problem that nobody can mend in it.

    A form that records several things names the `part` that this is: each has a key made from the form's. Where
    something else was recorded under its key, it is sent again under a new one.
    """
    key = visit.form.one("key")
    try:
        return visit.record(operation, body, path=path, key=f"{key}-{part}" if part else key)
    except Problem as problem:
        return RefusedForm(errors_of(problem), str(uuid4()) if problem.code == _KEY_REUSED else key)


def faults_in_recording(
    visit: Visit,
    operation: str,
    body: Mapping[str, object],
    fields: Mapping[str, str],
    *,
    path: Mapping[str, object],
    otherwise: str,
    words: Mapping[str, str] = NO_WORDS,
) -> list[FieldError]:
    """The faults in a form that is put on record, at its fields; none once it is. Raises Problem."""
    errors_of = partial(field_errors, fields=fields, otherwise=otherwise, words=words)
    outcome = put_on_record(visit, operation, body, errors_of, path=path)
    return outcome.errors if isinstance(outcome, RefusedForm) else []
