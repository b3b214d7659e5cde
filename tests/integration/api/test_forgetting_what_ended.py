"""Rows that ended are removed once their time is over, and nothing before or beside them."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest

from api.all_tasks import ALL_TASKS
from api.jobs.asked_jobs import DO_ASKED_JOB
from api.jobs.forget_ended import FORGET_ENDED
from api.queue.put_task import put
from api.queue.worker import do_waiting

KEY = "SELECT key_id FROM api.key LIMIT 1"


@pytest.fixture
def owner(database_url):
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def night(services):
    """Let a worker do what is due at night."""

    def passes():
        with services.recorder.transaction() as cursor:
            put(cursor, FORGET_ENDED)
        do_waiting(services, ALL_TASKS)

    return passes


def ago(days):
    return f"clock_timestamp() - interval '{days} days'"


def token():
    return uuid4().bytes * 2


def add(owner, table, **columns):
    """Add a row; texts are SQL, everything else is a value."""
    places = ["%s" if not isinstance(value, str) else value for value in columns.values()]
    values = [value for value in columns.values() if not isinstance(value, str)]
    owner.execute(f"INSERT INTO api.{table} ({', '.join(columns)}) VALUES ({', '.join(places)})", values)  # noqa: S608 - constants


def rows_of(owner, table, column):
    return {value for (value,) in owner.execute(f"SELECT {column} FROM api.{table}").fetchall()}  # noqa: S608 - constants


def test_sessions_and_links_go_thirty_days_after_they_ended_or_ran_out(owner, steward, night):
    assert steward
    (key,) = owner.execute(KEY).fetchone()
    lasting, recent, signed_out, run_out = (token() for _ in range(4))
    for sha256, expires_at, ended_at in (
        (lasting, ago(-1), "NULL"),
        (recent, ago(29), "NULL"),
        (signed_out, ago(-1), ago(31)),
        (run_out, ago(31), "NULL"),
    ):
        row = {"sha256": sha256, "key_id": key, "expires_at": expires_at}
        add(owner, "session", **row, since=0, ended_at=ended_at)
        add(owner, "sign_in_link", **row, used_at=ended_at)
    night()
    assert rows_of(owner, "session", "sha256") == {lasting, recent}
    assert rows_of(owner, "sign_in_link", "sha256") == {lasting, recent}


def test_mail_goes_ninety_days_after_it_ended_and_stays_while_it_waits(owner, night):
    waiting, recent, old = uuid4(), uuid4(), uuid4()
    for mail_id, state, ended_at in (
        (waiting, "'waiting'", "NULL"),
        (recent, "'sent'", ago(89)),
        (old, "'dead'", ago(91)),
    ):
        add(
            owner,
            "mail",
            mail_id=mail_id,
            kind="'what-waits'",
            recipient_kind="'account'",
            recipient_id=uuid4(),
            about="'{}'",
            put_at=ago(100),
            state=state,
            ended_at=ended_at,
        )
    night()
    assert rows_of(owner, "mail", "mail_id") == {waiting, recent}


def test_jobs_go_with_their_files_but_extracts_that_were_frozen_stay(owner, night):
    kept = {}
    for name, kind, state, ended_days, asked_days in (
        ("a frozen extract", "freeze", "done", 4000, 4000),
        ("a comparison of last year", "diff", "done", 500, 500),
        ("an old comparison", "diff", "done", 731, 731),
        ("one that failed lately", "freeze", "failed", 89, 89),
        ("one that failed long ago", "freeze", "failed", 91, 91),
        ("one that was lost", "backtest", "waiting", None, 91),
        ("one that waits", "backtest", "waiting", None, 1),
    ):
        kept[name] = job_id = uuid4()
        add(
            owner,
            "job",
            job_id=job_id,
            kind=f"'{kind}'",
            review_id=uuid4(),
            given="'{}'",
            position=1,
            as_of="'2026-03-31'",
            forms="'{csv}'",
            state=f"'{state}'",
            asked_at=ago(asked_days),
            ended_at="NULL" if ended_days is None else ago(ended_days),
        )
        add(owner, "job_file", job_id=job_id, path="'a.csv'", sha256="'0'", content=b"a")
    night()
    left = {kept[name] for name in kept.keys() - {"an old comparison", "one that failed long ago", "one that was lost"}}
    assert rows_of(owner, "job", "job_id") == rows_of(owner, "job_file", "job_id") == left


def test_a_job_that_was_asked_for_again_after_long_stays_while_it_is_in_the_queue(owner, night):
    job_id, day = uuid4(), datetime.now(UTC) + timedelta(days=1)
    given = {"given": "'{}'", "position": 1, "as_of": "'2026-03-31'", "forms": "'{csv}'", "state": "'waiting'"}
    add(owner, "job", job_id=job_id, kind="'backtest'", review_id=uuid4(), asked_at=ago(200), **given)
    put(owner, DO_ASKED_JOB, not_before=day, job_id=job_id)
    night()
    assert rows_of(owner, "job", "job_id") == {job_id}


@pytest.mark.parametrize("table", ["job", "sign_in_link"])
def test_the_service_itself_removes_neither_jobs_nor_links(services, table):
    with (
        services.recorder.connections.borrow() as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        connection.transaction(),
    ):
        connection.execute(f"DELETE FROM api.{table}")  # noqa: S608 - a constant
