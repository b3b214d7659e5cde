"""Events as the log gives them back, and what the record now says once corrections and withdrawals are applied.

Corrections and withdrawals are facts about the record: they have no time of their own in the world, so they apply
whatever day is asked about. Decisions and projections share this one reading of them.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from domain.events.declaration import EventBody, decode, name_of, tags_of
from domain.events.envelope import Envelope
from domain.events.records import RecordCorrected, RecordWithdrawn
from domain.values import first_instant


class Recorded(Struct, frozen=True, kw_only=True):
    """One event of the log, decoded."""

    event_id: UUID
    position: int
    partition_id: UUID
    occurred_at: datetime
    recorded_at: datetime
    body: EventBody
    envelope: Envelope

    @property
    def name(self) -> str:
        """Give the stored name of its type."""
        return name_of(self.body)


class Effective(Struct, frozen=True, kw_only=True):
    """An event with the body that now stands for it; `corrected_by` lists the corrections in force, oldest first."""

    recorded: Recorded
    body: EventBody
    occurred_at: datetime
    corrected_by: tuple[UUID, ...] = ()

    @property
    def event_id(self) -> UUID:
        """Give the id of the event itself."""
        return self.recorded.event_id

    @property
    def position(self) -> int:
        """Give its place in the log."""
        return self.recorded.position

    @property
    def recorded_at(self) -> datetime:
        """Give when the log took the event itself."""
        return self.recorded.recorded_at

    @property
    def envelope(self) -> Envelope:
        """Give who recorded it, and on whose behalf."""
        return self.recorded.envelope

    @property
    def name(self) -> str:
        """Give the stored name of its type as it now stands."""
        return name_of(self.body)

    @property
    def causes(self) -> tuple[UUID, ...]:
        """Give the events that this reading rests on: itself and the corrections in force."""
        return (self.event_id, *self.corrected_by)


def corrected_body(correction: RecordCorrected) -> EventBody:
    """Decode the body that a correction puts in place."""
    return decode(correction.replacement_name, correction.replacement_version, correction.replacement)


def resolve(records: Sequence[Recorded]) -> tuple[list[Effective], list[Recorded]]:
    """Apply corrections and withdrawals to a prefix of one partition.

    Gives what stands, in position order, and what was withdrawn. The last correction by position wins. A correction or withdrawal may itself be withdrawn, which undoes it.
    """
    withdrawn = _withdrawn(records)
    corrections: dict[UUID, list[Recorded]] = {}
    for record in records:
        if isinstance(record.body, RecordCorrected) and record.event_id not in withdrawn:
            corrections.setdefault(record.body.record_id, []).append(record)
    standing = [
        _effective(record, corrections.get(record.event_id, ()))
        for record in records
        if record.event_id not in withdrawn
    ]
    return standing, [record for record in records if record.event_id in withdrawn]


def _withdrawn(records: Sequence[Recorded]) -> set[UUID]:
    """Walk backwards: a withdrawal counts unless a later one withdraws it."""
    withdrawn: set[UUID] = set()
    for record in reversed(records):
        if isinstance(record.body, RecordWithdrawn) and record.event_id not in withdrawn:
            withdrawn.add(record.body.record_id)
    return withdrawn


def _effective(record: Recorded, corrections: Iterable[Recorded]) -> Effective:
    applied = list(corrections)
    if not applied:
        return Effective(recorded=record, body=record.body, occurred_at=record.occurred_at)
    last = applied[-1].body
    assert isinstance(last, RecordCorrected)  # noqa: S101 - `resolve` collects nothing else; tells the type checker
    body = corrected_body(last)
    return Effective(
        recorded=record,
        body=body,
        occurred_at=first_instant(body.happened),
        corrected_by=tuple(each.event_id for each in applied),
    )


def tags_with_correction(body: EventBody, replacement: EventBody) -> set[str]:
    """Give the tags of a correction: those of what it replaces and of what it puts there, so that either finds it."""
    return tags_of(body) | tags_of(replacement)
