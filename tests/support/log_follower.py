"""A follower of the log in a thread of its own."""

import threading
from typing import Self

from eventsourcing.dcb.api import DCBQuery

from domain.log.errors import RebuildNeeded
from domain.log.recorder import LogRecorder


class Follower(threading.Thread):
    """Follows in the background and remembers what came."""

    def __init__(self, log: LogRecorder, query: DCBQuery | None = None, **start) -> None:
        super().__init__()
        self.subscription = log.subscribe(query, **start)
        self.seen: list[int] = []
        self.stopped_by: Exception | None = None

    def run(self) -> None:
        try:
            for event in self.subscription:
                self.seen.append(event.position)
        except RebuildNeeded as error:
            self.stopped_by = error

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *args) -> None:
        self.subscription.stop()
        self.join()
