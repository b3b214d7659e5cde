"""The record as its sources claim to have known it: as a log would hold it that took each event when they say.

A claim is no proof: what an import says its source wrote down in 2016 may have been written down since. An answer made
from this order says so. Histories read it like any other record, so that notices run, rules bind, silence agrees and
corrections apply by the claimed clock without a line of their own.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from domain.events.declaration import declaration_of
from domain.events.recorded import Recorded
from domain.values import end_of_day
from domain.vocabulary import CodeList
from projections.history.anchoring import thing_of


class KnownBy(CodeList):
    """Whose clock says what was known: the record's, or the one that each source claims to have recorded by."""

    RECORD = "record"
    SOURCE = "source"


KnownByClaims = Annotated[
    str | None,
    Meta(
        description="Where it was asked what sources claim to have known by a day: `source:` and that day. It is their"
        " claim, and not the word of this log, whose position says what was read"
    ),
]


class SourceDay(Struct, frozen=True):
    """A question about what sources claim to have known by the end of a day, of all that was on record by a position.

    Without a position, of all that is on record.
    """

    day: date
    position: int | None = None

    def __str__(self) -> str:
        """Write it as it is asked."""
        question = f"{KnownBy.SOURCE.value}:{self.day}"
        return question if self.position is None else f"{question}:{self.position}"


def source_day(text: str) -> SourceDay:
    """Read such a question as it is asked. Raises ValueError."""
    clock, day, *position = text.split(":", 2)
    if clock != KnownBy.SOURCE.value:
        raise ValueError(f"{clock} is no source")
    return SourceDay(date.fromisoformat(day), int(position[0]) if position else None)


def as_claimed(records: Sequence[Recorded]) -> list[Recorded]:
    """One partition's record, given in the order of the log, as if each event was taken when its source claims.

    An event that claims no time, or a later one than the log's own, was taken when the log took it. Nothing was known
    before what it is about, nor the partition's beginning later than anything else in it: whoever knew of a promise
    made in a partnership knew of the partnership. At one instant the order of the log holds.
    """
    instants = _instants(records)
    places = sorted(range(len(records)), key=lambda place: (instants[place], place))
    return [
        replace(records[place], position=record.position, recorded_at=instants[place], in_log=records[place].as_logged)
        for record, place in zip(records, places, strict=True)
    ]


def known_as_claimed(records: Sequence[Recorded], day: date) -> tuple[list[Recorded], list[Recorded]]:
    """One partition's record as claimed, parted into what was known by the end of a day and what only came after."""
    end, claimed = end_of_day(day), as_claimed(records)
    count = sum(record.recorded_at < end for record in claimed)
    return claimed[:count], claimed[count:]


def _instants(records: Sequence[Recorded]) -> list[datetime]:
    """The instant at which each record came to be known, as claimed."""
    own = [_claim(record) for record in records]
    begun_at: dict[tuple[str, int], datetime] = {}
    known_at: dict[int, datetime] = {}
    instants = []
    for record, claim in zip(records, own, strict=True):
        declaration, thing = declaration_of(record.body), thing_of(record.body).int
        is_beginning = record.envelope.command_id == records[0].envelope.command_id
        instant = min(own) if is_beginning else claim
        if declaration.about:
            of_record = declaration.about == "record_id"
            since = known_at.get(thing) if of_record else begun_at.get((declaration.about, thing))
            instant = instant if since is None else max(instant, since)
        if declaration.begins:
            key = (declaration.begins, thing)
            begun_at[key] = min(instant, begun_at.get(key, instant))
        known_at[record.event_id.int] = instant
        instants.append(instant)
    return instants


def _claim(record: Recorded) -> datetime:
    claimed = record.envelope.source_recorded_at
    return record.recorded_at if claimed is None else min(claimed, record.recorded_at)
