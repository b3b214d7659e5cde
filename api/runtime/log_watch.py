"""The watch over the log: one thread and one connection of a process notice for all who wait that more was recorded."""

import threading
from collections.abc import Callable
from typing import Final

from domain.log.errors import LogError
from domain.log.recorder import LogRecorder
from domain.log.tail import POLL_S, LogTail

Wake = Callable[[], object]
"""Called in the thread of the watch; it must return at once."""
WATCH_CONNECTIONS: Final = 1
"""How many connections to the database it has while somebody waits, beside those of the pool."""
_ENDING_S: Final = 3 * POLL_S


class LogWatch:
    """Wakes those who wait whenever the log has grown; it has a thread only while somebody does. Thread-safe."""

    def __init__(self, log: LogRecorder) -> None:
        self._log = log
        self._lock = threading.Lock()
        self._waiting: set[Wake] = set()
        self._thread: threading.Thread | None = None
        self._over = threading.Event()

    def add(self, wake: Wake) -> None:
        """Wake somebody from now on."""
        with self._lock:
            self._waiting.add(wake)
            if self._thread is None:
                self._over = threading.Event()
                self._thread = threading.Thread(target=self._watch, args=(self._over,), name="log-watch", daemon=True)
                self._thread.start()

    def remove(self, wake: Wake) -> None:
        """Wake somebody no more."""
        with self._lock:
            self._waiting.discard(wake)
            if not self._waiting:
                self._over.set()
                self._thread = None

    def close(self) -> None:
        """Cease to watch."""
        with self._lock:
            thread, self._thread = self._thread, None
            self._waiting.clear()
            self._over.set()
        if thread is not None:
            thread.join(_ENDING_S)

    def _watch(self, over: threading.Event) -> None:
        tail = LogTail(self._log.connections)
        position = -1
        try:
            while not over.is_set():
                try:
                    tail.wait()
                    head = self._log.head().position
                except LogError:  # an outage only delays
                    tail.close()
                    over.wait(POLL_S)
                    continue
                if head != position:
                    position = head
                    self._wake_all()
        finally:
            tail.close()

    def _wake_all(self) -> None:
        with self._lock:  # so that nobody is woken who has been removed
            for wake in self._waiting:
                wake()
