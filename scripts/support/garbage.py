"""Less looking for garbage while much is recorded or loaded: it takes up to a quarter of the time, and finds little."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

Thresholds = tuple[int, int, int]
_SELDOM: Final = (100_000, 50, 1_000)
SERVING: Final = (50_000, 50, 20)
"""For a server, which remembers very much, all of it without a circle: it goes as soon as nobody needs it."""


@contextmanager
def seldom_collected(thresholds: Thresholds = _SELDOM) -> Iterator[None]:
    """Look for garbage less often within the block; what is there before is not looked at."""
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*thresholds)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()
