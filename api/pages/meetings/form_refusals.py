"""Refusals of the API as the page's error summary: each under the field that it is about, in plain words."""

from collections.abc import Mapping
from typing import Final

from api.http.problems import Problem
from api.pages.ground.field_errors import field_errors
from api.pages.ground.page import FieldError
from domain.decisions.refusals import REASONS, Code

WHOLE_FORM: Final = "meeting"
"""The id of the form, for what lies in no field of it."""

_WORDS: Final[Mapping[str, str]] = {
    **{code: reason.title for code, reason in REASONS.items()},
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
}
_KEY_REUSED: Final = "idempotency-key-reused"
_OF_PROBLEM: Final[Mapping[str, str]] = {
    _KEY_REUSED: "This form was recorded before, with other answers. See what is on record. "
    "Then send these too, if they are still to be recorded",
    "unavailable": "The record cannot be reached now. Nothing was recorded. Try again in a moment",
    "changed-meanwhile": "Something was recorded meanwhile. Nothing of this was. Try again",
    "too-large": "This is too much for one meeting. Shorten the texts",
    "conflict": "Somebody it names was forgotten meanwhile. Leave that person out",
}


def refusal_errors(problem: Problem, fields: Mapping[str, str], otherwise: str = WHOLE_FORM) -> list[FieldError]:
    """The errors of a refusal, by the fields from which the places that it points at came; nothing it says is lost.

    Raises the problem itself where nobody can mend it in the form.
    """
    if problem.code in _OF_PROBLEM and not problem.errors:
        return [FieldError(otherwise, _OF_PROBLEM[problem.code])]
    if problem.code == "not-allowed":
        problem = Problem("invalid", problem.detail, problem.errors)
    return list(dict.fromkeys(field_errors(problem, fields, otherwise=otherwise, words=_WORDS)))
