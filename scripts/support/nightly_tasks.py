"""Nightly work on a database of Folkmoot's own; operators of other databases run the same commands by timers."""

import subprocess
import sys
from functools import partial
from typing import Final

from api.queue.due_times import DailyTime
from api.queue.queued_task import Attempt, CannotBeDone, QueuedTask, Stopped, TaskQueue, TryAgain
from domain.errors import FolkmootError
from scripts.support.command_beside import with_our_code
from scripts.support.exits import Exit
from scripts.support.secrecy import given_environment

_LOOK_S: Final = 1.0
_WHILE_ANOTHER_RUNS_S: Final = 900
_PAUSES_S: Final = (600, 1800, 3600)
_FOR_SOMEBODY_TO_SEE: Final = frozenset({Exit.DRIFT_FOUND, Exit.POISON_EVENT, Exit.CONFIGURATION})


class CommandEnded(FolkmootError):
    """A command ended with a code that says that it may do better later."""


def run_command(words: tuple[str, ...], attempt: Attempt) -> None:
    """Run a command of ours to its end, as a process of its own.

    Raises TryAgain while another run holds its lock, CannotBeDone for what somebody must see first, Stopped, and
    CommandEnded.
    """
    command = [sys.executable, "-P", "-m", "scripts.cli", *words]
    with subprocess.Popen(command, env=with_our_code(given_environment()), start_new_session=True) as process:
        while True:
            try:
                code = process.wait(_LOOK_S)
                break
            except subprocess.TimeoutExpired:
                try:
                    attempt.stop_if_told()
                except Stopped:
                    process.terminate()
                    raise
    if code == Exit.ANOTHER_RUN_HOLDS_THE_LOCK:
        raise TryAgain(_WHILE_ANOTHER_RUNS_S)
    if code in _FOR_SOMEBODY_TO_SEE:
        raise CannotBeDone(f"folkmoot {words[0]} ended with {code}")
    if code != Exit.DONE:
        raise CommandEnded(f"folkmoot {words[0]} ended with {code}")


def _nightly(name: str, words: tuple[str, ...], at: DailyTime) -> QueuedTask:
    return QueuedTask(
        name=name,
        does=partial(_run, words),
        queue=TaskQueue.LONG,
        pauses_s=_PAUSES_S,
        in_order_of=(),
        once_for=(),
        daily=at,
    )


def _run(words: tuple[str, ...], attempt: Attempt) -> None:
    run_command(words, attempt)


NIGHTLY_TASKS: Final = (
    _nightly("rebuild-every-night", ("rebuild", "--all"), DailyTime(2, 30)),
    _nightly("scrub-every-night", ("scrub",), DailyTime(4, 0)),
)
