"""Logs for tests of the runners: each holds what was told, position by position and instant by instant."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from domain.events import declaration_of, encode, encode_envelope
from domain.events.recorded import Recorded
from domain.log.event import LogEvent
from domain.log.recorder import LogRecorder, begin_seeding
from tests.support.partnership_story import PartnershipStory


@contextmanager
def seeded(database_url: str) -> Iterator[LogRecorder]:
    """Open an empty log that takes each event when the telling says it did."""
    begin_seeding(database_url)
    with LogRecorder(database_url) as log:
        yield log


def write(log: LogRecorder, records: Iterable[Recorded]) -> None:
    with log.transaction() as cursor:
        for record in records:
            appended = log.append_in(cursor, [stored(record)], recorded_at=record.recorded_at)
            assert (appended.first, appended.recorded_at) == (record.position, record.recorded_at)


def interleaved(*story: PartnershipStory) -> list[Recorded]:
    return sorted((record for each in story for record in each.records), key=lambda record: record.position)


def stored(record: Recorded) -> LogEvent:
    return LogEvent(
        type=record.name,
        version=declaration_of(record.body).version,
        data=encode(record.body),
        tags=[],
        event_id=record.event_id,
        partition_id=record.partition_id,
        occurred_at=record.occurred_at,
        envelope=encode_envelope(record.envelope),
    )
