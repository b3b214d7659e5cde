"""Remembered events decide as those read anew would: others record meanwhile, and a log is put back."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.decisions.asks import RaiseAsk
from domain.decisions.command import Command
from domain.decisions.partnerships import AddMember, ClosePartnership
from domain.decisions.records import CorrectRecord, WithdrawRecord
from domain.decisions.refusals import Code, Refusal
from domain.decisions.registries import AmendParty, RegisterParty, RegisterPerson
from domain.decisions.stewardship import ForgetPerson
from domain.decisions.warnings import Slip
from domain.handling import remembered_events
from domain.handling.handler import Acknowledged, Handler, KeyReused
from domain.handling.held_events import HeldEvents
from domain.log.recorder import LogRecorder
from domain.vocabulary import AskKind, PartyKind
from tests.integration.domain.handling.test_handler import SECRET, House


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    with LogRecorder(database_url) as recorder:
        yield House(recorder)


@pytest.fixture
def elsewhere(house: House) -> Handler:
    """Another process with the same log and vault."""
    return Handler(house.recorder, house.vault)


def an_ask(house: House, raised_by: UUID | None = None) -> RaiseAsk:
    return RaiseAsk(kind=AskKind.REQUEST, raised_by=raised_by or house.tenants.party_id, text=SECRET)


def codes(outcome: Acknowledged | Refusal | KeyReused) -> list[Code]:
    assert isinstance(outcome, Refusal), outcome
    return [fault.code for fault in outcome.faults]


def test_what_another_process_records_is_decided_on_at_once(house: House, elsewhere: Handler) -> None:
    house.does(an_ask(house))
    elsewhere.handle(ClosePartnership(reasons=SECRET), house.context(house.steward), b"")

    assert codes(house.ask(an_ask(house))) == [Code.PARTNERSHIP_CLOSED]


def test_a_command_that_another_process_recorded_is_acknowledged_as_repeated(house: House, elsewhere: Handler) -> None:
    house.does(an_ask(house))
    command_id = uuid4()
    first = elsewhere.handle(an_ask(house), house.context(house.officer, command_id), b"same")

    again = house.ask(an_ask(house), house.officer, command_id)
    other = house.ask(an_ask(house), house.officer, command_id, b"other")

    assert isinstance(first, Acknowledged)
    assert isinstance(again, Acknowledged)
    assert again.repeated
    assert again.events == first.events
    assert isinstance(other, KeyReused)


def test_a_meeting_that_another_process_recorded_is_warned_of(house: House, elsewhere: Handler) -> None:
    house.does(house.meeting(), house.officer)
    house.does(house.meeting(), house.officer)
    elsewhere.handle(house.meeting(), house.context(house.officer), b"")

    warnings = house.does(house.meeting(), house.officer).warnings

    assert [(warning.code, len(warning.about)) for warning in warnings] == [(Slip.SAME_MEETING, 3)]


# ruff: noqa: S608 - statements of ours, made from a number of ours


def cut_off(database_url: str, position: int) -> None:
    """Put the log back to a position, as a restored backup does."""
    with psycopg.connect(database_url, autocommit=True) as owner:
        for statement in (
            "ALTER TABLE log.event DISABLE TRIGGER append_only",
            "ALTER TABLE log.tag DISABLE TRIGGER append_only",
            f"DELETE FROM log.event WHERE position > {position}",
            f"DELETE FROM log.tag WHERE position > {position}",
            "ALTER TABLE log.event ENABLE ALWAYS TRIGGER append_only",
            "ALTER TABLE log.tag ENABLE ALWAYS TRIGGER append_only",
        ):
            owner.execute(statement)


@pytest.mark.parametrize("refilled", [0, 1, 5])
def test_what_a_restored_log_lacks_is_not_decided_on(
    house: House, elsewhere: Handler, database_url: str, refilled: int
) -> None:
    before = house.recorder.head().position
    lost = house.does(RegisterParty(name="Westmoor", kind=PartyKind.UNITARY)).events[0].partition_id
    house.does(an_ask(house, lost))
    cut_off(database_url, before)
    for number in range(refilled):
        elsewhere.handle(RegisterParty(name=f"B{number}", kind=PartyKind.UNITARY), house.context(house.steward), b"")

    assert codes(house.ask(an_ask(house, lost))) == [Code.UNKNOWN_PARTY]
    house.does(an_ask(house))


def test_another_log_at_the_same_address_is_not_taken_for_the_one_remembered(house: House, database_url: str) -> None:
    house.does(an_ask(house))
    with psycopg.connect(database_url, autocommit=True) as owner:
        owner.execute("ALTER TABLE log.header DISABLE TRIGGER ALL")
        owner.execute("UPDATE log.header SET log_id = gen_random_uuid()")
        owner.execute("ALTER TABLE log.header ENABLE ALWAYS TRIGGER append_only")
    began = house.handler.remembered.began

    house.does(an_ask(house))

    assert house.handler.remembered.began is not began


def test_what_is_remembered_is_bounded(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered_events, "MOST_REMEMBERED", 3)
    began = house.handler.remembered.began

    for _ in range(3):
        house.does(an_ask(house))

    assert house.handler.remembered.began is not began


def test_much_that_others_recorded_is_not_read_to_be_remembered(
    house: House, elsewhere: Handler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembered_events, "LONGEST_TAIL", 2)
    for _ in range(2):
        elsewhere.handle(an_ask(house), house.context(house.officer), b"")
    elsewhere.handle(ClosePartnership(reasons=SECRET), house.context(house.steward), b"")

    assert codes(house.ask(an_ask(house))) == [Code.PARTNERSHIP_CLOSED]


def test_a_day_on_which_nobody_met_is_known_without_asking(house: House) -> None:
    house.does(house.meeting(), house.officer)

    days = (date(2026, 3, 13), date(2026, 3, 14), date(2026, 3, 15))
    assert [house.handler.remembered.has_met_on(house.partnership_id, day) for day in days] == [False, True, False]


def test_many_threads_of_one_process_lose_nothing_and_remember_what_is_there(house: House) -> None:
    def records(number: int) -> list[int]:
        return [
            event.position
            for _ in range(10)
            for event in house.does(an_ask(house), house.officer if number % 2 else house.steward).events
        ]

    with ThreadPoolExecutor(8) as threads:
        positions = [position for each in threads.map(records, range(8)) for position in each]

    assert len(set(positions)) == 80
    command, context = house.meeting(), house.context(house.officer)
    remembered = house.handler.remembered.boundary_of(command, context, [context.command_id])
    assert remembered == HeldEvents(house.recorder).boundary_of(command, context)


class GivenInTurn:
    """Commands that two processes give in turn, about things that earlier ones began."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.people: list[str] = []
        self.parties = [house.council.party_id, house.tenants.party_id]
        self.records: list[UUID] = []

    def command(self, kind: str, number: int) -> Command:
        """The next command of a kind; `number` picks what it is about."""
        party = self.parties[number % len(self.parties)]
        record = self.records[number % len(self.records)] if self.records else uuid4()
        person = self.people[number % len(self.people)] if self.people else "nobody-at-all"
        return {
            "register a body": RegisterParty(name=f"Body {number % 3}", kind=PartyKind.UNITARY),
            "amend a body": AmendParty(party=party, name=f"Body {number % 3}", kind=PartyKind.UNITARY),
            "register a person": RegisterPerson(name="Quillon Farthingale"),
            "forget": ForgetPerson(person=person),
            "join": AddMember(party=party, voting=True, person=person if number % 2 else None),
            "ask": an_ask(self.house, party),
            "meet": self.house.meeting(notes=SECRET),
            "correct": CorrectRecord(record=record, changes={"text": "otherwise"}, reasons="a slip"),
            "withdraw": WithdrawRecord(record=record, reasons="a slip"),
        }[kind]

    def note(self, events: Acknowledged) -> None:
        for event in events.events:
            self.records.append(event.event_id)
            if event.name == "person-registered":
                self.people.append(self.house.vault.reference(event.partition_id))
            if event.name == "party-registered":
                self.parties.append(event.partition_id)


KINDS = ("register a body", "amend a body", "register a person", "forget", "join", "ask", "meet", "correct", "withdraw")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, 1), st.sampled_from(KINDS), st.integers(0, 7), st.booleans()), min_size=5, max_size=40
    )
)
def test_two_processes_that_remember_decide_on_what_a_third_would_read_anew(
    house: House, steps: list[tuple[int, str, int, bool]]
) -> None:
    handlers = [Handler(house.recorder, house.vault) for _ in range(2)]
    recording = GivenInTurn(house)
    for process, kind, number, is_steward in steps:
        command = recording.command(kind, number)
        context = house.context(house.steward if is_steward else house.officer)
        anew = HeldEvents(house.recorder).boundary_of(command, context)
        remembered = handlers[process].remembered.boundary_of(command, context, [context.command_id])
        assert remembered is not None
        assert remembered == anew
        outcome = handlers[process].handle(command, context, b"")
        if isinstance(outcome, Acknowledged):
            recording.note(outcome)
