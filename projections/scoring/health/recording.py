"""Beside every profile, how it was recorded: more recording looks like more activity, and a late record is weaker."""

from collections import Counter
from itertools import chain
from typing import Final

from domain.vocabulary import Side
from projections.history.causes import causes_of
from projections.history.order_checks import impossible_orders
from projections.history.recording_delay import RecordingDelay
from projections.history.rules_in_force import is_claimed, settled
from projections.scoring.health.material import Material
from projections.scoring.health.measure import Measure, Section, counted, share

_DAYS_A_MONTH: Final = 365.25 / 12


def recording(material: Material) -> list[Measure]:
    """Records a month, how many of them late or out of order, by which side, and how many rules bind as claimed."""
    facts = [fact for fact in material.history.facts if fact.occurred_at >= material.start]
    months = material.method.health.window_days / _DAYS_A_MONTH
    lateness = RecordingDelay(material.history, material.method)
    late = [fact for fact in facts if lateness.is_late(fact.body, fact.recorded_at)]
    pens = Counter(fact.envelope.recorded_by for fact in facts)
    total = len(facts)
    rules = settled(material.history)
    claimed = [fact for fact in rules if is_claimed(fact)]
    out_of_order = {
        order.fact.event_id: (*order.fact.causes, *order.earlier.causes)
        for order in (impossible_orders(material.history) if material.method.health.checks_order else ())
        if order.fact.occurred_at >= material.start
    }
    return [
        counted(Section.RECORDING, "events-a-month", total / months, n=total),
        share(Section.RECORDING, "recorded-late", len(late), total, causes=[fact.event_id for fact in late]),
        *(share(Section.RECORDING, "recorded-by", pens[side], total, group=side) for side in Side if pens[side]),
        counted(Section.RECORDING, "rules-as-claimed", len(claimed), n=len(rules), causes=causes_of(claimed)),
        *(
            [share(Section.RECORDING, "out-of-order", len(out_of_order), total, causes=chain(*out_of_order.values()))]
            if material.method.health.checks_order
            else []
        ),
    ]
