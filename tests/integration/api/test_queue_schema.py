"""The library's tables of the queue are brought from an older version of it to the present one, as it ships them."""

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from domain.checkout import ROOT
from scripts.support.catalogue import lines
from scripts.support.database_schema import migrate
from scripts.support.queue_schema import LIBRARY, library_migrations

OLDER_THAN = 3_030_000  # of the version that workers of the one before it could not take work from


@pytest.fixture
def older_queue(database_url):
    """A database whose queue was made by an older version of the library, with a piece of work in it."""
    on_path = make_conninfo(database_url, options="-c search_path=work")
    with psycopg.connect(on_path, autocommit=True) as owner:
        shipped = lines(owner)
        owner.execute("DROP SCHEMA work CASCADE")
        owner.execute((ROOT / "api" / "queue" / "schema.sql").read_bytes())
        for number, _, sql in library_migrations():
            if number < OLDER_THAN:
                owner.execute(sql)
        owner.execute("DELETE FROM log.migration WHERE part = 'work' AND version > 1")
        owner.execute("DELETE FROM log.migration WHERE part = %s AND version >= %s", (LIBRARY, OLDER_THAN))
        owner.execute("INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('quick', 'deliver')")
    return shipped


def test_an_older_queue_is_brought_to_what_a_new_one_is_and_keeps_its_work(older_queue, database_url):
    applied = migrate(database_url, finish=True)
    assert any(name.startswith(LIBRARY) for name in applied)
    assert migrate(database_url, finish=True) == []
    with psycopg.connect(database_url) as owner:
        assert lines(owner) == older_queue
        assert owner.execute("SELECT task_name, status::text FROM work.procrastinate_jobs").fetchall() == [
            ("deliver", "todo")
        ]
