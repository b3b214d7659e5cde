"""The tables of an extract: one row type a table, each column described, so that files and dictionary agree."""

from collections.abc import Callable
from datetime import date, datetime
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import fields as struct_fields

from domain.vocabulary import CodeList, Facet, OutcomeDomain, PartyKind, SharingKind, Side
from projections.method.method import Method
from projections.scoring.formulas.local_level import ReadingStanding
from projections.scoring.formulas.opinion import EvidenceStatus
from projections.scoring.health.measure import MeasureBasis, Missing
from projections.scoring.surveys.survey_lines import ReadingKind


class ReviewGroup(CodeList):
    """On which side of the comparison a partnership stands."""

    COHORT = "cohort"
    COMPARISON = "comparison"


class ReviewPeriod(CodeList):
    """A month of the window of a review, or one of the months before that it is compared with."""

    BEFORE = "before"
    WINDOW = "window"


class TableRow(Struct, frozen=True, kw_only=True):
    """One row of a table of an extract: plain values, no cell with another table in it."""


_ID: Final = "7b0f3a52-6a53-4c1e-9f0e-0f6a1f0c7a11"

PartnershipId = Annotated[UUID, Meta(description="The partnership", examples=[_ID])]
InGroup = Annotated[
    ReviewGroup, Meta(description="Whether the review is about it or compares with it", examples=["cohort"])
]
MeasureKey = Annotated[
    str,
    Meta(
        description="What was measured: a dimension's headline by its name, what stands beside it after a dot, and "
        "under trust each side's experience of the other, aspect by aspect",
        examples=["reliability", "trust.openness.residents-of-officials"],
    ),
]
EventId = Annotated[UUID, Meta(description="The event in the log", examples=[_ID])]
Registered = Annotated[
    bool, Meta(description="Whether it was registered as an outcome before it could be seen", examples=["true"])
]


class PanelRow(TableRow, frozen=True, kw_only=True):
    """One measure of one partnership at the end of one month."""

    partnership_id: PartnershipId
    group: InGroup
    as_of: Annotated[
        date, Meta(description="The last day of the month, at whose end it stood so", examples=["2026-03-31"])
    ]
    period: Annotated[
        ReviewPeriod, Meta(description="Whether the month is of the window or before it", examples=["window"])
    ]
    measure: MeasureKey
    registered: Registered
    basis: Annotated[
        MeasureBasis,
        Meta(
            description="From what value and range come: trust (evidence drawn towards a usual rate), a share, stated "
            "bounds, moments, or counting, which has no uncertainty",
            examples=["trust"],
        ),
    ]
    value: Annotated[
        float | None, Meta(description="The value; empty where missing, or not enough to say", examples=["0.7125"])
    ]
    low: Annotated[float | None, Meta(description="Lower end of the likely range", examples=["0.512"])]
    high: Annotated[float | None, Meta(description="Upper end of the likely range", examples=["0.874"])]
    n: Annotated[float, Meta(description="How much it rests on: the effective number of acts", examples=["6.4"])]
    status: Annotated[EvidenceStatus, Meta(description="Whether there is enough to say anything", examples=["enough"])]
    missing: Annotated[Missing | None, Meta(description="Why there is no value", examples=["not-yet-due"])]
    acts: Annotated[
        int | None,
        Meta(
            description="Acts counted plainly, unfading and unpooled; empty where acts are not counted", examples=["8"]
        ),
    ]
    value_sum: Annotated[
        float | None, Meta(description="Sum of the values of those acts, 0 to 1 each", examples=["6.5"])
    ]
    confirmed_acts: Annotated[
        int | None, Meta(description="Those of the acts that do not rest on silence after notice", examples=["7"])
    ]
    confirmed_value_sum: Annotated[float | None, Meta(description="Sum of the values of those alone", examples=["5.5"])]
    events_happened: Annotated[int, Meta(description="Events that happened in the month, of any kind", examples=["31"])]
    events_recorded: Annotated[int, Meta(description="Events that were recorded in the month", examples=["28"])]
    events_late: Annotated[
        int, Meta(description="Those that happened in the month and were recorded late", examples=["4"])
    ]


class CellRow(TableRow, frozen=True, kw_only=True):
    """An event behind cells of the panel: from one month to another a measure, or its dimension, rested on it."""

    partnership_id: PartnershipId
    measure: MeasureKey
    event_id: EventId
    from_as_of: Annotated[date, Meta(description="The first month end at which it counted", examples=["2026-03-31"])]
    to_as_of: Annotated[date, Meta(description="The last month end at which it counted", examples=["2026-09-30"])]


