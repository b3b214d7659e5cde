"""Whether the table of tags, by which decisions find events, says what the events say."""

from typing import Final

from domain.audit.alteration import Alteration, Connection, named

_DIFFERENT: Final = """
    SELECT position, type, tag, carried.is_carried IS NOT NULL FROM (
        SELECT e.position, e.type COLLATE "C" AS type, tag.tag COLLATE "C" AS tag, true AS is_carried
        FROM log.event e CROSS JOIN LATERAL unnest(e.tags) AS tag (tag)
    ) AS carried FULL JOIN log.tag AS kept USING (tag, type, position)
    WHERE carried.is_carried IS NULL OR kept.position IS NULL LIMIT 1000
"""
_TAGS_OF_EVENTS: Final = "SELECT count(*) FROM log.tag"
_ROWS: Final = "SELECT coalesce(sum(cardinality(tags)), 0) FROM log.event"


def tag_alterations(connection: Connection) -> list[Alteration]:
    """Tags that the table lacks, has too many, or has twice. They are named without what they name."""
    with connection.transaction():
        connection.execute("SET LOCAL search_path = pg_catalog")
        different = sorted(connection.execute(_DIFFERENT).fetchall())
        (rows,) = connection.execute(_TAGS_OF_EVENTS).fetchone() or (0,)
        (carried,) = connection.execute(_ROWS).fetchone() or (0,)
    missing = [_where(*row) for *row, is_carried in different if is_carried]
    extra = [_where(*row) for *row, is_carried in different if not is_carried]
    found = named(missing, "the event carries this tag and log.tag does not have it")
    found += named(extra, "log.tag has this and no such event carries it")
    if not found and rows != carried:
        found.append(Alteration(where="log.tag", detail=f"holds {rows} tags where the events carry {carried}"))
    return found


def _where(position: int, kind: str, tag: str) -> str:
    return f"tag {tag.partition(':')[0]}:… of event {position} ({kind})"
