"""Which sources does a record have, and what would they note? Stewards ask before they declare what one covers."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from domain.events.covered_acts import CoveredActs
from domain.values import day_of
from domain.vocabulary import CodeList, SharingKind, Side
from projections.declaration import ProjectionRow, projection
from projections.history.covering_sources import COVERING, RecordSource, first_record, record_sources
from projections.history.history import History
from projections.method.method import Method
from projections.rows import MENDING, Causes, names_a


class CoverageBasis(CodeList):
    """From where it is known what a source covers."""

    DECLARED = "declared"
    KEY_IN_USE = "key-in-use"
    SEEN_TO_NOTE = "seen-to-note"


class SourceRow(ProjectionRow, frozen=True, kw_only=True):
    """One kind of sharing that one source covers, of whom and when, or does not."""

    key_id: Annotated[str | None, Meta(description="The key behind which the source stands; empty for imports")]
    mapping: Annotated[str | None, Meta(description="The mapping by which it is imported; empty for a key")]
    kind: Annotated[SharingKind, Meta(description="Notes of meetings, reasons for decisions, or consultation feedback")]
    line: Annotated[int, Meta(description="Counts what it covers of this kind, from 0")]
    is_covered: Annotated[bool, Meta(description="Whether it would note that this was shared")]
    basis: Annotated[
        CoverageBasis,
        Meta(description="Declared; or a key that covers all it can record; or an import by what it was seen to note"),
    ]
    party_ids: Annotated[tuple[UUID, ...], names_a("party", "Of which bodies; empty: of all")]
    covered_from: Annotated[date | None, Meta(description="The first day on which what is due is covered")]
    covered_until: Annotated[date | None, Meta(description="The last day on which what is due is covered")]
    recorded_by: Annotated[Side, Meta(description="The side whose pen it is")]
    in_use_from: Annotated[date, Meta(description="The day on which it recorded here first")]
    causes: Causes


@projection(
    name="record_sources",
    version=1,
    row=SourceRow,
    key=("key_id", "mapping", "kind", "line"),
    handles=(*COVERING, *MENDING),
    question="From which sources does this record come, and which of them would note what was shared?",
    ignores_rest="Who records nothing of meetings, decisions and consultations is no source of what was shared.",
)
def record_source_rows(history: History, _method: Method) -> list[SourceRow]:
    """The rows of each source, in the order in which the log came to know of it."""
    return [row for source in record_sources(history) for row in _rows(history, source)]


def _rows(history: History, source: RecordSource) -> Iterator[SourceRow]:
    last, earliest = source.statements[-1], first_record(history, source)
    first = last.fact if last.covered is not None else earliest
    if first is None:
        return
    if last.covered is not None:
        basis = CoverageBasis.DECLARED
    else:
        basis = CoverageBasis.SEEN_TO_NOTE if source.is_import else CoverageBasis.KEY_IN_USE
    lines = source.lines(last, history.end)
    for kind in SharingKind:
        of_kind = [each for each in lines if each.kind is kind]
        for number, line in enumerate(of_kind or [CoveredActs(kind)]):
            yield SourceRow(
                key_id=None if source.is_import else str(source.name[1]),
                mapping=str(source.name[1]) if source.is_import else None,
                kind=kind,
                line=number,
                is_covered=bool(of_kind),
                basis=basis,
                party_ids=line.party_ids,
                covered_from=line.covered_from,
                covered_until=line.covered_until,
                recorded_by=first.envelope.recorded_by,
                in_use_from=day_of((earliest or first).recorded_at),
                causes=first.causes,
            )
