"""The histories of very long partnerships, worked out in the background before anybody asks: as each day begins.

Else whoever asks first about such a partnership, after a start or on a new day, would wait for seconds.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import accumulate
from threading import Event, Thread
from typing import Final
from uuid import UUID

import psycopg
import structlog

from api.reading.trust_of_sides import LONG
from api.runtime.services import Services
from domain.log.errors import LogError
from domain.log.read_partitions import long_partitions
from domain.values import day_of
from projections.engine.remembered_histories import MOST_EVENTS
from projections.engine.replay import known_partnership
from projections.engine.row_sets import BEGINS
from projections.lifecycles.sharing_coverage import sharing_coverage
from projections.scoring.behaviour import evidence
from projections.scoring.trust.timeline import lines_by_side

_PAUSE_S: Final = 60.0
_LOOK_S, _MOST_LOOKS = 0.5, 120
_WORKED_AT_REST_S: Final = 0.1
"""The work of a look's time of a process that nobody asks anything."""
_logger = structlog.get_logger(__name__)


@contextmanager
def long_histories_ready(services: Services) -> Iterator[None]:
    """Keep the histories of very long partnerships worked out, in a thread, for as long as the block runs.

    It is not waited for at the end: it changes nothing but memory. Where answers are replayed whole, none is kept.
    """
    ended = Event()
    if services.histories.grows:
        Thread(target=_keep_ready, args=(services, ended), name="long histories", daemon=True).start()
    try:
        yield
    finally:
        ended.set()


def _keep_ready(services: Services, ended: Event) -> None:
    ready_on: date | None = None
    while not ended.is_set():
        try:
            today = day_of(services.recorder.head().now)
            if today != ready_on:
                _wait_for_rest(ended)
                for partnership_id in _remembered_at_once(services):
                    if ended.is_set():
                        return
                    _work_out_or_leave(services, partnership_id)
                ready_on = today
        except (LogError, psycopg.Error) as error:
            if not ended.is_set():
                _logger.warning("long histories are not ready", error=type(error).__name__)
        ended.wait(_PAUSE_S)


def _wait_for_rest(ended: Event) -> None:
    """Wait until the process rests, a minute at most: whoever asks at that moment would wait for twice as long."""
    worked_s = time.process_time()
    for _ in range(_MOST_LOOKS):
        if ended.wait(_LOOK_S) or time.process_time() - worked_s < _WORKED_AT_REST_S:
            return
        worked_s = time.process_time()


def _remembered_at_once(services: Services) -> list[UUID]:
    """The very long partnerships, the longest first, as far as their histories are all remembered."""
    with services.recorder.connections.borrow() as connection:
        partnerships = long_partitions(connection, BEGINS, LONG)
    counts = [count for _, count in partnerships]
    totals = zip(partnerships, accumulate(counts), strict=True)
    return [partnership_id for (partnership_id, _), total in totals if total - counts[0] <= MOST_EVENTS]


def _work_out_or_leave(services: Services, partnership_id: UUID) -> None:
    """Work out what can be; what fails by itself is left to whoever asks. Raises LogError for an outage."""
    try:
        work_out(services, partnership_id)
    except (LogError, psycopg.Error):
        raise
    except Exception as error:  # noqa: BLE001 - the others are worked out all the same, and its words are not shown
        kind = type(error).__name__
        _logger.warning("a long history is not ready", partnership_id=str(partnership_id), error=kind)


def work_out(services: Services, partnership_id: UUID) -> None:
    """Work out what an answer about a partnership's trust takes longest for, as of today."""
    with services.histories.held():
        partnership = known_partnership(services.recorder, partnership_id, remembered=services.histories)
        history, method = partnership.history, partnership.method
        lines_by_side(history, method, evidence(history, method))
        sharing_coverage(history, method)
