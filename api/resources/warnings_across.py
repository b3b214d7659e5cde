"""Early warnings across partnerships: those that hold now, a page of partnerships at a time.

They are made when asked for, from what is on record: a warning rests on the whole of a history, and is kept nowhere.
"""

from collections.abc import Iterator
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import replace

from api.http.operations import Call, Operation, OperationAnswer
from api.http.paging import Cursor, link
from api.reading.access import may_read_words
from api.reading.capped_causes import MostCauses, most_causes, with_causes
from api.reading.names_and_texts import NamesAndTexts
from api.reading.partnership_entries import PartnershipEntry, PartnershipQuery, partnerships_asked_for
from api.reading.replay_answers import WordsBesideRows
from projections.engine.replay import AnswerBasis, KnownPartnership, MethodMissing, known_partnership
from projections.method.document import MethodInvalid
from projections.scoring.early_warnings.warning_row import EarlyWarningRow, EarlyWarningRule, EarlyWarningState
from projections.views import projection_called
from projections.views.early_warnings import early_warnings

_MOST: Final = 50

Partnerships = Annotated[
    tuple[UUID, ...],
    Meta(max_length=_MOST, description="Only these partnerships: give it once for each; by default all"),
]
WarnedLimit = Annotated[int, Meta(ge=1, le=_MOST, description="How many partnerships")]


class WarningsAcrossQuery(PartnershipQuery, frozen=True, kw_only=True):
    """Which partnerships are asked about, which rule, and which page of the partnerships."""

    partnership: Partnerships = ()
    rule: Annotated[EarlyWarningRule, Meta(description="Only warnings by this rule")] | None = None
    limit: WarnedLimit = 10
    cursor: Cursor | None = None
    causes: MostCauses | None = None


class PartnershipWarnings(Struct, frozen=True, kw_only=True):
    """The early warnings that hold in one partnership now, and what they rest on.

    `basis` is null, and nothing holds, where the method that the partnership adopted cannot be found. `not_recorded`
    are the rules whose record is not held here.
    """

    partnership_id: UUID
    name: str
    basis: AnswerBasis | None
    warnings: tuple[EarlyWarningRow, ...]
    not_recorded: tuple[EarlyWarningRule, ...]
    names: dict[UUID, str]
    labels: dict[UUID, str]


class WarningsAcross(Struct, frozen=True, kw_only=True):
    """Some partnerships, oldest first, each with the warnings that hold in it, and where to go on."""

    data: tuple[PartnershipWarnings, ...]
    next: str | None


def _list(call: Call) -> OperationAnswer:
    entries, address = partnerships_asked_for(call, call.query.partnership or None)
    content = WarningsAcross(data=tuple(_warned(call, entries)), next=address)
    return OperationAnswer(content=content, headers=link(address), personal=True)


def _warned(call: Call, entries: tuple[PartnershipEntry, ...]) -> Iterator[PartnershipWarnings]:
    for entry in entries:
        nothing = PartnershipWarnings(
            partnership_id=entry.partnership_id,
            name=entry.name,
            basis=None,
            warnings=(),
            not_recorded=(),
            names={},
            labels={},
        )
        try:
            partnership = known_partnership(
                call.services.recorder, entry.partnership_id, remembered=call.services.histories
            )
        except (MethodMissing, MethodInvalid):
            yield nothing
        else:
            yield _with_warnings(call, nothing, partnership)


def _with_warnings(call: Call, nothing: PartnershipWarnings, partnership: KnownPartnership) -> PartnershipWarnings:
    rows = [
        row for row in early_warnings(partnership.history, partnership.method) if call.query.rule in (None, row.rule)
    ]
    warnings = [row for row in rows if row.state is EarlyWarningState.HOLDS]
    entitled = may_read_words(call.services.recorder, call.asker, nothing.partnership_id)
    words = NamesAndTexts(call.services, entitled=entitled)
    beside = WordsBesideRows(partnership, words, projection_called("early_warnings"), warnings)
    return replace(
        nothing,
        basis=partnership.basis,
        warnings=tuple(with_causes(row, most_causes(call)) for row in warnings),
        not_recorded=tuple(row.rule for row in rows if row.state is EarlyWarningState.NOT_RECORDED),
        names=beside.names,
        labels=beside.labels,
    )


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/early-warnings",
        name="list-early-warnings",
        summary="Which early warnings hold now? Across partnerships, a page of them at a time.",
        tag="Lists across partnerships",
        handle=_list,
        query=WarningsAcrossQuery,
        answers={200: WarningsAcross},
        dear=True,
    ),
)
