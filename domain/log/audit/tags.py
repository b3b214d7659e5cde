"""Whether the table of tags, by which decisions find events, says what the events say."""

from typing import Final

from domain.log.audit.alteration import Alteration, Connection, named

_MISSING: Final = """
    SELECT e.position, e.type, tag.tag FROM log.event e CROSS JOIN LATERAL unnest(e.tags) AS tag (tag)
    WHERE NOT EXISTS (
        SELECT FROM log.tag t
        WHERE t.position = e.position AND t.type = e.type COLLATE "C" AND t.tag = tag.tag COLLATE "C")
    LIMIT 1000
"""
_EXTRA: Final = """
    SELECT t.position, t.type, t.tag FROM log.tag t
    WHERE NOT EXISTS (
        SELECT FROM log.event e CROSS JOIN LATERAL unnest(e.tags) AS tag (tag)
        WHERE e.position = t.position AND e.type COLLATE "C" = t.type AND tag.tag COLLATE "C" = t.tag)
    LIMIT 1000
"""
_TAGS_OF_EVENTS: Final = "SELECT count(*) FROM log.tag"
_ROWS: Final = "SELECT coalesce(sum(cardinality(tags)), 0) FROM log.event"


def tag_alterations(connection: Connection) -> list[Alteration]:
    """Tags that the table lacks, has too many, or has twice. They are named without what they name."""
    with connection.transaction():
        connection.execute("SET LOCAL search_path = pg_catalog")
        missing = sorted(connection.execute(_MISSING).fetchall())
        extra = sorted(connection.execute(_EXTRA).fetchall())
        (rows,) = connection.execute(_TAGS_OF_EVENTS).fetchone() or (0,)
        (carried,) = connection.execute(_ROWS).fetchone() or (0,)
    found = named([_where(row) for row in missing], "the event carries this tag and log.tag does not have it")
    found += named([_where(row) for row in extra], "log.tag has this and no such event carries it")
    if not found and rows != carried:
        found.append(Alteration(where="log.tag", detail=f"holds {rows} tags where the events carry {carried}"))
    return found


def _where(row: tuple[int, str, str]) -> str:
    position, kind, tag = row
    return f"tag {tag.partition(':')[0]}:… of event {position} ({kind})"
