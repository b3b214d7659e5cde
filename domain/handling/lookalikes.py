"""Lookalikes of things on record: names and identifiers of the registers, and meetings recorded twice.

Looked up outside the boundary of a decision: it changes no decision, so nobody waits for it and nothing conflicts.
Names are read from the log once and then as they are added; sealed ones, of people, are never among them.
"""

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final, Protocol
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace
from psycopg.sql import SQL

from domain.decisions.case import Draft
from domain.decisions.warnings import Slip
from domain.events import EventBody, name_of
from domain.events.envelope import Warned
from domain.events.interactions import InteractionRecorded
from domain.events.partnerships import PartnershipFormed
from domain.events.recorded import Recorded, corrected_body, resolve
from domain.events.records import RecordCorrected
from domain.events.registries import PartyAmended, PartyRegistered, PlaceBoundaryChanged, PlaceRegistered
from domain.events.selection import Selection, Selections, on
from domain.events.tags import tag
from domain.log.decode_events import decode_event
from domain.log.find_records import find_records
from domain.log.query import LogQuery
from domain.log.read_events import COLUMNS, event_of_row, read_events
from domain.log.recorder import LogRecorder
from domain.text import likeness, plain_form
from domain.values import end_of_day, first_day, first_instant, last_day, start_of_day
from domain.vocabulary import Attendance

_BODIES: Final = (PartyRegistered, PartyAmended, PartnershipFormed)
_PLACES: Final = (PlaceRegistered, PlaceBoundaryChanged)
_NAMING: Final = frozenset(name_of(each) for each in (*_BODIES, *_PLACES))
_READ: Final = frozenset({Selection(_NAMING | {name_of(RecordCorrected)}, frozenset())})
_PAGE: Final = 5_000
_MOST_LIKE: Final = 3
MEETINGS_LOOKED_AT: Final = 1_000
"""How many of a partnership's latest meetings are compared with a new one."""
_TWO_MEETINGS: Final = timedelta(hours=2)
_SAME_DAY: Final = (
    SQL("""
    SELECT {columns} FROM log.event WHERE occurred_at >= %(first)s AND occurred_at < %(end)s AND position IN (
        SELECT position FROM log.tag WHERE tag = %(tag)s AND type = %(type)s ORDER BY position DESC LIMIT %(limit)s
    ) ORDER BY position
""")
    .format(columns=COLUMNS)
    .as_bytes()
)


class _Entry(Struct, frozen=True):
    """One name that an entry of a register has had: of a place, with its kind and code."""

    thing_id: UUID
    group: str
    name: str
    code: str | None = None
    plain: str = ""


class LookalikeSource(Protocol):
    """The record in which lookalikes are looked for."""

    def records(self, selections: Selections) -> list[Recorded]:
        """The events that any of the selections selects, in order."""

    def names_after(self, position: int) -> tuple[list[Recorded], int]:
        """The next events after a position that name bodies and places, and the position after which to read on."""

    def meetings(self, partnership_id: UUID, day: date) -> list[Recorded]:
        """The meetings of a partnership that are said to have begun on a day, the latest recorded of them."""


class LogSource:
    """The record as the log has it."""

    def __init__(self, log: LogRecorder) -> None:
        self._log = log

    def records(self, selections: Selections) -> list[Recorded]:
        """Read the log."""
        return find_records(self._log, selections)

    def names_after(self, position: int) -> tuple[list[Recorded], int]:
        """Read a page of names; the position is the head's where it is the last page."""
        with self._log.connections.borrow() as connection:
            events, head = read_events(connection, LogQuery(_READ), after=position, limit=_PAGE)
        last = max(position, head) if len(events) < _PAGE else events[-1].position or position
        return [decode_event(event) for event in events], last

    def meetings(self, partnership_id: UUID, day: date) -> list[Recorded]:
        """Read the meetings of one day."""
        parameters = {
            "first": start_of_day(day),
            "end": end_of_day(day),
            "tag": tag("partnership", partnership_id),
            "type": name_of(InteractionRecorded),
            "limit": MEETINGS_LOOKED_AT,
        }
        with self._log.connections.borrow() as connection, connection.cursor(binary=True) as cursor:
            rows = cursor.execute(_SAME_DAY, parameters).fetchall()
        return [decode_event(event_of_row(row)) for row in rows]


