"""Timing turn and turn about, so that a busy machine slows the real work and its yardstick alike."""

import statistics
import time
from collections.abc import Callable, Sequence


def in_turn(
    real: Callable[[], object], yardstick: Callable[[], object], rounds: int
) -> tuple[list[float], list[float]]:
    """Time both, one after the other, in milliseconds; the first tenth only warms up."""
    timings: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for work, times_s in zip((real, yardstick), timings, strict=True):
            started = time.perf_counter()
            work()
            times_s.append((time.perf_counter() - started) * 1000)
    skipped = rounds // 10
    return timings[0][skipped:], timings[1][skipped:]


def ratio(real: Sequence[float], yardstick: Sequence[float]) -> dict[str, object]:
    """The ratio of the real work's time to the yardstick's, by their medians."""
    real_ms, yardstick_ms = statistics.median(real), statistics.median(yardstick)
    return {
        "real_ms": round(real_ms, 3),
        "yardstick_ms": round(yardstick_ms, 3),
        "ratio": round(real_ms / yardstick_ms, 2),
        "rounds": len(real),
    }
