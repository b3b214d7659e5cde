"""Worker processes of ours, which are killed, told to end, and watched by what they say and leave in the queue."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SILENT_S = 3


class WorkerProcess:
    """The command `folkmoot work`, and the lines of its log."""

    def __init__(self, environment, *words):
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "scripts.cli", "work", "--silent-after", str(SILENT_S), *words],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.log = []
        self._reading = threading.Thread(target=self._read)
        self._reading.start()
        announced = self.process.stderr.readline()
        assert announced == "Working.\n", announced + self.process.stderr.read()

    def end(self, number=signal.SIGTERM):
        """Send it a signal; give the code that it ends with."""
        self.process.send_signal(number)
        code = self.process.wait(timeout=60)
        self._reading.join()
        self.process.stdout.close()
        self.process.stderr.close()
        return code

    def said(self, event):
        """The lines of its log about one kind of event."""
        return [line for line in self.log if line["event"] == event]

    def _read(self):
        self.log.extend(json.loads(line) for line in self.process.stdout)


@contextmanager
def at_work(environment, *words) -> Iterator[WorkerProcess]:
    """A worker process for as long as a block runs."""
    worker = WorkerProcess(environment, *words)
    try:
        yield worker
    finally:
        if worker.process.poll() is None:
            worker.end(signal.SIGKILL)
