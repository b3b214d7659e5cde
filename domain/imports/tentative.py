"""A dictionary whose latest entries stand only once they are settled: what rows note until their batch is recorded."""

from collections import ChainMap
from typing import TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class TentativeDict(ChainMap[Key, Value]):
    """Entries are read whether settled or not; those not settled can be dropped together."""

    def __init__(self) -> None:
        super().__init__({}, {})

    def settle(self) -> None:
        """Let all entries stand."""
        self.maps[1].update(self.maps[0])
        self.maps[0].clear()

    def drop(self) -> None:
        """Be as after the last time that entries were settled."""
        self.maps[0].clear()
