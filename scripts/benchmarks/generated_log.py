"""A log as large as asked for: many copies of the demonstration's county, merged by time.

Each copy is the county with other ids, some years of days earlier. Where partnerships are to be longer than the
demonstration's, more goes on in each at the same time: what a neighbourhood did is laid beside itself under other
ids, between the same bodies and people; what founds a partnership is recorded once.
"""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Final, NamedTuple

from domain.log.event import LogEvent
from domain.log.leaf import leaf_of
from domain.log.recorder import begin_seeding
from domain.log.sessions import connect
from scripts.benchmarks.template import Mask, TemplateAppend, mask

_SPARE: Final = 1.1
"""The surplus over the number asked for: what happened after the end of a log can be appended to it."""
_EARLIER: Final = 3 * 365
_BESIDE: Final = 364
_MICROSECOND: Final = timedelta(microseconds=1)
_TYPES: Final = (
    *("bigint", "uuid", "text", "smallint", "uuid", "timestamptz", "timestamptz", "text[]", "bytea", "bytea", "bytea"),
)
_COPY: Final = """
    COPY log.event (position, event_id, type, version, partition_id, occurred_at, recorded_at, tags, envelope, data,
                    leaf) FROM STDIN (FORMAT BINARY)
"""
_TAGS: Final = (
    "ALTER TABLE log.tag DROP CONSTRAINT tag_pkey",
    "INSERT INTO log.tag (tag, type, position) SELECT tag, type, position FROM log.event, unnest(tags) AS tag",
    "SET LOCAL maintenance_work_mem = '512MB'",
    "ALTER TABLE log.tag ADD PRIMARY KEY (tag, type, position)",
)
"""Filled as `log.append` fills it; millions of rows are sorted once, not put into the index one by one."""


class _CountyCopy(NamedTuple):
    """One run of a county's affairs: which of its appends, under which mask, how many days away."""

    appends: Sequence[TemplateAppend]
    mask: Mask
    days: timedelta


class GeneratedAppend(NamedTuple):
    """The events that one command recorded, and when it would have been."""

    recorded_at: datetime
    events: list[LogEvent]


def copies(county: Sequence[TemplateAppend], *, events: int, partnerships: int, seed: int) -> Iterator[GeneratedAppend]:
    """Copies of what a county recorded, in time order: some more events than asked for.

    The same county and seed give the same copies.
    """
    places = 1 + max(each.neighbourhood for each in county if each.neighbourhood is not None)
    counties = -(-partnerships // places)
    parts = [list(_part(county, min(places, partnerships - places * number))) for number in range(counties)]
    dice = Random(seed)  # noqa: S311 - a bench, not a secret
    strands = [strand for each in parts for strand in _strands(each, _runs(parts, events), dice)]
    return _merged(strands)


def _part(county: Iterable[TemplateAppend], places: int) -> Iterator[TemplateAppend]:
    return (each for each in county if each.neighbourhood is None or each.neighbourhood < places)


def _runs(parts: Sequence[Sequence[TemplateAppend]], events: int) -> int:
    """The number of copies of a county side by side that give enough events."""
    once = sum(len(each.events) for part in parts for each in part)
    again = sum(len(each.events) for part in parts for each in _affairs(part))
    return next(runs for runs in count(1) if once + (runs - 1) * again >= events * _SPARE)


def _affairs(part: Iterable[TemplateAppend]) -> list[TemplateAppend]:
    return [each for each in part if each.neighbourhood is not None and not each.is_founding]


def _strands(part: Sequence[TemplateAppend], runs: int, dice: Random) -> Iterator[_CountyCopy]:
    first = mask(dice)
    earlier = _BESIDE * (runs > 1) + dice.randrange(_EARLIER)
    yield _CountyCopy(part, first, timedelta(days=-earlier))
    affairs = _affairs(part)
    for _ in range(runs - 1):
        yield _CountyCopy(affairs, mask(dice, first.lasting), timedelta(days=1 + dice.randrange(_BESIDE) - earlier))


def _merged(strands: Sequence[_CountyCopy]) -> Iterator[GeneratedAppend]:
    def moments(number: int, strand: _CountyCopy) -> Iterator[tuple[datetime, int, TemplateAppend]]:
        return ((each.recorded_at + strand.days, number, each) for each in strand.appends)

    in_time = heapq.merge(*(moments(*each) for each in enumerate(strands)), key=lambda moment: moment[:2])
    for recorded_at, number, append in in_time:
        _, masks, days = strands[number]
        yield GeneratedAppend(recorded_at, [event.copied(masks, days) for event in append.events])


def write(dsn: str, appends: Iterable[GeneratedAppend], events: int) -> int:
    """Write appends into an empty log, as its owner, until it holds so many events; give how many it then holds.

    The last append is written whole. What is not written is left, where an iterator is given.
    """
    begin_seeding(dsn)
    position = 0
    with connect(dsn, application_name="folkmoot-bench") as connection, connection.cursor() as cursor:
        with cursor.copy(_COPY) as copy:
            copy.set_types(_TYPES)
            for event in _stored(appends, events):
                copy.write_row(_row(event))
                position += 1
        for statement in _TAGS:
            cursor.execute(statement)
    with connect(dsn, application_name="folkmoot-bench", autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE) log.event, log.tag")
    return position


def _stored(appends: Iterable[GeneratedAppend], events: int) -> Iterator[LogEvent]:
    """The events with their positions, and with instants of recording that only rise."""
    position, last = 0, datetime.min.replace(tzinfo=UTC)
    for recorded_at, recorded in appends:
        last = max(recorded_at, last + _MICROSECOND)
        for event in recorded:
            position += 1
            event.position, event.recorded_at = position, last
            yield event
        if position >= events:
            return


def _row(event: LogEvent) -> tuple[object, ...]:
    return (
        event.position,
        event.event_id,
        event.type,
        event.version,
        event.partition_id,
        event.occurred_at,
        event.recorded_at,
        event.tags,
        event.envelope,
        event.data,
        leaf_of(event),
    )
