"""How far a body's own reports are believed when the other side says nothing."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID


def belief_in_reports(confirmed: int, denied: int) -> float:
    """The expected share of a body's reports that the other side would confirm, starting from one half.

    Laplace's rule over the reports that the other side has confirmed or denied.
    """
    return (confirmed + 1) / (confirmed + denied + 2)


class Verdict(NamedTuple):
    """The belief after one verdict of the other side, from when on, and the events behind it."""

    since: datetime
    rate: float
    causes: tuple[UUID, ...]


class Belief:
    """How far one body's reports to one side were believed at every moment; all that rests on them shares it.

    Beliefs are told apart by identity: each stands for one body's word to one side.
    """

    __slots__ = ("_moments", "verdicts")

    def __init__(self, verdicts: Sequence[Verdict] = ()) -> None:
        self.verdicts: Final = tuple(verdicts)
        self._moments: Final = [verdict.since for verdict in verdicts]

    def rate_at(self, cut: datetime) -> float:
        """The rate at a valid-time cut: verdicts before it count."""
        verdicts_by_then = bisect_left(self._moments, cut)
        return self.verdicts[verdicts_by_then - 1].rate if verdicts_by_then else belief_in_reports(0, 0)

    def causes_at(self, cut: datetime) -> tuple[UUID, ...]:
        """The events behind the rate at a cut: those of the last verdict."""
        verdicts_by_then = bisect_left(self._moments, cut)
        return self.verdicts[verdicts_by_then - 1].causes if verdicts_by_then else ()
