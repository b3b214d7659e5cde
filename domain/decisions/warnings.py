"""Warnings: what is allowed but likely a slip of the pen, or does less than it seems. It is recorded, and said once.

A warning is kept with the command's first event as its code, its place and the ids it is about, so that a repeat
answers the same; its sentence is made when it is shown.
"""

from collections.abc import Iterator, Mapping
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from domain.events.declaration import EventBody, Participant
from domain.events.envelope import Warned
from domain.values import Money, PartyAt
from domain.vocabulary import CodeList


class Slip(CodeList):
    """A likely slip, or something that has not the effect that one might think. Codes are permanent."""

    ALREADY_PAST = "already-past"
    FAR_AHEAD = "far-ahead"
    KEEPS_ITS_DAY = "keeps-its-day"
    SEAT_WAITS = "seat-waits"
    WAITS_FOR_OTHERS = "waits-for-the-other-side"
    IMPOSSIBLE_ORDER = "impossible-order"
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
    Slip.IMPOSSIBLE_ORDER: "by these days one thing comes before another that it must follow: is each right? {about}",
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
    names_by_id = names or {}
    about = ", ".join(f"{names_by_id[each]} ({each})" if each in names_by_id else str(each) for each in warned.about)
    return SENTENCES[Slip(warned.code)].format(about=about)


def oddities(body: EventBody, fields: frozenset[str] | None = None) -> Iterator[tuple[Slip, str, tuple[UUID, ...]]]:
    """The likely slips in an event, whatever command says it: each with its field and the ids it is about.

    `fields` names the fields to look at; None: all.
    """
    for name in body.__struct_fields__:
        value = getattr(body, name)
        if fields is not None and name not in fields:
            continue
        if isinstance(value, Money) and value.minor_units <= 0:
            yield Slip.NO_SUM, f"{name}/minor_units", ()
        if isinstance(value, tuple):
            yield from _twins(name, value)


def _twins(name: str, items: tuple[object, ...]) -> Iterator[tuple[Slip, str, tuple[UUID, ...]]]:
    """Bodies that a list names twice and alike; several people of one body differ by name or role."""
    earlier: set[object] = set()
    for index, item in enumerate(items):
        match item:
            case Participant():
                alike: object = replace(item, count=1, channel=None)
                at, party_id, is_distinct = f"{name}/{index}/party", item.party.party_id, item.person_id is not None
            case PartyAt():
                alike, at, party_id, is_distinct = item, f"{name}/{index}", item.party_id, False
            case _:
                continue
        if alike in earlier and not is_distinct:
            yield Slip.SAME_BODY_TWICE, at, (party_id,)
        earlier.add(alike)
