"""The coverage of a source of the record: of whom it would note that something was shared, and between which days."""

from datetime import date
from uuid import UUID

from msgspec import Struct

from domain.vocabulary import SharingKind


class CoveredActs(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One kind of sharing that a source would note; of every body unless some are named, and always unless days are."""

    kind: SharingKind
    party_ids: tuple[UUID, ...] = ()
    covered_from: date | None = None
    covered_until: date | None = None

    def holds(self, kind: SharingKind, party_id: UUID, day: date) -> bool:
        """A sharing of this kind by a body, due on a day, would be noted."""
        return (
            self.kind is kind
            and (not self.party_ids or party_id in self.party_ids)
            and (self.covered_from is None or self.covered_from <= day)
            and (self.covered_until is None or day <= self.covered_until)
        )

    def contains(self, other: "CoveredActs") -> bool:
        """All that another line covers is covered by this one."""
        return (
            self.kind is other.kind
            and (not self.party_ids or (bool(other.party_ids) and set(other.party_ids) <= set(self.party_ids)))
            and (self.covered_from or date.min) <= (other.covered_from or date.min)
            and (other.covered_until or date.max) <= (self.covered_until or date.max)
        )


EVERYTHING = tuple(CoveredActs(kind) for kind in SharingKind)
"""All that can be covered, of everybody and always."""
