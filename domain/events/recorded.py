"""Recorded events, and the record as it stands once corrections, withdrawals and redactions are applied.

Corrections and withdrawals are facts about the record: they have no time of their own in the world, so they
apply whatever day is asked about. Decisions and projections share this one reading of them.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from msgspec import NODEFAULT, Struct
from msgspec.structs import fields as struct_fields
from msgspec.structs import replace

from domain.events.declaration import EventBody, clear_texts, decode, encode, name_of
from domain.events.envelope import Envelope
from domain.events.records import RecordCorrected, RecordWithdrawn
from domain.events.stewardship import TextRedacted
from domain.values import PartyAt, first_instant


class Recorded(Struct, frozen=True, gc=False, kw_only=True):
    """An event of the log, decoded."""

    event_id: UUID
    position: int
    partition_id: UUID
    occurred_at: datetime
    recorded_at: datetime
    body: EventBody
    envelope: Envelope
    subjects: frozenset[UUID] = frozenset()
    """The people its texts may name; filled only where a decision needs it."""
    in_log: "Recorded | None" = None
    """The event as the log has it, where this one stands in another order, or at another time, than the log took it."""

    @property
    def as_logged(self) -> "Recorded":
        """The event at the position and the time at which the log took it."""
        return self.in_log or self

    @property
    def name(self) -> str:
        """The stored name of its type."""
        return name_of(self.body)

    @property
    def word(self) -> PartyAt | None:
        """Whose word it is."""
        return self.envelope.on_behalf_of


MENDING_BODIES: Final[frozenset[type[EventBody]]] = frozenset({RecordCorrected, RecordWithdrawn, TextRedacted})
"""The events by which another stands otherwise than it was recorded."""


class Effective(Struct, frozen=True, gc=False, kw_only=True):
    """An event with the body that now stands for it.

    `corrected_by` lists the corrections in force, oldest first, each followed by the corrections of itself.
    """

    recorded: Recorded
    body: EventBody
    occurred_at: datetime
    corrected_by: tuple[UUID, ...] = ()

    @property
    def event_id(self) -> UUID:
        """The id of the event itself."""
        return self.recorded.event_id

    @property
    def position(self) -> int:
        """Its position in the log."""
        return self.recorded.position

    @property
    def partition_id(self) -> UUID:
        """In whose affairs it is."""
        return self.recorded.partition_id

    @property
    def recorded_at(self) -> datetime:
        """The instant at which the log took the event itself."""
        return self.recorded.recorded_at

    @property
    def envelope(self) -> Envelope:
        """The envelope of the event itself."""
        return self.recorded.envelope

    @property
    def name(self) -> str:
        """The stored name of its type as it now stands."""
        return name_of(self.body)

    @property
    def causes(self) -> tuple[UUID, ...]:
        """The ids of the events that it rests on: itself and the corrections in force."""
        return (self.recorded.event_id, *self.corrected_by)


TAKEN_OUT: Final = "[taken out]"
"""The words in the place of a text that must be there and was taken out of the record."""


def without(body: EventBody, fields: Iterable[str]) -> EventBody:
    """An event's body without some of its readable texts; a text that must be there reads as taken out."""
    if isinstance(body, RecordCorrected):
        inner = corrected_body(body)
        left_in = without(inner, fields)
        return body if left_in is inner else replace(body, replacement=encode(left_in))
    clear = clear_texts(type(body)).intersection(fields)
    if not clear:
        return body
    defaults = {field.name: field.default for field in struct_fields(type(body))}
    replacements: dict[str, Any] = {
        name: TAKEN_OUT if defaults[name] is NODEFAULT else defaults[name] for name in clear
    }
    return replace(body, **replacements)


Redactions = dict[int, dict[str, int]]
"""The fields taken out of each record, by the number of its id, and the position at which each last was."""


def _taken_out(redactions: Redactions, record: Recorded, body: TextRedacted) -> None:
    fields = redactions.setdefault(body.record_id.int, {})
    fields[body.field] = max(record.position, fields.get(body.field, 0))


def corrected_body(correction: RecordCorrected) -> EventBody:
    """The body that a correction puts in place, decoded."""
    return decode(correction.replacement_name, correction.replacement_version, correction.replacement)


def resolve(records: Sequence[Recorded], later: Iterable[Recorded] = ()) -> tuple[list[Effective], list[Recorded]]:
    """Apply corrections and withdrawals to a prefix of one partition, given in position order.

    Returns what stands and what was withdrawn, both in position order. The last correction by position wins.
    Corrections and withdrawals may themselves be corrected or withdrawn. They come after what they are about,
    so one walk backwards knows, at every event, which of them are in force. What was taken out of a record, by then or
    by a `later` event, is left out of what stands, unless a correction has put it there since. Ids are told apart
    by their numbers, which is several times faster than by hashing the ids.
    """
    withdrawn: set[int] = set()
    corrections: dict[int, list[Effective]] = {}
    standing: list[Effective] = []
    redactions: Redactions = {}
    for record in later:
        if isinstance(record.body, TextRedacted):
            _taken_out(redactions, record, record.body)
    for record in reversed(records):
        number = record.event_id.int
        if number in withdrawn:
            continue
        effective = _effective(record, corrections.get(number, ()), redactions)
        standing.append(effective)
        body = effective.body
        if isinstance(body, RecordWithdrawn):
            withdrawn.add(body.record_id.int)
        elif isinstance(body, RecordCorrected):
            corrections.setdefault(body.record_id.int, []).insert(0, effective)
        elif isinstance(body, TextRedacted):
            _taken_out(redactions, record, body)
    withdrawn_records = [record for record in records if record.event_id.int in withdrawn] if withdrawn else []
    return standing[::-1], [_without(record, redactions) for record in withdrawn_records]


def _without(record: Recorded, redactions: Redactions) -> Recorded:
    fields = redactions.get(record.event_id.int)
    return record if fields is None else replace(record, body=without(record.body, fields))


def _effective(record: Recorded, corrections: Sequence[Effective], redactions: Redactions) -> Effective:
    if redactions:
        stands = _effective(record, corrections, {})
        said_at = corrections[-1].position if corrections else record.position
        about = stands.body.record_id if isinstance(stands.body, RecordCorrected) else record.event_id
        taken_out = redactions.get(about.int, {})
        if not taken_out:
            return stands
        fields = [name for name, position in taken_out.items() if position > said_at]
        first = replace(record, body=without(record.body, taken_out))
        return replace(stands, body=without(stands.body, fields), recorded=first)
    if not corrections:
        return Effective(recorded=record, body=record.body, occurred_at=record.occurred_at)
    last = corrections[-1].body
    assert isinstance(last, RecordCorrected)  # noqa: S101 - `resolve` collects nothing else; for the type checker
    body = corrected_body(last)
    applied = dict.fromkeys(cause for each in corrections for cause in each.causes)
    return Effective(
        recorded=record,
        body=body,
        occurred_at=first_instant(body.happened),
        corrected_by=tuple(applied),
    )
