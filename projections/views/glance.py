"""At a glance: promises kept quarter by quarter, and what is overdue now, for partnerships beside one another."""

from collections.abc import Sequence
from datetime import date
from operator import itemgetter
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta
from msgspec.structs import replace

from domain.events.declaration import EventBody
from domain.values import end_of_day, last_day
from domain.vocabulary import OFFICIALS, Facet
from projections.declaration import ProjectionRow, projection
from projections.history.causes import causes_of
from projections.history.history import History
from projections.lifecycles.interactions import contacts
from projections.method.method import Method
from projections.rows import Causes, names_a
from projections.scoring.behaviour import evidence
from projections.scoring.formulas.evidence import Evidence
from projections.scoring.formulas.quarters import quarter_ends
from projections.scoring.formulas.tally import sums
from projections.scoring.health.material import RESIDENT_SIDE
from projections.views.trust import TRUST_EVENTS
from projections.views.worklist import ASKS_TO_ANSWER, OF_WORK, PROMISES_TO_KEEP, overdue_things, worklist

QUARTERS: Final = 20
"""Five years: further back a line this small shows nothing."""


class GlanceRow(ProjectionRow, frozen=True, kw_only=True):
    """How officials had kept their promises to residents at the end of a quarter, or of the day asked about.

    The row of the day asked about (`current`) alone says what is overdue and when anybody last met. A row names the
    events that count since the row before; with those of earlier rows they are all that it rests on.
    """

    on: Annotated[date, Meta(description="The day at the end of which it stood so")]
    current: Annotated[bool, Meta(description="Whether it is the day asked about, and not the end of a quarter")]
    r: Annotated[float, Meta(description="Evidence for, decayed to the day")]
    s: Annotated[float, Meta(description="Evidence against, decayed to the day")]
    a: Annotated[float, Meta(description="The usual rate before any evidence")]
    n: Annotated[float, Meta(description="Effective number of promises")]
    acts: Annotated[int, Meta(description="Number of promises that count")]
    overdue_promises: Annotated[int | None, Meta(description="Promises that wait to be kept, past their day")] = None
    asks_past_time: Annotated[int | None, Meta(description="Asks that wait past the usual time")] = None
    last_contact_on: Annotated[date | None, Meta(description="The last day of the latest contact that was held")] = None
    last_contact_id: Annotated[UUID | None, names_a("interaction", "That contact")] = None
    causes: Causes


_HANDLES: Final[tuple[type[EventBody], ...]] = tuple(dict.fromkeys((*TRUST_EVENTS, *OF_WORK)))


@projection(
    name="glance",
    version=2,
    row=GlanceRow,
    key=("on", "current"),
    handles=_HANDLES,
    question="How were promises to residents kept by quarter, what is overdue, and when was the last contact?",
    ignores_rest="Nothing else makes, keeps or ends a promise, raises or answers an ask, or is contact.",
    stored="All partnerships are shown beside one another.",
)
def glance(history: History, method: Method) -> list[GlanceRow]:
    """One row for each quarter that was over after the first promise counted, and one for the day asked about."""
    promises = [
        row
        for row in evidence(history, method)
        if row.facet is Facet.RELIABILITY and row.truster.side in RESIDENT_SIDE and row.trustee.side in OFFICIALS
    ]
    days = quarter_ends(history.as_of, QUARTERS)
    quarters = [_stood(promises, day, earlier, method) for earlier, day in zip([None, *days], days, strict=False)]
    return [*(row for row in quarters if row.acts), _now(promises, days[-1], history, method)]


def _stood(promises: Sequence[Evidence], day: date, earlier: date | None, method: Method) -> GlanceRow:
    end = end_of_day(day)
    statistics = sums(promises, end, method)
    additions = (
        row for row in promises if row.begins_at < end and (earlier is None or row.begins_at >= end_of_day(earlier))
    )
    return GlanceRow(
        on=day,
        current=False,
        r=statistics.r,
        s=statistics.s,
        a=method.base_rate(Facet.RELIABILITY),
        n=statistics.n,
        acts=statistics.acts,
        causes=causes_of(additions),
    )


def _now(promises: Sequence[Evidence], earlier: date, history: History, method: Method) -> GlanceRow:
    figures = _stood(promises, history.as_of, earlier, method)
    meetings = [
        (min(last_day(contact.held.happened), history.as_of), contact.interaction_id, contact)
        for contact in contacts(history, method)
        if contact.held
    ]
    last_on, last_id, last = max(meetings, key=itemgetter(0, 1), default=(None, None, None))
    work = worklist(history, method)
    promises_overdue, asks_waiting = (overdue_things(work, each) for each in (PROMISES_TO_KEEP, ASKS_TO_ANSWER))
    tasks = (row for things in (promises_overdue, asks_waiting) for rows in things.values() for row in rows)
    return replace(
        figures,
        current=True,
        overdue_promises=len(promises_overdue),
        asks_past_time=len(asks_waiting),
        last_contact_on=last_on,
        last_contact_id=last_id,
        causes=causes_of([figures, *tasks, *([last] if last else [])]),
    )
