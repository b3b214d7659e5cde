"""Reading: any query, as of a position, by partition, by command, by instant."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from eventsourcing.dcb.api import DCBAppendCondition, DCBQuery, DCBQueryItem
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.events.selection import Selection, all_about
from domain.log.errors import BeyondHead, BoundaryConflict
from domain.log.find_records import find_records, last_position
from domain.log.query import AppendCondition, LogQuery
from tests.support.log_events import an_event, positions, query

TYPES = ["met", "asked", "promised"]
TAGS = ["a", "b", "c", "é"]
items = st.builds(
    DCBQueryItem,
    types=st.lists(st.sampled_from([*TYPES, "never"]), max_size=3),
    tags=st.lists(st.sampled_from([*TAGS, "nowhere"]), max_size=3),
)
queries = st.builds(DCBQuery, items=st.lists(items, max_size=3))
one_log = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)


def matches(event, selection: DCBQuery) -> bool:
    return not selection.items or any(
        (not item.types or event.type in item.types) and set(item.tags) <= set(event.tags) for item in selection.items
    )


@pytest.fixture
def mixed_log(log):
    """Every type with every set of tags."""
    sets = [[tag for bit, tag in enumerate(TAGS) if number >> bit & 1] for number in range(16)]
    log.append([an_event(kind, *tags) for tags in sets for kind in TYPES])
    return log


def test_every_query_selects_what_it_says_and_every_condition_agrees_with_it(mixed_log):
    everything = list(mixed_log.stream())

    @one_log
    @given(queries, st.integers(0, 50), st.none() | st.integers(0, 5), st.integers(0, 50))
    def check(selection, after, limit, upto):
        expected = [e.position for e in everything if e.position > after and matches(e, selection)]
        response = mixed_log.read(selection, after=after, limit=limit)
        assert [event.position for event in response] == expected[:limit]
        if limit is None:
            assert response.head == 48
        last = [e.position for e in everything if e.position <= upto and matches(e, selection)]
        assert mixed_log.position_of_last(LogQuery.of(selection), upto) == max(last, default=0)
        # An id already taken makes the append fail either way, so that nothing is added to the log.
        with pytest.raises(BoundaryConflict) as refusal:
            mixed_log.append(everything[:1], DCBAppendCondition(selection, after=after))
        assert (type(refusal.value) is BoundaryConflict) == bool(expected)

    check()


NOTHING = [
    frozenset(),
    frozenset({Selection(frozenset(), frozenset({"a"}))}),
    frozenset({Selection(frozenset(), frozenset())}),
]


@pytest.mark.parametrize("nothing", NOTHING, ids=["no selection", "no type of a tag", "no type at all"])
def test_a_boundary_that_selects_nothing_reads_nothing_and_never_conflicts(mixed_log, nothing):
    assert not any(selection.selects("met", {"a"}) for selection in nothing)
    assert find_records(mixed_log, nothing) == []
    assert last_position(mixed_log, nothing) == 0
    with mixed_log.transaction() as cursor:
        mixed_log.append_in(cursor, [an_event()], AppendCondition(LogQuery(nothing), after=0))


def test_a_selection_of_every_type_selects_all_that_carries_its_tags(log):
    about = uuid4()
    log.append([an_event("met", f"record:{about}"), an_event("asked", f"record:{about}"), an_event("met")])

    selection = all_about("record", about)

    assert selection.selects("asked", {f"record:{about}"})
    assert last_position(log, frozenset({selection})) == 2
    with pytest.raises(BoundaryConflict), log.transaction() as cursor:
        log.append_in(cursor, [an_event()], AppendCondition(LogQuery(frozenset({selection})), after=1))


@pytest.mark.usefixtures("mixed_log")
def test_the_database_itself_takes_no_items_for_nothing_and_a_bare_item_for_everything(owner):
    def selected(query):
        return [row[0] for row in owner.execute("SELECT log.selected(%s::jsonb, 0, 99, NULL)", (query,))]

    assert selected("[]") == []
    assert selected("[{}]") == list(range(1, 49))


def test_a_position_names_a_prefix_of_one_partition(log):
    ours, other = uuid4(), uuid4()
    log.append([an_event(partition_id=p) for p in (ours, other, ours)])
    log.append([an_event(partition_id=p) for p in (other, ours)])
    assert [e.position for e in log.read_partition(ours)] == [1, 3, 5]
    assert [e.position for e in log.read_partition(ours, upto=4)] == [1, 3]
    assert log.read_partition(ours, upto=0) == []


def test_all_events_of_a_command_are_found_by_the_id_of_its_first(log):
    log.append([an_event()])
    command = [an_event() for _ in range(3)]
    log.append(command)
    log.append([an_event()])
    assert [e.position for e in log.find_command(command[0].event_id)] == [2, 3, 4]
    assert log.find_command(uuid4()) == []


def test_of_several_commands_in_one_append_each_is_found_apart(log):
    first, second = [an_event(data=b"1"), an_event(data=b"1")], [an_event(data=b"2"), an_event(data=b"2")]
    log.append([*first, *second])
    assert [e.position for e in log.find_command(first[0].event_id, lambda e: e.data == b"1")] == [1, 2]
    assert [e.position for e in log.find_command(second[0].event_id, lambda e: e.data == b"2")] == [3, 4]


def test_an_event_that_was_never_recorded_is_not_found(log):
    assert log.find(uuid4()) is None


def test_an_instant_is_the_last_position_recorded_by_then(log, owner):
    owner.execute("SELECT log.begin_seeding()")
    start = datetime(2020, 1, 1, tzinfo=UTC)
    with log.transaction() as cursor:
        for day in range(10):
            log.append_in(cursor, [an_event(), an_event()], recorded_at=start + timedelta(days=day))
    assert log.position_at(start - timedelta(days=1)) == 0
    assert [log.position_at(start + timedelta(days=day)) for day in range(10)] == list(range(2, 21, 2))
    assert log.position_at(start + timedelta(days=3, hours=5)) == 8


def test_an_instant_after_the_last_record_is_refused(log):
    with pytest.raises(BeyondHead):
        log.position_at(datetime.now(UTC))
    log.append([an_event()])
    assert log.position_at(log.head().recorded_at) == 1
    with pytest.raises(BeyondHead):
        log.position_at(log.head().recorded_at + timedelta(microseconds=1))


def test_the_stream_is_the_log_between_two_positions(log):
    log.append([an_event() for _ in range(20)])
    assert positions(log) == list(range(1, 21))
    assert positions(log, after=15) == [16, 17, 18, 19, 20]
    assert [e.position for e in log.stream(3, 5)] == [4, 5]


def test_a_read_of_an_empty_log_says_that_its_head_is_zero(log):
    response = log.read(query((["met"], [])))
    assert (list(response), response.head) == ([], 0)
