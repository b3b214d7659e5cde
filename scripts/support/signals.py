"""Signals to end, turned into an exception or an event, so that what a command opened is closed."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Terminated(BaseException):
    """The signal to end this process: no fault, and not to be taken for one."""


@contextmanager
def terminable() -> Iterator[None]:
    """Turn SIGTERM into an exception, so that what was opened is closed: the server ends by raising it again."""

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        raise Terminated

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def stopped_by_signals() -> threading.Event:
    """An event that is set by a signal to end."""
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return stopping


def end_with_stdin() -> None:
    """Wait until standard input ends, then send this process the signal to end."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
