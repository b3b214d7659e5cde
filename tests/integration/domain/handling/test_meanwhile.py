"""Meanwhile others act: a refusal is outdated, the log is gone, or somebody records what this release cannot read."""

from collections.abc import Iterator

import pytest

from domain.decisions.asks import RaiseAsk
from domain.decisions.refusals import Refusal
from domain.decisions.registries import RegisterParty
from domain.handling.bulk_recorder import BulkRecorder
from domain.handling.handler import Acknowledged, Handler
from domain.log.errors import BoundaryConflict, LogUnavailable
from domain.log.recorder import LogRecorder
from domain.vocabulary import AskKind, PartyKind
from tests.integration.domain.handling.test_handler import SECRET, House
from tests.support.log_events import an_event

NEWER = "of-a-newer-release"


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    with LogRecorder(database_url) as recorder:
        yield House(recorder)


def an_ask(house: House) -> RaiseAsk:
    return RaiseAsk(kind=AskKind.REQUEST, raised_by=house.tenants.party_id, text=SECRET)


@pytest.mark.parametrize("others_wait", [False, True])
def test_a_refusal_that_others_made_outdated_is_not_let_stand(house: House, *, others_wait: bool) -> None:
    recorder = BulkRecorder(house.handler)
    new_id = house.does(RegisterParty(name="Westmoor", kind=PartyKind.UNITARY)).events[0].partition_id
    ask, context = RaiseAsk(kind=AskKind.REQUEST, raised_by=new_id, text=SECRET), house.context(house.steward)
    if others_wait:
        recorder.record(an_ask(house), house.context(house.steward), b"")
    assert isinstance(recorder.record(ask, context, b""), Refusal)

    with pytest.raises(BoundaryConflict):
        recorder.append()

    assert isinstance(recorder.record(ask, context, b""), Acknowledged)
    recorder.append()


def test_a_refusal_that_nobody_made_outdated_stands(house: House) -> None:
    recorder = BulkRecorder(house.handler)
    unknown = RaiseAsk(kind=AskKind.REQUEST, raised_by=house.steward.actor_id, text=SECRET)
    assert isinstance(recorder.record(unknown, house.context(house.steward), b""), Refusal)
    house.does(RegisterParty(name="Westmoor", kind=PartyKind.UNITARY))

    assert recorder.append() == []


def test_what_failed_to_be_appended_is_not_taken_for_recorded_though_the_log_is_gone(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_head() -> None:
        raise LogUnavailable

    recorder, context = BulkRecorder(house.handler), house.context(house.steward)
    recorder.record(an_ask(house), context, b"")
    house.does(RegisterParty(name="Westmoor", kind=PartyKind.UNITARY))
    recorder.append_meanwhile()
    with monkeypatch.context() as outage:
        outage.setattr(house.recorder, "head", no_head)
        with pytest.raises(LogUnavailable):
            recorder.append()

    outcome = recorder.record(an_ask(house), context, b"")
    recorder.append()

    assert isinstance(outcome, Acknowledged)
    assert not outcome.repeated
    assert isinstance(house.handler.lookup(context.command_id, b""), Acknowledged)


def test_an_append_under_way_ends_before_all_that_waits_is_discarded(house: House) -> None:
    recorder, context = BulkRecorder(house.handler), house.context(house.steward)
    recorder.record(an_ask(house), context, b"")
    recorder.append_meanwhile()
    recorder.discard()

    outcome = recorder.record(an_ask(house), context, b"")

    assert isinstance(outcome, Acknowledged)
    assert outcome.repeated


def test_what_this_release_cannot_read_is_in_nobodys_way_who_does_not_ask_for_it(house: House) -> None:
    house.does(an_ask(house))
    house.recorder.append([an_event(NEWER)])

    house.does(an_ask(house))
    house.does(an_ask(house))
    restarted = Handler(house.recorder, house.vault)
    assert isinstance(restarted.handle(an_ask(house), house.context(house.officer), b""), Acknowledged)


def test_a_batch_appended_after_what_this_release_cannot_read_is_acknowledged(house: House) -> None:
    recorder = BulkRecorder(house.handler)
    recorder.record(an_ask(house), house.context(house.steward), b"")
    house.recorder.append([an_event(NEWER)])
    assert [each.position for each in recorder.append()] == [house.recorder.head().position]

    recorder.record(an_ask(house), house.context(house.steward), b"")
    assert [each.position for each in recorder.append()] == [house.recorder.head().position]
