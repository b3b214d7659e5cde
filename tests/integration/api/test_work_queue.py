"""Work is put into the queue with what causes it or not at all, done once, in order, and tried again when it fails."""

import asyncio
import threading
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from msgspec import structs
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from api.queue.due_times import DailyTime
from api.queue.put_task import put
from api.queue.queued_task import CannotBeDone, NoSuchArguments, QueuedTask, Stopped, TryAgain
from api.queue.worker import QueueWorker, do_waiting
from api.runtime.traces import Traces
from tests.support.log_events import eventually
from tests.support.trace_collector import collecting

JOBS = "SELECT status::text, attempts FROM work.procrastinate_jobs ORDER BY id"


@dataclass
class Diary:
    """A task that notes what it is asked, and fails as often as it is told to."""

    options: dict = field(default_factory=dict)
    failures: list = field(default_factory=list)
    done: list = field(default_factory=list)
    given_up: list = field(default_factory=list)

    def task(self):
        return QueuedTask(name="note", does=self.note, gives_up=self.give_up, **self.options)

    def note(self, attempt, *, about_id, number):
        self.done.append((about_id, number, attempt.number))
        if self.failures:
            raise self.failures.pop(0)

    def give_up(self, attempt, *, about_id, number):
        self.given_up.append((about_id, number, attempt.number))


@pytest.fixture
def jobs(database_url):
    """The state of each piece of work, and how often it was tried."""

    def read():
        with psycopg.connect(database_url) as connection:
            return connection.execute(JOBS).fetchall()

    return read


@pytest.fixture
def hurry(database_url):
    """Let nothing wait for its time."""

    def now():
        with psycopg.connect(database_url) as connection:
            connection.execute("UPDATE work.procrastinate_jobs SET scheduled_at = NULL")

    return now


ABOUT = UUID(int=7)


def test_work_is_done_once_its_cause_is_committed(services, jobs):
    diary = Diary()
    with services.recorder.transaction() as cursor:
        number = put(cursor, diary.task(), about_id=ABOUT, number=3)
        do_waiting(services, [diary.task()])
        assert diary.done == []
    do_waiting(services, [diary.task()])
    do_waiting(services, [diary.task()])
    assert (diary.done, jobs()) == ([(ABOUT, 3, 1)], [("succeeded", 1)])
    assert number is not None


def test_work_goes_with_the_transaction_of_its_cause(services, jobs):
    with services.recorder.transaction() as cursor:
        put(cursor, Diary().task(), about_id=ABOUT, number=3)
        raise psycopg.Rollback
    assert jobs() == []


def test_the_callers_transaction_goes_on_as_it_was(services, jobs):
    """Its search path is as before, and a piece of work that waits already does not end it."""
    task = Diary(options={"once_for": ("about_id",)}).task()
    with services.recorder.transaction() as cursor:
        before = cursor.execute("SHOW search_path").fetchone()
        numbers = [put(cursor, task, about_id=about_id, number=1) for about_id in (ABOUT, ABOUT, uuid4())]
        assert cursor.execute("SHOW search_path").fetchone() == before
    assert [number is None for number in numbers] == [False, True, False]
    assert jobs() == [("todo", 0)] * 2


def test_work_of_a_task_that_a_worker_does_not_know_is_left_to_one_that_does(services, jobs):
    """While a new release joins an old one, the old one's workers leave alone what they have never heard of."""
    known, newer = Diary(), Diary()
    new = structs.replace(newer.task(), name="heard-of-later")
    with services.recorder.transaction() as cursor:
        put(cursor, new, about_id=ABOUT, number=1)
        put(cursor, known.task(), about_id=ABOUT, number=2)
    with at_work(services, known.task()):
        eventually(lambda: jobs() == [("todo", 0), ("succeeded", 1)])
    do_waiting(services, [known.task()])
    assert (jobs(), newer.done) == ([("todo", 0), ("succeeded", 1)], [])
    with at_work(services, known.task(), new):
        eventually(lambda: jobs() == [("succeeded", 1)] * 2)
    assert newer.done == [(ABOUT, 1, 1)]


def test_what_the_release_before_put_under_the_name_of_its_queue_is_done(services, jobs, database_url):
    diary = Diary()
    with services.recorder.transaction() as cursor:
        put(cursor, diary.task(), about_id=ABOUT, number=1)
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE work.procrastinate_jobs SET queue_name = 'quick'")
    do_waiting(services, [diary.task()])
    assert jobs() == [("succeeded", 1)]


def test_what_waits_once_may_wait_again_when_it_was_done(services):
    diary = Diary(options={"once_for": ()})
    for _ in range(2):
        with services.recorder.transaction() as cursor:
            assert put(cursor, diary.task(), about_id=ABOUT, number=1) is not None
        do_waiting(services, [diary.task()])
    assert len(diary.done) == 2


@pytest.mark.parametrize("unfit", ["a name", 1.5, None])
def test_words_never_enter_the_queue(services, jobs, unfit):
    with services.recorder.transaction() as cursor, pytest.raises(NoSuchArguments):
        put(cursor, Diary().task(), about_id=unfit, number=3)
    assert jobs() == []


