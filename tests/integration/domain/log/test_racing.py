"""Many writers at once: one order, one winner, no gap, and nobody else kept waiting."""

import threading

import pytest

from domain.log.errors import BoundaryConflict, LockTimeout
from domain.log.recorder import LogRecorder
from domain.log.sessions import connect
from tests.support.log_events import an_event, eventually, go, positions, unless, writers

WAITING = """
    SELECT count(*) FROM pg_locks
    WHERE relation = 'log.writer'::regclass AND NOT granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def acknowledged(started) -> list[str]:
    """Read the id of every event that any of the writers was told is recorded."""
    return [event_id for writer in started for line in writer.stdout for event_id in line.split()]


def test_no_later_position_can_be_read_while_an_earlier_append_is_open(log, owner):
    later = threading.Thread(target=log.append, args=([an_event("later")],))
    with log.transaction() as cursor:
        log.append_in(cursor, [an_event("earlier")])
        later.start()
        eventually(lambda: owner.execute(WAITING).fetchone() == (1,))
        assert positions(log) == []
        assert log.head().position == 0
    later.join()
    assert [(event.position, event.type) for event in log.stream()] == [(1, "earlier"), (2, "later")]


def test_a_decision_made_beside_an_open_append_meets_it_at_its_own_append(log, owner):
    refusals = []

    def decide():
        head = log.read().head
        try:
            log.append([an_event("taken", "name:a")], unless((["taken"], ["name:a"]), after=head))
        except BoundaryConflict as refusal:
            refusals.append(refusal)

    rival = threading.Thread(target=decide)
    with log.transaction() as cursor:
        log.append_in(cursor, [an_event("taken", "name:a")])
        rival.start()
        eventually(lambda: owner.execute(WAITING).fetchone() == (1,))
    rival.join()
    assert len(refusals) == 1
    assert positions(log) == [1]


def test_of_writers_racing_for_a_boundary_each_time_one_wins(log, database_url):
    with writers(4, database_url, "once", "50") as started:
        go(started)
        wins = acknowledged(started)
    turns = [event.tags[0] for event in log.stream()]
    assert len(wins) == 50
    assert sorted(turns) == sorted(f"turn:{turn}" for turn in range(50))
    assert positions(log) == list(range(1, 51))


def test_six_hundred_racing_appends_take_positions_one_to_six_hundred(log, database_url):
    with writers(4, database_url, "freely", "150") as started:
        go(started)
        ids = acknowledged(started)
    stored = list(log.stream())
    assert [event.position for event in stored] == list(range(1, 601))
    assert sorted(str(event.event_id) for event in stored) == sorted(ids)
    instants = [event.recorded_at for event in stored]
    assert instants == sorted(set(instants))


def test_vacuum_and_readers_go_free_under_writers_and_beside_an_open_append(log, owner, database_url):
    owner.execute("SET lock_timeout = '2s'")
    with log.transaction() as cursor:
        log.append_in(cursor, [an_event()])
        owner.execute("VACUUM (ANALYZE) log.event, log.tag")
        assert positions(log) == list(range(1, log.head().position + 1))
    with writers(1, database_url, "meetings", "10000") as started:
        go(started)
        started[0].stdout.readline()
        for _ in range(5):
            owner.execute("VACUUM (ANALYZE) log.event, log.tag")


def test_an_append_that_waits_too_long_is_refused_and_may_be_tried_again(log, database_url):
    with LogRecorder(database_url, lock_timeout_s=0.1) as hasty:
        with log.transaction() as cursor:
            log.append_in(cursor, [an_event()])
            with pytest.raises(LockTimeout):
                hasty.append([an_event()])
        assert hasty.append([an_event()]) == 2


def test_no_append_waits_for_ever_even_where_no_limit_was_set(log, owner):
    with owner.transaction():
        owner.execute("SET LOCAL lock_timeout = 0")
        log.append_in(owner.cursor(), [an_event()])
        assert owner.execute("SHOW lock_timeout").fetchone() == ("10s",)
    with connect(owner.info.dsn, application_name="folkmoot-test") as other:
        assert other.execute("SHOW lock_timeout").fetchone() == ("0",)
