"""A process beside the server: a command of ours as a child, started again when it ends, and never left behind.

What keeps the interpreter busy would make requests wait if it ran in a thread of the server. A pipe ties the child to
us: it ends by itself once we are gone.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final, TextIO

import structlog
from msgspec import Struct

from domain.checkout import ROOT

_CLI: Final = (sys.executable, "-P", "-m", "scripts.cli")
_FIRST_PAUSE_S: Final = 1.0
_LONGEST_PAUSE_S: Final = 60.0
_STEADY_S: Final = 60.0
_logger = structlog.get_logger(__name__)


class KeptCommand(Struct, frozen=True, kw_only=True):
    """A command to keep running: its environment, and how long it may take to end in order."""

    name: str
    environment: Mapping[str, str]
    to_end_s: float


@contextmanager
def kept_running(command: KeptCommand, *, out: TextIO | None = None) -> Iterator[None]:
    """Have a command run for as long as the block does.

    What it prints goes to `out`, by default our own standard output.
    """
    process = _KeptProcess(command, out)
    thread = threading.Thread(target=process.keep, name=command.name)
    thread.start()
    try:
        yield
    finally:
        process.stop()
        thread.join()


def with_our_code(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment in which a child finds this code."""
    paths = [str(ROOT), *filter(None, [environment.get("PYTHONPATH")])]
    return {**environment, "PYTHONPATH": os.pathsep.join(paths)}


class _KeptProcess:
    """One command as a child process, kept running until it is stopped."""

    def __init__(self, command: KeptCommand, out: TextIO | None) -> None:
        self._command = command
        self._out = out
        self._stopping = threading.Event()
        self._starting = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def keep(self) -> None:
        """Start it, and start it again after a pause when it ends; the pause grows while it does not last."""
        pause_s = _FIRST_PAUSE_S
        while (process := self._started()) is not None:
            began = time.monotonic()
            code = process.wait()
            if self._stopping.is_set():
                return
            lasted = time.monotonic() - began > _STEADY_S
            pause_s = _FIRST_PAUSE_S if lasted else min(2 * pause_s, _LONGEST_PAUSE_S)
            _logger.warning("process ended", command=self._command.name, code=code, again_in_s=pause_s)
            self._stopping.wait(pause_s)

    def stop(self) -> None:
        """End it in order, or at once when it takes too long: what it writes is written whole or not at all."""
        with self._starting:
            self._stopping.set()
        process = self._process
        if process is None:
            return
        process.terminate()
        try:
            process.wait(self._command.to_end_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdin is not None:
            process.stdin.close()

    def _started(self) -> subprocess.Popen[bytes] | None:
        """Start it, unless we are stopping. Its session is its own, so that only we tell it to end."""
        with self._starting:
            if self._stopping.is_set():
                return None
            if self._process is not None and self._process.stdin is not None:
                self._process.stdin.close()
            self._process = subprocess.Popen(
                [*_CLI, self._command.name, "--until-stdin-ends"],
                env=self._command.environment,
                stdin=subprocess.PIPE,
                stdout=self._out,
                start_new_session=True,
            )
            return self._process