class Lookalikes:
    """Finds what may be on record already; one for each process, safe to use from many threads."""

    def __init__(self, source: LookalikeSource) -> None:
        self._source = source
        self._lock = threading.Lock()
        self._position = 0
        self._by_form: defaultdict[tuple[str, str], dict[UUID, _Entry]] = defaultdict(dict)
        self._by_identifier: defaultdict[str, dict[UUID, None]] = defaultdict(dict)

    def of(self, drafts: Sequence[Draft]) -> list[Warned]:
        """Warn of names, identifiers and meetings that look like those on record."""
        statements = [_said(draft) for draft in drafts]
        register_statements = [
            statement for statement in statements if isinstance(statement.body, (*_BODIES, *_PLACES))
        ]
        warnings: list[Warned] = []
        likely_same: dict[UUID, UUID] = {}
        if register_statements:
            self._catch_up()
        for statement in register_statements:
            for entry in _entries(statement.body):
                lookalikes = [] if statement.is_mended and self._still_called(entry) else self._like(entry)
                if lookalikes:
                    likely_same[entry.thing_id] = lookalikes[0]
                    warnings.append(Warned(Slip.LOOKS_LIKE, f"{statement.at}/name", tuple(lookalikes)))
            warnings += self._identifiers(statement)
        for statement in statements:
            if not isinstance(statement.body, InteractionRecorded) or (
                statement.is_mended and self._reads_so_already(statement.body)
            ):
                continue
            meetings = self._same_meetings(statement.body, statement.partition_id, likely_same)
            if meetings:
                warnings.append(Warned(Slip.SAME_MEETING, f"{statement.at}/happened", meetings))
        return warnings

    def note(self, body: EventBody) -> None:
        """Take note of what an event calls a body or a place; what does not stay on record matches nothing."""
        if isinstance(body, RecordCorrected):
            if body.replacement_name not in _NAMING:
                return
            body = corrected_body(body)
        for entry in _entries(body):
            self._by_form[entry.group, likeness(entry.name)][entry.thing_id] = replace(
                entry, plain=plain_form(entry.name)
            )
        for identifier in getattr(body, "identifiers", ()):
            self._by_identifier[identifier.casefold()][body.party_id] = None  # type: ignore[attr-defined]  # bodies with identifiers are parties

    def called(self, words: str, *, places: bool = False) -> set[UUID]:
        """The bodies and partnerships, or the places, that have or once had a name with these words in it."""
        self._catch_up()
        plain, form_sought = plain_form(words), likeness(words)
        with self._lock:
            return {
                entry.thing_id
                for (group, form), entries in self._by_form.items()
                if (group != _BODY) is places
                for entry in entries.values()
                if form_sought in form or plain in entry.plain
            }

    def _catch_up(self) -> None:
        """Read the names that were recorded since the last look."""
        with self._lock:
            while True:
                records, position = self._source.names_after(self._position)
                for record in records:
                    self.note(record.body)
                self._position = position
                if len(records) < _PAGE:
                    return

    def _like(self, entry: _Entry) -> list[UUID]:
        with self._lock:
            entries = list(self._by_form.get((entry.group, likeness(entry.name)), {}).values())
        lookalikes = [each for each in entries if each.thing_id != entry.thing_id and not _told_apart(each, entry)]
        return [each.thing_id for each in lookalikes if self._still_called(each)][:_MOST_LIKE]

    def _still_called(self, entry: _Entry) -> bool:
        """Whether an entry has that name as it stands now."""
        facts = self._standing(entry.thing_id, entry.group)
        names = [each.name for body in facts[-1:] for each in _entries(body)]
        return likeness(entry.name) in map(likeness, names)

    def _standing(self, thing_id: UUID, group: str) -> list[EventBody]:
        kinds = (("place", _PLACES),) if group != _BODY else (("party", _BODIES[:2]), ("partnership", _BODIES[2:]))
        selections = frozenset(on(kind, thing_id, *types) for kind, types in kinds)
        standing, _ = resolve(self._source.records(selections))
        return [fact.body for fact in standing if isinstance(fact.body, (*_BODIES, *_PLACES))]

    def _identifiers(self, statement: "_Said") -> Iterator[Warned]:
        body = statement.body
        if not isinstance(body, PartyRegistered | PartyAmended):
            return
        for index, identifier in enumerate(body.identifiers):
            with self._lock:
                others = [each for each in self._by_identifier.get(identifier.casefold(), {}) if each != body.party_id]
            shared = [each for each in others if self._has(each, identifier)][:_MOST_LIKE]
            if shared:
                at = f"{statement.at}/identifiers/{index}"
                yield Warned(Slip.IDENTIFIER_OF_ANOTHER, at, tuple(shared))

    def _has(self, party_id: UUID, identifier: str) -> bool:
        identifiers = [
            each for body in self._standing(party_id, _BODY)[-1:] for each in getattr(body, "identifiers", ())
        ]
        return identifier.casefold() in {each.casefold() for each in identifiers}

    def _same_meetings(self, body: InteractionRecorded, partition_id: UUID, same: dict[UUID, UUID]) -> tuple[UUID, ...]:
        """Find meetings of the partnership of that kind and day at which the same bodies were."""
        same_day = self._source.meetings(partition_id, first_day(body.happened))
        bodies = {same.get(meeting, meeting) for meeting in _bodies_at(body)}
        similar = [
            meeting for meeting in same_day if _is_alike(meeting.body, body) and _bodies_at(meeting.body) == bodies
        ]
        standing, _ = resolve([*similar, *self._mending(similar)]) if similar else ([], [])
        meetings = [
            meeting.body.interaction_id
            for meeting in standing
            if isinstance(meeting.body, InteractionRecorded)
            and first_day(meeting.body.happened) == first_day(body.happened)
        ]
        return tuple(meeting for meeting in meetings if meeting != body.interaction_id)[:_MOST_LIKE]

    def _reads_so_already(self, body: InteractionRecorded) -> bool:
        """Whether a meeting that is put right was, before, of that kind and day with those bodies."""
        records = self._source.records(frozenset({on("interaction", body.interaction_id, InteractionRecorded)}))
        standing, _ = resolve([*records, *self._mending(records)])
        return any(_is_alike(each.body, body) and _bodies_at(each.body) == _bodies_at(body) for each in standing)

    def _mending(self, records: Iterable[Recorded]) -> list[Recorded]:
        return self._source.records(frozenset(on("record", each.event_id) for each in records))


