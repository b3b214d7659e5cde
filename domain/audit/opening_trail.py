"""The trail of who opened sealed words, compared with its own marks and numbers, and with how far it was seen to reach.

A row that was changed bears no mark of ours; one that was taken out leaves a gap; and of the last rows, which would
leave none, the memorandum knows. Only a cut that we marked takes out the oldest.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from domain.audit.alteration import Alteration, Connection, named_alterations
from domain.audit.kept_roots import header_of, takes_no_writes
from domain.log.memorandum import Memorandum, OpeningsLine
from domain.vault import Opening
from domain.vault.kept_openings import marked_cuts, marked_openings
from domain.vault.readers import Marker

_WHERE: Final = "who opened words, row"
_FORGED: Final = "it was changed, or put here by other means than an opening"


def opening_alterations(
    connection: Connection, marker: Marker | None, memorandum: Memorandum | None
) -> list[Alteration]:
    """The rows of the trail that are not as written; where nothing is amiss, how far it reaches is kept in mind.

    Without wrapping keys, marks are not looked at.
    """
    cuts = marked_cuts(connection)
    upto = max((cut.upto for cut, _ in cuts), default=0)
    forged_cuts = [
        f"who opened words, cut at row {cut.upto}"
        for cut, mark in cuts
        if marker is not None and mark not in marker.marks(cut.content())
    ]
    seen = {line.number: line for line in _seen(connection, memorandum)}
    last, before = None, upto
    forged, gaps, unlike = [], [], []
    for opening, mark in marked_openings(connection):
        if opening.number != before + 1:
            gaps.append(_rows(before + 1, opening.number - 1))
        if marker is not None and mark not in marker.marks(opening.content()):
            forged.append(f"{_WHERE} {opening.number}")
        line = seen.get(opening.number)
        if line is not None and line.sha256 != opening.sha256().hex():
            unlike.append(f"{_WHERE} {opening.number}")
        last, before = opening, opening.number
    lost = [_rows(before + 1, line.number) for line in seen.values() if line.number > max(before, upto)]
    alterations = [
        *named_alterations(forged_cuts, "rows were taken out by other means than `folkmoot scrub`"),
        *named_alterations(gaps, "they were taken out"),
        *named_alterations(forged, _FORGED),
        *named_alterations(unlike, "it is not the row that was seen here"),
        *named_alterations(lost[:1], "the trail reached so far once, and no longer does"),
    ]
    if not alterations and last is not None:
        _keep_in_mind(connection, memorandum, last)
    return alterations


def _rows(first: int, last: int) -> str:
    return f"{_WHERE} {first}" if last <= first else f"{_WHERE}s {first} to {last}"


def _seen(connection: Connection, memorandum: Memorandum | None) -> Iterator[OpeningsLine]:
    header = header_of(connection)
    if memorandum is not None and header is not None:
        yield from memorandum.openings(header.log_id)


def _keep_in_mind(connection: Connection, memorandum: Memorandum | None, last: Opening) -> None:
    """Note in the memorandum how far the trail reaches; nowhere while the database takes no writes."""
    header = header_of(connection)
    if memorandum is None or header is None or takes_no_writes(connection):
        return
    known = {line.number for line in memorandum.openings(header.log_id)}
    if last.number not in known:
        line = OpeningsLine(
            log_id=header.log_id, number=last.number, sha256=last.sha256().hex(), seen_at=datetime.now(UTC)
        )
        memorandum.add([line])
