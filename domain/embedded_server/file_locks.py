"""Locks on files, which the system lets go when their holder ends, however it ends."""

import contextlib
import fcntl
import os
import time
from pathlib import Path
from typing import Final

_POLL_S: Final = 0.02


def try_lock(path: Path) -> int | None:
    """Take the lock without waiting: its file descriptor, or None when another process holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


class SharedUse:
    """The use of one thing by several processes; the last who leaves holds it alone, until it lets go."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    @property
    def is_ours(self) -> bool:
        """Whether we use it."""
        return self._descriptor is not None

    def join(self, patience_s: float) -> bool:
        """Begin to use it, once nobody holds it alone; False where that did not come true in time."""
        if self._descriptor is not None:
            return True
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        until = time.monotonic() + patience_s
        while True:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
                self._descriptor = descriptor
                return True
            if time.monotonic() > until:
                os.close(descriptor)
                return False
            time.sleep(_POLL_S)

    def hold_alone(self) -> bool:
        """Stop using it; True for the last user, who then holds it alone. Of several who leave at once one is it."""
        if self._descriptor is None:
            return False
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)  # gives the shared lock up, even in vain
        except BlockingIOError:
            self.let_go()
            return False
        return True

    def let_go(self) -> None:
        """Neither use it nor hold it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
