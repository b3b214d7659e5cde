"""The events of the log as an audit compares them: each with its leaf, their places, their order and their tags.

The leaf is computed here from the columns, not by the database's `log.leaf`, which whoever alters an event can
alter too. `array_send` writes what the leaf needs of the tags: for each its length and bytes, after a head of
twenty bytes.
"""

from typing import Final, LiteralString

from domain.audit.alteration import Alteration, Connection, named_alterations
from domain.audit.kept_roots import header_alterations, keep_root, kept_roots, walk_tree
from domain.log.memorandum import Memorandum

_LEAF: Final[LiteralString] = """
    sha256('\\x00'::bytea || int8send(position) || uuid_send(event_id)
           || int4send(octet_length(convert_to(type, 'UTF8'))) || convert_to(type, 'UTF8') || int2send(version)
           || uuid_send(partition_id) || timestamptz_send(occurred_at) || timestamptz_send(recorded_at)
           || int2send(cardinality(tags)::smallint) || substr(array_send(tags), 21)
           || int4send(octet_length(envelope)) || envelope || int4send(octet_length(data)) || data)
"""
_CHANGED: Final = (
    f"SELECT position, type FROM log.event WHERE position <= %s AND leaf IS DISTINCT FROM {_LEAF} LIMIT 1000"  # noqa: S608 - nothing in it comes from outside
)
_LAST: Final = "SELECT coalesce(max(position), 0) FROM log.event"
_LAST_UP_TO: Final = "SELECT coalesce(max(position), 0) FROM log.event WHERE position <= %s"
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
_DIFFERENT_TAGS: Final = """
    SELECT position, type, tag, carried.is_carried IS NOT NULL FROM (
        SELECT e.position, e.type COLLATE "C" AS type, tag.tag COLLATE "C" AS tag, true AS is_carried
        FROM log.event e CROSS JOIN LATERAL unnest(e.tags) AS tag (tag)
    ) AS carried FULL JOIN log.tag AS kept USING (tag, type, position)
    WHERE carried.is_carried IS NULL OR kept.position IS NULL LIMIT 1000
"""
_TAG_ROWS: Final = "SELECT count(*) FROM log.tag"
_TAGS_OF_EVENTS: Final = "SELECT coalesce(sum(cardinality(tags)), 0) FROM log.event"
_ONLY_POSTGRESQLS_OWN: Final = "SET LOCAL search_path = pg_catalog"
"""So that no function of the same name elsewhere is taken for PostgreSQL's own."""


def history_alterations(connection: Connection, memorandum: Memorandum | None) -> list[Alteration]:
    """Alterations of the log's events, header and roots; the root of a log without any is kept.

    A rebuild puts nothing in place before this finds none.
    """
    (last,) = connection.execute(_LAST).fetchone() or (0,)
    roots, missing_roots = kept_roots(connection, memorandum)
    tree = walk_tree(connection, last, roots)
    alterations = content_alterations(connection, last)
    alterations += [*header_alterations(connection, roots), *missing_roots, *tree.alterations]
    if not alterations:
        keep_root(connection, last, tree.root, memorandum)
    return alterations


def content_alterations(connection: Connection, upto: int) -> list[Alteration]:
    """Events up to a position that are not what their leaves say, and positions without an event."""
    with connection.transaction():
        connection.execute(_ONLY_POSTGRESQLS_OWN)
        changed_events = sorted(connection.execute(_CHANGED, (upto,)).fetchall())
        gaps = connection.execute(_AFTER_GAP, (upto,)).fetchall()
        (last,) = connection.execute(_LAST_UP_TO, (upto,)).fetchone() or (0,)
    alterations = named_alterations(
        [f"event {position} ({kind})" for position, kind in changed_events],
        "its content is not what its leaf says: it was changed, or put here by other means than recording",
    )
    alterations += named_alterations(
        [_between(before, after) for before, after in gaps], "events are missing, or stand here twice"
    )
    if upto > last:
        alterations.append(
            Alteration(where=f"events after {last}", detail=f"the log no longer reaches position {upto}")
        )
    return alterations


def order_alterations(connection: Connection) -> list[Alteration]:
    """Events that the log claims to have taken before the one that stands before them."""
    with connection.transaction():
        connection.execute(_ONLY_POSTGRESQLS_OWN)
        rows = connection.execute(_OUT_OF_ORDER).fetchall()
    return named_alterations(
        [f"event {position}" for (position,) in rows], "it is recorded earlier than the event before it"
    )


def tag_alterations(connection: Connection) -> list[Alteration]:
    """Tags that the table by which decisions find events lacks, has too many, or has twice.

    They are named without what they name.
    """
    with connection.transaction():
        connection.execute(_ONLY_POSTGRESQLS_OWN)
        differences = sorted(connection.execute(_DIFFERENT_TAGS).fetchall())
        (row_count,) = connection.execute(_TAG_ROWS).fetchone() or (0,)
        (tag_count,) = connection.execute(_TAGS_OF_EVENTS).fetchone() or (0,)
    missing = [_tag_place(*row) for *row, is_carried in differences if is_carried]
    surplus = [_tag_place(*row) for *row, is_carried in differences if not is_carried]
    alterations = named_alterations(missing, "the event carries this tag and log.tag does not have it")
    alterations += named_alterations(surplus, "log.tag has this and no such event carries it")
    if not alterations and row_count != tag_count:
        detail = f"holds {row_count} tags where the events carry {tag_count}"
        alterations.append(Alteration(where="log.tag", detail=detail))
    return alterations


def _between(before: int, after: int) -> str:
    return f"events {before + 1} to {after - 1}" if after > before + 1 else f"event {after}"


def _tag_place(position: int, kind: str, tag: str) -> str:
    return f"tag {tag.partition(':')[0]}:… of event {position} ({kind})"
