"""Many at once is the same as one by one: the same events, leaves, refusals and receipts, whatever the batches."""

from collections.abc import Sequence
from uuid import UUID, uuid4, uuid5

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_any
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from domain.decisions.command import Command, commands
from domain.decisions.command_context import Actor, CommandContext
from domain.events import Envelope, encode, encode_envelope, name_of
from domain.events.declaration import declaration_of
from domain.events.recorded import Recorded, corrected_body
from domain.events.records import RecordCorrected
from domain.events.stewardship import SubjectErased, TextRedacted
from domain.events.tags import stored_tags
from domain.handling.bulk_recorder import BulkRecorder
from domain.handling.handler import Acknowledged, CommandOutcome, Handler
from domain.log.decode_events import decode_event
from domain.log.event import LogEvent
from domain.log.leaf import leaf_of
from domain.log.recorder import LogRecorder
from domain.values import Sealed, first_instant
from domain.vault import OpeningRequest, Vault, WrappingKey
from tests.integration.domain.log.test_reads import every_success
from tests.support.any_command import order_of
from tests.support.given_commands import Past
from tests.support.small_world import NOW, OFFICER, RESIDENT, STEWARD, an_id, person_of
from tests.support.word_readers import opened_texts
from tests.unit.domain.decisions.test_laws import BEFORE, FIELDS, KNOWN_IDS, given, partition_concerned

PAST = [each for each in given(*BEFORE.values()).past if not isinstance(each.body, SubjectErased | TextRedacted)]
"""All that is known at first; nothing in it was destroyed."""


class GivenCommand(Struct, frozen=True):
    """A command as it is given, and what is done with the recorder after it: nothing, an append, or its end."""

    command: Command
    key: Actor
    command_id: UUID
    payload: bytes
    then: str

    def context(self) -> CommandContext:
        partition_id = partition_concerned(given(*BEFORE.values()), self.command)
        return CommandContext(
            actor=self.key,
            command_id=self.command_id,
            now=NOW,
            person_of=person_of,
            partnership_id=partition_id if type(self.command).within_partnership else None,
        )


def stored(past: Past) -> LogEvent:
    envelope = Envelope(
        command_id=uuid5(past.event_id, "command"),
        operation="given",
        actor=an_id("somebody"),
        recorded_by=past.word.side,
        on_behalf_of=past.word,
    )
    return LogEvent(
        type=name_of(past.body),
        version=declaration_of(past.body).version,
        data=encode(past.body),
        tags=sorted(stored_tags(past.body, past.partition_id)),
        event_id=past.event_id,
        partition_id=past.partition_id,
        occurred_at=first_instant(past.body.happened),
        envelope=encode_envelope(envelope),
    )


@pytest.fixture(scope="module")
def told_template(seeded_template) -> str:
    def seed(dsn: str) -> None:
        with LogRecorder(dsn) as recorder:
            recorder.append([stored(each) for each in {each.event_id: each for each in PAST}.values()])

    return seeded_template(seed)


