"""A watch on the positions that the stored projections reach, beside an appender or a server."""

import threading
import time
from bisect import bisect_left
from typing import Final, Self

from domain.log.sessions import connect

_LOOK_S: Final = 0.004
_GIVE_UP_S: Final = 120.0
_POSITION: Final = """
    SELECT min(t.notification_id) FROM projection.tracking t
    JOIN projection.build b ON t.application_name = format('%s_v%s_b%s', b.name, b.version, b.build)
    WHERE b.state = 'live'
"""


class LagWatch:
    """A watch on the positions that the stored projections reach."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._at: list[float] = []
        self._positions: list[int] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stopping.set()
        self._thread.join()

    def wait_for(self, position: int) -> bool:
        """Wait until a position is reached; says whether it was in time."""
        deadline = time.perf_counter() + _GIVE_UP_S
        while time.perf_counter() < deadline:
            if self._positions and self._positions[-1] >= position:
                return True
            time.sleep(_LOOK_S)
        return False

    def lag_ms(self, since: float, position: int) -> float | None:
        """The seconds after an instant until a position was first seen reached."""
        place = bisect_left(self._positions, position)
        return max(0.0, self._at[place] - since) * 1000 if place < len(self._at) else None

    def _look(self) -> None:
        with connect(self._dsn, application_name="folkmoot-bench", autocommit=True) as connection:
            while not self._stopping.wait(_LOOK_S):
                row = connection.execute(_POSITION).fetchone()
                if row and row[0] is not None:
                    self._positions.append(row[0])
                    self._at.append(time.perf_counter())