class EventRow(TableRow, frozen=True, kw_only=True):
    """An event that cells rest on: when it happened, was recorded and was corrected, and by which side's pen."""

    event_id: EventId
    partnership_id: PartnershipId
    position: Annotated[int, Meta(description="Its place in the log", examples=["1234"])]
    type: Annotated[str, Meta(description="What kind of event it is", examples=["commitment-made"])]
    happened: Annotated[
        str, Meta(description="When it happened, in the precision claimed, as corrected", examples=["2026-03"])
    ]
    recorded_at: Annotated[datetime, Meta(description="When the log took it", examples=["2026-03-27T19:00:00.000000Z"])]
    corrected_at: Annotated[
        datetime | None,
        Meta(description="When the log took its last correction in force", examples=["2026-04-01T09:00:00.000000Z"]),
    ]
    days_late: Annotated[
        int, Meta(description="Days from its last stated day to its recording", examples=["3"], extra={"unit": "days"})
    ]
    late: Annotated[bool, Meta(description="Whether that is later than the method allows", examples=["false"])]
    recorded_by: Annotated[Side, Meta(description="The side of the pen", examples=["government"])]


class PartnershipRow(TableRow, frozen=True, kw_only=True):
    """A partnership of the review, and how its history was recorded."""

    partnership_id: PartnershipId
    group: InGroup
    name: Annotated[str, Meta(description="Its name", examples=["Mill Lane Board"])]
    kind: Annotated[PartyKind, Meta(description="What sort of partnership it is", examples=["neighbourhood-board"])]
    place_id: Annotated[UUID | None, Meta(description="The place it is for", examples=[_ID])]
    formed_on: Annotated[date, Meta(description="When it was formed; it has no cells before", examples=["2021-01-01"])]
    closed_on: Annotated[date | None, Meta(description="When it was closed", examples=["2026-06-30"])]
    events: Annotated[int, Meta(description="Events in its history up to the position", examples=["702"])]
    events_corrected: Annotated[int, Meta(description="Those that stand corrected", examples=["12"])]
    events_withdrawn: Annotated[int, Meta(description="Those that were withdrawn", examples=["2"])]


class PlaceOutcomeRow(TableRow, frozen=True, kw_only=True):
    """A figure read for the place of a partnership."""

    outcome_id: Annotated[UUID, Meta(description="The figure read", examples=[_ID])]
    partnership_id: PartnershipId
    group: InGroup
    place_id: Annotated[UUID, Meta(description="The place it was read for", examples=[_ID])]
    indicator: Annotated[str, Meta(description="Its published name", examples=["Household waste recycled"])]
    domain: Annotated[OutcomeDomain, Meta(description="What it is about", examples=["local-environment"])]
    registered: Registered
    period_start_on: Annotated[date, Meta(description="The first day it is about", examples=["2025-04-01"])]
    period_end_on: Annotated[date, Meta(description="The last day it is about", examples=["2026-03-31"])]
    value: Annotated[float, Meta(description="What was read", examples=["41.5"], extra={"unit": "as in column unit"})]
    unit: Annotated[str, Meta(description="In what unit", examples=["%"])]
    n: Annotated[int | None, Meta(description="How many it rests on", examples=["1200"])]
    standard_error: Annotated[float | None, Meta(description="Its standard error", examples=["1.2"])]
    source: Annotated[str | None, Meta(description="Where it was published", examples=["A national survey"])]
    boundary_vintage: Annotated[str | None, Meta(description="The issue of the boundaries", examples=["2021"])]
    event_id: EventId
    recorded_at: Annotated[datetime, Meta(description="When the log took it", examples=["2026-03-27T19:00:00.000000Z"])]
    before_registration: Annotated[
        bool, Meta(description="Whether it was on record when the review was registered", examples=["false"])
    ]


PartyId = Annotated[UUID, Meta(description="The organisation or group", examples=[_ID])]


class ReadingRow(TableRow, frozen=True, kw_only=True):
    """A reading of what one side says of a body, and where the line of such readings stood after it."""

    partnership_id: PartnershipId
    group: InGroup
    rater_side: Annotated[Side, Meta(description="Whose experience", examples=["residents"])]
    about_id: PartyId
    facet: Annotated[Facet, Meta(description="The aspect that was rated", examples=["expressed"])]
    question: Annotated[
        str, Meta(description="The question asked; empty where none was named", examples=["They keep us informed"])
    ]
    kind: Annotated[
        ReadingKind, Meta(description="Counted anonymously, or from ratings given in a month", examples=["pulse"])
    ]
    reading: Annotated[int, Meta(description="Which reading of its line, from 1", examples=["3"])]
    on: Annotated[date, Meta(description="The day it was taken, or the last of its month", examples=["2026-03-31"])]
    raters: Annotated[int, Meta(description="How many people rated", examples=["41"])]
    mean: Annotated[float, Meta(description="Their mean as it is: 0 all ones, 1 all fives", examples=["0.62"])]
    sampling_variance: Annotated[float, Meta(description="The variance of that", examples=["0.0014"])]
    standing: Annotated[
        ReadingStanding, Meta(description="In line, waiting, borne out or left out for good", examples=["in-line"])
    ]
    level: Annotated[float, Meta(description="Where the line stood after it", examples=["0.6"])]
    level_variance: Annotated[float, Meta(description="The variance of that on that day", examples=["0.0009"])]
    drift_variance: Annotated[float, Meta(description="By how much that grows in a quarter", examples=["0.001"])]


