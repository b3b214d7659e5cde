"""The demonstration's county as a template: its events with the places marked where ids and times stand.

A copy of an event is its bytes with a mask over every id and every time moved by some days. The mask is added bit by
bit (exclusive or), so different ids stay different, equal ids equal, and no table of ids is kept however many copies
are made. Ciphertext is copied as it is: nothing that is measured opens it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from random import Random
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from domain.events import EventBody, decode, decode_envelope, encode
from domain.events.declaration import claimed_times
from domain.events.partnerships import ExpectedBodiesSet, MemberJoined, MemberLeft, PartnershipFormed, RuleAdopted
from domain.events.recorded import corrected_body
from domain.events.records import RecordCorrected
from domain.events.registries import PartyRegistered, PersonRegistered, PlaceRegistered
from domain.handling.handler import Handler
from domain.log.event import LogEvent
from domain.log.recorder import LogRecorder, begin_seeding
from domain.values import first_instant
from domain.vault import Vault, WrappingKey
from scripts.demonstration.county import CountyPlan
from scripts.demonstration.play import play

FOUNDING: Final = (PartnershipFormed, MemberJoined, MemberLeft, RuleAdopted, ExpectedBodiesSet)
"""The events recorded of a partnership once, however much goes on in it."""
_LASTING: Final = (*FOUNDING, PartyRegistered, PersonRegistered, PlaceRegistered)
_ID: Final = 16
_STORED_ID: Final = re.compile(rb"\xc4\x10(?=(.{16}))", re.DOTALL)
_UNMASKED: Final = ~((0xF << 76) | (0x3 << 62))
"""Leaves the version and variant of an id as they are."""


class Mask(NamedTuple):
    """The numbers added to the ids of what lasts (bodies, people, places, seats), and to those of all else."""

    lasting: int
    passing: int


def mask(dice: Random, lasting: int | None = None) -> Mask:
    """Draw a mask, or one that shares the lasting ids of another."""
    halves = [dice.getrandbits(128) & _UNMASKED for _ in range(2)]
    return Mask(halves[0] if lasting is None else lasting, halves[1])


def moved(when: str, days: timedelta) -> str:
    """Move a claimed time by some days, in the precision in which it is claimed."""
    if "T" in when:
        return (datetime.fromisoformat(when) + days).isoformat()
    return (date.fromisoformat(when + "-01-01"[len(when) - 4 :]) + days).isoformat()[: len(when)]


@dataclass(frozen=True, slots=True)
class Marked:
    """Bytes as one number, with a one at the end of every id that stands in them, and the times with their places."""

    value: int
    size: int
    lasting: int
    passing: int
    times: tuple[tuple[int, str], ...] = ()

    def copied(self, mask: Mask, days: timedelta) -> bytes:
        """The bytes with every id masked and every time moved."""
        value = self.value ^ mask.lasting * self.lasting ^ mask.passing * self.passing
        content = value.to_bytes(self.size, "big")
        if not self.times:
            return content
        buffer = bytearray(content)
        for place, when in self.times:
            buffer[place : place + len(when)] = moved(when, days).encode()
        return bytes(buffer)


@dataclass(frozen=True, slots=True)
class MarkedId:
    """An id, and whether it is of somebody or something that lasts."""

    value: int
    lasts: bool

    def copied(self, mask: Mask) -> int:
        """The id masked."""
        return self.value ^ (mask.lasting if self.lasts else mask.passing)


@dataclass(frozen=True, slots=True)
class TemplateEvent:
    """One event to be copied."""

    type: str
    version: int
    event_id: MarkedId
    partition_id: MarkedId
    happened: str
    tags: tuple[tuple[str, MarkedId], ...]
    envelope: Marked
    data: Marked

    def copied(self, mask: Mask, days: timedelta) -> LogEvent:
        """A copy that is not yet stored."""
        return LogEvent(
            type=self.type,
            version=self.version,
            event_id=UUID(int=self.event_id.copied(mask)),
            partition_id=UUID(int=self.partition_id.copied(mask)),
            occurred_at=first_instant(moved(self.happened, days)),
            tags=sorted([f"{kind}:{_text(identity.copied(mask))}" for kind, identity in self.tags]),
            envelope=self.envelope.copied(mask, days),
            data=self.data.copied(mask, days),
        )


@dataclass(frozen=True, slots=True)
class TemplateAppend:
    """The events that one command recorded. `neighbourhood` counts from 0; None is the county's registers."""

    recorded_at: datetime
    neighbourhood: int | None
    is_founding: bool
    events: tuple[TemplateEvent, ...]


