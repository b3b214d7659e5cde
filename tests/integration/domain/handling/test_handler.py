"""Commands run against a real log: once, sealed, all or nothing, and decided again when others get in first."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import UUID, uuid4

import psycopg
import pytest
from msgspec.structs import replace

from domain.decisions.asks import AnswerAsk, RaiseAsk
from domain.decisions.command import Command
from domain.decisions.command_context import Actor, CommandContext
from domain.decisions.interactions import Attendee, RecordInteraction
from domain.decisions.partnerships import FirstSeat, FormPartnership
from domain.decisions.records import CorrectRecord, WithdrawRecord
from domain.decisions.references import Here
from domain.decisions.refusals import Code, Refusal
from domain.decisions.registries import RegisterParty, RegisterPerson
from domain.decisions.stewardship import ForgetPerson
from domain.events.interactions import InteractionRecorded
from domain.events.recorded import resolve
from domain.handling.handler import Acknowledged, Handler, KeyReused, StateRead
from domain.handling.held_events import HeldEvents
from domain.handling.sealing import opening_request
from domain.log.decode_events import decode_event
from domain.log.query import AppendCondition, LogQuery
from domain.log.recorder import LogRecorder
from domain.values import PartyAt, Sealed
from domain.vault import Erased, Vault, WrappingKey
from domain.vocabulary import Answer, AskKind, InteractionKind, PartyKind, Side
from tests.support.log_events import an_event
from tests.support.word_readers import opened_texts

SECRET = "the boiler at number nine leaks"  # noqa: S105 - a secret only in the sense of this test


class House:
    """A log with a council, a residents' group and a partnership of both."""

    def __init__(self, recorder: LogRecorder, wrapping_key: WrappingKey | None = None) -> None:
        self.recorder = recorder
        self.wrapping_key = wrapping_key or WrappingKey.generate()
        self.vault = Vault(self.wrapping_key)
        self.handler = Handler(recorder, self.vault)
        operator = PartyAt(uuid4(), Side.OTHER, PartyKind.OTHER_BODY)
        self.steward = Actor(actor_id=uuid4(), party=operator, steward=True)
        self.council = self._party("Exshire", PartyKind.UNITARY)
        self.tenants = self._party("Mill Lane tenants", PartyKind.TENANTS_RESIDENTS_ASSOCIATION)
        seats = tuple(FirstSeat(party=each.party_id, voting=True) for each in (self.council, self.tenants))
        formed = self.does(
            FormPartnership(name="Mill Lane", kind=PartyKind.NEIGHBOURHOOD_BOARD, members=seats, happened="2026-01")
        )
        self.partnership_id = formed.events[0].partition_id
        self.officer = Actor(actor_id=uuid4(), party=self.council)

    def _party(self, name: str, kind: PartyKind) -> PartyAt:
        body = self.does(RegisterParty(name=name, kind=kind, happened="2025")).events[0].body
        return PartyAt(body.party_id, body.side, body.kind)  # type: ignore[attr-defined] - a body is typed as any event's

    def context(self, actor: Actor, command_id: UUID | None = None) -> CommandContext:
        return CommandContext(
            actor=actor,
            command_id=command_id or uuid4(),
            now=datetime.now(UTC),
            person_of=self.vault.person_of,
            partnership_id=getattr(self, "partnership_id", None),
        )

    def ask(
        self, command: Command, actor: Actor | None = None, command_id: UUID | None = None, payload: bytes = b"same"
    ) -> Acknowledged | Refusal | KeyReused:
        return self.handler.handle(command, self.context(actor or self.steward, command_id), payload)

    def does(self, command: Command, actor: Actor | None = None) -> Acknowledged:
        outcome = self.ask(command, actor)
        assert isinstance(outcome, Acknowledged), outcome
        return outcome

    def meeting(self, **more: object) -> RecordInteraction:
        there = (Attendee(party=self.council.party_id), Attendee(party=self.tenants.party_id))
        return RecordInteraction(
            kind=InteractionKind.MEETING,
            happened="2026-03-14",
            participants=there,
            **more,  # type: ignore[arg-type] - each test names fields that there are
        )


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    with LogRecorder(database_url) as recorder:
        yield House(recorder)


