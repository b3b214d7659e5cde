"""A server in a process of its own, as in use: started, found by the address that it says, and ended."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from domain.checkout import ROOT

_ANSWERS_AT: Final = "Folkmoot answers at "
_TICKS_A_SECOND: Final = os.sysconf("SC_CLK_TCK")
_USER, _SYSTEM = 11, 12
"""The places of the ticks worked in a process's line of state (Linux), counted from behind its name."""


class ServedProcess(NamedTuple):
    """A server's process: the address at which it answers, and its id."""

    base: str
    pid: int

    def worked_s(self) -> float:
        """The seconds that it has worked, without its children (Linux)."""
        fields = Path(f"/proc/{self.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[_USER]) + int(fields[_SYSTEM])) / _TICKS_A_SECOND


@contextmanager
def served_process(environment: Mapping[str, str]) -> Iterator[ServedProcess]:
    """Run `folkmoot serve` on a free port, with these settings beside our own, for as long as the block runs."""
    words = [sys.executable, "-m", "scripts.cli", "serve", "--port", "0"]
    with subprocess.Popen(
        words,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stderr is not None  # noqa: S101 - a pipe, as asked for
        lines = (line.partition(_ANSWERS_AT)[2].strip() for line in server.stderr)
        try:
            yield ServedProcess(next(filter(None, lines)), server.pid)
        finally:
            server.terminate()
            server.communicate()
