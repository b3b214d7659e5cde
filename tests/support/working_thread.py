"""A worker beside an application in process: a thread that does what is put into the queue, as the command does."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from api.all_tasks import ALL_TASKS
from api.queue.worker import QueueWorker
from api.runtime.services import Services


@contextmanager
def working(services: Services) -> Iterator[None]:
    """Have the work of an application done for as long as the block runs."""
    stopping = threading.Event()
    worker = QueueWorker(services, ALL_TASKS, stopping)
    thread = threading.Thread(target=lambda: asyncio.run(worker.run()))
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()
