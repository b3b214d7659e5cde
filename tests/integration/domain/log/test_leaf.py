"""The leaf hash is the same in SQL and in Python, and the root covers every stored byte."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.log.errors import BeyondHead
from domain.log.event import LogEvent
from domain.log.leaf import leaf_of
from domain.proof.merkle import EMPTY_ROOT, root_of
from tests.support.log_events import an_event

words = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
events = st.builds(
    LogEvent,
    type=words.filter(bool),
    data=st.binary(max_size=40),
    tags=st.lists(words, max_size=4) | st.lists(st.sampled_from(["é", "z", "Z", "~", "😀", "\uffff"]), max_size=6),
    event_id=st.uuids(),
    version=st.integers(1, 32767),
    partition_id=st.uuids(),
    occurred_at=st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)).map(  # noqa: DTZ001 - Hypothesis draws without zones
        lambda instant: instant.replace(tzinfo=UTC)
    ),
    envelope=st.binary(max_size=40),
)


def stored_leaves(owner) -> dict[int, bytes]:
    return dict(owner.execute("SELECT position, leaf FROM log.event").fetchall())


def test_sql_and_python_hash_every_event_alike(log, owner):
    recorded_ids: set[UUID] = set()

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(events, min_size=1, max_size=5, unique_by=lambda event: event.event_id))
    def check(some):
        fresh = [event for event in some if event.event_id not in recorded_ids]
        recorded_ids.update(event.event_id for event in fresh)
        if fresh:
            log.append(fresh)

    check()
    stored = stored_leaves(owner)
    assert len(stored) == len(recorded_ids) > 100
    assert {event.position: leaf_of(event) for event in log.stream()} == stored


def test_the_root_at_every_position_is_that_of_the_leaves_up_to_it(log):
    log.append([an_event() for _ in range(20)])
    leaves = [leaf_of(event) for event in log.stream()]
    assert log.root(20) == root_of(leaves)
    assert [log.root(n) for n in range(21)] == [root_of(leaves[:n]) for n in range(21)]
    log.append([an_event()])
    assert log.root(21) == root_of([leaf_of(event) for event in log.stream()])
    assert log.root(0) == EMPTY_ROOT


def test_roots_are_right_on_both_sides_of_a_milestone_whichever_is_asked_first(log):
    for _ in range(3):
        log.append([an_event() for _ in range(3000)])
    leaves = [leaf_of(event) for event in log.stream()]
    for position in (9000, 4096, 4095, 4097, 8192, 8191, 8193, 1):
        assert log.root(position) == root_of(leaves[:position])


def test_there_is_no_root_beyond_the_head_and_asking_for_it_spoils_nothing(log):
    log.append([an_event()])
    with pytest.raises(BeyondHead):
        log.root(2)
    with pytest.raises(BeyondHead):
        log.root(-1)
    log.append([an_event()])
    assert log.root(2) == root_of([leaf_of(event) for event in log.stream()])
