"""Whether the log still is what was recorded: what a rebuild asks before it puts anything in place."""

from domain.audit.alteration import Alteration, Connection
from domain.audit.content import content_alterations
from domain.audit.kept_roots import header_alterations, keep_root, kept_roots, walk
from domain.log.memorandum import Memorandum

_LAST = "SELECT coalesce(max(position), 0) FROM log.event"


def history_alterations(connection: Connection, memorandum: Memorandum | None) -> list[Alteration]:
    """Find what was changed in the log, and keep the root of one in which nothing was."""
    (last,) = connection.execute(_LAST).fetchone() or (0,)
    kept, gone = kept_roots(connection, memorandum)
    tree = walk(connection, last, kept)
    found = content_alterations(connection, last)
    found += [*header_alterations(connection, kept), *gone, *tree.alterations]
    if not found:
        keep_root(connection, last, tree.root, memorandum)
    return found
