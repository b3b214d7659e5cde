"""Many at once is the same as one by one: the same events, leaves, refusals and receipts, whatever the batches."""

from collections.abc import Iterator, Sequence
from threading import Barrier, Thread
from uuid import UUID, uuid4, uuid5

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_any
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from domain.decisions.asks import RaiseAsk
from domain.decisions.command import Command, commands
from domain.decisions.command_context import Actor, CommandContext
from domain.decisions.interactions import Attendee, RecordInteraction
from domain.decisions.refusals import Refusal
from domain.decisions.registries import RegisterParty, RegisterPerson
from domain.decisions.stewardship import ForgetPerson
from domain.events import Envelope, encode, encode_envelope, name_of
from domain.events.declaration import declaration_of
from domain.events.recorded import Recorded, corrected_body
from domain.events.records import RecordCorrected
from domain.events.registries import PartyRegistered
from domain.events.selection import all_about, entry
from domain.events.stewardship import SubjectErased, TextRedacted
from domain.events.tags import stored_tags
from domain.handling import bulk_recorder, held_events
from domain.handling.bulk_recorder import BulkRecorder
from domain.handling.handler import Acknowledged, CommandOutcome, Handler, KeyReused
from domain.handling.held_events import HeldEvents
from domain.log.decode_events import decode_event
from domain.log.errors import BoundaryConflict, EntryTooLarge
from domain.log.event import LogEvent
from domain.log.leaf import leaf_of
from domain.log.recorder import LogRecorder
from domain.values import Sealed, first_instant
from domain.vault import OpeningRequest, SubjectForgotten, Vault, WrappingKey
from domain.vocabulary import AskKind, InteractionKind, PartyKind
from tests.integration.domain.handling.test_handler import SECRET, House
from tests.integration.domain.log.test_reads import every_success
from tests.support.any_command import order_of
from tests.support.given_commands import Past
from tests.support.small_world import NOW, OFFICER, RESIDENT, STEWARD, an_id, person_of
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
    with handler.recorder.transaction() as cursor:
        texts = [text if isinstance(text, str) else "erased" for text in handler.vault.open(cursor, requests)]
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


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    with LogRecorder(database_url) as recorder:
        yield House(recorder)


def a_body(name: str) -> RegisterParty:
    return RegisterParty(name=name, kind=PartyKind.UNITARY, happened="2025")


def test_what_waits_is_known_to_what_comes_after_it_and_is_in_the_log_only_once_appended(house: House) -> None:
    recorder, head = BulkRecorder(house.handler), house.recorder.head().position
    first = recorder.record(a_body("Westshire"), house.context(house.steward), b"")
    assert isinstance(first, Acknowledged)
    council_id = first.events[0].partition_id
    there = (Attendee(party=council_id), Attendee(party=house.tenants.party_id))
    call = recorder.record(
        RecordInteraction(kind=InteractionKind.CALL, happened="2026-03-14", participants=there, notes=SECRET),
        house.context(house.steward),
        b"",
    )
    assert isinstance(call, Acknowledged), call
    assert house.recorder.head().position == head

    receipts = recorder.append()

    assert [each.events[0].name for each in receipts] == ["party-registered", "interaction-recorded"]
    stored_events = [decode_event(each) for each in house.recorder.after(head)]
    assert [replace(each, subjects=frozenset()) for one in receipts for each in one.events] == stored_events


def test_what_others_record_in_between_is_taken_in_where_it_unsettles_nothing(house: House) -> None:
    recorder, before = BulkRecorder(house.handler), house.recorder.head().position
    recorder.record(a_body("Westshire"), house.context(house.steward), b"")
    recorder.record(house.meeting(), house.context(house.officer), b"")
    house.does(house.meeting(), house.officer)

    receipts = recorder.append()

    assert [each.events[0].name for each in receipts] == ["party-registered", "interaction-recorded"]
    assert [each.position for each in receipts] == [before + 2, before + 3]


def test_a_decision_that_others_unsettle_is_not_appended(house: House) -> None:
    person = house.vault.reference(
        house.does(RegisterPerson(name="Quillon Farthingale"), house.officer).events[0].partition_id
    )
    there = (Attendee(party=house.tenants.party_id, person=person),)
    call = RecordInteraction(kind=InteractionKind.CALL, happened="2026-03-14", participants=there, notes=SECRET)
    recorder, context = BulkRecorder(house.handler), house.context(house.officer)
    assert isinstance(recorder.record(call, context, b""), Acknowledged)
    house.does(ForgetPerson(person=person))
    head = house.recorder.head().position

    with pytest.raises((BoundaryConflict, SubjectForgotten)):
        recorder.append()

    assert house.recorder.head().position == head
    assert isinstance(recorder.record(call, context, b""), Refusal)


