"""A follower beside the server: a process of its own, started again when it ends, and never left behind.

Projecting keeps the interpreter busy, and a thread of the server would make requests wait for it; so what follows
inside `serve` is the command `follow` as a child. A pipe ties it to us: it ends by itself once we are gone.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, TextIO

import structlog

from domain.checkout import ROOT

_OF_THE_SERVER_ALONE: Final = frozenset({"FOLKMOOT_COOKIE_SECRETS", "FOLKMOOT_METRICS_PORT", "FOLKMOOT_SIGN_ON_SECRET"})
"""Secrets that a follower has no use for, and the port at which the server shows how far it is followed."""
_COMMAND: Final = (sys.executable, "-P", "-m", "scripts.cli", "follow", "--until-stdin-ends")
_FIRST_PAUSE_S: Final = 1.0
_LONGEST_PAUSE_S: Final = 60.0
_STEADY_S: Final = 60.0
_TO_END_S: Final = 4.0
_logger = structlog.get_logger(__name__)


@contextmanager
def following(dsn: str, *, out: TextIO | None = None) -> Iterator[None]:
    """Have the stored projections of a database followed for as long as the block runs.

    What the follower prints goes to `out`, by default our own standard output.
    """
    follower = _FollowerProcess(dsn, out)
    thread = threading.Thread(target=follower.keep, name="follower")
    thread.start()
    try:
        yield
    finally:
        follower.stop()
        thread.join()


class _FollowerProcess:
    """One follower as a child process, kept running until it is stopped."""

    def __init__(self, dsn: str, out: TextIO | None) -> None:
        paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        own = {name: value for name, value in os.environ.items() if name not in _OF_THE_SERVER_ALONE}
        self._environment = {**own, "DATABASE_URL": dsn, "PYTHONPATH": os.pathsep.join(paths)}
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
            _logger.warning("follower ended", code=code, again_in_s=pause_s)
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
            process.wait(_TO_END_S)
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
                _COMMAND, env=self._environment, stdin=subprocess.PIPE, stdout=self._out, start_new_session=True
            )
            return self._process
