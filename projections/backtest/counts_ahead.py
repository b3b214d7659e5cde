"""Forecasts of how many of the next few duties will be met: the beta-binomial that a figure stands for.

A count is whole, so an interval of a given chance seldom exists; the chance that the count lies in the interval is
therefore taken at random within its step (the randomised probability integral transform: Smith, 1985; Czado, Gneiting
and Held, 2009), and averaged over that randomness exactly, without drawing any number.
"""

import numpy as np
import scipy  # its parts load when first used: a fifth of the start of a command
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def chances_up_to(
    counts: ArrayLike, trials: int, successes: ArrayLike, failures: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The chances of fewer than each count, and of no more, among so many trials, by Beta(successes, failures)."""
    alpha, beta = (np.asarray(each, dtype=np.float64)[:, np.newaxis] for each in (successes, failures))
    chances = scipy.stats.betabinom.pmf(np.arange(trials + 1), trials, alpha, beta)
    columns = np.asarray(counts, dtype=np.int64)
    cumulated = np.concatenate([np.zeros((columns.size, 1)), np.cumsum(chances, axis=1)], axis=1)
    rows = np.arange(columns.size)
    return cumulated[rows, columns], np.minimum(1.0, cumulated[rows, columns + 1])


def chances_held(below: ArrayLike, upto: ArrayLike, level: float) -> Array:
    """The chance for each count that the central interval of a level holds it, taken at random within its step."""
    low, high = np.asarray(below, dtype=np.float64), np.asarray(upto, dtype=np.float64)
    tail = (1 - level) / 2
    held_part = np.minimum(high, 1 - tail) - np.maximum(low, tail)
    return np.clip(held_part / np.maximum(high - low, np.finfo(np.float64).tiny), 0.0, 1.0)


def randomised_coverage(
    counts: ArrayLike, trials: int, successes: ArrayLike, failures: ArrayLike, level: float
) -> float | None:
    """The share of counts that intervals of a level hold; None without any count."""
    if not np.size(counts):
        return None
    return float(np.mean(chances_held(*chances_up_to(counts, trials, successes, failures), level)))
