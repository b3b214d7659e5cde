"""At a glance: promises kept quarter by quarter, and what is overdue now, for partnerships beside one another."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta

from domain.events.declaration import EventBody
from domain.events.interactions import InteractionCancelled, InteractionPlanned, InteractionRescheduled
from domain.values import end_of_day, last_day
from domain.vocabulary import OFFICIALS, Facet
from projections.declaration import ProjectionRow, projection
from projections.history.history import History
from projections.lifecycles.asks import AskState, asks, is_ask_laid_at_door
from projections.lifecycles.commitment_states import CommitmentState
from projections.lifecycles.interactions import contacts
from projections.method.method import Method
from projections.rows import names_a
from projections.scoring.behaviour import evidence
from projections.scoring.formulas.evidence import Evidence
from projections.scoring.formulas.tally import sums
from projections.scoring.health.material import RESIDENT_SIDE
from projections.views.asks import OF_ASKS
from projections.views.commitments import OF_COMMITMENTS, commitment_rows
from projections.views.trust import HANDLES

QUARTERS: Final = 20
"""Five years: further back a line this small shows nothing."""


class GlanceRow(ProjectionRow, frozen=True, kw_only=True):
    """How officials had kept their promises to residents at the end of a quarter, or of the day asked about.

    The row of the day asked about (`current`) alone says what is overdue and when anybody last met.
    """

    on: Annotated[date, Meta(description="The day at the end of which it stood so")]
    current: Annotated[bool, Meta(description="Whether it is the day asked about, and not the end of a quarter")]
    r: Annotated[float, Meta(description="Evidence for, decayed to the day")]
    s: Annotated[float, Meta(description="Evidence against, decayed to the day")]
    a: Annotated[float, Meta(description="The usual rate before any evidence")]
    n: Annotated[float, Meta(description="Effective number of promises")]
    acts: Annotated[int, Meta(description="Number of promises that count")]
    overdue_promises: Annotated[int | None, Meta(description="Promises of anybody that are overdue")] = None
    asks_past_time: Annotated[int | None, Meta(description="Asks that wait past the usual time for an answer")] = None
    last_contact_on: Annotated[date | None, Meta(description="The last day of the latest contact that was held")] = None
    last_contact_id: Annotated[UUID | None, names_a("interaction", "That contact")] = None


_HANDLES: Final[tuple[type[EventBody], ...]] = tuple(
    dict.fromkeys(
        (*HANDLES, *OF_ASKS, *OF_COMMITMENTS, InteractionPlanned, InteractionRescheduled, InteractionCancelled)
    )
)


@projection(
    name="glance",
    version=1,
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
    quarters = (_stood(promises, day, method) for day in quarter_ends(history.as_of))
    return [*(row for row in quarters if row.acts), _now(promises, history, method)]


def quarter_ends(as_of: date) -> list[date]:
    """The last days of the quarters that were over before a day, oldest first."""
    month = 12 * as_of.year + (as_of.month - 1) // 3 * 3
    months = range(month - 3 * (QUARTERS - 1), month + 1, 3)
    return [date(each // 12, each % 12 + 1, 1) - timedelta(days=1) for each in months]


def _stood(promises: Sequence[Evidence], day: date, method: Method) -> GlanceRow:
    statistics = sums(promises, end_of_day(day), method)
    return GlanceRow(
        on=day,
        current=False,
        r=statistics.r,
        s=statistics.s,
        a=method.base_rate(Facet.RELIABILITY),
        n=statistics.n,
        acts=statistics.acts,
    )


def _now(promises: Sequence[Evidence], history: History, method: Method) -> GlanceRow:
    stood = _stood(promises, history.as_of, method)
    held = [
        (min(last_day(each.held.happened), history.as_of), each.interaction_id)
        for each in contacts(history, method)
        if each.held
    ]
    last_on, last_id = max(held, default=(None, None))
    return GlanceRow(
        on=stood.on,
        current=True,
        r=stood.r,
        s=stood.s,
        a=stood.a,
        n=stood.n,
        acts=stood.acts,
        overdue_promises=sum(
            row.state is CommitmentState.OVERDUE and not row.is_unaccepted for row in commitment_rows(history, method)
        ),
        asks_past_time=sum(
            ask.state is AskState.OVERDUE and not is_ask_laid_at_door(history, ask) for ask in asks(history, method)
        ),
        last_contact_on=last_on,
        last_contact_id=last_id,
    )
