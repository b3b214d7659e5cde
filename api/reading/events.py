"""An event as the API shows it: as it stands and as it was, with texts and people only for who may read them."""

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from api.reading.names_and_texts import NamesAndTexts, ShownText, ShownTexts
from domain.events import EventBody
from domain.events.experience import FeedbackGiven, PulseObserved
from domain.events.recorded import Recorded, corrected_body
from domain.events.records import RecordCorrected
from domain.values import Plain, Sealed
from domain.vocabulary import Assurance, Side, Source

_PEOPLE = ("person", "subject")
_OF_ONE_PERSON: Final = frozenset({"rater_id", "score"})
_FEWEST_RATERS: Final = 5
"""Counts of fewer people are not shown, as no figure of fewer is by any method shipped."""


class Provenance(Struct, frozen=True, kw_only=True):
    """How a record came to be: which operation of whose key, whose word it is, and from where."""

    operation: str
    actor: UUID
    recorded_by: Side
    on_behalf_of: dict[str, Any] | None
    source: Source
    source_reference: str | None
    source_recorded_at: datetime | None
    cause: UUID | None
    command_id: UUID
    assurance: Annotated[
        Assurance | None, Meta(description="How it was assured who gave it; null where nobody can tell")
    ]


class RecordEntry(Struct, frozen=True, kw_only=True):
    """One recorded event."""

    event_id: UUID
    position: int
    type: str
    occurred_at: datetime
    recorded_at: datetime
    body: dict[str, Any]
    provenance: Provenance


def entry(record: Recorded, texts: ShownTexts, words: NamesAndTexts) -> RecordEntry:
    """One event as it was recorded, as it is shown."""
    envelope = record.envelope
    return RecordEntry(
        event_id=record.event_id,
        position=record.position,
        type=record.name,
        occurred_at=record.occurred_at,
        recorded_at=record.recorded_at,
        body=shown(record.body, texts, words),
        provenance=Provenance(
            operation=envelope.operation,
            actor=envelope.actor,
            recorded_by=envelope.recorded_by,
            assurance=envelope.assurance,
            on_behalf_of=None if envelope.on_behalf_of is None else _struct(envelope.on_behalf_of, texts, words),
            source=envelope.source,
            source_reference=envelope.source_reference,
            source_recorded_at=envelope.source_recorded_at,
            cause=envelope.cause,
            command_id=envelope.command_id,
        ),
    )


def shown(body: EventBody, texts: ShownTexts, words: NamesAndTexts) -> dict[str, Any]:
    """A body as it is shown: people by reference or not at all, texts opened or not, parties whole."""
    if isinstance(body, RecordCorrected):
        replaced = shown(corrected_body(body), texts, words)
        return {**_struct(body, texts, words), "replacement": replaced}
    return _struct(body, texts, words)


def _struct(value: Struct, texts: ShownTexts, words: NamesAndTexts) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    withheld = _withheld(value)
    for name in value.__struct_fields__:
        field_value = getattr(value, name)
        stem = name.removesuffix("_id")
        if name in withheld:
            continue
        if stem.endswith(_PEOPLE):
            fields[stem] = words.reference(field_value) if isinstance(field_value, UUID) and words.entitled else None
        else:
            fields[name] = _value(field_value, texts, words)
    return fields


def _withheld(value: Struct) -> frozenset[str]:
    """The fields of what people said that would tell what one of them said; figures hold them from five people on."""
    match value:
        case FeedbackGiven():
            return _OF_ONE_PERSON
        case PulseObserved() if sum(value.counts) < _FEWEST_RATERS:
            return frozenset({"counts"})
    return frozenset()


def _value(value: object, texts: ShownTexts, words: NamesAndTexts) -> object:
    match value:
        case Plain():
            return ShownText(value.text)
        case Sealed():
            return texts.get(value, ShownText(None, "not-yours-to-read"))
        case Struct():
            return _struct(value, texts, words)
        case tuple():
            return [_value(field_value, texts, words) for field_value in value]
        case bytes():
            return None
        case _:
            return msgspec.to_builtins(value, builtin_types=(datetime,))
