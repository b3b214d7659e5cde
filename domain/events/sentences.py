"""The timeline sentence of an event, made from the template in its declaration.

A template is text with the names of fields in braces: `{raised_by} asked`. What stands in square brackets is left
out where one of its fields is absent: `[, by {due}]`. Between bars stand alternatives, of which the first with
all its fields is said: `[{name}|An organisation]`. `{kind:a}` puts an indefinite article first, `{kind:A}` a
capital one. Outside brackets a field must always be there.
"""

import re
from collections.abc import Callable
from datetime import date
from functools import cache
from string import Formatter
from typing import Final
from uuid import UUID

from msgspec import Struct

from domain.events.declaration import EventBody, Participant, claimed_times, declaration_of
from domain.events.english import (
    day_in_words,
    joined,
    money_in_words,
    number_in_words,
    when_in_words,
    with_article,
    words,
)
from domain.values import Money, PartyAt, Plain, Sealed
from domain.vocabulary import Attendance, CodeList

LabelOf = Callable[[UUID], str]
"""Gives the name of a party, by its id."""
TextOf = Callable[[str, Plain | Sealed], str]
"""Gives what the reader may see of the text in a field; where that is nothing, words that say so."""


class Piece(Struct, frozen=True):
    """Some literal text and the field that follows it, if one does."""

    literal: str
    field: str = ""
    article: str = ""


Phrase = tuple[Piece, ...]


class TemplatePart(Struct, frozen=True):
    """A part of a template: alternatives in order of preference; an optional one may be left out altogether."""

    alternatives: tuple[Phrase, ...]
    optional: bool


_BRACKETS: Final = re.compile(r"\[([^\[\]]*)\]")


@cache
def parts_of(template: str) -> tuple[TemplatePart, ...]:
    """The parts of a template. Raises ValueError for unbalanced braces or brackets."""
    stretches = _BRACKETS.split(template)
    if any(bracket in plain for plain in stretches[::2] for bracket in "[]"):
        raise ValueError(f"brackets do not pair in {template!r}")
    return tuple(
        TemplatePart(tuple(_phrase(each) for each in (stretch.split("|") if nth % 2 else [stretch])), bool(nth % 2))
        for nth, stretch in enumerate(stretches)
        if stretch
    )


def _phrase(text: str) -> Phrase:
    return tuple(Piece(literal, field or "", article or "") for literal, field, article, _ in Formatter().parse(text))


def sentence(body: EventBody, *, label: LabelOf, text: TextOf) -> str:
    """The sentence of an event. Of a sealed text it holds only what `text` returns."""
    wording = _Wording(body, label, text)
    return "".join(wording.said(part) for part in parts_of(declaration_of(body).sentence))


class _Wording:
    """The words for the fields of one body, for one reader."""

    def __init__(self, body: EventBody, label: LabelOf, text: TextOf) -> None:
        self._body, self._label, self._text = body, label, text

    def said(self, part: TemplatePart) -> str:
        for phrase in part.alternatives:
            values = [self._value(piece) for piece in phrase if piece.field]
            if all(values) or not part.optional:
                return "".join(piece.literal + self._value(piece) for piece in phrase)
        return ""

    def _value(self, piece: Piece) -> str:
        if not piece.field:
            return ""
        value = self._in_words(piece.field, getattr(self._body, piece.field))
        if not value or not piece.article:
            return value
        phrase = with_article(value)
        return phrase[0].upper() + phrase[1:] if piece.article == "A" else phrase

    def _in_words(self, field: str, value: object) -> str:
        """A value in words; empty for what is absent."""
        match value:
            case None:
                return ""
            case Plain() | Sealed():
                return self._text(field, value)
            case PartyAt() | Participant():
                return self._who(value)
            case tuple():
                return joined(self._in_words(field, each) for each in value)
            case str() if not isinstance(value, CodeList):
                return when_in_words(value) if field in claimed_times(type(self._body)) else value
            case _:
                return _plainly(value)

    def _who(self, party: PartyAt | Participant) -> str:
        """The label of a party; empty for one that was invited and did not come."""
        if isinstance(party, PartyAt):
            return self._label(party.party_id)
        return self._label(party.party.party_id) if party.attendance == Attendance.ATTENDED else ""


def _plainly(value: object) -> str:
    """A value that means the same in every field and to every reader, in words."""
    match value:
        case CodeList():
            return words(value)
        case Money():
            return money_in_words(value)
        case date():
            return day_in_words(value)
        case int() | float() if not isinstance(value, bool):
            return number_in_words(value)
        case _:
            raise TypeError(f"a sentence cannot say a {type(value).__name__}")
