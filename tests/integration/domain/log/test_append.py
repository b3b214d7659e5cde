"""Appending: all or nothing, in one order, dated by one clock."""

import contextlib
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from psycopg import sql

from domain.log.errors import (
    AlreadyRecorded,
    BoundaryConflict,
    ClockAhead,
    EntryTooLarge,
    HistoryIsFixed,
    Malformed,
    NotSeeded,
)
from domain.log.leaf import entry_of
from domain.log.recorder import begin_seeding
from tests.support.log_events import an_event, positions, unless

LONG_AGO = datetime(2016, 4, 1, 9, tzinfo=UTC)


class Abandoned(Exception):
    pass


def test_events_come_back_as_they_were_given(log):
    event = an_event("meeting-held", "place:a", partition_id=uuid4())
    log.append([event])
    stored = log.find(event.event_id)
    assert stored.position == 1
    assert (stored.type, stored.data, stored.tags, stored.envelope) == (
        "meeting-held",
        b"body",
        ["place:a"],
        b"envelope",
    )
    assert (stored.version, stored.partition_id, stored.occurred_at) == (
        1,
        event.partition_id,
        event.occurred_at,
    )
    assert stored.recorded_at == log.head().recorded_at
    assert stored.recorded_at.utcoffset() == timedelta(0)


def test_tags_are_kept_once_each_in_the_order_of_their_bytes(log):
    log.append([an_event("meeting-held", "é", "z", "a", "z", "Z", "€")])
    assert next(log.stream()).tags == ["Z", "a", "z", "é", "€"]


def test_the_events_of_one_append_share_the_instant_and_later_appends_come_later(log):
    with log.transaction() as cursor:
        first = log.append_in(cursor, [an_event(), an_event()])
        second = log.append_in(cursor, [an_event()])
    assert (first.first, first.last, second.first, second.last) == (1, 2, 3, 3)
    assert [event.recorded_at for event in log.stream()] == [first.recorded_at] * 2 + [second.recorded_at]
    assert first.recorded_at < second.recorded_at


def test_an_append_is_recorded_together_with_what_its_transaction_writes_or_not_at_all(log, owner):
    owner.execute("CREATE TABLE beside (what text)")
    owner.execute("GRANT INSERT ON beside TO folkmoot_writer")
    with log.transaction() as cursor:
        cursor.execute("INSERT INTO beside VALUES ('kept')")
        log.append_in(cursor, [an_event()])
    with contextlib.suppress(Abandoned), log.transaction() as cursor:
        cursor.execute("INSERT INTO beside VALUES ('lost')")
        log.append_in(cursor, [an_event()])
        raise Abandoned
    assert positions(log) == [1]
    assert owner.execute("SELECT what FROM beside").fetchall() == [("kept",)]


def test_an_abandoned_append_leaves_no_gap(log):
    with contextlib.suppress(Abandoned), log.transaction() as cursor:
        log.append_in(cursor, [an_event()])
        raise Abandoned
    assert log.append([an_event()]) == 1


def test_an_append_whose_condition_fails_records_nothing(log):
    log.append([an_event("name-taken", "name:a")])
    with pytest.raises(BoundaryConflict):
        log.append([an_event(), an_event()], unless((["name-taken"], ["name:a"])))
    assert positions(log) == [1]


def test_an_event_id_is_recorded_once(log):
    once = an_event()
    log.append([once])
    with pytest.raises(AlreadyRecorded, match="this id is in the log already"):
        log.append([an_event(), once])
    assert positions(log) == [1]


def test_the_largest_entry_is_recorded_and_one_byte_more_is_refused_with_all_beside_it(log):
    log.append([an_event("meeting-held", "place:a", data=b"")])
    room = 60_000 - len(entry_of(next(log.stream())))
    log.append([an_event("meeting-held", "place:a", data=b"x" * room)])
    with pytest.raises(EntryTooLarge, match="takes 60001 bytes of the 60000"):
        log.append([an_event(), an_event("meeting-held", "place:a", data=b"x" * (room + 1))])
    assert positions(log) == [1, 2]


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        ([], "at least one event"),
        ([an_event(occurred_at=LONG_AGO.replace(tzinfo=None))], "time zone"),
        ([an_event("")], "event_type_check"),
        ([an_event("meeting\0held")], "NUL"),
        ([an_event("meeting-held", "place:\0")], "NUL"),
    ],
)
def test_what_cannot_be_stored_is_refused_and_nothing_is_recorded(log, events, reason):
    with pytest.raises(Malformed, match=reason):
        log.append(events)
    assert positions(log) == []


def set_clock(owner, instant: datetime) -> None:
    owner.execute(
        sql.SQL("CREATE OR REPLACE FUNCTION log.now() RETURNS timestamptz LANGUAGE sql AS {}").format(
            f"SELECT '{instant.isoformat()}'::timestamptz"
        )
    )


def test_a_clock_set_back_does_not_set_the_log_back(log, owner):
    log.append([an_event()])
    before = log.head().recorded_at
    set_clock(owner, LONG_AGO)
    log.append([an_event()])
    assert log.head().recorded_at == before + timedelta(microseconds=1)


def test_appends_go_on_when_the_log_runs_ahead_of_the_clock_and_the_head_says_by_how_much(log, owner):
    assert log.head().ahead_s == 0
    log.append([an_event()])
    assert log.head().ahead_s == 0
    set_clock(owner, datetime.now(UTC) + timedelta(hours=1))
    log.append([an_event()])
    assert log.head().ahead_s > 3000


def test_a_wall_clock_log_takes_nobody_elses_instants(log):
    with pytest.raises(NotSeeded), log.transaction() as cursor:
        log.append_in(cursor, [an_event()], recorded_at=LONG_AGO)
    assert log.head().clock == "wall"


def test_a_seeded_log_takes_the_instants_it_is_given_but_never_goes_back(log, database_url):
    begin_seeding(database_url)
    with log.transaction() as cursor:
        first = log.append_in(cursor, [an_event()], recorded_at=LONG_AGO)
        second = log.append_in(cursor, [an_event()], recorded_at=LONG_AGO - timedelta(days=1))
    assert first.recorded_at == LONG_AGO
    assert second.recorded_at == LONG_AGO + timedelta(microseconds=1)
    log.append([an_event()])
    assert log.head().recorded_at > datetime(2026, 1, 1, tzinfo=UTC)
    assert log.head().clock == "seeded"


def test_a_seeded_log_is_not_dated_into_the_future(log, database_url):
    begin_seeding(database_url)
    with pytest.raises(ClockAhead), log.transaction() as cursor:
        log.append_in(cursor, [an_event()], recorded_at=datetime.now(UTC) + timedelta(hours=1))


def test_seeding_begins_only_while_the_log_is_empty(log, database_url):
    log.append([an_event()])
    with pytest.raises(HistoryIsFixed, match="header of a log that holds events does not change"):
        begin_seeding(database_url)
    assert log.head().clock == "wall"


def test_a_refusal_is_told_apart_from_the_drivers_errors(log):
    with pytest.raises(HistoryIsFixed, match="history cannot be rewritten"), log.transaction() as cursor:
        cursor.execute("SET LOCAL ROLE NONE; DELETE FROM log.event")


def test_a_log_has_an_identity_from_its_first_day(log):
    head = log.head()
    assert isinstance(head.log_id, UUID)
    assert (head.position, head.recorded_at) == (0, None)