def test_work_that_fails_is_tried_again_after_its_pause(services, jobs, hurry, database_url):
    diary = Diary(options={"pauses_s": (60, 600)}, failures=[RuntimeError(), RuntimeError()])
    with services.recorder.transaction() as cursor:
        put(cursor, diary.task(), about_id=ABOUT, number=3)
    for pause_s in (60, 600):
        begun_at = datetime.now(UTC)
        do_waiting(services, [diary.task()])
        with psycopg.connect(database_url) as connection:
            (due_at,) = connection.execute("SELECT scheduled_at FROM work.procrastinate_jobs").fetchone()
        assert timedelta(seconds=pause_s) <= due_at - begun_at < timedelta(seconds=pause_s + 30)
        hurry()
    do_waiting(services, [diary.task()])
    assert [number for *_, number in diary.done] == [1, 2, 3]
    assert (jobs(), diary.given_up) == ([("succeeded", 3)], [])


def test_work_that_always_fails_is_given_up(services, jobs, hurry):
    diary = Diary(options={"pauses_s": (60,)}, failures=[RuntimeError()] * 9)
    with services.recorder.transaction() as cursor:
        put(cursor, diary.task(), about_id=ABOUT, number=3)
    for _ in range(3):
        do_waiting(services, [diary.task()])
        hurry()
    assert (len(diary.done), jobs(), diary.given_up) == (2, [("failed", 2)], [(ABOUT, 3, 2)])


def test_work_that_can_never_be_done_is_given_up_at_once(services, jobs):
    diary = Diary(failures=[CannotBeDone("its subject is gone")])
    with services.recorder.transaction() as cursor:
        put(cursor, diary.task(), about_id=ABOUT, number=3)
    do_waiting(services, [diary.task()])
    assert (jobs(), diary.given_up) == ([("failed", 1)], [(ABOUT, 3, 1)])


def test_each_attempt_is_a_span_that_says_by_its_kind_alone_why_it_failed(services):
    diary = Diary(options={"pauses_s": (0,)}, failures=[RuntimeError("Zebulon Quartermain")])
    with collecting() as collector:
        with closing(Traces(collector.url)) as traces:
            with services.recorder.transaction() as cursor:
                put(cursor, diary.task(), about_id=ABOUT, number=3)
            do_waiting(replace(services, traces=traces), [diary.task()])
        first, second = collector.named("work note")
        assert b"Zebulon" not in b"".join(collector.bodies)
        assert str(ABOUT).encode() not in b"".join(collector.bodies)
    assert [(each["folkmoot.attempt"], each["is_failed"]) for each in (first, second)] == [(1, True), (2, False)]
    assert first["error.type"] == "RuntimeError"


def test_work_may_say_when_it_is_to_be_tried_again(services, jobs):
    diary = Diary(failures=[TryAgain(0)])
    with services.recorder.transaction() as cursor:
        put(cursor, diary.task(), about_id=ABOUT, number=3)
    do_waiting(services, [diary.task()])
    assert jobs() == [("succeeded", 2)]


def test_work_that_is_given_back_is_done_again(services, jobs):
    diary = Diary(options={"pauses_s": ()}, failures=[Stopped("told to end")])
    with services.recorder.transaction() as cursor:
        put(cursor, diary.task(), about_id=ABOUT, number=3)
    do_waiting(services, [diary.task()])
    assert (jobs()[0][0], diary.given_up) == ("failed", [(ABOUT, 3, 2)])


def test_work_in_order_waits_for_what_was_put_before_it(services, hurry):
    diary = Diary(options={"in_order_of": ("about_id",)}, failures=[RuntimeError()])
    other = uuid4()
    with services.recorder.transaction() as cursor:
        for about_id, number in ((ABOUT, 1), (ABOUT, 2), (other, 3)):
            put(cursor, diary.task(), about_id=about_id, number=number)
    do_waiting(services, [diary.task()])
    assert [number for _, number, _ in diary.done] == [1, 3]
    hurry()
    do_waiting(services, [diary.task()])
    assert [number for _, number, _ in diary.done] == [1, 3, 1, 2]


def test_work_waits_for_its_time(services, jobs):
    diary = Diary()
    with services.recorder.transaction() as cursor:
        put(cursor, diary.task(), not_before=datetime.now(UTC) + timedelta(hours=1), about_id=ABOUT, number=3)
    do_waiting(services, [diary.task()])
    assert (diary.done, jobs()) == ([], [("todo", 0)])


def test_work_that_is_due_every_day_is_put_once_a_day_and_a_day_missed_is_made_up_for(services, jobs, database_url):
    """Seen first it waits for its next time; then it is put once, however many workers look."""
    done = threading.Semaphore(0)
    daily = QueuedTask(name="every-day", does=lambda _: done.release(), daily=DailyTime(2, 30))
    with at_work(services, daily), at_work(services, daily):
        eventually(lambda: scheduled(database_url) is not None)
        assert jobs() == []
        with psycopg.connect(database_url) as connection:  # as after days in which no worker ran
            connection.execute("UPDATE work.schedule SET due_at = due_at - interval '3 days'")
        assert done.acquire(timeout=30)
        assert not done.acquire(timeout=6)
    assert (len(jobs()), scheduled(database_url)) == (1, daily.daily.last_due(datetime.now(UTC)))


