"""The command that lists the work in the background, tries it again, cancels it and forgets it."""

import base64
import json
from uuid import UUID

import psycopg
import pytest

from api.queue.put_task import put
from api.queue.queued_task import Attempt, CannotBeDone, QueuedTask, Stopped
from api.queue.worker import do_waiting
from api.runtime.services import connected
from domain.vault import WrappingKey
from scripts.cli import main
from scripts.support.exits import Exit
from scripts.support.nightly_tasks import CommandEnded, run_command

ABOUT = UUID(int=7)


def refuse(attempt, *, about_id):
    raise CannotBeDone(f"attempt {attempt.number} at {about_id}")


REFUSED = QueuedTask(name="refused", does=refuse)


@pytest.fixture
def services(database_url):
    with connected(database_url, [WrappingKey.generate()], threads=2) as opened:
        yield opened


@pytest.fixture
def jobs(database_url, monkeypatch, capsys):
    """The command over the database: its code, what it printed, and what it said."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("FOLKMOOT_WRAPPING_KEY", base64.b64encode(b"k" * 32).decode())

    def run(*words):
        capsys.readouterr()
        code = main(["jobs", *words])
        return (code, *capsys.readouterr())

    return run


def listed(jobs, *words):
    code, output, _ = jobs("list", "--json", *words)
    assert code == Exit.DONE
    return json.loads(output)["work"]


def test_work_is_listed_tried_again_cancelled_and_forgotten(services, jobs, database_url):
    with services.recorder.transaction() as cursor:
        number = put(cursor, REFUSED, about_id=ABOUT)
    (waiting,) = listed(jobs)
    assert (waiting["number"], waiting["task"], waiting["state"]) == (number, "refused", "waiting")
    assert waiting["about"] == {"about_id": str(ABOUT)}
    do_waiting(services, [REFUSED])
    (failed,) = listed(jobs, "--state", "failed")
    assert (failed["number"], failed["attempts"]) == (number, 1)
    assert str(number) in jobs()[1]
    assert jobs("retry", str(number))[0] == Exit.DONE
    assert [each["state"] for each in listed(jobs)] == ["waiting"]
    assert jobs("cancel", str(number))[0] == Exit.DONE
    assert listed(jobs) == []
    assert [each["number"] for each in listed(jobs, "--state", "cancelled")] == [number]
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE work.procrastinate_events SET at = at - interval '8 days'")
    assert jobs("purge")[0] == Exit.DONE
    assert listed(jobs, "--state", "cancelled") == []


@pytest.mark.parametrize("way", ["retry", "cancel"])
def test_what_cannot_be_tried_again_or_cancelled_is_said(services, jobs, way):
    assert services is not None
    code, _, messages = jobs(way, "12345")
    assert (code, "no work with the number 12345" in messages) == (Exit.USAGE, True)


def test_work_is_not_tried_again_beside_the_same_work_that_waits(services, jobs):
    once = QueuedTask(name="refuse", does=refuse, once_for=("about_id",))
    with services.recorder.transaction() as cursor:
        number = put(cursor, once, about_id=UUID(int=7))
    do_waiting(services, [once])
    with services.recorder.transaction() as cursor:
        put(cursor, once, about_id=UUID(int=7))
    code, _, messages = jobs("retry", str(number))
    assert (code, f"the same as {number} waits already" in messages) == (Exit.USAGE, True)


def attempt(*, is_stopped=False):
    return Attempt(services=None, number=1, is_last=False, queue_id=1, is_stopped=lambda: is_stopped)


def test_a_nightly_command_is_done_tried_again_or_left_for_somebody_to_see_by_its_exit_code(monkeypatch):
    run_command(("settings",), attempt())
    with pytest.raises(CommandEnded, match="ended with 2"):
        run_command(("rebuild", "no-such-projection"), attempt())
    monkeypatch.setenv("FOLKMOOT_NONSENSE", "1")
    with pytest.raises(CannotBeDone, match="ended with 78"):
        run_command(("rebuild", "--all"), attempt())


def test_a_nightly_command_ends_when_the_worker_is_told_to(database_url, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", database_url)
    with pytest.raises(Stopped):
        run_command(("serve", "--port", "0"), attempt(is_stopped=True))
