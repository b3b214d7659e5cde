"""Refusals of the API as the page's error summary: each under the field that it is about, in plain words."""

from collections.abc import Iterator, Mapping
from typing import Final

from api.http.problems import Problem, ProblemFault
from api.pages.ground.page import FieldError
from domain.decisions.refusals import REASONS, Code

WHOLE_FORM: Final = "meeting"
"""The id of the form, for what lies in no field of it."""

_WORDS: Final[Mapping[str, str]] = {
    Code.IN_THE_FUTURE: "Date of the meeting must be today or in the past",
    Code.IMPOSSIBLE_DATE: "This must be a real date",
    Code.BEFORE_WHAT_IT_REFERS_TO: "The meeting cannot have been before what came up at it was first asked or promised",
    Code.DUE_BEFORE_MADE: "Due date must be the day of the meeting or later",
    Code.SAME_PARTY: "Select somebody other than who promised",
    Code.REASONS_REQUIRED: "Enter the reasons why it was declined",
    Code.ALREADY_ANSWERED: "This ask has been answered already",
    Code.ALREADY_ENDED: "This promise has ended already. Leave it out",
    Code.ALREADY_DONE: "This meeting is already recorded",
    Code.ONLY_THE_BODY_ASKED: "Another organisation was asked. Select that one, or leave the answer out",
    Code.TIED_TO_THE_PROMISER: "Your organisation belongs to, or is paid by, who promised, so it cannot report this",
    Code.ONLY_THE_PROMISEE: "Only those it was promised to, or who promised it, can report this",
    Code.NOT_A_MEMBER: "Your organisation has no seat here, so it cannot record this meeting",
    Code.PARTNERSHIP_CLOSED: "This partnership is closed, so no more meetings can be recorded",
    Code.PERSON_REQUIRED: "This kind is one person. Ask whoever runs Folkmoot to add the person first",
    Code.KIND_NOT_OF_SIDE: "This kind cannot be chosen here",
    "out-of-bounds": "This is too long. Shorten it",
    "unfit-text": "This holds characters that cannot be kept, or nothing that can be seen",
    "missing": "This must be answered",
}
_OF_PROBLEM: Final[Mapping[str, str]] = {
    "unavailable": "The record cannot be reached now. Nothing was recorded. Try again in a moment",
    "changed-meanwhile": "Something was recorded meanwhile. Nothing of this was. Try again",
    "too-large": "This is too much for one meeting. Shorten the texts",
    "conflict": "Somebody it names was forgotten meanwhile. Leave that person out",
}


def field_errors(problem: Problem, fields: Mapping[str, str], otherwise: str = WHOLE_FORM) -> list[FieldError]:
    """What a refusal says, by the fields from which the places that it points at came."""
    errors = list(dict.fromkeys(_errors(problem, fields, otherwise)))
    return errors or [FieldError(otherwise, _OF_PROBLEM.get(problem.code, problem.detail))]


def _errors(problem: Problem, fields: Mapping[str, str], otherwise: str) -> Iterator[FieldError]:
    for fault in problem.errors:
        pointer = fault.pointer if isinstance(fault.pointer, str) else ""
        yield FieldError(_field(pointer.removeprefix("#"), fields) or otherwise, _words(fault))


def _field(pointer: str, fields: Mapping[str, str]) -> str:
    """The field of the longest known place that leads to a pointer."""
    steps = pointer.split("/")
    places = ("/".join(steps[:length]) for length in range(len(steps), 1, -1))
    return next((fields[place] for place in places if place in fields), "")


def _words(fault: ProblemFault) -> str:
    if fault.code in _WORDS:
        return _WORDS[fault.code]
    try:
        return REASONS[Code(fault.code)].title
    except ValueError:
        return f"{fault.detail[:1].upper()}{fault.detail[1:]}"
