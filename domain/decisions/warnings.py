"""Warnings: what is allowed but likely a slip of the pen, or does less than it seems. It is recorded, and said once.

A warning is kept with the command's first event as its code, its place and the ids it is about, so that a repeat
answers the same; its sentence is made when it is shown.
"""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from domain.events.envelope import Warned
from domain.vocabulary import CodeList


class Slip(CodeList):
    """A likely slip, or something that has not the effect that one might think. Codes are permanent."""

    ALREADY_PAST = "already-past"
    FAR_AHEAD = "far-ahead"
    KEEPS_ITS_DAY = "keeps-its-day"
    SEAT_WAITS = "seat-waits"
    WAITS_FOR_OTHERS = "waits-for-the-other-side"
    IDENTIFIER_OF_ANOTHER = "identifier-of-another"
    LONG_AGO = "long-ago"
    LOOKS_LIKE = "looks-like"
    NO_CHANGE = "no-change"
    NO_SUM = "no-sum"
    SAME_BODY_TWICE = "same-body-twice"
    SAME_MEETING = "same-meeting-again"
    UNLIKELY_IDENTIFIER = "unlikely-identifier"


SENTENCES: Final[dict[Slip, str]] = {
    Slip.ALREADY_PAST: "this day has passed already: is the year right?",
    Slip.FAR_AHEAD: "this lies more than thirty years ahead: is the year right?",
    Slip.IDENTIFIER_OF_ANOTHER: "this identifier is also that of {about}: if they are one, use that entry",
    Slip.KEEPS_ITS_DAY: "these came up at it and keep their day, agreed to by others or not yours to move: {about}",
    Slip.SEAT_WAITS: "{about} has still to accept this seat: until then it has no vote and is given no notice",
    Slip.WAITS_FOR_OTHERS: "this takes effect once the other side agrees, in whose worklist it stands now: {about}",
    Slip.LONG_AGO: "this lies more than fifty years back: is the year right?",
    Slip.LOOKS_LIKE: "this looks like {about}: if they are one, use that entry",
    Slip.NO_CHANGE: "this says what the record says already: nothing changes by it",
    Slip.NO_SUM: "this is no sum of money, or less than none: are the figure and its sign right?",
    Slip.SAME_BODY_TWICE: "this body stands here twice and alike: was a count, a role, a person or another body meant?",
    Slip.SAME_MEETING: "a contact of this kind, on this day, with the same bodies is on record already: {about}",
    Slip.UNLIKELY_IDENTIFIER: "no register gives identifiers of this form: are the list and the number of signs right?",
}


def sentence_of(warned: Warned, names: Mapping[UUID, str] | None = None) -> str:
    """The warning in words, naming what it is about where names are known."""
    known = names or {}
    about = ", ".join(f"{known[each]} ({each})" if each in known else str(each) for each in warned.about)
    return SENTENCES[Slip(warned.code)].format(about=about)
