"""Partnership health: the profile dimension by dimension, with likely ranges and causes; one number only on request."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct, field

from api.http.operations import Call, Operation, OperationAnswer
from api.http.problems import Problem
from api.reading.access import may_read_words
from api.reading.as_of import ScoredPastQuery, days_compared, pinned, read_known
from api.reading.capped_causes import MostCauses, most_causes, with_causes
from api.reading.figures import columns_of_health
from api.reading.formats import MEDIA, TABLES
from api.reading.names_and_texts import NamesAndTexts
from api.reading.replay_answers import ReplayBasis, ViewQuery, WordsBesideRows, basis_of, view_table
from api.reading.replies import HealthProfile, PrintedReplies, Replies
from api.reading.timeline_entries import TimelineEntry, events_of_causes
from api.reading.which_figure import WhichDimension
from projections.engine.replay import replay_answer
from projections.history.claimed_record import KnownByClaims
from projections.scoring.health.headline_change import ChangeSharing, explain_headline
from projections.scoring.health.measure import Measure
from projections.scoring.health.profile import weights_in_force
from projections.scoring.health.shown_profile import (
    ShownComposite,
    ShownMeasure,
    dimension_called,
    profile_composite,
    shown_profile,
)
from projections.scoring.trust.explanation import CauseKind, sums_by_kind
from projections.views import projection_called


class HealthQuery(ViewQuery, frozen=True, kw_only=True):
    """Which past is asked about, and whether the dimensions are also to be combined into one range."""

    composite: Annotated[bool, Meta(description="Whether to combine the dimensions into one range")] = False
    causes: MostCauses | None = None


class Health(ReplayBasis, frozen=True, kw_only=True):
    """A health profile; `composite` is null unless asked for, and where nothing weighed is known."""

    profile: HealthProfile
    composite: ShownComposite | None
    names: dict[UUID, str]


class HealthExplanationQuery(ScoredPastQuery, frozen=True, kw_only=True):
    """Which dimension, and between which days; `as_of` is not used."""

    dimension: WhichDimension
    from_: Annotated[date, Meta(description="The earlier day")] = field(name="from")
    to: Annotated[date, Meta(description="The later day")]


class HealthChangeCause(Struct, frozen=True, kw_only=True):
    """One cause and what it did to the headline; `act` names the promise, ask or notes, where it is of one."""

    kind: CauseKind
    act: str
    events: tuple[UUID, ...]
    change: Annotated[float | None, Meta(description="Null where there is not enough to say on either day")]


class HealthExplanation(Struct, frozen=True, kw_only=True):
    """Why the headline of a dimension is not what it was: its causes, whose changes add up to the whole.

    `sharing` `exactly`: the figure is a quotient of sums, and each cause has its share whatever the order. `in-order`:
    each event has what it moved at the end of its day, and time what moved in between; in another order the shares
    might have been others. Events that only together give the headline a value stand as one cause.
    """

    log_id: UUID
    position: int
    method: str
    method_sha256: str
    tree_root: str
    rules_as_claimed: tuple[UUID, ...]
    known_by: KnownByClaims
    dimension: str
    name: str
    from_: date = field(name="from")
    to: date
    before: ShownMeasure
    after: ShownMeasure
    change: float | None
    sharing: ChangeSharing
    causes: tuple[HealthChangeCause, ...]
    by_kind: dict[str, float]
    events: tuple[TimelineEntry, ...]
    replies: PrintedReplies
    names: dict[UUID, str]


def _explain(call: Call) -> OperationAnswer:
    query: HealthExplanationQuery = call.query
    later, earlier = days_compared(call)
    dimension = dimension_called(query.dimension)
    explained = explain_headline(earlier.history, later.history, dimension, later.method)
    if explained is None:
        raise Problem("not-found", f"{query.dimension} has no headline: it is there for context alone.")
    words = NamesAndTexts(
        call.services, entitled=may_read_words(call.services.recorder, call.asker, later.history.partition_id)
    )
    replies = Replies(later.history, words)
    told_events, names = events_of_causes(words, later, explained.causes, also=replies.bodies)
    is_said = explained.change is not None
    content = HealthExplanation(
        **{name: getattr(later.basis, name) for name in later.basis.__struct_fields__ if name != "as_of"},
        dimension=query.dimension,
        name=dimension,
        from_=query.from_,
        to=query.to,
        before=with_causes(explained.before, 0),
        after=with_causes(explained.after, 0),
        change=explained.change,
        sharing=explained.sharing,
        causes=tuple(
            HealthChangeCause(
                kind=cause.kind, act=cause.act, events=cause.events, change=cause.change if is_said else None
            )
            for cause in explained.causes
        ),
        by_kind={kind.value: change for kind, change in sums_by_kind(explained.causes).items()} if is_said else {},
        events=told_events,
        replies=replies.to_dimension(query.dimension),
        names=names,
    )
    return OperationAnswer(content=content, personal=True)


def _read(call: Call) -> OperationAnswer:
    projection = projection_called("health")
    at = pinned(call, projection.name, projection.version)
    if (unchanged := at.unchanged(call)) is not None:
        return unchanged
    partnership = read_known(call, at=at)
    answer = replay_answer(partnership, projection)
    words = NamesAndTexts(call.services, entitled=at.entitled)
    replies = Replies(partnership.history, words)
    beside = WordsBesideRows(partnership, words, projection, answer.rows, also=replies.bodies)
    rows = [row for row in answer.rows if isinstance(row, Measure)]
    if call.media in TABLES:
        more = columns_of_health(rows, partnership.method) | replies.beside_health(rows)
        shown_rows = [with_causes(row, most_causes(call)) for row in rows]
        content: object = view_table(call, partnership, projection, shown_rows, beside.names, more)
    else:
        weights = weights_in_force(partnership.history)
        content = Health(
            **basis_of(partnership.basis, projection, answer.digest),
            profile=with_causes(
                replies.with_health(shown_profile(rows, partnership.method, at.as_of)), most_causes(call)
            ),
            composite=profile_composite(rows, partnership.method, weights) if call.query.composite else None,
            names=beside.names,
        )
    return OperationAnswer(content=content, media=call.media, headers={"ETag": at.tag}, personal=bool(at.entitled))


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/partnerships/{partnership_id}/health",
        name="read-health",
        summary="Read how a partnership stands in each dimension of health, and what is not known of it.",
        tag="Reading",
        handle=_read,
        query=HealthQuery,
        answers={200: Health},
        media=MEDIA,
        conditional=True,
    ),
    Operation(
        method="GET",
        path="/v1/partnerships/{partnership_id}/health/explanation",
        name="explain-health",
        summary="Read why the headline of one dimension is not what it was: its change between two days, by cause.",
        tag="Reading",
        handle=_explain,
        query=HealthExplanationQuery,
        answers={200: HealthExplanation},
        dear=True,
    ),
)
