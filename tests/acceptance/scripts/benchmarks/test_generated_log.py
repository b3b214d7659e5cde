"""A generated log is a log like any other: what holds of one that was recorded holds of it."""

from datetime import date, timedelta
from itertools import pairwise, takewhile

import psycopg
import pytest

from domain.events import tags_of
from domain.events.partnerships import PartnershipFormed
from domain.events.records import RecordWithdrawn
from domain.log.decode_events import decode_event
from domain.log.leaf import leaf_of
from domain.log.recorder import LogRecorder
from domain.proof.merkle import Frontier
from domain.values import first_instant
from projections.engine.replay import known_partnership, replay_answer
from projections.history.history import history
from projections.views import projection_called
from scripts.benchmarks.databases import database, drop
from scripts.benchmarks.generated_log import copies, write

EVENTS, PARTNERSHIPS = 6_000, 5


@pytest.fixture(scope="module")
def log(generated):
    with LogRecorder(generated) as recorder:
        yield recorder


@pytest.fixture(scope="module")
def stored(log):
    return list(log.stream())


@pytest.fixture(scope="module")
def partnerships(stored):
    records = [decode_event(event) for event in stored]
    formed = [each.partition_id for each in records if isinstance(each.body, PartnershipFormed)]
    return {one: [each for each in records if each.partition_id == one] for one in formed}


def test_it_holds_as_many_events_as_asked_for_and_the_rest_of_the_last_command(log, stored):
    assert EVENTS <= len(stored) < EVENTS + 25
    assert log.head().clock == "seeded"


def test_positions_have_no_gaps_and_every_append_was_recorded_after_the_one_before(stored):
    assert [event.position for event in stored] == list(range(1, len(stored) + 1))
    commands = [decode_event(event).envelope.command_id for event in stored]
    for (event, command), (later, other) in pairwise(zip(stored, commands, strict=True)):
        assert event.recorded_at == later.recorded_at if command == other else event.recorded_at < later.recorded_at


def test_nothing_was_recorded_before_it_happened_or_in_the_future(log, stored):
    now = log.head().now
    assert all(event.occurred_at <= event.recorded_at <= now for event in stored)
    assert all(event.occurred_at == first_instant(decode_event(event).body.happened) for event in stored)


def test_every_event_is_one_of_its_own_and_every_command_is_found_whole(log, stored):
    assert len({event.event_id for event in stored}) == len(stored)
    first = next(event for event in stored if decode_event(event).envelope.count > 1)
    command = decode_event(first).envelope
    events = log.find_command(
        first.event_id, lambda event: decode_event(event).envelope.command_id == command.command_id
    )
    assert len(events) == command.count


def test_tags_are_those_of_the_body_in_order_and_the_table_of_tags_says_the_same(log, stored):
    for event in stored:
        assert tags_of(decode_event(event).body) <= set(event.tags)
        assert event.tags == sorted(set(event.tags))
    with log.connections.borrow() as connection:
        rows = connection.execute("SELECT tag, type, position FROM log.tag").fetchall()
    assert sorted(rows) == sorted((tag, event.type, event.position) for event in stored for tag in event.tags)


def test_leaves_are_what_the_database_and_the_tree_make_of_the_events(generated, log, stored):
    with psycopg.connect(generated) as connection:
        others = connection.execute(
            "SELECT count(*) FROM log.event WHERE leaf <> log.leaf(position, event_id, type, version, partition_id, "
            "occurred_at, recorded_at, tags, envelope, data)"
        ).fetchone()
    assert others == (0,)
    assert log.root(len(stored)) == Frontier().extend([leaf_of(event) for event in stored]).root()


def test_partnerships_are_told_apart_and_interleaved_in_time(stored, partnerships):
    assert len(partnerships) == PARTNERSHIPS
    inside = [event.partition_id for event in stored if event.partition_id in partnerships]
    turns = sum(one != other for one, other in pairwise(inside))
    assert turns > len(inside) / 20


def test_at_least_two_in_a_hundred_events_are_corrections(stored):
    assert sum(event.type == "record-corrected" for event in stored) >= 0.02 * len(stored)


def test_nothing_refers_to_what_is_not_there(partnerships):
    for records in partnerships.values():
        without_withdrawals = [each for each in records if not isinstance(each.body, RecordWithdrawn)]
        last = without_withdrawals[-1]
        resolved = history(
            without_withdrawals, as_of=date(2026, 1, 1), position=last.position, recorded_at=last.recorded_at
        )
        assert resolved.set_aside == ()
        assert any(fact.corrected_by for fact in resolved.facts)


def test_a_partnership_is_founded_once_and_has_every_seat_once_however_much_goes_on(partnerships):
    for records in partnerships.values():
        names = [each.name for each in records]
        assert names.count("partnership-formed") == 1
        assert names.count("member-joined") < 25
        assert len(records) > 400


def test_its_trust_and_health_are_those_of_a_living_partnership(log, partnerships):
    for partition_id in partnerships:
        partnership = known_partnership(log, partition_id)
        assert len(replay_answer(partnership, projection_called("trust")).rows) > 20
        assert len(replay_answer(partnership, projection_called("health")).rows) > 20


def test_a_seed_gives_the_same_log_and_another_seed_another(county):
    def some(seed):
        appends = copies(county, events=EVENTS, partnerships=PARTNERSHIPS, seed=seed)
        return [event for _, append in zip(range(50), appends, strict=False) for event in append.events]

    assert some(3) == some(3)
    assert {event.event_id for event in some(3)}.isdisjoint(event.event_id for event in some(4))


def test_what_comes_after_its_end_can_be_appended_to_it(server, county):
    dsn = database(server, "bench_more")
    try:
        appends = copies(county, events=1_000, partnerships=2, seed=5)
        event_count = write(dsn, appends, 800)
        with LogRecorder(dsn) as recorder:
            for append in takewhile(lambda _: recorder.head().position < event_count + 40, appends):
                recorder.append(append.events)
            stored = list(recorder.stream())
            assert [event.position for event in stored] == list(range(1, len(stored) + 1))
            assert stored[-1].recorded_at - stored[0].recorded_at > timedelta(days=1)
    finally:
        drop(server, "bench_more")
