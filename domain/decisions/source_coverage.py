"""Deciding about what the record covers: which sharing each of its sources would note."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from domain.decisions.case import Case
from domain.decisions.command import Command, command
from domain.decisions.references import RegisteredPartyRef
from domain.decisions.refusals import Code
from domain.events.covered_acts import CoveredActs
from domain.events.stewardship import CoverageDeclared
from domain.values import Label, When
from domain.vocabulary import SharingKind


class CoverageLine(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One kind of sharing that the source would note: of all bodies unless some are named, from day to day."""

    kind: SharingKind
    bodies: Annotated[tuple[RegisteredPartyRef, ...], Meta(max_length=100)] = ()
    covered_from: date | None = None
    covered_until: date | None = None


@command
class DeclareCoverage(Command, frozen=True, kw_only=True):
    """Declare which notes, reasons and feedback a source of the record would note, so that no other count as missing.

    The source is what stands behind a key, or the imports by one mapping; what was declared of it before is replaced.
    Duties that were due by then are not undone by covering less.
    """

    refuses: ClassVar = (Code.EXACTLY_ONE, Code.ENDS_BEFORE_IT_STARTS)
    stewards_only: ClassVar[bool] = True

    key: UUID | None = None
    mapping: Label | None = None
    covers: Annotated[tuple[CoverageLine, ...], Meta(max_length=100)] = ()
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record what the source covers from now on."""
        if (self.key is None) == (self.mapping is None):
            case.fault(Code.EXACTLY_ONE, "key", "name the key, or the mapping of the imports, that this is about")
        case.record(
            CoverageDeclared(
                happened=case.happened(self.happened),
                coverage_id=case.identity("coverage"),
                api_key_id=self.key,
                mapping=self.mapping,
                covered=tuple(_covered(case.part("covers", index), line) for index, line in enumerate(self.covers)),
            ),
        )


def _covered(case: Case, line: CoverageLine) -> CoveredActs:
    if line.covered_from is not None and line.covered_until is not None and line.covered_until < line.covered_from:
        case.fault(Code.ENDS_BEFORE_IT_STARTS, "covered_until", "it would be covered until before it begins")
    return CoveredActs(
        kind=line.kind,
        party_ids=tuple(dict.fromkeys(each.party_id for each in case.parties(line.bodies, "bodies"))),
        covered_from=line.covered_from,
        covered_until=line.covered_until,
    )
