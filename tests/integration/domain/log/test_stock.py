"""Why the library's own PostgreSQL recorder is not the log: each of its faults, shown beside ours.

Every test of a fault has a twin that holds of ours. When one of the former fails, the library has mended something.
"""

import inspect
import operator
import threading
from contextlib import contextmanager

import psycopg
import pytest
from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent
from eventsourcing.dcb.postgres_tt import PostgresDCBRecorderTT
from eventsourcing.persistence import OperationalError, ProgrammingError
from eventsourcing.postgres import PostgresDatastore
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from domain.log.recorder import LogRecorder
from tests.support.log_events import eventually, query

ONE_TYPE_OR_NONE = [query((["a", "b"], [])), query((["a"], []), (["b"], [])), query(([], []))]


@pytest.fixture
def datastore(database_url):
    with open_datastore(database_url) as datastore:
        yield datastore


@contextmanager
def open_datastore(dsn: str, **settings):
    where = conninfo_to_dict(dsn)
    datastore = PostgresDatastore(
        where["dbname"], where["host"], where.get("port", ""), where["user"], "", pool_size=4, **settings
    )
    with datastore:
        yield datastore


@pytest.fixture
def stock(datastore):
    return make_stock(datastore)


def make_stock(datastore, name: str = "stock") -> PostgresDCBRecorderTT:
    recorder = PostgresDCBRecorderTT(datastore, events_table_name=name)
    recorder.create_table()
    return recorder


def an_event(kind: str = "a", *tags: str) -> DCBEvent:
    return DCBEvent(type=kind, data=b"", tags=list(tags))


class Following(threading.Thread):
    """Follows with any recorder's subscription until told to stop."""

    def __init__(self, subscription) -> None:
        super().__init__()
        self.subscription = subscription
        self.seen: list[int] = []
        self.fault: Exception | None = None

    def run(self) -> None:
        try:
            for event in self.subscription:
                self.seen.append(event.position)
        except OperationalError as fault:
            self.fault = fault


@contextmanager
def following(recorder):
    with recorder.subscribe() as subscription:
        thread = Following(subscription)
        thread.start()
        try:
            yield thread
        finally:
            subscription.stop()
            thread.join()


# An append without a condition takes no lock.


@contextmanager
def open_stock_append(stock, event: DCBEvent):
    with stock.datastore.transaction(commit=True) as cursor:
        stock._unconditional_append(cursor, stock.construct_psycopg_dcb_events([event]))
        yield


_LISTENERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"


def test_stock_follower_misses_an_event_for_ever(stock, database_url):
    with following(stock) as follower, psycopg.connect(database_url, autocommit=True) as owner:
        # It listens from a thread of its own, and what is notified before then it never hears.
        eventually(lambda: owner.execute(_LISTENERS).fetchone() == (1,))
        with open_stock_append(stock, an_event("earlier")):
            stock.append([an_event("later")])
            eventually(lambda: follower.seen == [2])
        stock.append([an_event("last")])
        eventually(lambda: follower.seen == [2, 3])
    assert [event.position for event in stock.read()] == [1, 2, 3]


def test_our_follower_misses_nothing(log):
    later = threading.Thread(target=log.append, args=([an_event("later")],))
    with following(log) as follower:
        with log.transaction() as cursor:
            log.append_in(cursor, [an_event("earlier")])
            later.start()
        later.join()
        log.append([an_event("last")])
        eventually(lambda: follower.seen == [1, 2, 3])


def test_stock_accepts_a_decision_that_did_not_see_what_it_depends_on(stock):
    selection = query(([], ["name:a"]))
    with open_stock_append(stock, an_event("taken", "name:a")):
        stock.append([an_event("other")])
        head = stock.read(selection).head
    stock.append([an_event("taken", "name:a")], DCBAppendCondition(selection, after=head))
    assert len(list(stock.read(selection))) == 2


# Two applications in one schema overwrite each other's functions.


def test_stock_applications_in_one_schema_write_into_each_others_tables(datastore):
    one = make_stock(datastore, "one")
    two = make_stock(datastore, "two")
    one.append([an_event()])
    assert (len(list(one.read())), len(list(two.read()))) == (0, 1)


