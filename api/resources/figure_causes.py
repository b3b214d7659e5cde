"""Causes of figures and of early warnings: the events that one of them rests on, a page at a time."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from api.http.operations import Call, Operation, OperationAnswer
from api.http.paging import DEFAULT_LIMIT, Cursor, Limit, after, link, next_address, page
from api.http.problems import Problem
from api.reading.access import may_read_words
from api.reading.as_of import ScoredPastQuery, read_known, same_past
from api.reading.names_and_texts import NamesAndTexts
from api.reading.timeline_entries import EventStanding, TimelineEntry, entries
from api.reading.which_figure import (
    NOTHING_MET,
    WhichDimension,
    WhichFacet,
    WhichSide,
    WhichTrustee,
    WhichTruster,
    is_asked_for,
    rows_of_views,
)
from domain.events.recorded import Effective
from domain.vocabulary import Facet, Side
from projections.engine.replay import AnswerBasis, KnownPartnership
from projections.history.causes import causes_of
from projections.history.history import History
from projections.scoring.early_warnings.warning_row import EarlyWarningRule
from projections.scoring.health.measure import HEADLINE, Measure
from projections.scoring.health.shown_profile import dimension_called
from projections.scoring.trust.trust_rows import TrustVariant
from projections.views import projection_called
from projections.views.early_warnings import early_warnings

MeasureName = Annotated[str, Meta(max_length=100, description="The measure of that dimension")]
MeasureGroup = Annotated[str, Meta(max_length=100, description="The side, currency or part; empty for the whole")]


class CausesQuery(ScoredPastQuery, frozen=True, kw_only=True):
    """Which past is asked about, and which page of the causes."""

    limit: Limit = DEFAULT_LIMIT
    cursor: Cursor | None = None


class TrustCausesQuery(CausesQuery, frozen=True, kw_only=True):
    """Which figure of trust is asked about, of which past, and which page of its causes."""

    facet: WhichFacet
    truster_side: WhichSide
    trustee: WhichTrustee
    truster: WhichTruster | None = None


class HealthCausesQuery(CausesQuery, frozen=True, kw_only=True):
    """Which measure of health is asked about, of which past, and which page of its causes."""

    dimension: WhichDimension
    measure: MeasureName = HEADLINE
    group: MeasureGroup = ""


class WarningCausesQuery(CausesQuery, frozen=True, kw_only=True):
    """Which early warning is asked about, of which past, and which page of its causes."""

    rule: Annotated[EarlyWarningRule, Meta(description="The rule")]
    party: Annotated[UUID, Meta(description="Only of the warning about this organisation or group")] | None = None
    facet: Annotated[Facet, Meta(description="Only of the warning about this aspect of trust")] | None = None
    side: Annotated[Side, Meta(description="Only of the warning about this side")] | None = None
    thing: Annotated[UUID, Meta(description="Only of the warning about this disagreement or record")] | None = None


class Causes(AnswerBasis, frozen=True, kw_only=True):
    """The events that one figure rests on, in sentences, in order; `in_all` counts those of every page."""

    in_all: int
    data: tuple[TimelineEntry, ...]
    names: dict[UUID, str]
    next: str | None


def _of_trust(call: Call) -> OperationAnswer:
    partnership = read_known(call)
    rows = [row for row in rows_of_views(call, partnership) if is_asked_for(call.query, row)]
    if not rows:
        raise Problem("not-found", NOTHING_MET)
    return _answer(call, partnership, causes_of(row for row in rows if row.variant is TrustVariant.AS_IT_STANDS))


def _of_health(call: Call) -> OperationAnswer:
    partnership, query = read_known(call), call.query
    rows = projection_called("health").project(partnership.history, partnership.method)
    dimension = dimension_called(query.dimension)
    measure = (str(dimension), query.measure, query.group)
    measures = [row for row in rows if isinstance(row, Measure) and (row.dimension, row.name, row.group) == measure]
    if not measures:
        raise Problem("not-found", "That dimension has no such measure.")
    return _answer(call, partnership, causes_of(measures))


def _of_warning(call: Call) -> OperationAnswer:
    partnership, query = read_known(call), call.query
    filters = {"party_id": query.party, "facet": query.facet, "side": query.side, "thing_id": query.thing}
    rows = [
        row
        for row in early_warnings(partnership.history, partnership.method)
        if row.rule is query.rule and all(each in (None, getattr(row, name)) for name, each in filters.items())
    ]
    return _answer(call, partnership, causes_of(rows))


def _answer(call: Call, partnership: KnownPartnership, causes: Sequence[UUID]) -> OperationAnswer:
    """One page of causes; what was put right is told as it stands, beside what put it right."""
    history, basis = partnership.history, partnership.basis
    here, place = page(causes, after(call.query.cursor), call.query.limit)
    words = NamesAndTexts(
        call.services, entitled=may_read_words(call.services.recorder, call.asker, history.partition_id)
    )
    facts = [(fact, EventStanding.STANDS) for each in here if (fact := _fact(history, each)) is not None]
    event_entries, names = entries(words, partnership, facts)
    address = next_address(call, place, same_past(basis))
    fields = {name: getattr(basis, name) for name in basis.__struct_fields__}
    content = Causes(**fields, in_all=len(causes), data=event_entries, names=names, next=address)
    return OperationAnswer(content=content, headers=link(address), personal=True)


def _fact(history: History, event_id: UUID) -> Effective | None:
    """The fact with this id, or the event that put one right."""
    fact = history.fact(event_id)
    if fact is not None:
        return fact
    amendment = next((each for each in history.amendments if each.event_id == event_id), None)
    return (
        None
        if amendment is None
        else Effective(recorded=amendment, body=amendment.body, occurred_at=amendment.occurred_at)
    )


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/partnerships/{partnership_id}/trust/causes",
        name="list-trust-causes",
        summary="List the events that one figure of trust rests on, in sentences, a page at a time.",
        tag="Reading",
        handle=_of_trust,
        query=TrustCausesQuery,
        answers={200: Causes},
    ),
    Operation(
        method="GET",
        path="/v1/partnerships/{partnership_id}/health/causes",
        name="list-health-causes",
        summary="List the events that one measure of health rests on, in sentences, a page at a time.",
        tag="Reading",
        handle=_of_health,
        query=HealthCausesQuery,
        answers={200: Causes},
    ),
    Operation(
        method="GET",
        path="/v1/partnerships/{partnership_id}/early-warnings/causes",
        name="list-warning-causes",
        summary="List the events that an early warning rests on, in sentences, a page at a time.",
        tag="Reading",
        handle=_of_warning,
        query=WarningCausesQuery,
        answers={200: Causes},
    ),
)
