"""The log as an endless iterator, the way the library's runners read one; outages only delay it."""

import threading
from collections import deque
from typing import Any
from uuid import UUID

import structlog
from eventsourcing.dcb.api import DCBQuery, DCBSequencedEvent, DCBSubscription, TDCBRecorder_co

from domain.log.connections import Connections
from domain.log.errors import LogUnavailable
from domain.log.query import LogQuery
from domain.log.read_events import sequenced_event
from domain.log.tail import POLL_S, LogTail

_BATCH = 500
_logger = structlog.get_logger(__name__)


class LogSubscription(DCBSubscription[TDCBRecorder_co]):
    """An endless iterator over matching events; `stop` ends it at its next poll."""

    def __init__(
        self,
        recorder: TDCBRecorder_co,
        connections: Connections,
        query: DCBQuery | None,
        *,
        after: int | None,
        log_id: UUID | None,
    ) -> None:
        super().__init__(recorder, query, after)
        self._tail = LogTail(connections, query=LogQuery.of(query), after=after or 0, log_id=log_id)
        self._pending: deque[DCBSequencedEvent] = deque()
        self._stopping = threading.Event()
        self._one_at_a_time = threading.Lock()

    def __exit__(self, *args: object, **kwargs: Any) -> None:  # noqa: ANN401 - as the library declares it
        super().__exit__(*args, **kwargs)
        with self._one_at_a_time:
            self._tail.close()

    def stop(self) -> None:
        """Make the iteration end."""
        super().stop()
        self._stopping.set()

    def __next__(self) -> DCBSequencedEvent:
        with self._one_at_a_time:
            try:
                return self._next()
            except BaseException:
                self._tail.close()
                raise

    def _next(self) -> DCBSequencedEvent:
        while not self._stopping.is_set():
            if self._pending:
                return self._pending.popleft()
            try:
                self._pending.extend(map(sequenced_event, self._tail.pull(_BATCH)))
                if not self._pending:
                    self._tail.wait()
            except LogUnavailable as error:
                _logger.warning("log subscription interrupted", reason=str(error))
                self._tail.close()
                self._stopping.wait(POLL_S)
        raise StopIteration