def test_a_stock_application_beside_our_log_takes_nothing_from_it(log, stock):
    stock.append([an_event()])
    log.append([an_event()])
    assert (len(list(stock.read())), len(list(log.read()))) == (1, 1)


# A schema off the search path fails.


def test_stock_cannot_make_its_tables_in_a_schema_off_the_search_path(owner, database_url):
    owner.execute("CREATE SCHEMA apart")
    with (
        open_datastore(database_url, schema="apart") as datastore,
        pytest.raises(ProgrammingError, match="does not exist"),
    ):
        make_stock(datastore)


def test_our_log_needs_no_search_path(database_url):
    with LogRecorder(make_conninfo(database_url, options="-c search_path=nowhere")) as log:
        log.append([an_event("a", "x"), an_event("b")])
        assert [entry.position for entry in log.read(query((["b"], []), ([], ["x"])))] == [1, 2]
        assert [event.position for event in log.stream()] == [1, 2]


# Queries.


@pytest.mark.parametrize("bare", ONE_TYPE_OR_NONE)
def test_stock_refuses_a_query_of_no_or_several_bare_types(stock, bare):
    with pytest.raises(ProgrammingError, match="Unsupported query"):
        stock.read(bare)


@pytest.mark.parametrize("bare", ONE_TYPE_OR_NONE)
def test_ours_answers_a_query_of_no_or_several_bare_types(log, bare):
    log.append([an_event("a"), an_event("b")])
    assert [event.position for event in log.read(bare)] == [1, 2]


def test_stock_finds_nothing_when_a_tag_is_asked_for_twice(stock):
    stock.append([an_event("a", "x")])
    assert list(stock.read(query(([], ["x", "x"])))) == []


def test_ours_finds_what_is_asked_for_twice(log):
    log.append([an_event("a", "x", "x")])
    assert [event.position for event in log.read(query(([], ["x", "x"])))] == [1]


# A read fetches everything.


def test_stock_holds_the_whole_log_in_memory_to_give_its_first_event(stock):
    stock.append([an_event() for _ in range(6000)])
    response = stock.read()
    next(response)
    assert operator.length_hint(response.events) == 5999


# A lost notification stalls a follower, and a lost connection ends it.


def test_stock_follower_sleeps_over_an_event_whose_notification_was_lost(stock, owner):
    stock.append([an_event()])
    with following(stock) as follower:
        eventually(lambda: follower.seen == [1])
        assert not follower.subscription._has_been_notified.wait(1)
        owner.execute("INSERT INTO stock_tt_main (type, tags) VALUES ('a', '{}')")  # as if nobody was told
        follower.join(timeout=3)
        assert follower.seen == [1]
        stock.append([an_event()])
        eventually(lambda: follower.seen == [1, 2, 3])


def test_stock_follower_ends_when_its_connection_drops(stock, owner):
    with following(stock) as follower:
        eventually(lambda: follower.subscription._listen_connection is not None)
        pid = follower.subscription._listen_connection.info.backend_pid
        owner.execute("SELECT pg_terminate_backend(%s)", (pid,))
        eventually(lambda: follower.fault)


# An append keeps VACUUM waiting.


def test_stock_append_on_a_condition_shuts_vacuum_out(stock, owner):
    owner.execute("SET lock_timeout = '200ms'")
    with stock.datastore.transaction(commit=True) as cursor:
        stock.execute(
            cursor,
            stock.sql_conditional_append,
            {
                "query_items": stock.construct_psycopg_query_items(query(([], ["x"])).items),
                "after": None,
                "events": stock.construct_psycopg_dcb_events([an_event()]),
            },
        )
        with pytest.raises(psycopg.errors.LockNotAvailable):
            owner.execute("VACUUM stock_tt_main")


# The rest of a connection string is lost.


def test_stock_has_no_place_for_sslmode_or_options():
    assert not {"sslmode", "options", "conninfo", "dsn"} & set(inspect.signature(PostgresDatastore).parameters)


def test_ours_keeps_sslmode_and_options(database_url):
    dsn = make_conninfo(database_url, sslmode="allow", options="-c work_mem=7MB")
    with LogRecorder(dsn) as log, log.connections.borrow() as connection:
        assert connection.info.get_parameters()["sslmode"] == "allow"
        assert connection.execute("SHOW work_mem").fetchone() == ("7MB",)
