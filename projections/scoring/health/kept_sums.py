"""The sums behind measures of health, kept by difference: what changed is taken out and put in, to the same bits.

Sums of acts are whole numbers on a grid, and a sum of plain values is rounded once, so that neither knows how it came
about; causes are read again from the first thing that is not the same object as before.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from math import fsum
from operator import itemgetter
from uuid import UUID

from domain.vocabulary import Facet
from projections.history.causes import HasCauses
from projections.history.difference import ended_and_begun, shared_beginning
from projections.method.method import Method
from projections.scoring.formulas.belief_in_reports import Belief, Reporter
from projections.scoring.formulas.evidence import Evidence
from projections.scoring.formulas.tally import Contribution, DecayInstant, Sums, Tally, beliefs_in, by_act, contribution


class OrderedCauses:
    """The events that a list of things rests on, in the order met, each once."""

    def __init__(self) -> None:
        self._things: Sequence[HasCauses] = ()
        self._met: dict[int, UUID] = {}
        self._met_by_then: list[int] = [0]
        self._causes: tuple[UUID, ...] = ()

    def of(self, things: Sequence[HasCauses]) -> tuple[UUID, ...]:
        """The causes of the list as it is now."""
        unchanged = shared_beginning(self._things, things)
        if unchanged == len(things) == len(self._things):
            return self._causes
        del self._met_by_then[unchanged + 1 :]
        while len(self._met) > self._met_by_then[-1]:
            self._met.popitem()
        for thing in islice(things, unchanged, None):
            for cause in thing.causes:
                self._met.setdefault(cause.int, cause)
            self._met_by_then.append(len(self._met))
        self._things, self._causes = things, tuple(self._met.values())
        return self._causes


class SummedActs:
    """The acts of some standing evidence of one facet, each once: their fading sums and their plain values."""

    def __init__(self) -> None:
        self._rows: Sequence[Evidence] = ()
        self._tally = Tally()
        self._parts: dict[str, Contribution] = {}
        self._values: dict[str, float] = {}
        self._beliefs: dict[Reporter, Belief] = {}

    def take_in(self, rows: Sequence[Evidence], method: Method) -> None:
        """Let the sums say what these rows, given in order, say; an act's value is the mean over its pairs."""
        changed_acts = {row.act for changes in ended_and_begun(self._rows, rows) for row in changes}
        rows_by_act = by_act(row for row in rows if row.act in changed_acts) if changed_acts else {}
        for act in changed_acts:
            if (former := self._parts.pop(act, None)) is not None:
                self._tally.remove(former)
                del self._values[act]
        for act, own in rows_by_act.items():
            self._beliefs |= beliefs_in(own)
            self._parts[act] = contribution(own, method)
            self._tally.add(self._parts[act])
            self._values[act] = fsum(row.value for row in own) / len(own)
        self._rows = rows

    def sums(self, at: datetime, facet: Facet, method: Method) -> Sums:
        """The sums of the acts at an instant, as fading leaves them."""
        return self._tally.sums(DecayInstant(at, facet, method, self._beliefs))

    @property
    def value_sum(self) -> float:
        """The sum of the values of the acts, unfading."""
        return fsum(self._values.values())


class StandingRows:
    """The evidence that stands, by facet, each in order; gone through again only from the first change on."""

    def __init__(self) -> None:
        self._rows: Sequence[Evidence] = ()
        self._by_facet: dict[Facet, tuple[list[int], list[Evidence]]] = {}

    def by_facet(self, rows: Sequence[Evidence], at: datetime) -> dict[Facet, tuple[Evidence, ...]]:
        """Those of some rows, given in order, that stand at an instant; facets in the order in which they come up."""
        unchanged = shared_beginning(self._rows, rows)
        for places, own in self._by_facet.values():
            kept_count = bisect_left(places, unchanged)
            del places[kept_count:], own[kept_count:]
        for place, row in enumerate(islice(rows, unchanged, None), start=unchanged):
            if row.stands_at(at):
                places, own = self._by_facet.setdefault(row.facet, ([], []))
                places.append(place)
                own.append(row)
        self._rows = rows
        standing = [(places[0], facet, own) for facet, (places, own) in self._by_facet.items() if places]
        return {facet: tuple(own) for _, facet, own in sorted(standing, key=itemgetter(0))}


class KeptSums:
    """The sums and causes behind the measures of a history, each under the dimension and the name of its measure."""

    def __init__(self) -> None:
        self.acts: defaultdict[tuple[str, ...], SummedActs] = defaultdict(SummedActs)
        self.causes: defaultdict[tuple[str, ...], OrderedCauses] = defaultdict(OrderedCauses)