class _Said(Struct, frozen=True):
    """A body as it will read, where the command says it, and in whose affairs."""

    body: EventBody
    at: str
    partition_id: UUID
    is_mended: bool


def _said(draft: Draft) -> _Said:
    if draft.replacement is None:
        return _Said(draft.body, draft.pointer, draft.partition_id, is_mended=False)
    return _Said(draft.replacement, f"{draft.pointer}/changes", draft.partition_id, is_mended=True)


_BODY: Final = "body"


def _entries(body: EventBody) -> Iterator[_Entry]:
    """The clear name of what an event of a register is about."""
    match body:
        case (
            PartyRegistered(party_id=thing_id, name=str() as name) | PartyAmended(party_id=thing_id, name=str() as name)
        ):
            yield _Entry(thing_id, _BODY, name)
        case PartnershipFormed(partnership_id=thing_id, name=name):
            yield _Entry(thing_id, _BODY, name)
        case PlaceRegistered(place_id=thing_id, name=name, code=code):
            yield _Entry(thing_id, "place", name, code)
        case PlaceBoundaryChanged(place_id=thing_id, name=name, code=code):
            yield _Entry(thing_id, "place", name, code)


def _told_apart(one: _Entry, other: _Entry) -> bool:
    """Whether codes tell two places of one name apart."""
    return one.code is not None and other.code is not None and one.code != other.code


def _bodies_at(body: EventBody) -> set[UUID]:
    if not isinstance(body, InteractionRecorded):
        return set()
    return {each.party.party_id for each in body.participants if each.attendance is Attendance.ATTENDED}


def _is_alike(before: EventBody, body: InteractionRecorded) -> bool:
    """Whether an earlier meeting is of the same kind and length of time; two of one day may be hours apart."""
    if not isinstance(before, InteractionRecorded) or before.kind is not body.kind:
        return False
    if "T" in before.happened and "T" in body.happened:
        return abs(first_instant(before.happened) - first_instant(body.happened)) < _TWO_MEETINGS
    return last_day(before.happened) == last_day(body.happened)
