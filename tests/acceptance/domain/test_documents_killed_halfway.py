"""`kill -9` in the middle of attaching leaves no event without its content, and no content without its event."""

import random
import subprocess
import sys
import time

import psycopg
import pytest

from domain.audit.document_contents import contents_alterations
from tests.support.attaching_process import KEY

KILLS = 6
ATTACHED = "SELECT event_id::text FROM log.event WHERE type = 'document-attached'"
KEPT = "SELECT count(DISTINCT key_id), count(*) FROM vault.contents"


@pytest.fixture
def attaching(database_url):
    """Begin to attach documents in a process of its own."""
    begun = []

    def begin():
        command = [sys.executable, "-m", "tests.support.attaching_process", database_url]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        begun.append(process)
        assert process.stdout.readline() == "ready\n"
        process.stdin.write("go\n")
        process.stdin.flush()
        return process

    yield begin
    for process in begun:
        process.kill()
        process.wait(timeout=30)
        process.stdin.close()
        process.stdout.close()


def test_a_document_is_there_whole_or_not_at_all_whenever_its_writer_is_killed(attaching, database_url):
    acknowledged, chances = set(), random.Random(7)  # noqa: S311 - when to kill, the same every time
    for _ in range(KILLS):
        process = attaching()
        assert process.stdout.readline() == "begun\n"
        time.sleep(chances.uniform(0.0, 0.25))
        process.kill()
        lines = process.stdout.read().splitlines()
        acknowledged.update(line for line in lines if len(line) == len("00000000-0000-0000-0000-000000000000"))
    with psycopg.connect(database_url, autocommit=True) as owner:
        _wait_for_the_killed(owner)
        attached = {event_id for (event_id,) in owner.execute(ATTACHED).fetchall()}
        assert acknowledged <= attached
        documents, chunks = owner.execute(KEPT).fetchone()
        assert documents == len(attached)
        assert chunks % max(documents, 1) == 0
        assert list(contents_alterations(owner, {KEY.key_id: KEY})) == []


def _wait_for_the_killed(owner) -> None:
    """Let the server notice that their connections are gone."""
    there = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'folkmoot-test-attaching'"
    for _ in range(300):
        if owner.execute(there).fetchone() == (0,):
            return
        time.sleep(0.1)
    raise AssertionError("the server still works for a process that was killed")
