"""The log as a stream of events: all that is within reach, once, in order, and to nobody who may no longer read it."""

import threading
import time
from contextlib import ExitStack
from uuid import UUID

import anyio
import psycopg
import pytest

from api.access.accounts import close_account
from api.access.grants import give_role, take_away
from api.access.keys import Scope, revoke_key
from api.access.user_roles import UserRole
from api.http import event_streams
from api.http.event_streams import EventStream, FeedPart
from api.limits.allowances import Allowances
from api.runtime.log_watch import WATCH_CONNECTIONS
from api.runtime.services import SPARE_CONNECTIONS, connected
from scripts.support.http_server import serving
from tests.integration.api.test_a_meeting import MEETING, meeting
from tests.integration.api.test_roles import SINCE, access, only  # noqa: F401 - a fixture
from tests.support.log_events import eventually
from tests.support.stream_readers import StreamReader

IDLE = 200


@pytest.fixture
def services(database_url, wrapping_key):
    allowances = Allowances(streams=IDLE + 1, streams_of_one=IDLE, connections=2 * IDLE)
    with connected(database_url, [wrapping_key], threads=4, allowances=allowances) as opened:
        yield opened


@pytest.fixture
def address(services):
    with serving(services) as base:
        yield base


@pytest.fixture
def follow(address):
    """Begin to read, as somebody."""
    with ExitStack() as readers:
        yield lambda person, path="/v1/log/stream", **headers: readers.enter_context(
            StreamReader(address, person.key, path, headers=headers)
        )


def met(neighbourhood):
    receipt = neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
    return receipt["events"][0]["event_id"]


def test_what_is_recorded_is_sent_as_it_comes_as_the_pages_have_it(follow, steward, neighbourhood):
    reader = follow(steward)
    assert reader.status == 200
    head = steward.reads("/v1/log", limit=1000)["position"]
    record = met(neighbourhood)
    page = steward.reads("/v1/log", after=head)
    assert reader.events(len(page["data"])) == page["data"]
    assert record in {each["event_id"] for each in reader.data}
    assert MEETING["notes"] not in reader.text
    assert reader.last_id == page["position"]


def test_a_stream_goes_on_from_where_its_reader_got_to(follow, steward, neighbourhood):
    whole = follow(steward, "/v1/log/stream?after=0")
    met(neighbourhood)
    page = steward.reads("/v1/log", limit=1000)["data"]
    assert whole.events(len(page)) == page
    resumed = follow(steward, "/v1/log/stream?after=0", **{"Last-Event-ID": "3"})
    assert resumed.events(len(page) - 3) == page[3:]


@pytest.mark.usefixtures("neighbourhood")
def test_each_may_be_a_cloud_event(follow, steward):
    events = follow(steward, "/v1/log/stream?after=0&form=cloudevents").events(3)
    answer = steward.get("/v1/log", {"Accept": "application/cloudevents-batch+json"}, limit=3)
    assert events[:3] == answer.json()


def test_what_is_beyond_reach_is_passed_over_and_the_position_sent_all_the_same(
    access,  # noqa: F811 - the fixture
    follow,
    steward,
    neighbourhood,
):
    evaluator = access.holder(UserRole.EVALUATOR, neighbourhood.council, only(neighbourhood.partnership))
    reader = follow(evaluator, "/v1/log/stream?after=0")
    other = steward.records("/v1/partnerships", name="Elsewhere Board", kind="neighbourhood-board", happened="2021")
    head = steward.reads("/v1/log", limit=1000)["position"]
    eventually(lambda: reader.reads() and reader.last_id == head)
    assert other["events"][0]["event_id"] not in reader.text
    record = met(neighbourhood)
    eventually(lambda: record in reader.text or reader.reads())


@pytest.mark.usefixtures("neighbourhood")
def test_a_position_that_the_record_has_not_reached_is_refused(follow, steward):
    assert follow(steward, "/v1/log/stream?after=99999").status == 400
    assert follow(steward, **{"Last-Event-ID": "99999"}).status == 400
    assert follow(steward, **{"Last-Event-ID": "then"}).status == 400


def test_a_key_that_is_taken_away_ends_its_stream_before_anything_more_is_sent(
    follow, people, neighbourhood, database_url
):
    person = people(Scope.READ)
    reader = follow(person)
    with psycopg.connect(database_url) as connection:
        revoke_key(connection, UUID(person.key.split("_")[1]))
    record = met(neighbourhood)
    assert "ended: key-required" in reader.until_ended()
    assert record not in reader.text


def test_a_closed_account_ends_its_stream_though_nothing_is_recorded(
    access,  # noqa: F811 - the fixture
    follow,
    neighbourhood,
    monkeypatch,
):
    monkeypatch.setattr("api.http.event_streams.BEAT_S", 0.1)
    reader = follow(access.holder(UserRole.EVALUATOR, neighbourhood.council))
    assert reader.reads()
    close_account(access.connection, access.vault, access.account_id)
    assert "ended: not-allowed" in reader.until_ended()


