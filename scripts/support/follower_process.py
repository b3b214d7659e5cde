"""A follower beside the server: a process of its own, started again when it ends, and never left behind.

Projecting keeps the interpreter busy, and a thread of the server would make requests wait for it; so what follows
inside `serve` is the command `follow` as a child. A pipe ties it to us: it ends by itself once we are gone.
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

from api.runtime.settings import TABLE, Settings
from domain.checkout import ROOT
from domain.vault.wrapping_key import FILE_VARIABLE
from projections.engine.builds import PROJECTOR
from scripts.support.logins import as_login
from scripts.support.services import memorandum_file

_OF_THE_SERVER_ALONE: Final = frozenset({"FOLKMOOT_METRICS_PORT", FILE_VARIABLE})
"""The port at which the server shows how far it is followed, and the place of a key that a follower has no use for."""
_COMMAND: Final = (sys.executable, "-P", "-m", "scripts.cli", "follow", "--until-stdin-ends")
_FIRST_PAUSE_S: Final = 1.0
_LONGEST_PAUSE_S: Final = 60.0
_STEADY_S: Final = 60.0
_TO_END_S: Final = 4.0
_logger = structlog.get_logger(__name__)


@contextmanager
def following(settings: Settings, dsn: str, *, out: TextIO | None = None) -> Iterator[None]:
    """Have the stored projections of a database followed for as long as the block runs.

    It has the projector's login, the memorandum's place and no other secret. What it prints goes to `out`, by default
    our own standard output.
    """
    follower = _FollowerProcess(follower_environment(settings, dsn), out)
    thread = threading.Thread(target=follower.keep, name="follower")
    thread.start()
    try:
        yield
    finally:
        follower.stop()
        thread.join()


def follower_environment(settings: Settings, dsn: str) -> dict[str, str]:
    """The environment of a follower of ours: the address of the database with its own login, and no other secret."""
    withheld = _OF_THE_SERVER_ALONE | {setting.variable for setting in TABLE if setting.secret}
    environment = {name: value for name, value in os.environ.items() if name not in withheld}
    environment["DATABASE_URL"] = as_login(settings, dsn, PROJECTOR)
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    if (memorandum := memorandum_file(settings)) is not None:
        environment["FOLKMOOT_MEMORANDUM_FILE"] = str(memorandum)
    return environment


class _FollowerProcess:
    """One follower as a child process, kept running until it is stopped."""

    def __init__(self, environment: Mapping[str, str], out: TextIO | None) -> None:
        self._environment = environment
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