def test_whoever_is_forgotten_in_the_middle_of_a_batch_is_forgotten(house: House) -> None:
    person = house.vault.reference(
        house.does(RegisterPerson(name="Quillon Farthingale"), house.officer).events[0].partition_id
    )
    there = (Attendee(party=house.tenants.party_id, person=person),)
    call = RecordInteraction(kind=InteractionKind.CALL, happened="2026-03-14", participants=there, notes=SECRET)
    recorder = BulkRecorder(house.handler)
    before = recorder.record(call, house.context(house.officer), b"")
    recorder.record(ForgetPerson(person=person), house.context(house.steward), b"")
    after = recorder.record(call, house.context(house.officer), b"")
    recorder.append()

    assert isinstance(before, Acknowledged)
    assert isinstance(after, Refusal)
    recorded = house.recorder.find(before.events[0].event_id)
    assert recorded is not None
    _, texts = readable_body(house.handler, recorded.event_id, decode_event(recorded).body)
    assert texts["notes"] == "erased"


def test_two_recorders_at_once_lose_nothing(house: House) -> None:
    together, count = Barrier(2), 40
    contexts = [[house.context(house.steward) for _ in range(count)] for _ in range(2)]
    shared = house.context(house.steward)

    def record(number: int) -> None:
        recorder = BulkRecorder(house.handler)
        together.wait()
        for start in range(0, count, 8):
            for _ in range(100):
                try:
                    for context in contexts[number][start : start + 8]:
                        recorder.record(house.meeting(), context, b"")
                    recorder.record(a_body("Westshire"), shared, b"")
                    recorder.append()
                except BoundaryConflict:
                    continue
                break

    threads = [Thread(target=record, args=(number,)) for number in range(2)]
    before = house.recorder.head().position
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert house.recorder.head().position == before + 2 * count + 1
    for context in (*contexts[0], *contexts[1], shared):
        assert isinstance(house.handler.lookup(context.command_id, b""), Acknowledged)
        assert isinstance(house.handler.lookup(context.command_id, b"other"), KeyReused)


def test_what_is_let_go_is_read_again(house: House, monkeypatch) -> None:
    monkeypatch.setattr(bulk_recorder, "MOST_HELD", 3)
    recorder, let_go = BulkRecorder(house.handler), []
    forget = HeldEvents.let_go
    monkeypatch.setattr(HeldEvents, "let_go", lambda memory: [let_go.append(len(memory)), forget(memory)])
    ask = RaiseAsk(
        kind=AskKind.REQUEST, raised_by=house.tenants.party_id, text=SECRET, addressee=house.council.party_id
    )
    for _ in range(4):
        assert isinstance(recorder.record(house.meeting(asks=(ask,)), house.context(house.officer), b""), Acknowledged)
        recorder.append()
    assert len(let_go) == 4
    assert min(let_go) > 3


def test_a_body_is_asked_about_that_looks_like_one_of_the_same_batch(house: House) -> None:
    recorder = BulkRecorder(house.handler)
    first = recorder.record(a_body("Westshire Council"), house.context(house.steward), b"")
    second = recorder.record(a_body("WESTSHIRE council"), house.context(house.steward), b"")
    assert isinstance(first, Acknowledged)
    assert isinstance(second, Acknowledged)
    assert first.warnings == ()
    assert [each.about for each in second.warnings] == [(first.events[0].partition_id,)]


def test_what_was_too_much_to_foresee_is_read_when_it_is_asked_for(house: House, monkeypatch) -> None:
    monkeypatch.setattr(held_events, "_MOST_FORESEEN", 1)
    recorder = BulkRecorder(house.handler)
    seats = [house.council.party_id, house.tenants.party_id]
    recorder.foresee((), frozenset({all_about("partnership", house.partnership_id)}))
    recorder.foresee((), frozenset(entry("party", each, PartyRegistered) for each in seats))
    assert isinstance(recorder.record(house.meeting(), house.context(house.officer), b""), Acknowledged)


def test_an_event_too_large_is_refused_alone(house: House) -> None:
    recorder, head = BulkRecorder(house.handler), house.recorder.head().position
    recorder.record(a_body("Westshire"), house.context(house.steward), b"")
    with pytest.raises(EntryTooLarge):
        recorder.record(house.meeting(notes="x" * 70_000), house.context(house.officer), b"")
    recorder.append()
    assert house.recorder.head().position == head + 1


def test_a_rehearsal_decides_the_same_and_appends_nothing(house: House) -> None:
    recorder, head = BulkRecorder(house.handler, rehearsal=True), house.recorder.head().position
    context = house.context(house.steward)
    assert isinstance(recorder.record(a_body("Westshire"), context, b""), Acknowledged)
    assert recorder.append() == []
    again = recorder.record(a_body("Westshire"), context, b"")
    assert isinstance(again, Acknowledged)
    assert again.repeated
    assert house.recorder.head().position == head
