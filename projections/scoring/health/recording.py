"""Beside every profile, how it was recorded: more recording looks like more activity, and a late record is weaker."""

from collections import Counter
from datetime import timedelta
from typing import Final
from uuid import UUID

from domain.events.interactions import MinutesApproved
from domain.events.recorded import Effective
from domain.vocabulary import Side
from projections.scoring.health.material import Material
from projections.scoring.health.measure import Measure, Section, counted, share

_DAYS_A_MONTH: Final = 365.25 / 12


def recording(material: Material) -> list[Measure]:
    """Tell how much was recorded a month, how much of it late, and by which side."""
    facts = [fact for fact in material.history.facts if fact.occurred_at >= material.start]
    months = material.method.health.window_days / _DAYS_A_MONTH
    minuted = _minuted(material)
    late = [fact for fact in facts if _is_late(fact, minuted, material)]
    pens = Counter(fact.envelope.recorded_by for fact in facts)
    total = len(facts)
    return [
        counted(Section.RECORDING, "events-a-month", total / months, n=total),
        share(Section.RECORDING, "recorded-late", len(late), total, causes=[fact.event_id for fact in late]),
        *(share(Section.RECORDING, "recorded-by", pens[side], total, group=side) for side in Side if pens[side]),
    ]


def _minuted(material: Material) -> set[UUID]:
    return {minutes.interaction_id for _, minutes in material.history.each(MinutesApproved)}


def _is_late(fact: Effective, minuted: set[UUID], material: Material) -> bool:
    """Say whether a record came late; what belongs to a minuted meeting may take longer."""
    rules = material.method.health
    is_minuted = getattr(fact.body, "interaction_id", None) in minuted
    days = rules.late_minutes_days if is_minuted else rules.late_recording_days
    return fact.recorded_at - fact.occurred_at > timedelta(days=days)
