"""Openness: notes shared, decisions with reasons, consultations fed back, each in the time it may take."""

from collections.abc import Iterator
from datetime import datetime

from domain.values import end_of_day, last_day
from domain.vocabulary import Facet, Level, SharingKind
from projections.lifecycles.decisions import LedDecision
from projections.lifecycles.sharing_duties import SharingDuty
from projections.method.method import Method
from projections.scoring.facets.act_value import sharing_value
from projections.scoring.facets.decision_evidence import led_evidence
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


def evidence_of_sharing(duty: SharingDuty, method: Method, end: datetime) -> Iterator[Evidence]:
    """The evidence of one thing to be shared, as its side met it; what no source would note is no evidence."""
    if is_scored(duty.owed_by):
        yield from rows_since(duty.coverage.since, _rows(duty, end, method))


def evidence_of_reasons(led: LedDecision, method: Method, end: datetime) -> Iterator[Evidence]:
    """The evidence of the reasons of one decision. They are due with it; without them they stay owed."""
    rows = led_evidence(led, method, end, facet=Facet.OPENNESS, act=SharingKind.REASONS, worth=_has_reasons)
    return rows_since(led.reasons_coverage.since, rows)


def _has_reasons(led: LedDecision, _practised: Level | None) -> tuple[float, bool]:
    has_reasons = led.body.reasons is not None
    return float(has_reasons), has_reasons


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