def test_one_recorded_meeting_is_one_append_of_consecutive_events(house: House) -> None:
    ask = RaiseAsk(
        kind=AskKind.REQUEST, raised_by=house.tenants.party_id, text=SECRET, addressee=house.council.party_id
    )
    answer = AnswerAsk(ask=Here(here=0), answered_by=house.council.party_id, answer=Answer.ADOPTED)

    meeting = house.does(house.meeting(asks=(ask,), answers=(answer,)), house.officer)

    names = [event.name for event in meeting.events]
    positions = [event.position for event in meeting.events]
    assert names == ["interaction-recorded", "ask-raised", "ask-answered"]
    assert positions == list(range(positions[0], positions[0] + 3))
    assert len({event.recorded_at for event in meeting.events}) == 1


def test_the_same_command_twice_is_recorded_once_and_answered_the_same(house: House) -> None:
    command_id = uuid4()

    first = house.ask(house.meeting(notes=SECRET), house.officer, command_id)
    again = house.ask(house.meeting(notes=SECRET), house.officer, command_id)

    assert isinstance(first, Acknowledged)
    assert isinstance(again, Acknowledged)
    assert (first.repeated, again.repeated) == (False, True)
    assert again.events == first.events
    assert house.recorder.head().position == first.position


def test_the_same_command_id_with_other_content_is_not_recorded(house: House) -> None:
    command_id = uuid4()
    house.ask(house.meeting(), house.officer, command_id)
    before = house.recorder.head().position

    outcome = house.ask(house.meeting(notes=SECRET), house.officer, command_id, b"other")

    assert isinstance(outcome, KeyReused)
    assert house.recorder.head().position == before


def test_a_refused_command_changes_nothing(house: House) -> None:
    before = house.recorder.head().position
    stranger = RaiseAsk(kind=AskKind.REQUEST, raised_by=uuid4(), text=SECRET)

    outcome = house.ask(house.meeting(asks=(stranger,)), house.officer)

    assert isinstance(outcome, Refusal)
    assert [(fault.code, fault.pointer) for fault in outcome.faults] == [(Code.UNKNOWN_PARTY, "#/asks/0/raised_by")]
    assert house.recorder.head().position == before


def test_of_racing_answers_to_one_ask_one_is_recorded(house: House) -> None:
    raised = house.does(RaiseAsk(kind=AskKind.QUESTION, raised_by=house.tenants.party_id, text=SECRET))
    answer = AnswerAsk(
        ask=raised.events[0].body.ask_id,  # type: ignore[attr-defined] - a body is typed as any event's
        answered_by=house.council.party_id,
        answer=Answer.ADOPTED,
    )

    with ThreadPoolExecutor(6) as officers:
        outcomes = list(officers.map(lambda _: house.ask(answer, house.officer), range(6)))

    recorded_once = [each for each in outcomes if isinstance(each, Acknowledged)]
    refused = [each.faults[0].code for each in outcomes if isinstance(each, Refusal)]
    assert len(recorded_once) == 1
    assert refused == [Code.ALREADY_ANSWERED] * 5


def test_two_officers_recording_at_once_lose_nothing(house: House) -> None:
    before = house.recorder.head().position

    with ThreadPoolExecutor(8) as officers:
        outcomes = list(officers.map(lambda _: house.does(house.meeting(notes=SECRET), house.officer), range(40)))

    assert sorted(each.position for each in outcomes) == list(range(before + 1, before + 41))


def test_no_readable_text_and_no_name_reaches_the_database(house: House, database_url: str) -> None:
    person = house.does(RegisterPerson(name="Quillon Farthingale"), house.officer)
    reference = house.vault.reference(person.events[0].partition_id)
    there = (Attendee(party=house.tenants.party_id, person=reference),)
    meeting = RecordInteraction(kind=InteractionKind.CALL, happened="2026-03-14", participants=there, notes=SECRET)
    house.does(meeting, house.officer)

    with psycopg.connect(database_url) as connection:
        stored = connection.execute("SELECT data || envelope FROM log.event").fetchall()
        key_rows = connection.execute("SELECT to_jsonb(key)::text FROM vault.key").fetchall()

    everything = b"".join(row[0] for row in stored) + "".join(row[0] for row in key_rows).encode()
    assert SECRET.encode() not in everything
    assert b"Farthingale" not in everything


