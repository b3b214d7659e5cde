"""The fields of a record in words: what each is called, and what it holds, as this reader may see it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast
from uuid import UUID

from msgspec import Struct

from api.pages.ground.in_words import count_of, sentence_case
from api.pages.records.field_labels import label_of
from api.reading.names_and_texts import UNNAMED, ShownText
from domain.events.english import money_in_words, number_in_words, when_in_words, words
from domain.values import Money
from domain.vocabulary import CodeList

NOT_YOURS: Final = "Words shown to members only"
GONE: Final = "No longer readable"
_LEFT_OUT: Final = frozenset({"record_id", "replacement", "replacement_name", "replacement_version", "party_id"})
_CODE: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_TIME: Final = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T.*)?)?)?")
_UNCODED: Final = frozenset({"code", "title"})
_DATED: Final = frozenset(
    {"happened", "due", "done", "ended", "planned_for", "until", "closes", "spend_by", "review_due"}
)


class FieldInWords(Struct, frozen=True, kw_only=True):
    """One field of a record: its name, its label and its lines."""

    name: str
    label: str
    lines: tuple[str, ...]


class FieldWording:
    """The words for the values of records, with the names of the ids in them."""

    def __init__(self, names: Mapping[UUID, str], people: Mapping[str, ShownText], things: Mapping[str, str]) -> None:
        self._names = {str(each): name for each, name in names.items()}
        self._people = people
        self._things = things

    def fields(self, body: Mapping[str, Any]) -> list[FieldInWords]:
        """The fields of a body that hold anything, in its order."""
        fields = (self.field(name, value) for name, value in body.items() if name not in _LEFT_OUT)
        return [field for field in fields if field.lines]

    def field(self, name: str, value: object) -> FieldInWords:
        """One field of a body."""
        return FieldInWords(
            name=name, label=label_of(name), lines=tuple(line for line in self._lines(name, value) if line)
        )

    def _lines(self, name: str, value: object) -> Iterator[str]:
        if isinstance(value, list):
            for member in value:
                yield from self._lines(name, member)
        else:
            yield self._line(name, value)

    def _line(self, name: str, value: object) -> str:
        match value:
            case ShownText():
                return value.text or (GONE if value.withheld == "destroyed" else NOT_YOURS)
            case dict():
                return self._struct(value)
            case bool():
                return "Yes" if value else ""
            case int() | float():
                return number_in_words(value)
            case str():
                return self._text(name, value)
        return ""

    def _struct(self, value: Mapping[str, Any]) -> str:
        match value:
            case {"minor_units": int(minor_units), "currency": str(currency)}:
                return money_in_words(Money(minor_units, currency))
            case {"party_id": party_id}:
                return self._name(str(party_id))
            case {"party": {"party_id": party_id}}:
                return self._attendee(str(party_id), value)
            case {"side": side, "count": int(count)}:
                return f"{count_of(count, 'person', 'people')} counted among {_code(str(side))}"
        lines = ((label_of(name), line) for name, member in value.items() for line in self._lines(name, member))
        return "; ".join(f"{label}: {line}" for label, line in lines if line)

    def _attendee(self, party_id: str, participant: Mapping[str, Any]) -> str:
        person = self._people.get(str(participant.get("person")))
        who = (
            self._name(party_id) if person is None or person.text is None else f"{person.text}, {self._name(party_id)}"
        )
        beside = [
            "" if participant.get("role") in {None, "member"} else _code(str(participant["role"])),
            "" if participant.get("attendance") in {None, "attended"} else _code(str(participant["attendance"])),
            "" if participant.get("member", True) else "visitor",
        ]
        remarks = ", ".join(each for each in beside if each)
        return f"{who} ({remarks})" if remarks else who

    def _text(self, name: str, text: str) -> str:
        if text in self._names:
            return self._names[text]
        if text in self._things:
            return self._things[text]
        if text in self._people:
            return self._people[text].text or NOT_YOURS
        if _is_id(text):
            return ""
        if name in _DATED or name.endswith("_on"):
            return when_in_words(text) if _TIME.fullmatch(text) else text
        return sentence_case(_code(text)) if _CODE.fullmatch(text) and name not in _UNCODED else text

    def _name(self, party_id: str) -> str:
        return self._names.get(party_id, UNNAMED)


def things_by_field(body: Mapping[str, Any]) -> Iterator[tuple[str, list[UUID]]]:
    """The ids of promises, meetings and other things in a body, by field; not those of bodies, places and people."""
    for name, value in body.items():
        stem = name.removesuffix("_ids").removesuffix("_id")
        if stem == name or stem.endswith(("party", "place", "person", "subject", "rater", "key")):
            continue
        members = value if isinstance(value, list) else [value]
        yield name, [UUID(each) for each in members if isinstance(each, str) and _is_id(each)]


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return len(text) == len("00000000-0000-0000-0000-000000000000")


def _code(text: str) -> str:
    return words(cast("CodeList", text))
