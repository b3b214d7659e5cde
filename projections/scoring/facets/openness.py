"""Openness: notes shared, decisions with reasons, consultations fed back, each in the time it may take."""

from collections.abc import Iterator
from datetime import datetime

from domain.values import end_of_day, last_day
from domain.vocabulary import Facet, Level, SharingKind
from projections.lifecycles.conduct import PartnershipConduct
from projections.lifecycles.decisions import LedDecision
from projections.lifecycles.sharing_duties import SharingDuty
from projections.method.method import Method
from projections.scoring.facets.act_value import sharing_value
from projections.scoring.facets.decision_evidence import act_of_decision, led_evidence
from projections.scoring.facets.disputed_acts import readings_through_disputes
from projections.scoring.facets.evidence_periods import (
    ActReading,
    body_of,
    evidence_rows,
    is_scored,
    rows_since,
    whole_side,
)
from projections.scoring.formulas.evidence import Evidence


def evidence(conduct: PartnershipConduct, method: Method) -> list[Evidence]:
    """Gather the three parts, each once from each side that met it; what no source would note is no evidence."""
    duties = (duty for duty in conduct.sharing_duties if is_scored(duty.owed_by))
    shared = (row for duty in duties for row in rows_since(duty.coverage.since, _rows(duty, conduct.end, method)))
    return [*shared, *_reasons(conduct, method)]


def _rows(duty: SharingDuty, end: datetime, method: Method) -> list[Evidence]:
    overdue_from = end_of_day(duty.due_on)
    owed = ActReading(
        since=overdue_from, value=0.0, at=None, position=duty.because.position, causes=duty.because.causes
    )
    if duty.done is None:
        readings = [owed]
    else:
        value = sharing_value(last_day(duty.done.body.happened), duty.due_on, method.openness)
        sharing = readings_through_disputes(
            duty.done, value, duty.owed_by, duty.disputes, method, because=duty.because.causes, instead=owed
        )
        readings = [owed, *sharing] if overdue_from < sharing[0].since else sharing
    return evidence_rows(
        duty.act,
        Facet.OPENNESS,
        whole_side(duty.owed_to),
        body_of(duty.owed_by),
        readings,
        end=end,
    )


def _reasons(conduct: PartnershipConduct, method: Method) -> Iterator[Evidence]:
    """Reasons are due with the decision; without them they stay owed."""

    def worth(led: LedDecision, _practised: Level | None) -> tuple[float, bool]:
        has_reasons = led.body.reasons is not None
        return float(has_reasons), has_reasons

    since = {act_of_decision(SharingKind.REASONS, led): led.reasons_coverage.since for led in conduct.decisions}
    for row in led_evidence(conduct, method, facet=Facet.OPENNESS, act=SharingKind.REASONS, worth=worth):
        yield from rows_since(since[row.act], [row])