class Clones:
    """Fresh databases with the same past."""

    def __init__(self, server, template: str) -> None:
        self._server, self._template = server, template

    def handler(self, wrapping_key: WrappingKey) -> tuple[str, Handler]:
        name = f"bulk_{uuid4().hex}"
        with psycopg.connect(self._server.dsn(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {self._template} STRATEGY file_copy")
        return name, Handler(LogRecorder(self._server.dsn(name)), Vault(wrapping_key))

    def drop(self, name: str, handler: Handler) -> None:
        handler.recorder.close()
        with psycopg.connect(self._server.dsn(), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def clones(server, told_template) -> Clones:
    return Clones(server, told_template)


def readable(handler: Handler, record: Recorded) -> object:
    """An event without what chance or the clock put into it: texts opened, keys and instants left out."""
    body = record.body
    inner = readable_body(handler, record.event_id, corrected_body(body)) if isinstance(body, RecordCorrected) else None
    if isinstance(body, RecordCorrected):
        body = replace(body, replacement=b"")
    fingerprint = record.envelope.fingerprint is not None
    envelope = replace(record.envelope, fingerprint=None)
    plain = readable_body(handler, record.event_id, body)
    return (
        record.event_id,
        record.position,
        record.partition_id,
        record.occurred_at,
        plain,
        inner,
        envelope,
        fingerprint,
    )


def readable_body(handler: Handler, event_id: UUID, body) -> object:
    fields = {name: getattr(body, name) for name in body.__struct_fields__}
    sealed = {name: value for name, value in fields.items() if isinstance(value, Sealed)}
    requests = [OpeningRequest(event_id, name, value) for name, value in sealed.items()]
    opened = opened_texts(handler.vault, handler.recorder, requests)
    texts = [text if isinstance(text, str) else "erased" for text in opened]
    return type(body), fields | dict(zip(sealed, texts, strict=True))


def recorded_since(handler: Handler) -> list[LogEvent]:
    return handler.recorder.after(len({each.event_id for each in PAST}))


def shown(outcome: CommandOutcome) -> object:
    if isinstance(outcome, Acknowledged):
        return outcome.repeated, [each.event_id for each in outcome.events], outcome.warnings
    return outcome


@st.composite
def given_commands(draw: st.DrawFn) -> list[GivenCommand]:
    given_list: list[GivenCommand] = []
    for number in range(draw(st.integers(2, 7))):
        command_id = an_id(f"command {draw(st.sampled_from([number, number, number, 0]))}")
        new_ids = tuple(uuid5(each.command_id, path) for each in given_list for path in ("party", "ask", "interaction"))
        if draw(st.booleans()):
            command = draw(st.sampled_from(WELL_KNOWN))
        else:
            kind = draw(st.sampled_from(list(commands().values())))
            command = draw(order_of(kind, (*KNOWN_IDS, *new_ids), FIELDS))
        given_list.append(
            GivenCommand(
                command=command,
                key=draw(st.sampled_from([STEWARD, STEWARD, OFFICER, RESIDENT])),
                command_id=command_id,
                payload=draw(st.sampled_from([b"same", b"same", b"other"])),
                then=draw(st.sampled_from(["go on", "go on", "append", "append meanwhile", "end"])),
            )
        )
    return given_list


WELL_KNOWN = [hearing.command for hearing in every_success().values()]
"""Of every command, one that records something in some history."""


def one_by_one(handler: Handler, given_list: Sequence[GivenCommand]) -> list[object]:
    outcomes = [handler.handle(each.command, each.context(), each.payload) for each in given_list]
    return [shown(each) for each in outcomes]


def at_once(handler: Handler, given_list: Sequence[GivenCommand]) -> list[object]:
    """Record in batches; where a recorder ends, as in a kill, what was not appended is given again to another."""
    outcomes: list[object] = [None] * len(given_list)
    recorder, waiting = BulkRecorder(handler), []
    for number, given_command in enumerate(given_list):
        waiting.append(number)
        outcomes[number] = shown(recorder.record(given_command.command, given_command.context(), given_command.payload))
        if given_command.then == "append":
            recorder.append()
        elif given_command.then == "append meanwhile":
            recorder.append_meanwhile()
            continue
        elif given_command.then == "end":
            recorder.close()
            recorder = BulkRecorder(handler)
            for earlier in (each for each in waiting if isinstance(outcomes[each], tuple)):
                lost = given_list[earlier]
                assert isinstance(recorder.record(lost.command, lost.context(), lost.payload), Acknowledged)
            continue
        else:
            continue
        waiting.clear()
    recorder.append()
    return outcomes


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@for_any(given_list=given_commands())
def test_many_at_once_are_recorded_as_one_by_one(clones: Clones, given_list) -> None:
    wrapping_key = WrappingKey.generate()
    name, handler = clones.handler(wrapping_key)
    other_name, other = clones.handler(wrapping_key)
    try:
        assert at_once(handler, given_list) == one_by_one(other, given_list)
        ours, theirs = recorded_since(handler), recorded_since(other)
        assert [readable(handler, decode_event(each)) for each in ours] == [
            readable(other, decode_event(event)) for event in theirs
        ]
        assert [each.tags for each in ours] == [each.tags for each in theirs]
        assert_each_command_is_an_append(handler, ours)
    finally:
        clones.drop(name, handler)
        clones.drop(other_name, other)


def assert_each_command_is_an_append(handler: Handler, events: Sequence[LogEvent]) -> None:
    """Every leaf is its event's, and each command has an instant of its own, in the order of recording."""
    instants: dict[UUID, set[object]] = {}
    for event in events:
        instants.setdefault(decode_event(event).envelope.command_id, set()).add(event.recorded_at)
    assert all(len(each) == 1 for each in instants.values())
    in_order = [min(each) for each in instants.values()]
    assert in_order == sorted(set(in_order))
    with handler.recorder.connections.borrow() as connection:
        leaves = dict(connection.execute("SELECT position, leaf FROM log.event").fetchall())
    assert all(leaves[event.position] == leaf_of(event) for event in events)
