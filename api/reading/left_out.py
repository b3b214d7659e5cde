"""Acts left out of figures of openness because no source of the record would note them, counted and in words."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct

from domain.vocabulary import Facet, SharingKind, Side
from projections.lifecycles.sharing_coverage import SharingCoverage
from projections.scoring.health.measure import NOT_RECORDED
from projections.scoring.health.shown_profile import ShownMeasure
from projections.scoring.trust.trust_rows import TrustRow, TrustVariant

_ACTS: Final = {
    SharingKind.NOTES: ("meeting", "meetings", "notes were shared"),
    SharingKind.REASONS: ("decision", "decisions", "reasons were given"),
    SharingKind.FEEDBACK: ("consultation", "consultations", "those who answered heard back"),
}


class SharingLeftOut(Struct, frozen=True, kw_only=True):
    """Sharings that a body owed a side and that no source of this record would note: so many of so many."""

    facet: Facet
    truster_side: Side
    trustee_side: Side
    trustee_id: UUID
    kind: SharingKind
    left_out: Annotated[int, Meta(description="How many are neither for nor against the body")]
    of: Annotated[int, Meta(description="How many fell due or were met in all")]
    in_words: str
    causes: Annotated[
        tuple[UUID, ...],
        Meta(description="What they followed from, and what was recorded since which sources no longer note them"),
    ]


def left_out(coverage: Iterable[SharingCoverage]) -> list[SharingLeftOut]:
    """The sharings left out of figures of trust, as they are answered."""
    return [
        SharingLeftOut(
            facet=Facet.OPENNESS,
            truster_side=sharing.owed_to,
            trustee_side=sharing.owed_by.side,
            trustee_id=sharing.owed_by.party_id,
            kind=sharing.kind,
            left_out=sharing.uncovered,
            of=sharing.duties,
            in_words=left_out_in_words(sharing.kind, sharing.uncovered, sharing.duties),
            causes=sharing.causes,
        )
        for sharing in coverage
    ]


def left_out_in_words(kind: SharingKind, count: int, of: int) -> str:
    """A sentence on how many acts are left out, of how many, and why."""
    one, several, clause = _ACTS[kind]
    acts, are = (one, "is") if of == 1 else (several, "is" if count == 1 else "are")
    return f"{count} of {of} {acts} {are} left out: nobody records here whether {clause}."


def left_out_of_health(beside: Iterable[ShownMeasure]) -> list[str]:
    """The sentences on what is left out of a dimension of health, from the measures beside its headline."""
    return [
        left_out_in_words(SharingKind(measure.group), round(measure.value or 0), round(measure.n))
        for measure in beside
        if measure.name == NOT_RECORDED
    ]


def left_out_columns(rows: Sequence[TrustRow], coverage: Iterable[SharingCoverage]) -> dict[str, list[object]]:
    """How many things are left out and of how many, as columns, on the rows that say how each figure stands."""
    counts: dict[tuple[Side, UUID], tuple[int, int]] = {}
    for sharing in coverage:
        view = sharing.owed_to, sharing.owed_by.party_id
        uncovered, duties = counts.get(view, (0, 0))
        counts[view] = uncovered + sharing.uncovered, duties + sharing.duties
    cells = [
        counts.get((row.truster_side, row.trustee_id))
        if row.facet is Facet.OPENNESS and row.current and row.variant is TrustVariant.AS_IT_STANDS
        else None
        for row in rows
    ]
    return {
        "left_out": [None if cell is None else cell[0] for cell in cells],
        "left_out_of": [None if cell is None else cell[1] for cell in cells],
    }
