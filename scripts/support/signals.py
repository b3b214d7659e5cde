"""Signals to end, turned into an exception, so that what a command opened is closed."""

import signal
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
