"""Appends that wait for one another go in together, each as an append of its own, and one that fails harms no other."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar
from uuid import uuid4

import pytest

from domain.decisions.asks import RaiseAsk
from domain.decisions.partnerships import ClosePartnership
from domain.decisions.refusals import Code, Refusal
from domain.events.selection import Selection
from domain.handling import combined_appends
from domain.handling.combined_appends import CombinedAppends
from domain.handling.handler import Acknowledged
from domain.handling.held_events import HeldEvents
from domain.log.errors import BoundaryConflict, EntryTooLarge, LogUnavailable
from domain.log.event import LogEvent
from domain.log.query import AppendCondition, LogQuery
from domain.log.recorder import AppendReceipt, LogRecorder, NewAppend
from domain.vault import SubjectForgotten, Vault, WrappingKey
from domain.vocabulary import AskKind
from tests.integration.domain.handling.test_handler import SECRET, House
from tests.support.log_events import an_event

T = TypeVar("T")
NOTHING = AppendCondition(LogQuery(frozenset()), 0)


@pytest.fixture
def recorder(database_url: str) -> Iterator[LogRecorder]:
    with LogRecorder(database_url) as recorder:
        yield recorder


def all_at_once(combined: CombinedAppends, works: Sequence[Callable[[], T]]) -> list[Future[T]]:
    """Do works of which each appends once, in this order, while another append is under way."""
    with ThreadPoolExecutor(len(works)) as threads, combined.turn:
        futures = []
        for number, work in enumerate(works, 1):
            futures.append(threads.submit(work))
            while combined.waiting < number:
                time.sleep(0.001)
    return futures


def appending(
    combined: CombinedAppends, *events: LogEvent, unless: AppendCondition = NOTHING
) -> Callable[[], AppendReceipt]:
    return lambda: combined.append([], NewAppend(events), unless)


def unless(kind: str) -> AppendCondition:
    return AppendCondition(LogQuery(frozenset({Selection(frozenset({kind}), frozenset())})), 0)


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many appends each statement so far had."""
    counts: list[int] = []
    keep_and_append = combined_appends.keep_and_append

    def counted(log: LogRecorder, keys: object, appends: Sequence[NewAppend], condition: object) -> object:
        counts.append(len(appends))
        return keep_and_append(log, keys, appends, condition)  # type: ignore[arg-type] - passed on as they come

    monkeypatch.setattr(combined_appends, "keep_and_append", counted)
    return counts


def test_what_waits_is_appended_with_one_statement_and_each_has_a_place_of_its_own(
    recorder: LogRecorder, statements: list[int]
) -> None:
    combined = CombinedAppends(recorder)
    events = [[an_event(f"kind-{number}") for _ in range(number)] for number in (1, 2, 3)]

    receipts = [each.result() for each in all_at_once(combined, [appending(combined, *each) for each in events])]

    assert statements == [3]
    assert [(receipt.first, receipt.last) for receipt in receipts] == [(1, 1), (2, 3), (4, 6)]
    assert len({receipt.recorded_at for receipt in receipts}) == 3
    assert [event.type for event in recorder.stream()] == ["kind-1", *["kind-2"] * 2, *["kind-3"] * 3]
    assert [recorder.recorded_at(receipt.last) for receipt in receipts] == [each.recorded_at for each in receipts]


def test_one_that_the_log_refuses_harms_no_other(recorder: LogRecorder) -> None:
    combined = CombinedAppends(recorder)
    large = an_event("large")
    large.data = b"x" * 70_000
    works = [appending(combined, each) for each in (an_event("one"), large, an_event("two"))]

    first, refused, second = all_at_once(combined, works)

    assert (first.result().first, second.result().first) == (1, 2)
    assert isinstance(refused.exception(), EntryTooLarge)


def test_one_that_lists_somebody_forgotten_harms_no_other(recorder: LogRecorder) -> None:
    combined, vault, person = CombinedAppends(recorder), Vault(WrappingKey.generate()), uuid4()
    erasure = an_event("subject-erased")
    erasure.partition_id = person
    with recorder.transaction() as cursor:
        vault.erase(cursor, person, erasure.event_id)
        recorder.append_in(cursor, [erasure])
    _, key = vault.seal(uuid4(), "note", SECRET, frozenset({person}))

    def appending_with_its_key() -> AppendReceipt:
        return combined.append([key], NewAppend([an_event("naming")]), NOTHING)

    refused, other = all_at_once(combined, [appending_with_its_key, appending(combined, an_event("other"))])

    assert isinstance(refused.exception(), SubjectForgotten)
    assert other.result().first == 2


def test_what_an_earlier_one_unsettles_is_refused_as_if_it_had_come_later(
    recorder: LogRecorder, statements: list[int]
) -> None:
    combined = CombinedAppends(recorder)
    works = [
        appending(combined, an_event("taken"), unless=unless("taken")),
        appending(combined, an_event("taken"), unless=unless("taken")),
        appending(combined, an_event("other")),
    ]

    first, second, third = all_at_once(combined, works)

    assert statements == [2, 1]
    assert (first.result().first, third.result().first) == (1, 2)
    assert isinstance(second.exception(), BoundaryConflict)


def test_a_condition_of_one_is_not_held_against_another(recorder: LogRecorder) -> None:
    combined = CombinedAppends(recorder)
    recorder.append([an_event("taken")])
    works = [
        appending(combined, an_event("one"), unless=unless("taken")),
        appending(combined, an_event("two"), unless=AppendCondition(unless("taken").unless, 1)),
    ]

    first, second = all_at_once(combined, works)

    assert isinstance(first.exception(), BoundaryConflict)
    assert second.result().first == 2


def test_where_the_database_is_lost_everybody_who_waited_is_told_and_nothing_is_tried_again(
    recorder: LogRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    combined = CombinedAppends(recorder)
    tries: list[int] = []

    def lost(_log: object, _keys: object, appends: Sequence[NewAppend], _condition: object) -> object:
        tries.append(len(appends))
        raise LogUnavailable("gone")

    monkeypatch.setattr(combined_appends, "keep_and_append", lost)

    futures = all_at_once(combined, [appending(combined, an_event()) for _ in range(3)])

    assert [type(each.exception()) for each in futures] == [LogUnavailable] * 3
    assert tries == [3]


def test_of_two_commands_that_end_a_partnership_at_once_one_is_recorded(recorder: LogRecorder) -> None:
    house = House(recorder)
    ready = threading.Barrier(2)

    def close(_: int) -> object:
        ready.wait()
        return house.ask(ClosePartnership(reasons=SECRET))

    with ThreadPoolExecutor(2) as threads:
        outcomes = list(threads.map(close, range(2)))

    [refusal] = [each for each in outcomes if isinstance(each, Refusal)]
    assert [fault.code for fault in refusal.faults] == [Code.PARTNERSHIP_CLOSED]
    assert len([each for each in outcomes if isinstance(each, Acknowledged)]) == 1


def test_what_threads_append_together_is_remembered_whole(recorder: LogRecorder) -> None:
    house = House(recorder)
    asking = RaiseAsk(kind=AskKind.REQUEST, raised_by=house.tenants.party_id, text=SECRET)

    futures = all_at_once(house.handler.appends, [lambda: house.does(asking) for _ in range(5)])

    assert len({each.result().position for each in futures}) == 5
    command, context = house.meeting(), house.context(house.officer)
    remembered = house.handler.remembered.boundary_of(command, context, [context.command_id])
    assert remembered == HeldEvents(recorder).boundary_of(command, context)
