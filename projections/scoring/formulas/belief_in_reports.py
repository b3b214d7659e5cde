"""How far a body's own reports are believed when the other side says nothing."""

from bisect import bisect_left
from collections.abc import Mapping
from datetime import datetime
from operator import ne
from typing import NamedTuple
from uuid import UUID

from msgspec import Struct

from domain.vocabulary import Side


def belief_in_reports(confirmed: int, denied: int) -> float:
    """The expected share of a body's reports that the other side would confirm, starting from one half.

    Laplace's rule over the reports that the other side has confirmed or denied.
    """
    return (confirmed + 1) / (confirmed + denied + 2)


class Reporter(Struct, frozen=True, cache_hash=True):
    """A body whose own word is taken, by the number of its id, and the side that hears it (None: all that met it)."""

    party: int
    side: Side | None = None


class Verdict(NamedTuple):
    """The belief after one verdict of the other side, from when on, and the events behind it."""

    since: datetime
    rate: float
    causes: tuple[UUID, ...]


class Belief(Struct, frozen=True, cache_hash=True):
    """How far a reporter was believed at every moment; all that rests on its word shares it."""

    reporter: Reporter
    verdicts: tuple[Verdict, ...] = ()

    def rate_at(self, cut: datetime) -> float:
        """The rate at a valid-time cut: verdicts before it count."""
        verdicts_by_then = self._number_by(cut)
        return self.verdicts[verdicts_by_then - 1].rate if verdicts_by_then else belief_in_reports(0, 0)

    def causes_at(self, cut: datetime) -> tuple[UUID, ...]:
        """The events behind the rate at a cut: those of the last verdict."""
        verdicts_by_then = self._number_by(cut)
        return self.verdicts[verdicts_by_then - 1].causes if verdicts_by_then else ()

    def differs_since(self, other: "Belief | None") -> datetime | None:
        """The first instant at which it is not what another is; None: it never is."""
        others = () if other is None else other.verdicts
        differ = list(map(ne, self.verdicts, others))
        same = differ.index(True) if True in differ else len(differ)
        return min((each.since for each in (*self.verdicts[same:], *others[same:])), default=None)

    def _number_by(self, cut: datetime) -> int:
        return bisect_left(self.verdicts, (cut,))


Beliefs = Mapping[Reporter, Belief]
"""How far each reporter is believed."""
