"""A writer in a process of its own, to be raced against others or killed.

Run as `python -m tests.support.appender_process DSN HOW COUNT`. HOW is `freely` (COUNT appends of one event),
`meetings` (COUNT appends of eight events) or `once` (COUNT events, each on the condition that nobody has
recorded its like). Says `ready`, waits for a line, then prints the ids of every append that was
acknowledged.
"""

import sys
import time
from uuid import uuid4

from domain.log.errors import BoundaryConflict, LogUnavailable
from domain.log.recorder import LogRecorder
from tests.support.log_events import an_event, unless


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def main(dsn: str, how: str, count: int) -> None:
    with LogRecorder(dsn, application_name="folkmoot-test-writer", pool_size=1) as log:
        log.head()
        say("ready")
        sys.stdin.readline()
        for turn in range(count):
            boundary = f"turn:{turn}"
            event_ids = [uuid4() for _ in range(8 if how == "meetings" else 1)]
            events = [an_event("meeting-held", boundary, event_id=event_id) for event_id in event_ids]
            try:
                log.append(events, unless(([], [boundary])) if how == "once" else None)
            except BoundaryConflict:
                continue
            except LogUnavailable:
                time.sleep(0.05)
                continue
            say(*event_ids)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