def test_work_of_a_silent_worker_is_put_back_and_that_of_a_living_one_is_not(services, jobs, database_url):
    diary = Diary()
    with services.recorder.transaction() as cursor:
        put(cursor, diary.task(), about_id=ABOUT, number=3)
    with psycopg.connect(database_url, options="-c search_path=work") as connection:
        connection.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
        connection.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = w.id FROM procrastinate_workers w"
        )
    with at_work(services, diary.task()):
        time.sleep(2)
        assert diary.done == []
        with psycopg.connect(database_url) as connection:
            connection.execute("UPDATE work.procrastinate_workers SET last_heartbeat = now() - interval '31 seconds'")
        eventually(lambda: jobs() == [("succeeded", 2)])
    assert diary.done == [(ABOUT, 3, 2)]


def test_work_of_a_silent_worker_is_left_to_the_same_work_that_waits_already(services, jobs, database_url):
    diary = Diary({"once_for": ("about_id",)})
    later = datetime.now(UTC) + timedelta(hours=1)
    with services.recorder.transaction() as cursor:
        put(cursor, diary.task(), about_id=ABOUT, number=3)
    with psycopg.connect(database_url, options="-c search_path=work") as connection:
        connection.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')")
        connection.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = w.id FROM procrastinate_workers w"
        )
    with services.recorder.transaction() as cursor:
        put(cursor, diary.task(), about_id=ABOUT, number=3, not_before=later)
        put(cursor, diary.task(), about_id=UUID(int=8), number=4)
    with at_work(services, diary.task()):
        eventually(lambda: jobs() == [("aborted", 1), ("todo", 0), ("succeeded", 1)])


def test_work_that_fails_is_left_to_the_same_work_that_waits_already(services, jobs):
    diary = Diary({"once_for": ("about_id",)}, failures=[RuntimeError("not now")])
    task, later = diary.task(), datetime.now(UTC) + timedelta(hours=1)
    note = task.does

    def noted(attempt, *, about_id, number):
        if not diary.done:
            with services.recorder.transaction() as cursor:
                put(cursor, task, about_id=about_id, number=number, not_before=later)
        note(attempt, about_id=about_id, number=number)

    with services.recorder.transaction() as cursor:
        put(cursor, task, about_id=ABOUT, number=3)
    do_waiting(services, [structs.replace(task, does=noted)])
    assert [state for state, _ in jobs()] == ["aborted", "todo"]


def test_a_worker_goes_on_once_the_database_is_back(services, jobs, server, database_url):
    diary = Diary()
    name = conninfo_to_dict(database_url)["dbname"]
    with at_work(services, diary.task()), psycopg.connect(server.dsn(), autocommit=True) as elsewhere:
        eventually(lambda: workers(elsewhere, name) > 0)
        elsewhere.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name)))
        elsewhere.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        time.sleep(2)
        elsewhere.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(sql.Identifier(name)))
        with services.recorder.transaction() as cursor:
            put(cursor, diary.task(), about_id=ABOUT, number=3)
        eventually(lambda: jobs() == [("succeeded", 1)], within_s=60)


def test_work_that_ended_long_ago_is_forgotten(services, jobs, database_url):
    done, failed = Diary(), Diary(failures=[CannotBeDone("never")])
    for diary in (done, failed):
        with services.recorder.transaction() as cursor:
            put(cursor, diary.task(), about_id=ABOUT, number=3)
        do_waiting(services, [diary.task()])
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE work.procrastinate_events SET at = at - interval '8 days'")
    with at_work(services):
        eventually(lambda: jobs() == [("failed", 1)])


@contextmanager
def at_work(services, *tasks):
    """A worker in a thread, for as long as a block runs."""
    stopping = threading.Event()
    worker = QueueWorker(services, tasks, stopping)
    thread = threading.Thread(target=lambda: asyncio.run(worker.run()))
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()


def scheduled(database_url):
    with psycopg.connect(database_url) as connection:
        row = connection.execute("SELECT due_at FROM work.schedule").fetchone()
    return row and row[0]


def workers(connection, name):
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND application_name = 'folkmoot-work-queue'"
    return connection.execute(query, (name,)).fetchone()[0]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT args FROM work.procrastinate_jobs",
        "UPDATE work.procrastinate_jobs SET status = 'succeeded'",
        "DELETE FROM work.procrastinate_jobs",
        "INSERT INTO work.procrastinate_jobs (queue_name, task_name, status) VALUES ('quick', 'note', 'succeeded')",
        "UPDATE work.schedule SET due_at = now()",
    ],
)
def test_the_service_puts_work_and_can_do_nothing_else_to_the_queue(services, statement):
    with (
        services.recorder.connections.borrow() as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        connection.transaction(),
    ):
        connection.execute(statement)
