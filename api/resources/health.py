"""Partnership health: the profile dimension by dimension, with likely ranges and causes; one number only on request."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from api.http.operations import CSV, Call, Operation, OperationAnswer
from api.reading.as_of import pinned, read_known
from api.reading.capped_causes import MostCauses, with_causes
from api.reading.figures import columns_of_health
from api.reading.formats import MEDIA, csv_of
from api.reading.labels import named_columns
from api.reading.names_and_texts import NamesAndTexts
from api.reading.replay_answers import ReplayBasis, ViewQuery, WordsBesideRows, basis_of
from api.reading.replies import HealthProfile, Replies
from projections.engine.replay import replay_answer
from projections.scoring.health.measure import Measure
from projections.scoring.health.profile import weights_in_force
from projections.scoring.health.shown_profile import ShownComposite, profile_composite, shown_profile
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
    if call.media == CSV:
        more = columns_of_health(rows, partnership.method) | replies.beside_health(rows)
        shown_rows = [with_causes(row, call.query.causes) for row in rows]
        content: object = csv_of(projection.columns, shown_rows, beside.names, {}, named_columns(projection), more)
    else:
        weights = weights_in_force(partnership.history)
        content = Health(
            **basis_of(partnership.basis, projection, answer.digest),
            profile=with_causes(
                replies.with_health(shown_profile(rows, partnership.method, at.as_of)), call.query.causes
            ),
            composite=profile_composite(rows, partnership.method, weights) if call.query.composite else None,
            names=beside.names,
        )
    return OperationAnswer(content=content, media=call.media, headers={"ETag": at.tag}, personal=at.entitled)


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
)
