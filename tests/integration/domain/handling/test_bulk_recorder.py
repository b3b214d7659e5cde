"""Many commands at once: what waits is known to what comes after, others may come in between, and nothing is lost."""

from collections.abc import Iterator
from threading import Barrier, Thread

import pytest
from msgspec.structs import replace

from domain.decisions.asks import RaiseAsk
from domain.decisions.interactions import Attendee, RecordInteraction
from domain.decisions.refusals import Refusal
from domain.decisions.registries import RegisterParty, RegisterPerson
from domain.decisions.stewardship import ForgetPerson
from domain.events.registries import PartyRegistered
from domain.events.selection import all_about, entry
from domain.handling import bulk_recorder, held_events
from domain.handling.bulk_recorder import BulkRecorder
from domain.handling.handler import Acknowledged, KeyReused
from domain.handling.held_events import HeldEvents
from domain.log.decode_events import decode_event
from domain.log.errors import BoundaryConflict, EntryTooLarge
from domain.log.recorder import LogRecorder
from domain.vault import SubjectForgotten
from domain.vocabulary import AskKind, InteractionKind, PartyKind
from tests.integration.domain.handling.test_bulk_law import readable_body
from tests.integration.domain.handling.test_handler import SECRET, House


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
