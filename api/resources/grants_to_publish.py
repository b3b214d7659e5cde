"""Grants to publish: the awards on record as the 360Giving Data Standard writes them, as a package or as a table."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from msgspec import Meta, Struct

from api.http.operations import CSV, JSON, Call, Operation, OperationAnswer
from api.reading.formats import table_in
from api.reading.grant_parties import grant_parties, named_places, partnership_itself, residents_at_large
from api.reading.published_grants import VERSION, GrantsOfPartnership, PublishedGrant, location_of
from api.reading.shown_table import ShownTable
from api.reading.workbook import TableAbout
from domain.events import name_of
from domain.events.funding import FundingAwarded
from domain.events.partnerships import PartnershipFormed
from domain.events.selection import Selection
from domain.log.find_records import find_records
from domain.values import day_of
from domain.vocabulary import CodeList
from projections.engine.replay import KnownPartnership, known_partnership
from projections.lifecycles.awards import awards
from projections.method.document import default_method

_AWARDED: Final = frozenset({Selection(frozenset({name_of(FundingAwarded)}), frozenset())})
_TITLE: Final = "Grants on record"
_COLUMNS: Final = {
    "Identifier": ("id",),
    "Title": ("title",),
    "Description": ("description",),
    "Currency": ("currency",),
    "Amount Applied For": ("amount_applied_for",),
    "Amount Awarded": ("amount_awarded",),
    "Amount Disbursed": ("amount_disbursed",),
    "Award Date": ("award_date",),
    "Planned Dates:End Date": ("planned_dates", "end_date"),
    "Planned Dates:Duration (months)": ("planned_dates", "duration"),
    "Actual Dates:End Date": ("actual_dates", "end_date"),
    "Recipient Org:Identifier": ("recipient_organization", "id"),
    "Recipient Org:Name": ("recipient_organization", "name"),
    "Recipient Org:Charity Number": ("recipient_organization", "charity_number"),
    "Recipient Org:Company Number": ("recipient_organization", "company_number"),
    "Funding Org:Identifier": ("funding_organization", "id"),
    "Funding Org:Name": ("funding_organization", "name"),
    "Grant Programme:Title": ("grant_programme", "title"),
    "From An Open Call?": ("from_open_call",),
    "Beneficiary Location:Name": ("beneficiary_location", "name"),
    "Beneficiary Location:Country Code": ("beneficiary_location", "country_code"),
    "Beneficiary Location:Geographic Code": ("beneficiary_location", "geo_code"),
    "Beneficiary Location:Geographic Code Type": ("beneficiary_location", "geo_code_type"),
    "For Regrant Type": ("regrant_type",),
    "Last Modified": ("date_modified",),
    "Data Source": ("data_source",),
}
"""The standard's titles of columns, in its order, and where their values stand in a grant."""


class GrantsFormat(CodeList):
    """How grants are written."""

    JSON = "json"
    CSV = "csv"

    @property
    def media(self) -> str:
        """Its media type."""
        return CSV if self is GrantsFormat.CSV else JSON


class GrantsQuery(Struct, frozen=True, kw_only=True):
    """Of which partnerships grants are asked for, and in which format."""

    partnership: Annotated[
        tuple[UUID, ...],
        Meta(max_length=100, description="Only these partnerships: give it once for each; by default all"),
    ] = ()
    format: Annotated[GrantsFormat | None, Meta(description="The format, instead of an Accept header")] = None


class GrantPackage(Struct, frozen=True, kw_only=True):
    """Grants as the 360Giving Data Standard packs them; the description counts those that are left out, and why.

    By the standard a package has one grant at least: one without says that there is nothing to publish.
    """

    version: Annotated[str, Meta(description="The version of the standard")]
    title: str
    description: Annotated[str, Meta(description="How many grants there are, and how many are left out and why")]
    issued: Annotated[date, Meta(description="The day on which it was made")]
    grants: Annotated[tuple[PublishedGrant, ...], Meta(description="The grants, partnership by partnership")]


def _read(call: Call) -> OperationAnswer:
    log = call.services.recorder
    head = log.head()
    left_out: Counter[str] = Counter()
    grants = tuple(grant for each in _partnerships(call, head.position) for grant in each.grants(left_out))
    described = _counted(len(grants), left_out)
    issued = day_of(head.now)
    if call.media == CSV:
        table = ShownTable(columns=(), rows=grants, name_columns=(), more=_columns(grants))
        about = TableAbout(title=_TITLE, question=described, as_of=issued)
        return OperationAnswer(content=table_in(call.media, about, table), media=call.media)
    package = GrantPackage(version=VERSION, title=_TITLE, description=described, issued=issued, grants=grants)
    return OperationAnswer(content=package)


def _partnerships(call: Call, position: int) -> Iterator[GrantsOfPartnership]:
    """The partnerships within reach in which money was awarded, with the registers as they stand."""
    log, services = call.services.recorder, call.services
    in_reach = dict.fromkeys(each.partition_id for each in find_records(log, _AWARDED, upto=position))
    chosen = [each for each in in_reach if not call.query.partnership or each in call.query.partnership]
    known = [_known(call, each, position) for each in chosen]
    formed = [next(body for _, body in each.history.each(PartnershipFormed)) for each in known]
    every = {
        party.party_id for each in known for award in awards(each.history) for party in (award.funder, award.recipient)
    }
    registered = grant_parties(log, every, upto=position)
    places = named_places(log, {each.place_id for each in formed if each.place_id is not None}, upto=position)
    for partnership, began in zip(known, formed, strict=True):
        own = {each.party_id: each for each in (partnership_itself(began), residents_at_large(began))}
        place = places.get(began.place_id) if began.place_id else None
        yield GrantsOfPartnership(
            partnership_id=began.partnership_id,
            history=partnership.history,
            parties=registered | own,
            place=location_of(*place) if place else None,
            prefix=services.grant_prefix,
            public_url=services.public_url,
        )


def _known(call: Call, partnership_id: UUID, position: int) -> KnownPartnership:
    """A partnership as it stands; by the method that is shipped, since no method decides on an award."""
    services = call.services
    return known_partnership(
        services.recorder, partnership_id, known_at=position, method=default_method(), remembered=services.histories
    )


def _counted(count: int, left_out: Counter[str]) -> str:
    """How many grants there are, and how many are left out for which reasons, in a sentence or two."""
    counted = "1 grant." if count == 1 else f"{count:,} grants." if count else "There is nothing to publish."
    reasons = [f"{number:,} {reason}" for reason, number in sorted(left_out.items())]
    return f"{counted} Left out: {', '.join(reasons)}." if reasons else counted


def _columns(grants: Sequence[PublishedGrant]) -> dict[str, list[object]]:
    return {title: [_value(grant, path) for grant in grants] for title, path in _COLUMNS.items()}


def _value(grant: PublishedGrant, path: Sequence[str]) -> Any:  # noqa: ANN401 - any value of a grant
    value: Any = grant
    for name in path:
        value = getattr(value[0] if isinstance(value, tuple) else value, name) if value else None
    return value


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/grants",
        name="list-grants",
        summary="Read the awards on record as grants by the 360Giving Data Standard, ready to publish.",
        tag="Lists across partnerships",
        handle=_read,
        query=GrantsQuery,
        answers={200: GrantPackage},
        media=(JSON, CSV),
        dear=True,
    ),
)
