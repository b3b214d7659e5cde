"""On which log builds rest: nothing follows, catches up or goes back to what was made from other events."""

from collections.abc import Iterable

from domain.log.errors import RebuildNeeded
from domain.log.recorder import LogRecorder
from projections.engine.builds import Build, Connection

_UNLIKE = """
    SELECT b.name FROM projection.build b LEFT JOIN log.event e ON e.position = b.position
    WHERE b.build = ANY(%s) AND e.leaf IS DISTINCT FROM b.leaf ORDER BY b.name
"""


def refuse_another_log(log: LogRecorder, connection: Connection, rested: Iterable[Build]) -> None:
    """Refuse builds of another log, or of events that this log does not hold, or holds no longer.

    Raises RebuildNeeded, and LogUnavailable.
    """
    head, asked = log.head(), list(rested)
    if foreign := sorted(build.name for build in asked if build.log_id != head.log_id):
        raise RebuildNeeded(f"{', '.join(foreign)}: made from another log: rebuild needed")
    if ahead := sorted(build.name for build in asked if build.position > head.position):
        raise RebuildNeeded(f"{', '.join(ahead)}: the log was restored to before what was followed: rebuild needed")
    if unlike := connection.execute(_UNLIKE, ([build.build for build in asked],)).fetchall():
        names = ", ".join(name for (name,) in unlike)
        raise RebuildNeeded(f"{names}: the log holds other events than those that were followed: rebuild needed")
