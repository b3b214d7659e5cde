"""Stored projections beside an API under test: built once, and followed for as long as a test needs."""

import threading
from contextlib import contextmanager

from tests.support.stored_stage import staged


@contextmanager
def followed(dsn):
    """Keep every stored projection level with the log in a thread."""
    stopping = threading.Event()
    with staged(dsn) as stage:
        stage.rebuild(shards=1)
        thread = threading.Thread(target=stage.follower().run, args=(stopping,))
        thread.start()
        try:
            yield stage
        finally:
            stopping.set()
            thread.join()
