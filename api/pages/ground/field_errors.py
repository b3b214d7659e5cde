"""Faults that the API found in what a form recorded, at the fields of that form."""

from collections.abc import Mapping
from typing import Final

from api.http.problems import Problem
from api.pages.ground.page import FieldError

_SENT_BEFORE: Final = "This form was recorded before, with other answers. Open it anew to record these too"
_WORDS: Final[Mapping[str, str]] = {
    "missing": "This must be answered",
    "wrong-type": "This cannot be read. Choose or enter it again",
    "out-of-bounds": "This is too long, or none of the answers that can be given",
    "unfit-text": "This holds characters that cannot be kept, or nothing that can be seen",
}
"""Where a fault lies in how an answer is written, the API's own words are for programs."""
NO_WORDS: Final[Mapping[str, str]] = {}


def field_errors(
    problem: Problem, fields: Mapping[str, str], *, otherwise: str, words: Mapping[str, str] = NO_WORDS
) -> list[FieldError]:
    """The faults of a problem at the fields that `fields` names for JSON pointers, such as `/held_on`: `held-day`.

    The longest pointer that leads to a fault decides; a fault that none leads to lies at the field `otherwise`.
    `words` are the page's own, by the code of a fault, in place of ours and the API's.
    Raises the problem itself where it is none of the form's: an address, a right or the service is at fault.
    """
    if problem.code == "idempotency-key-reused":
        return [FieldError(otherwise, _SENT_BEFORE)]
    if problem.code not in {"invalid", "conflict", "too-large"}:
        raise problem
    plain = {**_WORDS, **words}
    faults = [
        (str(fault.pointer or "").removeprefix("#"), plain.get(fault.code, fault.detail)) for fault in problem.errors
    ]
    return [
        FieldError(_field_at(pointer, fields) or otherwise, _sentence(detail))
        for pointer, detail in faults or [("", problem.detail)]
    ]


def _field_at(pointer: str, fields: Mapping[str, str]) -> str | None:
    while pointer:
        if pointer in fields:
            return fields[pointer]
        pointer = pointer.rpartition("/")[0]
    return None


def _sentence(detail: str) -> str:
    return detail[:1].upper() + detail[1:].removesuffix(".")
