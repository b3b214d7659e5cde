"""Partnership health on two days side by side: compared only where there is enough to say on both."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct, field

from api.http.operations import Call, Operation, OperationAnswer
from api.reading.as_of import ScoredPastQuery, days_compared
from api.reading.capped_causes import with_causes
from projections.history.claimed_record import KnownByClaims
from projections.scoring.health.profile import health_rows
from projections.scoring.health.profile_comparison import ComparedComposite, ComparedHeadline, compare_profiles
from projections.what_if.variants import headline_weights


class HealthComparisonQuery(ScoredPastQuery, frozen=True, kw_only=True):
    """Which two days are compared, and whether as one number each too; `as_of` is not used."""

    from_: Annotated[date, Meta(description="The earlier day")] = field(name="from")
    to: Annotated[date, Meta(description="The later day")]
    composite: Annotated[
        bool, Meta(description="Whether to combine the dimensions present on both days into one number for each day")
    ] = False


class HealthComparison(Struct, frozen=True, kw_only=True):
    """Two profiles side by side by what is known now, or was, by one method.

    What there is enough to say of on one of the days only is not compared, and named in `left_out`; a dimension that is
    there for context has no headline. `composite` is null unless asked for, and where nothing weighed is compared.
    """

    log_id: UUID
    position: int
    method: str
    method_sha256: str
    tree_root: str
    rules_as_claimed: tuple[UUID, ...]
    known_by: KnownByClaims
    from_: date = field(name="from")
    to: date
    headlines: tuple[ComparedHeadline, ...]
    compared: tuple[str, ...]
    left_out: tuple[str, ...]
    composite: ComparedComposite | None


def _compare(call: Call) -> OperationAnswer:
    query: HealthComparisonQuery = call.query
    later, earlier = days_compared(call)
    method = later.method
    weights = headline_weights(later.history, method) if query.composite else None
    comparison = compare_profiles(
        health_rows(earlier.history, method), health_rows(later.history, method), method, weights
    )
    content = HealthComparison(
        **{name: getattr(later.basis, name) for name in later.basis.__struct_fields__ if name != "as_of"},
        from_=query.from_,
        to=query.to,
        headlines=tuple(with_causes(each, 0) for each in comparison.headlines),
        compared=comparison.compared,
        left_out=comparison.left_out,
        composite=comparison.composite,
    )
    return OperationAnswer(content=content, personal=True)


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/partnerships/{partnership_id}/health/comparison",
        name="compare-health",
        summary="Read how a partnership stood in each dimension of health on two days, side by side.",
        tag="Reading",
        handle=_compare,
        query=HealthComparisonQuery,
        answers={200: HealthComparison},
        dear=True,
    ),
)