def test_a_correction_stands_for_the_record_and_its_text_can_be_read(house: House) -> None:
    meeting = house.does(house.meeting(notes="mistyped"), house.officer)
    record_id = meeting.events[0].event_id

    house.does(CorrectRecord(record=record_id, changes={"notes": SECRET, "happened": "2026-03-13"}, reasons="a slip"))

    records = [decode_event(event) for event in house.recorder.read_partition(house.partnership_id)]
    standing, _ = resolve(records)
    effective = next(each for each in standing if each.event_id == record_id)
    body = effective.body
    assert isinstance(body, InteractionRecorded)
    assert body.happened == "2026-03-13"
    assert isinstance(body.notes, Sealed)
    corrections = [each for each in records if each.event_id in effective.corrected_by]
    request = opening_request(effective.recorded, corrections, "notes", body.notes)
    opened = opened_texts(house.vault, house.recorder, [request])
    assert opened == [SECRET]


def test_another_side_may_not_correct_or_withdraw_what_the_council_recorded(house: House) -> None:
    meeting = house.does(house.meeting(), house.officer)
    resident = Actor(actor_id=uuid4(), party=house.tenants)

    outcome = house.ask(WithdrawRecord(record=meeting.events[0].event_id, reasons="we disagree"), resident)

    assert isinstance(outcome, Refusal)
    assert outcome.faults[0].code is Code.ONLY_WHO_RECORDED_IT


def test_a_record_can_be_corrected_twice_and_the_last_correction_stands(house: House) -> None:
    record_id = house.does(house.meeting(), house.officer).events[0].event_id
    for kind in ("workshop", "call"):
        house.does(CorrectRecord(record=record_id, changes={"kind": kind}, reasons="a slip"), house.officer)

    standing, _ = resolve([decode_event(event) for event in house.recorder.read_partition(house.partnership_id)])

    body = next(each.body for each in standing if each.event_id == record_id)
    assert isinstance(body, InteractionRecorded)
    assert body.kind is InteractionKind.CALL


def test_forgetting_a_person_makes_every_text_that_names_them_unreadable(house: House) -> None:
    person_id = house.does(RegisterPerson(name="Quillon Farthingale"), house.officer).events[0].partition_id
    reference = house.vault.reference(person_id)
    there = (Attendee(party=house.tenants.party_id, person=reference),)
    meeting = house.does(
        RecordInteraction(kind=InteractionKind.CALL, happened="2026-03-14", participants=there, notes=SECRET)
    )

    house.does(ForgetPerson(person=reference))

    body = meeting.events[0].body
    assert isinstance(body, InteractionRecorded)
    assert isinstance(body.notes, Sealed)
    request = opening_request(meeting.events[0], (), "notes", body.notes)
    [opened] = opened_texts(house.vault, house.recorder, [request])
    assert isinstance(opened, Erased)
    outcome = house.ask(
        RecordInteraction(kind=InteractionKind.CALL, happened="2026-03-15", participants=there), house.officer
    )
    assert isinstance(outcome, Refusal)
    assert outcome.faults[0].code is Code.SUBJECT_ERASED


def test_registering_rests_on_nothing_that_others_recorded(house: House) -> None:
    command = RegisterParty(name="Westmoor", kind=PartyKind.UNITARY)
    context = replace(house.context(house.steward), partnership_id=None)

    boundary = HeldEvents(house.recorder).boundary_of(command, context)
    condition = AppendCondition(LogQuery(boundary.selections), boundary.position)
    house.does(house.meeting(), house.officer)
    with house.recorder.transaction() as cursor:
        house.recorder.append_in(cursor, [an_event()], condition)

    assert house.handler.boundary_records(command, context) == []


def test_a_state_in_which_nothing_was_seen_is_not_unsettled_by_others(house: House) -> None:
    command = RegisterParty(name="Westmoor", kind=PartyKind.UNITARY)

    outcome = house.handler.handle(command, house.context(house.steward), b"", seen=StateRead(frozenset(), 0))

    assert isinstance(outcome, Acknowledged)


def test_a_decision_knows_that_a_correction_of_an_entry_was_withdrawn_though_it_names_neither(house: House) -> None:
    entry = next(e for e in house.recorder.stream() if e.partition_id == house.council.party_id)
    at_the_entry = replace(house.context(house.steward), partnership_id=house.council.party_id)

    def mend(command: Command) -> UUID:
        outcome = house.handler.handle(command, replace(at_the_entry, command_id=uuid4()), b"")
        assert isinstance(outcome, Acknowledged), outcome
        return outcome.events[0].event_id

    correction = mend(CorrectRecord(record=entry.event_id, changes={"name": "Eastshire"}, reasons="a slip"))
    withdrawal = mend(WithdrawRecord(record=correction, reasons="it was right before"))

    records = house.handler.boundary_records(house.meeting(), house.context(house.officer))

    assert {entry.event_id, correction, withdrawal} <= {record.event_id for record in records}
