"""Counts of a follower's work since it began: what was made again and why, what was written, and what that took."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any, Final

from msgspec import Struct, field

from projections.engine.row_differences import EncodedRows

FOLLOWED_WHOLE: Final = "followed whole"
"""The reason for making everything again where a follower is told to, or a partition cannot grow."""


class FollowCounts(Struct):
    """The counts of one process. `whole` counts partitions projected from nothing, by reason; the rest have grown.

    `rows_encoded` are rows that were not the same objects as before, `row_sets_kept` row sets of which every one was.
    """

    steps: int = 0
    events: int = 0
    partitions: int = 0
    whole: Counter[str] = field(default_factory=Counter)
    rows_encoded: int = 0
    rows_written: int = 0
    row_sets_kept: int = 0
    checks: int = 0
    differences: int = 0
    projecting_s: float = 0.0
    encoding_s: float = 0.0
    writing_s: float = 0.0

    @contextmanager
    def timed(self, what: str) -> Iterator[None]:
        """Add the seconds that the block takes to those of `projecting`, `encoding` or `writing`."""
        started = perf_counter()
        try:
            yield
        finally:
            setattr(self, f"{what}_s", getattr(self, f"{what}_s") + perf_counter() - started)

    def count_made(self, made_whole: str, row_sets: Iterable[EncodedRows | None]) -> None:
        """Count a partition whose rows were made, whole for a reason or not, and what of them was encoded."""
        self.partitions += 1
        if made_whole:
            self.whole[made_whole] += 1
        for encoded_rows in row_sets:
            if encoded_rows is not None:
                self.rows_encoded += encoded_rows.made
                self.row_sets_kept += encoded_rows.before is encoded_rows.encoded

    def since(self, before: "FollowCounts") -> dict[str, Any]:
        """The numbers by which these are more than others, for a log line; what did not change is left out."""
        numbers = {name: round(getattr(self, name) - getattr(before, name), _DECIMALS) for name in _NUMBERS}
        whole = dict(self.whole - before.whole)
        return {name: number for name, number in numbers.items() if number} | ({"whole": whole} if whole else {})

    def copy(self) -> "FollowCounts":
        """The counts as they are now."""
        numbers = {name: getattr(self, name) for name in _NUMBERS}
        return FollowCounts(**numbers, whole=self.whole.copy())


_DECIMALS: Final = 6
_NUMBERS: Final = tuple(name for name in FollowCounts.__struct_fields__ if name != "whole")
