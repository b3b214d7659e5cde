"""A process that is ended by force and begun anew, as an operator's own keeper of services would."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Self

from domain.checkout import ROOT

_ENDING_S: Final = 30.0


class KeptProcess:
    """One `folkmoot` command that runs until the block ends, with its words kept in a file."""

    def __init__(self, words: tuple[str, ...], environment: Mapping[str, str], journal: Path) -> None:
        self._words, self._environment, self._journal = words, environment, journal
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.begin()
        return self

    def __exit__(self, *error: object) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(_ENDING_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def begin(self) -> None:
        """Begin it, or begin it anew."""
        with self._journal.open("ab") as journal:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "scripts.cli", *self._words],
                cwd=ROOT,
                env=dict(self._environment),
                stdin=subprocess.DEVNULL,
                stdout=journal,
                stderr=journal,
                start_new_session=True,
            )

    @property
    def is_running(self) -> bool:
        """True until the process has ended, by itself or by force."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> bool:
        """End it, and what it began that is of its own session, by force; False where it had ended by itself."""
        if self._process is None or self._process.poll() is not None:
            return False
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        return True
