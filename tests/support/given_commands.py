"""Given what was recorded, when a command is given, then these events, or a refusal.

Every decision heard here is heard three times: on exactly what its boundary selects, the same again, and on all
that is known around it. All must come to the same, and every event must survive being stored.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from inspect import signature
from typing import ClassVar
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.decisions.boundary import around, boundary, widening
from domain.decisions.case import Draft
from domain.decisions.command import Command, decide
from domain.decisions.command_context import Actor, CommandContext
from domain.decisions.facts import Facts
from domain.decisions.records import RecordCommand
from domain.decisions.references import references
from domain.decisions.refusals import Code, Refusal
from domain.events import Envelope, EventBody, decode, encode, name_of, texts_of
from domain.events.declaration import declaration_of
from domain.events.outcomes import LessonDrawn
from domain.events.partnerships import MemberJoined
from domain.events.recorded import Recorded
from domain.events.records import RecordCorrected, RecordWithdrawn
from domain.events.selection import Selections
from domain.events.tags import mending_tags, stored_tags, tag
from domain.values import PartyAt, Plain, first_instant
from tests.support.small_world import BOARD_ID, COUNCIL, NOW, OTHER_BOARD_ID, SEALED, WORLD, an_id, person_of

COMMAND_ID = an_id("the command that is tested")
SALT = bytes(range(32))
TESTED: set[tuple[type[Command], Code | None]] = set()
"""The claims of the tests: a command and one of its refusals, or None for its success."""
SHOWN: dict[type[Command], Callable[[], None]] = {}
"""Of every command, a test without arguments that shows what it records."""
_HEARD: list[tuple[type[Command], Code | None]] = []


class Past(Struct, frozen=True, kw_only=True):
    """One event already recorded, with whose word it was and whose affairs it is in."""

    body: EventBody
    word: PartyAt
    partition_id: UUID
    event_id: UUID
    subjects: frozenset[UUID] = frozenset()


def past(body: EventBody, *, by: PartyAt | None = None, partnership: UUID = BOARD_ID) -> Past:
    """Place an event in the past: the word is that of the first party it names, unless told otherwise."""
    home = declaration_of(body).home
    values = (getattr(body, name) for name in body.__struct_fields__)
    word = by or next((each for each in values if isinstance(each, PartyAt)), COUNCIL)
    partition_id = getattr(body, home) if home else partnership
    return Past(body=body, word=word, partition_id=partition_id, event_id=event_id_of(body))


def elsewhere(body: EventBody) -> Past:
    """Place an event in the past of another partnership."""
    return past(body, partnership=OTHER_BOARD_ID)


def event_id_of(body: EventBody) -> UUID:
    """The id under which the tests record an event."""
    return an_id(repr(body))


def new(*path: object) -> UUID:
    """The id of a thing that the tested command brings into being."""
    return context_of(None, None).new_id(*path)


def context_of(actor: Actor | None, partnership_id: UUID | None, command_id: UUID = COMMAND_ID) -> CommandContext:
    return CommandContext(
        actor=actor or Actor(actor_id=an_id("anybody"), party=COUNCIL),
        command_id=command_id,
        now=NOW,
        person_of=person_of,
        partnership_id=partnership_id,
        salt=SALT,
    )


class Given:
    """The events recorded before a command."""

    def __init__(self, events: Iterable[EventBody | Past]) -> None:
        self.past = [each if isinstance(each, Past) else past(each) for each in events]

    def when(
        self, command: Command, *, by: Actor, partnership: UUID | None = BOARD_ID, command_id: UUID = COMMAND_ID
    ) -> "Hearing":
        """Decide a command, within the board unless it belongs outside any partnership."""
        inside = command.within_partnership or isinstance(command, RecordCommand)
        context = context_of(by, partnership if inside else None, command_id)
        return Hearing(command, self._heard(command, context), self, context)

    def _heard(self, command: Command, context: CommandContext) -> tuple[Draft, ...] | Refusal:
        inside = self._inside(command, context)
        outcome = decide(command, Facts.from_records(inside), context)
        assert outcome == decide(command, Facts.from_records(inside), context)
        assert outcome == decide(command, Facts.from_records(self._around(command, context)), context)
        return outcome

    def _around(self, command: Command, context: CommandContext) -> list[Recorded]:
        """The registers, all affairs of the partnerships concerned, and lessons from anywhere."""
        partnership_ids = {reference for _, kind, reference in references(command) if kind == "partnership"}
        return [
            record
            for record in self._records()
            if declaration_of(record.body).home
            or record.partition_id in partnership_ids | {context.partnership_id}
            or isinstance(record.body, (LessonDrawn, MemberJoined, RecordCorrected, RecordWithdrawn))
        ]

    def _records(self) -> list[Recorded]:
        return [_recorded(each, position) for position, each in enumerate(self.past, start=1)]

    def tagged(self) -> list[tuple[Recorded, set[str]]]:
        """Everything that was recorded, with the tags under which the log would keep it."""
        return [(record, self._tags(record)) for record in self._records()]

    def _inside(self, command: Command, context: CommandContext) -> list[Recorded]:
        """The records that the boundary selects, read as the log would."""
        selections, record_ids = boundary(command, context)
        records = self._records()
        by_id = {record.event_id: record for record in records}
        singles: list[Recorded] = []
        chain = [by_id[each] for each in record_ids if each in by_id]
        while chain:
            singles.append(chain.pop())
            about = getattr(singles[-1].body, "record_id", None)
            chain.extend([by_id[about]] if about in by_id else [])
        selections |= around(singles)
        while True:
            inside = [record for record in records if record in singles or self._selected(record, selections)]
            more = widening(command, inside, context) - selections
            if not more:
                return inside
            selections |= more

    def _selected(self, record: Recorded, selections: Selections) -> bool:
        tags = self._tags(record)
        return any(selection.selects(record.name, tags, record.partition_id) for selection in selections)

    def _tags(self, record: Recorded) -> set[str]:
        tags = stored_tags(record.body, record.partition_id)
        mended = next((e for e in self.past if e.event_id == getattr(record.body, "record_id", None)), None)
        if mended is not None:
            tags |= mending_tags(mended.body, record.partition_id, mended.event_id)
        return tags | {tag("subject", each) for each in record.subjects}


def _recorded(event: Past, position: int) -> Recorded:
    occurred_at = first_instant(event.body.happened)
    return Recorded(
        event_id=event.event_id,
        position=position,
        partition_id=event.partition_id,
        occurred_at=occurred_at,
        recorded_at=occurred_at,
        body=event.body,
        subjects=event.subjects,
        envelope=Envelope(
            command_id=event.event_id,
            operation="given",
            actor=event.event_id,
            recorded_by=event.word.side,
            on_behalf_of=event.word,
        ),
    )


class Hearing:
    """The outcome of a decision."""

    last_recorded: ClassVar["Hearing | None"] = None

    def __init__(
        self, command: Command, outcome: tuple[Draft, ...] | Refusal, facts: Given, context: CommandContext
    ) -> None:
        self.command = command
        self.outcome = outcome
        self.known = facts
        self.context = context

    @property
    def drafts(self) -> tuple[Draft, ...]:
        """The events to record; the test fails on a refusal."""
        assert not isinstance(self.outcome, Refusal), self.outcome
        for draft in self.outcome:
            _survives_being_stored(draft.body)
            _survives_being_stored(draft.replacement or draft.body)
        _HEARD.append((type(self.command), None))
        Hearing.last_recorded = self
        return self.outcome

    def then(self, *expected: EventBody) -> None:
        """Expect exactly these events, in this order."""
        assert tuple(draft.body for draft in self.drafts) == expected

    def then_refused(self, *expected: Code, at: str | None = None) -> None:
        """Expect exactly these reasons, at this place of the command where one is named."""
        assert isinstance(self.outcome, Refusal), [draft.body for draft in self.outcome]
        assert {fault.code for fault in self.outcome.faults} == set(expected), self.outcome
        assert all(fault.detail and fault.pointer.startswith("#") for fault in self.outcome.faults)
        if at is not None:
            assert at in {fault.pointer for fault in self.outcome.faults}, self.outcome
        _HEARD.extend((type(self.command), code) for code in expected)


def recorded_now(draft: Draft) -> Past:
    """A new event as the past of what comes next, its texts sealed."""
    body = _sealed(draft.body)
    if draft.replacement is not None:
        body = replace(body, replacement=encode(_sealed(draft.replacement)))
    return Past(body=body, word=draft.word, partition_id=draft.partition_id, event_id=draft.event_id)


def _sealed(body: EventBody) -> EventBody:
    return replace(body, **{field: SEALED for field, text in texts_of(body) if isinstance(text, Plain)})


def _survives_being_stored(body: EventBody) -> None:
    stored = _sealed(body)
    assert decode(name_of(body), declaration_of(body).version, encode(stored)) == stored


_WORLD = tuple(past(each) for each in WORLD)


def given(*events: EventBody | Past) -> Given:
    """Begin with the world of the tests and these events, in the order of recording."""
    return Given((*_WORLD, *events))


def given_only(*events: EventBody | Past) -> Given:
    """Begin with nothing but these events."""
    return Given(events)


def _shows(command: type[Command], outcomes: tuple[Code | None, ...]) -> Callable[[Callable], Callable]:
    outcomes_shown = {(command, outcome) for outcome in outcomes}
    TESTED.update(outcomes_shown)

    def decorate(test: Callable) -> Callable:
        @wraps(test)
        def run(*args: object, **kwargs: object) -> None:
            before = len(_HEARD)
            test(*args, **kwargs)
            assert outcomes_shown <= set(_HEARD[before:]), f"{test.__name__} does not show {outcomes_shown}"

        return run

    return decorate


def records(command: type[Command]) -> Callable[[Callable], Callable]:
    """Mark a test that shows what a command records; it fails if it does not."""

    def decorate(test: Callable) -> Callable:
        checked_test = _shows(command, (None,))(test)
        if not signature(test).parameters:
            SHOWN.setdefault(command, checked_test)
        return checked_test

    return decorate


def refuses(command: type[Command], *codes: Code) -> Callable[[Callable], Callable]:
    """Mark a test that shows a command refused for these reasons; it fails if it does not."""
    return _shows(command, codes)
