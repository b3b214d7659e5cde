"""Trust as of an earlier day, cut from the lines of a later one: what came after a day moves nothing before it.

The two are histories of the same record, so the lines of the later one, up to the end of the earlier day, are those of
the earlier one, and what stood then is the evidence of the later one that stood then. The work that makes evidence,
which is most of it, is done once for all days.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from projections.history.history import History
from projections.method.method import Method
from projections.scoring.behaviour import evidence
from projections.scoring.formulas.evidence import Evidence, TrustView
from projections.scoring.formulas.tally import counts_of_acts
from projections.scoring.trust.block_timeline import TrustLine
from projections.scoring.trust.evidence_change import LastEvidenceChanges
from projections.scoring.trust.timeline import lines_by_side, points_at
from projections.scoring.trust.trust_rows import TrustRow, TrustRowsDrawn


def trust_on_earlier_day(earlier: History, later: History, method: Method) -> list[TrustRow]:
    """The rows of every side's trust as of a day, from the history of the same record as of a later one."""
    all_evidence = evidence(later, method)
    standing = [row for row in all_evidence if row.stands_at(earlier.end)]
    trust_lines = _lines_until(earlier.end, lines_by_side(later, method, all_evidence), standing, method)
    return TrustRowsDrawn().rows(earlier, method, standing, trust_lines, LastEvidenceChanges())


def _lines_until(
    end: datetime, lines: Sequence[TrustLine], standing: Sequence[Evidence], method: Method
) -> list[TrustLine]:
    """The lines that had begun by the end of a day, as far as they went by then, with what stood then."""
    acts_by_view: defaultdict[TrustView, defaultdict[str, list[Evidence]]] = defaultdict(lambda: defaultdict(list))
    for row in standing:
        view = TrustView(row.facet, row.truster.side, row.trustee.side, None, row.trustee.party_id)
        acts_by_view[view][row.act].append(row)
    begun_lines = [line for line in lines if line.points[0].at <= end]
    points = points_at(standing, [line.view for line in begun_lines], end, method)
    return [
        TrustLine(
            view=line.view,
            points=tuple(point for point in line.points if point.at <= end),
            now=points[line.view],
            counts=counts_of_acts(acts_by_view[line.view].values()),
            disputed=any(row.disputed for rows in acts_by_view[line.view].values() for row in rows),
        )
        for line in begun_lines
    ]