def county_template(dsn: str, plan: CountyPlan) -> list[TemplateAppend]:
    """Play a county into an empty database and take its log as a template."""
    begin_seeding(dsn)
    with LogRecorder(dsn, application_name="folkmoot-bench") as recorder:
        play(plan, Handler(recorder, Vault(WrappingKey.generate())))
        return _TemplateReader(plan, list(recorder.stream())).appends()


class _TemplateReader:
    """The reader that turns a log into a template."""

    def __init__(self, plan: CountyPlan, events: Sequence[LogEvent]) -> None:
        self._events = events
        self._of = {each.partnership_id: index for index, each in enumerate(plan.neighbourhoods)}
        self._of |= {each.place_id: index for index, each in enumerate(plan.neighbourhoods)}
        self._lasting: set[bytes] = set()
        for event in events:
            self._lasting.add(decode_envelope(event.envelope).actor.bytes)
            if isinstance(decode(event.type, event.version, event.data), _LASTING):
                self._lasting.update(_ids_in(msgspec.msgpack.decode(event.data)))

    def appends(self) -> list[TemplateAppend]:
        """The template, command by command."""
        commands = groupby(self._events, key=lambda event: decode_envelope(event.envelope).command_id)
        return [self._append(list(events)) for _, events in commands]

    def _append(self, events: Sequence[LogEvent]) -> TemplateAppend:
        first = events[0]
        assert first.recorded_at is not None  # noqa: S101 - read from the log
        return TemplateAppend(
            recorded_at=first.recorded_at,
            neighbourhood=self._of.get(first.partition_id),
            is_founding=isinstance(decode(first.type, first.version, first.data), FOUNDING),
            events=tuple(map(self._event, events)),
        )

    def _event(self, event: LogEvent) -> TemplateEvent:
        body = decode(event.type, event.version, event.data)
        parted = [tag.rsplit(":", 1) for tag in event.tags]
        return TemplateEvent(
            type=event.type,
            version=event.version,
            event_id=self._id(event.event_id),
            partition_id=self._id(event.partition_id),
            happened=body.happened,
            tags=tuple((kind, self._id(UUID(identity))) for kind, identity in parted),
            envelope=self._marked(event.envelope, set(_ids_in(msgspec.msgpack.decode(event.envelope)))),
            data=self._body(body, event.data),
        )

    def _id(self, identity: UUID) -> MarkedId:
        return MarkedId(identity.int, identity.bytes in self._lasting)

    def _body(self, body: EventBody, data: bytes) -> Marked:
        ids = set(_ids_in(msgspec.msgpack.decode(data)))
        times = list(_times_in(body, data))
        if isinstance(body, RecordCorrected):
            replaced = body.replacement
            ids.update(_ids_in(msgspec.msgpack.decode(replaced)))
            start = data.index(replaced)
            times += [(start + place, when) for place, when in _times_in(corrected_body(body), replaced)]
        return self._marked(data, ids, tuple(times))

    def _marked(self, data: bytes, ids: set[bytes], times: tuple[tuple[int, str], ...] = ()) -> Marked:
        marks = {True: 0, False: 0}
        for match in _STORED_ID.finditer(data):
            if match[1] in ids:
                marks[match[1] in self._lasting] |= 1 << 8 * (len(data) - match.end() - _ID)
        return Marked(int.from_bytes(data, "big"), len(data), marks[True], marks[False], times)


def _ids_in(value: object) -> Iterator[bytes]:
    """Every id in decoded MessagePack: no other bytes are as short."""
    match value:
        case bytes() if len(value) == _ID:
            yield value
        case dict():
            for member in value.values():
                yield from _ids_in(member)
        case list():
            for member in value:
                yield from _ids_in(member)


def _times_in(body: EventBody, data: bytes) -> Iterator[tuple[int, str]]:
    """The days and claimed times of a body with the places at which they stand in its stored form."""
    claimed = claimed_times(type(body))
    for name in body.__struct_fields__:
        value = getattr(body, name)
        if value is None or (name not in claimed and not isinstance(value, date)):
            continue
        when = value if isinstance(value, str) else value.isoformat()
        other = encode(msgspec.structs.replace(body, **{name: "~" * len(when)}))
        yield next(place for place, (one, two) in enumerate(zip(data, other, strict=True)) if one != two), when


def _text(identity: int) -> str:
    digits = f"{identity:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
