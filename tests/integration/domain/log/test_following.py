"""A follower sees every event once and in order; outages delay it, and another past stops it."""

from uuid import uuid4

import pytest

from domain.log.errors import RebuildNeeded
from tests.support.log_events import an_event, eventually, go, positions, query, writers
from tests.support.log_follower import Follower

TERMINATE_ALL = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name LIKE 'folkmoot-log%'
"""
LISTENERS = """
    SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'folkmoot-log-listen' AND state = 'idle'
"""
UNGUARD = "; ".join(f"ALTER TABLE log.{table} DISABLE TRIGGER ALL" for table in ("event", "header", "kept"))


def test_a_follower_sees_what_was_there_and_what_comes_once_each_in_order(log, database_url):
    log.append([an_event() for _ in range(1200)])
    with Follower(log) as follower, writers(2, database_url, "freely", "50") as started:
        go(started)
        eventually(lambda: len(follower.seen) >= 1300)
    assert follower.seen == list(range(1, 1301))


def test_a_follower_of_some_events_sees_those_and_no_others(log):
    selection = query((["asked"], []), (["promised"], ["place:a"]))
    log.append([an_event("asked"), an_event("promised"), an_event("asked")])
    with Follower(log, selection, after=1) as follower:
        log.append([an_event("promised", "place:a"), an_event("met"), an_event("asked", "place:a")])
        eventually(lambda: len(follower.seen) >= 3)
    assert follower.seen == [3, 4, 6]


def test_a_lost_notification_only_delays(log, owner):
    with Follower(log) as follower:
        eventually(lambda: follower.subscription._tail._listener is not None)
        eventually(lambda: owner.execute(LISTENERS).fetchone())
        follower.subscription._tail._listener.execute("UNLISTEN *")
        log.append([an_event()])
        eventually(lambda: follower.seen == [1])


def test_dropped_connections_only_delay(log, owner, database_url):
    with Follower(log) as follower, writers(1, database_url, "freely", "300") as started:
        go(started)
        for turn in range(3):
            eventually(lambda: len(follower.seen) > 50 * turn)  # noqa: B023 - called within its turn
            owner.execute(TERMINATE_ALL)
        eventually(lambda: len(follower.seen) >= 300)
    assert follower.seen == list(range(1, 301))


def test_a_follower_sleeps_through_an_open_append_and_wakes_at_its_commit(log, owner):
    with Follower(log) as follower:
        eventually(lambda: owner.execute(LISTENERS).fetchone())
        with log.transaction() as cursor:
            log.append_in(cursor, [an_event(), an_event()])
            assert follower.seen == []
        eventually(lambda: follower.seen == [1, 2])


def test_another_log_under_the_same_address_stops_a_follower(log):
    log.append([an_event()])
    with Follower(log, log_id=uuid4()) as follower:
        eventually(lambda: follower.stopped_by)
    assert "another log" in str(follower.stopped_by)
    assert "rebuild needed" in str(follower.stopped_by)
    assert follower.seen == []


def test_a_log_exchanged_beneath_a_follower_stops_it(log, owner):
    log.append([an_event()])
    with Follower(log, log_id=log.head().log_id) as follower:
        eventually(lambda: follower.seen == [1])
        owner.execute(UNGUARD)
        owner.execute("UPDATE log.header SET log_id = gen_random_uuid()")
        eventually(lambda: follower.stopped_by)
    assert "another log" in str(follower.stopped_by)


def test_a_log_that_never_reached_so_far_stops_a_follower(log):
    log.append([an_event()])
    with pytest.raises(RebuildNeeded, match="restored"), log.subscribe(after=2) as subscription:
        next(subscription)


def test_a_log_restored_to_less_stops_a_follower(log, owner):
    log.append([an_event() for _ in range(5)])
    with Follower(log) as follower:
        eventually(lambda: len(follower.seen) == 5)
        owner.execute(UNGUARD)
        owner.execute("DELETE FROM log.event WHERE position > 3")
        eventually(lambda: follower.stopped_by)
    assert "rebuild needed" in str(follower.stopped_by)


def test_a_log_restored_to_less_that_went_on_without_the_follower_stops_it(log, owner):
    log.append([an_event() for _ in range(5)])
    with Follower(log) as follower:
        eventually(lambda: len(follower.seen) == 5)
        eventually(lambda: owner.execute(LISTENERS).fetchone())
        with owner.transaction():
            owner.execute(UNGUARD)
            owner.execute("DELETE FROM log.event WHERE position > 3")
            log.append_in(owner.cursor(), [an_event() for _ in range(6)])
        eventually(lambda: follower.stopped_by)
    assert follower.seen == [1, 2, 3, 4, 5]


def test_the_stream_holds_a_few_thousand_events_at_a_time_and_the_log_goes_on_beside_it(log, owner):
    log.append([an_event() for _ in range(6000)])
    stream = log.stream()
    assert next(stream).position == 1
    fetching = owner.execute(
        "SELECT query FROM pg_stat_activity "
        "WHERE datname = current_database() AND application_name = 'folkmoot-log-stream'"
    ).fetchall()
    assert [statement for (statement,) in fetching] == ['FETCH FORWARD 5000 FROM "stream"']
    log.append([an_event()])
    assert sum(1 for _ in stream) == 5999
    assert positions(log, after=5999) == [6000, 6001]


def test_a_stopped_follower_leaves_no_connection_behind(log, owner):
    with Follower(log):
        eventually(lambda: owner.execute(LISTENERS).fetchone())
    eventually(lambda: not owner.execute(LISTENERS).fetchone())
