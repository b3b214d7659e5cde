"""Stories that grow event by event, of everything that can happen to a partnership, and much of it put right later."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

import msgspec
from hypothesis import strategies as st

from domain.events import declarations
from domain.events.examples import example
from domain.events.partnerships import MethodAdopted, PartnershipFormed
from domain.events.registries import PartiesFoundSame
from domain.events.stewardship import TextRedacted
from tests.support.everything_told import placed
from tests.support.partnership_story import COUNCIL, COUNTY, FORUM, ICB, TENANTS, PartnershipStory, an_id
from tests.unit.projections.engine.test_laws import ACTS, tell

BODIES = (COUNCIL, TENANTS, COUNTY, ICB, FORUM)
OF_PARTNERSHIPS = [
    declaration.body
    for declaration in declarations()
    if not declaration.home and declaration.body not in (PartnershipFormed, MethodAdopted, TextRedacted)
]
"""Types of events that a partnership has, but for what begins it, what names a method, and what is about one field."""

acts = st.tuples(st.sampled_from(ACTS), st.integers(0, 60))
any_types = st.tuples(st.sampled_from(OF_PARTNERSHIPS), st.integers(0, 60))
mergers = st.tuples(st.just("merge"), st.permutations(range(len(BODIES))).map(lambda order: tuple(order[:2])))
recorded = st.tuples(acts | acts | any_types | mergers, st.sampled_from([0, 0, 0, 1, 20, 90, 400]))
"""Something to record, and how many days ago it happened; what people do every day comes twice as often."""


@dataclass
class GrowingStory:
    """A partnership that is told event by event, on days that only pass; several in one log share their `ticks`."""

    story: PartnershipStory
    today: date
    ticks: Iterator[int] = field(default_factory=lambda: count(1))

    def begin(self) -> None:
        """Found it with a council and tenants at the table."""
        self.story.formed(self.today.isoformat(), recorded=self._now())
        for who in (COUNCIL, TENANTS):
            self.story.joined(who, self.today.isoformat(), recorded=self._now())

    def grow(self, what, days_ago: int) -> None:
        """Record one event."""
        kind, which = what
        on = (self.today - timedelta(days=days_ago)).isoformat()
        if kind == "merge":
            kept_body, duplicate = (BODIES[place] for place in which)
            finding = an_id(f"finding {self.story.head}")
            body = PartiesFoundSame(happened=on, finding_id=finding, kept=kept_body, duplicate=duplicate)
            self.story.tell(body, recorded=self._now())
        elif isinstance(kind, str):
            tell(self.story, kind, which, on, recorded=self._now())
        else:
            record = self.story.records[which % len(self.story.records)]
            body = placed(example(kind), 0, record.event_id)
            body = msgspec.structs.replace(body, happened=on)
            self.story.tell(body, by=BODIES[which % len(BODIES)], recorded=self._now())

    def _now(self) -> datetime:
        return datetime.combine(self.today, time(9), UTC) + timedelta(seconds=next(self.ticks))
