"""What commands do when told to end: a signal becomes an exception, so that what was opened is closed."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Terminated(BaseException):
    """Somebody asked this process to end: no fault, and not to be taken for one."""


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
