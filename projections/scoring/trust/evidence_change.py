"""The changes between two readings of a partnership's evidence: what ended, what began, and what only reads anew."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Final

from msgspec import Struct, field

from projections.history.difference import ended_and_begun
from projections.scoring.formulas.evidence import BlockKey, Evidence

_RENEWED: Final = ("until", "ended_by", "believed")
_FIXED: Final = attrgetter(*(name for name in Evidence.__struct_fields__ if name not in _RENEWED))
"""All that is alike in a piece of evidence and in the one that renews it, but for whose word it rests on."""


class RenewedEvidence(Struct, frozen=True):
    """One piece of evidence before and after: alike but for when it ended, by what, or how far its doer is believed."""

    before: Evidence
    now: Evidence

    @property
    def ends_anew(self) -> bool:
        """It ended otherwise before."""
        return (self.before.until, self.before.ended_by) != (self.now.until, self.now.ended_by)


class EvidenceChange(Struct):
    """The evidence of one block that ended, that began, and that reads anew."""

    ended: list[Evidence] = field(default_factory=list)
    begun: list[Evidence] = field(default_factory=list)
    renewed: list[RenewedEvidence] = field(default_factory=list)


class LastEvidenceChanges:
    """The changes of evidence that were last asked about, kept for the next to ask about the same two readings."""

    def __init__(self) -> None:
        self._asked: tuple[Sequence[Evidence], Sequence[Evidence]] = ((), ())
        self._changes: Mapping[BlockKey, EvidenceChange] = {}

    def between(self, before: Sequence[Evidence], now: Sequence[Evidence]) -> Mapping[BlockKey, EvidenceChange]:
        """The changes between two readings of the evidence, block by block."""
        if before is not self._asked[0] or now is not self._asked[1]:
            self._asked, self._changes = (before, now), evidence_changes(before, now)
        return self._changes


def evidence_changes(before: Sequence[Evidence], now: Sequence[Evidence]) -> dict[BlockKey, EvidenceChange]:
    """The changes between two readings of the evidence, block by block."""
    changes: defaultdict[BlockKey, EvidenceChange] = defaultdict(EvidenceChange)
    ended_evidence, new_evidence = ended_and_begun(before, now)
    if not ended_evidence:
        for row in new_evidence:
            changes[row.block].begun.append(row)
        return changes
    waiting: defaultdict[tuple[object, ...], list[Evidence]] = defaultdict(list)
    for row in new_evidence:
        waiting[_beginning(row)].append(row)
    for row in ended_evidence:
        alike = waiting[_beginning(row)]
        place = next((place for place, other in enumerate(alike) if _is_renewed(row, other)), None)
        if place is None:
            changes[row.block].ended.append(row)
        else:
            changes[row.block].renewed.append(RenewedEvidence(row, alike.pop(place)))
    for rows in waiting.values():
        for row in rows:
            changes[row.block].begun.append(row)
    return changes


def _beginning(row: Evidence) -> tuple[object, ...]:
    return row.facet, row.act, row.truster, row.trustee, row.begins_at


def _is_renewed(row: Evidence, now: Evidence) -> bool:
    """It adds to every sum what the other did, from the same instant on."""
    if row.believed is None or now.believed is None:
        return row.believed is now.believed and _FIXED(row) == _FIXED(now)
    return row.believed.reporter == now.believed.reporter and _FIXED(row) == _FIXED(now)
