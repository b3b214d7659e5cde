"""The counts of recording: what is decided anew because others came first, and what comes again, each counted once."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from prometheus_client import REGISTRY

from domain.log.errors import BoundaryConflict
from domain.log.recorder import LogRecorder
from tests.integration.domain.handling.test_handler import SECRET, House


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    with LogRecorder(database_url) as recorder:
        yield House(recorder)


def counts() -> list[float]:
    labels = {"name": "interaction-recorded"}
    return [
        REGISTRY.get_sample_value("folkmoot_conflicts_total") or 0,
        REGISTRY.get_sample_value("folkmoot_idempotency_replays_total") or 0,
        REGISTRY.get_sample_value("folkmoot_append_seconds_count") or 0,
        REGISTRY.get_sample_value("folkmoot_events_total", labels) or 0,
    ]


def test_a_decision_made_again_is_a_conflict_and_a_command_given_again_a_replay(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    append, others_come_first = house.handler.appends.append, iter([True])

    def outpaced(*arguments):  # type: ignore[no-untyped-def] # whatever an append takes
        if next(others_come_first, False):
            raise BoundaryConflict
        return append(*arguments)

    monkeypatch.setattr(house.handler.appends, "append", outpaced)
    command_id, before = uuid4(), counts()
    meeting = house.meeting(notes=SECRET)
    for _ in range(2):
        house.ask(meeting, house.officer, command_id=command_id)
    assert [now - then for now, then in zip(counts(), before, strict=True)] == [1, 1, 2, 1]