def test_a_reach_that_shrinks_ends_a_stream_and_one_that_grows_does_not(
    access,  # noqa: F811 - the fixture
    follow,
    steward,
    neighbourhood,
):
    evaluator = access.holder(UserRole.EVALUATOR, neighbourhood.council, only(neighbourhood.partnership))
    first = access.grant_id
    reader = follow(evaluator)
    elsewhere = steward.records("/v1/partnerships", name="Elsewhere", kind="neighbourhood-board", happened="2021")
    give_role(
        access.connection,
        access.vault,
        account_id=access.account_id,
        role=UserRole.EVALUATOR,
        reach=only(elsewhere["created"]["partnership"][0]),
        by=SINCE,
    )
    before = met(neighbourhood)
    eventually(lambda: before in reader.text or not reader.reads())
    take_away(access.connection, access.vault, first, SINCE)
    after = met(neighbourhood)
    assert "ended: your reach" in reader.until_ended()
    assert after not in reader.text


def test_so_many_streams_of_one_caller_and_so_many_in_all(database_url, wrapping_key, people):
    allowances = Allowances(streams=3, streams_of_one=2)
    one, other, third = (people(Scope.READ) for _ in range(3))
    with (
        connected(database_url, [wrapping_key], threads=4, allowances=allowances) as services,
        serving(services) as base,
    ):
        with StreamReader(base, one.key), StreamReader(base, one.key), ExitStack() as more:
            with StreamReader(base, one.key) as refused:
                assert refused.status == 429
            more.enter_context(StreamReader(base, other.key))
            with StreamReader(base, third.key) as refused:
                assert refused.status == 503
                assert "retry-after" in refused.head
            assert len(services.limits.streams) == 3
        eventually(lambda: not len(services.limits.streams))
        with StreamReader(base, third.key) as reader:
            assert reader.status == 200


@pytest.mark.usefixtures("neighbourhood")
def test_a_stream_ends_by_itself_after_its_time_once_all_is_sent(database_url, wrapping_key, steward):
    with (
        connected(database_url, [wrapping_key], threads=4, allowances=Allowances(stream_s=0)) as services,
        serving(services) as base,
        StreamReader(base, steward.key, "/v1/log/stream?after=0") as reader,
    ):
        reader.until_ended()
        assert reader.data == steward.reads("/v1/log", limit=1000)["data"]


def test_asking_for_the_head_of_a_stream_alone_is_answered_and_over(address, steward):
    with StreamReader(address, steward.key, method="HEAD") as reader:
        assert reader.status == 200
        assert "text/event-stream" in reader.head
        assert "x-accel" not in reader.head.lower()


def test_a_reader_who_takes_nothing_keeps_no_place_for_longer_than_a_stream_lasts(
    database_url, wrapping_key, monkeypatch
):
    class Feed:
        def read(self):
            return FeedPart(b"x", is_level=False)

    async def receive():
        await anyio.sleep_forever()

    async def send(message):
        if message["type"] == "http.response.body":
            await anyio.sleep_forever()

    async def followed(services):
        with anyio.fail_after(30):
            await EventStream(Feed(), services, "somebody", {})({"type": "http", "method": "GET"}, receive, send)

    monkeypatch.setattr(event_streams, "BEAT_S", 0.1)
    with connected(database_url, [wrapping_key], threads=1, allowances=Allowances(stream_s=0)) as services:
        anyio.run(followed, services)
        assert len(services.limits.streams) == 0


def test_streams_end_as_soon_as_the_server_stops(services, steward):
    with ExitStack() as readers:
        with serving(services) as base:
            open_readers = [readers.enter_context(StreamReader(base, steward.key)) for _ in range(20)]
            began_s = time.monotonic()
        assert time.monotonic() - began_s < 15  # of the 20 that requests are given
        for reader in open_readers:
            reader.until_ended()


def connections_to(dsn):
    with psycopg.connect(dsn) as connection:
        (count,) = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchone()
    return count


def test_200_who_wait_hold_no_thread_and_no_connection_and_all_are_sent_what_comes(
    follow, services, steward, neighbourhood, database_url
):
    reader = follow(steward)
    assert reader.reads()
    threads, connections = threading.active_count(), connections_to(database_url)
    readers = [follow(steward) for _ in range(IDLE - 1)]
    assert len(services.limits.streams) == IDLE
    for each in readers:
        assert each.reads() or each.text
    assert threading.active_count() <= threads + 1
    assert connections_to(database_url) <= connections + 1
    record = met(neighbourhood)
    for each in (reader, *readers):
        eventually(lambda each=each: record in each.text or not each.reads())
    for each in (reader, *readers):
        each.socket.close()
    eventually(lambda: not len(services.limits.streams))
    eventually(lambda: "log-watch" not in {each.name for each in threading.enumerate()})


def test_all_streams_together_take_the_connections_that_are_counted_for_them(follow, steward, services, database_url):
    """`serve` refuses more threads than there are connections for: what listens to the log is one of them."""
    most = services.threads + SPARE_CONNECTIONS
    assert connections(database_url, "LISTEN") == 0
    readers = [follow(steward) for _ in range(20)]
    eventually(lambda: connections(database_url, "LISTEN") == WATCH_CONNECTIONS)
    assert connections(database_url) <= most + WATCH_CONNECTIONS
    for reader in readers:
        reader.socket.close()
    eventually(lambda: connections(database_url, "LISTEN") == 0)


def connections(database_url, last_statement=""):
    """How many connections of ours there are, of those whose last statement began so."""
    query = """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND query ILIKE %s
    """
    with psycopg.connect(database_url) as connection:
        return connection.execute(query, (f"{last_statement}%",)).fetchone()[0]
