"""Beside every profile, how it was recorded: more recording looks like more activity, and a late record is weaker."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from operator import attrgetter
from typing import Final

from domain.events.recorded import Effective
from domain.vocabulary import Side
from projections.history.causes import causes_of, each_once
from projections.history.difference import ended_and_begun
from projections.history.memo import carried
from projections.history.order_checks import impossible_orders_among
from projections.history.recording_delay import RecordingDelay, days_until_recorded
from projections.history.rules_in_force import is_claimed, settled
from projections.method.method import HealthRules
from projections.scoring.health.material import Material
from projections.scoring.health.measure import Measure, Section, counted, share

_DAYS_A_MONTH: Final = 365.25 / 12
_OCCURRED_AT: Final = attrgetter("occurred_at")


class RecentRecords:
    """The records of the window, kept while the history grows: how many by which side, and how late which of them came.

    Who came late depends on what else is known by now: that a meeting is minuted allows what was said of it more days.
    """

    def __init__(self) -> None:
        self.pens: Counter[Side] = Counter()
        self._facts: Sequence[Effective] = ()
        self._days_late: dict[int, int] = {}

    def take_in(self, facts: Sequence[Effective], rules: HealthRules) -> None:
        """Let it be of these records, in order."""
        ended_facts, new_facts = ended_and_begun(self._facts, facts)
        least = min(rules.late_recording_days, rules.late_minutes_days)
        for fact in ended_facts:
            self.pens[fact.envelope.recorded_by] -= 1
            self._days_late.pop(id(fact), None)
        for fact in new_facts:
            self.pens[fact.envelope.recorded_by] += 1
            if (days := days_until_recorded(fact.body.happened, fact.recorded_at)) > least:
                self._days_late[id(fact)] = days
        self._facts = facts

    def late(self, delay: RecordingDelay) -> list[Effective]:
        """List the records that came later than is allowed, in order."""
        days_late = self._days_late
        doubtful = ((fact, days_late[id(fact)]) for fact in self._facts if id(fact) in days_late)
        return [fact for fact, days in doubtful if days > delay.days_allowed(fact.body)]


def recording(material: Material) -> list[Measure]:
    """Records a month, how many of them late or out of order, by which side, and how many rules bind as claimed."""
    history, method, rules = material.history, material.method, material.method.health
    facts = history.facts[bisect_left(history.facts, material.start, key=_OCCURRED_AT) :]
    records, total = carried(history, method, RecentRecords), len(facts)
    records.take_in(facts, rules)
    late, pens = records.late(RecordingDelay(history, method)), records.pens
    settlements = settled(history)
    claimed = [fact for fact in settlements if is_claimed(fact)]
    orders = impossible_orders_among(history, facts) if rules.checks_order else ()
    out_of_order = {order.fact.event_id: (*order.fact.causes, *order.earlier.causes) for order in orders}
    causes_out_of_order = each_once(cause for causes in out_of_order.values() for cause in causes)
    return [
        counted(Section.RECORDING, "events-a-month", total / (rules.window_days / _DAYS_A_MONTH), n=total),
        share(Section.RECORDING, "recorded-late", len(late), total, causes=tuple(fact.event_id for fact in late)),
        *(share(Section.RECORDING, "recorded-by", pens[side], total, group=side) for side in Side if pens[side]),
        counted(Section.RECORDING, "rules-as-claimed", len(claimed), n=len(settlements), causes=causes_of(claimed)),
        *(
            [share(Section.RECORDING, "out-of-order", len(out_of_order), total, causes=causes_out_of_order)]
            if rules.checks_order
            else []
        ),
    ]
