"""Whether each event still is what its leaf says, and whether any is missing.

The leaf is computed here from the columns, not by the database's `log.leaf`, which whoever alters an event can
alter too. `array_send` writes what the leaf needs of the tags: for each its length and bytes, after a head of
twenty bytes.
"""

from typing import Final, LiteralString

from domain.audit.alteration import Alteration, Connection, named

_LEAF: Final[LiteralString] = """
    sha256('\\x00'::bytea || int8send(position) || uuid_send(event_id)
           || int4send(octet_length(convert_to(type, 'UTF8'))) || convert_to(type, 'UTF8') || int2send(version)
           || uuid_send(partition_id) || timestamptz_send(occurred_at) || timestamptz_send(recorded_at)
           || int2send(cardinality(tags)::smallint) || substr(array_send(tags), 21)
           || int4send(octet_length(envelope)) || envelope || int4send(octet_length(data)) || data)
"""
_CHANGED: Final = (
    f"SELECT position, type FROM log.event WHERE position <= %s AND leaf IS DISTINCT FROM {_LEAF} LIMIT 1000"  # noqa: S608
)
_LAST: Final = "SELECT coalesce(max(position), 0) FROM log.event WHERE position <= %s"
_AFTER_GAP: Final = """
    SELECT before, position FROM (
        SELECT position, lag(position, 1, 0::bigint) OVER (ORDER BY position) AS before
        FROM log.event WHERE position <= %s
    ) AS each WHERE position <> before + 1 LIMIT 1000
"""
_OUT_OF_ORDER: Final = """
    SELECT position FROM (
        SELECT position, recorded_at, lag(recorded_at) OVER (ORDER BY position) AS before FROM log.event
    ) AS each WHERE recorded_at < before LIMIT 1000
"""
_PREPARED: Final = "SET LOCAL search_path = pg_catalog"
"""So that no function of the same name elsewhere is taken for PostgreSQL's own."""


def content_alterations(connection: Connection, upto: int) -> list[Alteration]:
    """Events up to a position that are not what their leaves say, and positions without an event."""
    with connection.transaction():
        connection.execute(_PREPARED)
        changed = sorted(connection.execute(_CHANGED, (upto,)).fetchall())
        gaps = connection.execute(_AFTER_GAP, (upto,)).fetchall()
        (last,) = connection.execute(_LAST, (upto,)).fetchone() or (0,)
    found = named(
        [f"event {position} ({kind})" for position, kind in changed],
        "its content is not what its leaf says: it was changed, or put here by other means than recording",
    )
    found += named([_between(before, after) for before, after in gaps], "events are missing, or stand here twice")
    if upto > last:
        found.append(Alteration(where=f"events after {last}", detail=f"the log no longer reaches position {upto}"))
    return found


def order_alterations(connection: Connection) -> list[Alteration]:
    """Events that the log claims to have taken before the one that stands before them."""
    with connection.transaction():
        connection.execute(_PREPARED)
        rows = connection.execute(_OUT_OF_ORDER).fetchall()
    return named([f"event {position}" for (position,) in rows], "it is recorded earlier than the event before it")


def _between(before: int, after: int) -> str:
    return f"events {before + 1} to {after - 1}" if after > before + 1 else f"event {after}"