class LeftOutRow(TableRow, frozen=True, kw_only=True):
    """Notes, reasons or feedback that a body owed a side by the end of a month and no source would note."""

    partnership_id: PartnershipId
    group: InGroup
    as_of: Annotated[date, Meta(description="The last day of the month", examples=["2026-03-31"])]
    kind: Annotated[SharingKind, Meta(description="What was owed", examples=["notes"])]
    owed_to: Annotated[Side, Meta(description="The side that was to have it", examples=["residents"])]
    owed_by_id: PartyId
    left_out: Annotated[int, Meta(description="How many are neither for nor against the body", examples=["4"])]
    of: Annotated[int, Meta(description="Of how many that fell due or were met in all", examples=["9"])]


class TableColumn(Struct, frozen=True, kw_only=True):
    """A column as declared: its plain type, whether it can be empty, and what it means."""

    name: str
    type: type
    optional: bool
    description: str
    example: str
    unit: str
    codes: tuple[str, ...]


class ForeignKey(Struct, frozen=True):
    """Columns that name a row of another table."""

    columns: tuple[str, ...]
    table: str
    theirs: tuple[str, ...]


class ExtractTable(Struct, frozen=True, kw_only=True):
    """One table: its row type, which columns tell its rows apart, which name rows of others, and by which methods."""

    name: str
    row: type[TableRow]
    key: tuple[str, ...]
    links: tuple[ForeignKey, ...] = ()
    is_made_by: Callable[[Method], bool] = lambda _method: True

    @property
    def question(self) -> str:
        """The description of one row: the docstring of its class."""
        return " ".join((self.row.__doc__ or "").split())

    @property
    def columns(self) -> tuple[TableColumn, ...]:
        """The columns in declared order. Raises TypeError naming one that is not described."""
        hints = get_type_hints(self.row, include_extras=True)
        return tuple(_column(self.name, field.name, hints[field.name]) for field in struct_fields(self.row))


_PARTNERSHIP: Final = ForeignKey(("partnership_id",), "partnerships", ("partnership_id",))

TABLES: Final = (
    ExtractTable(name="panel", row=PanelRow, key=("partnership_id", "as_of", "measure"), links=(_PARTNERSHIP,)),
    ExtractTable(
        name="cells",
        row=CellRow,
        key=("partnership_id", "measure", "event_id", "from_as_of"),
        links=(_PARTNERSHIP, ForeignKey(("event_id",), "events", ("event_id",))),
    ),
    ExtractTable(name="events", row=EventRow, key=("event_id",), links=(_PARTNERSHIP,)),
    ExtractTable(name="partnerships", row=PartnershipRow, key=("partnership_id",)),
    ExtractTable(
        name="readings",
        row=ReadingRow,
        key=("partnership_id", "rater_side", "about_id", "facet", "question", "kind", "reading"),
        links=(_PARTNERSHIP,),
        is_made_by=lambda method: method.survey_rules is not None,
    ),
    ExtractTable(
        name="left_out",
        row=LeftOutRow,
        key=("partnership_id", "as_of", "kind", "owed_to", "owed_by_id"),
        links=(_PARTNERSHIP,),
        is_made_by=lambda method: method.openness.needs_coverage,
    ),
    ExtractTable(name="outcomes", row=PlaceOutcomeRow, key=("outcome_id", "partnership_id"), links=(_PARTNERSHIP,)),
)


def tables_by(method: Method) -> tuple[ExtractTable, ...]:
    """The tables that an extract by a method has: one that came before survey lines and coverage has none of those."""
    return tuple(table for table in TABLES if table.is_made_by(method))


def _column(table: str, name: str, annotation: Any) -> TableColumn:  # noqa: ANN401 - an annotation
    bare, meta = get_args(annotation) if get_origin(annotation) is Annotated else (annotation, None)
    if meta is None or not meta.description or not meta.examples:
        raise TypeError(f"the column {name} of {table} needs a description and an example")
    options = get_args(bare) if get_origin(bare) in {Union, UnionType} else (bare,)
    (kind,) = (each for each in options if each is not type(None))
    return TableColumn(
        name=name,
        type=kind,
        optional=type(None) in options,
        description=meta.description,
        example=meta.examples[0],
        unit=(meta.extra or {}).get("unit", ""),
        codes=tuple(str(each.value) for each in kind) if issubclass(kind, Enum) else (),
    )
