"""Looking for cycles of garbage less often, where nearly nothing that is made is part of one.

A history and what is projected from it are many small objects that go as soon as nobody needs them. The usual search
for cycles, after every few hundred of them, takes a third of the time and finds nearly nothing.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_OBJECTS: Final = 500_000


@contextmanager
def rarely_collected() -> Iterator[None]:
    """Look for cycles only after half a million more objects were made than went, and not among those of before."""
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_OBJECTS, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()
