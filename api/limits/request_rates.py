"""Rates of requests: so many within a minute for each caller, counted in bounded memory.

The fields that tell a caller how it stands are those of draft-ietf-httpapi-ratelimit-headers-10.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Final

from msgspec import Struct

_MOST_CALLERS: Final = 10_000
WINDOW_S: Final = 60


class RateStanding(Struct, frozen=True, kw_only=True):
    """The standing of a caller under one policy: what is left of its quota, and the seconds until it is whole again."""

    policy: str
    quota: int
    left: int
    whole_in_s: int
    is_refused: bool = False

    @property
    def fields(self) -> dict[str, str]:
        """The response fields that say so."""
        return {
            "RateLimit-Policy": f'"{self.policy}";q={self.quota};w={WINDOW_S}',
            "RateLimit": f'"{self.policy}";r={self.left};t={self.whole_in_s}',
        }


class _Window(Struct):
    """The minute that a caller is in: when it began, and how much was taken in it."""

    began_s: float
    taken: int = 0


class RequestRates:
    """The minutes of all callers under one policy; safe to use from many threads.

    A minute begins with a caller's first request. The callers whose minutes began first are forgotten where there are
    more of them than are remembered.
    """

    def __init__(self, policy: str, quota: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Count from nothing; a quota of 0 refuses nobody."""
        self._policy, self._quota, self._clock = policy, quota, clock
        self._lock = Lock()
        self._windows: OrderedDict[str, _Window] = OrderedDict()

    def __len__(self) -> int:
        """The number of callers that are remembered."""
        return len(self._windows)

    def take(self, caller: str, cost: int = 1) -> RateStanding | None:
        """Take from a caller's quota and return how it stands then; refused where nothing was left.

        None where there is no quota.
        """
        if not self._quota:
            return None
        with self._lock:
            window = self._window(caller)
            is_refused = window.taken >= self._quota
            window.taken = min(self._quota, window.taken + cost)
            return self._standing(window, is_refused=is_refused)

    def used_up(self, caller: str) -> RateStanding | None:
        """The standing of a caller who has nothing left; None for any other."""
        with self._lock:
            window = self._windows.get(caller)
            if not self._quota or window is None or window.taken < self._quota or self._is_over(window):
                return None
            return self._standing(window, is_refused=True)

    def _window(self, caller: str) -> _Window:
        while self._windows and self._is_over(next(iter(self._windows.values()))):
            self._windows.popitem(last=False)
        window = self._windows.get(caller)
        if window is None:
            window = self._windows[caller] = _Window(self._clock())
            if len(self._windows) > _MOST_CALLERS:
                self._windows.popitem(last=False)
        return window

    def _is_over(self, window: _Window) -> bool:
        return self._clock() >= window.began_s + WINDOW_S

    def _standing(self, window: _Window, *, is_refused: bool) -> RateStanding:
        whole_in_s = min(WINDOW_S, max(1, math.ceil(window.began_s + WINDOW_S - self._clock())))
        return RateStanding(
            policy=self._policy,
            quota=self._quota,
            left=self._quota - window.taken,
            whole_in_s=whole_in_s,
            is_refused=is_refused,
        )
