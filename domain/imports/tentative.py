"""A dictionary whose latest entries stand only once they are settled: what rows note until their batch is recorded."""

from collections.abc import Mapping
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class TentativeDict(Generic[Key, Value]):
    """Entries are read whether settled or not; those not settled can be dropped together."""

    def __init__(self) -> None:
        self._settled: dict[Key, Value] = {}
        self._tentative: dict[Key, Value] = {}

    def __contains__(self, key: Key) -> bool:
        return key in self._tentative or key in self._settled

    def __getitem__(self, key: Key) -> Value:
        return self._tentative[key] if key in self._tentative else self._settled[key]

    def __setitem__(self, key: Key, value: Value) -> None:
        self._tentative[key] = value

    def get(self, key: Key) -> Value | None:
        """An entry; None where there is none."""
        return self._tentative[key] if key in self._tentative else self._settled.get(key)

    def update(self, entries: Mapping[Key, Value]) -> None:
        """Note many entries."""
        self._tentative.update(entries)

    def settle(self) -> None:
        """Let all entries stand."""
        self._settled.update(self._tentative)
        self._tentative = {}

    def drop(self) -> None:
        """Be as after the last time that entries were settled."""
        self._tentative = {}
