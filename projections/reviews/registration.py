"""The registration of a review: how it stood at a position, its method, and how much could be seen by then already."""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from msgspec import Struct

from domain.errors import FolkmootError
from domain.events import name_of
from domain.events.outcomes import OutcomeObserved
from domain.events.partnerships import PartnershipFormed
from domain.events.recorded import Effective, resolve
from domain.events.selection import Selection
from domain.events.stewardship import MethodPublished, ReviewFrozen, ReviewRegistered
from domain.log.decode_events import decode_event
from domain.log.find_records import find_records
from domain.log.recorder import LogRecorder
from domain.values import end_of_day, start_of_day
from projections.method.document import MethodInvalid, load_method, shipped_method
from projections.method.method import Method, method_sha256
from projections.reviews.extract_tables import PlaceOutcomeRow, ReviewGroup
from projections.reviews.partnership_part import ReviewMonths

_SEEN: Final = """
    SELECT count(*) FILTER (WHERE position < %(registered)s), count(*) FROM log.event
    WHERE partition_id = ANY(%(partitions)s) AND position <= %(position)s
      AND occurred_at >= %(start)s AND occurred_at < %(end)s AND (%(type)s::text IS NULL OR type = %(type)s)
"""


class UnknownReview(FolkmootError, LookupError):
    """No review with this id was registered by the position asked about."""


class ReviewMethodMissing(FolkmootError, LookupError):
    """The document of the method that a review registered is nowhere to be found."""


class FrozenExtract(Struct, frozen=True, kw_only=True):
    """An extract on record."""

    event_id: UUID
    recorded_at: datetime
    position: int
    as_of: date
    manifest_sha256: str


class RegisteredReview(Struct, frozen=True, kw_only=True):
    """A review as registered: by which event, when, what it says as it stands, whose word it is, its corrections.

    A correction made after the outcome could be seen is no pre-registration: whoever reads it is told.
    """

    event_id: UUID
    position: int
    recorded_at: datetime
    body: ReviewRegistered
    word: UUID | None
    corrected_by: tuple[UUID, ...]
    frozen: tuple[FrozenExtract, ...]

    @property
    def groups(self) -> tuple[tuple[UUID, ReviewGroup], ...]:
        """Each partnership with its group, in order of their ids."""
        cohort = ((each, ReviewGroup.COHORT) for each in self.body.cohort_partnership_ids)
        comparison = ((each, ReviewGroup.COMPARISON) for each in self.body.comparison_partnership_ids)
        return tuple(sorted((*cohort, *comparison)))

    @property
    def first_day(self) -> date:
        """The first day looked at."""
        return self.body.baseline_start_on or self.body.window_start_on

    def months(self, as_of: date) -> ReviewMonths:
        """The whole months that were over by the end of a day, with the window."""
        until = min(as_of, self.body.window_end_on)
        ends = []
        end = _month_end(self.first_day)
        while end <= until:
            ends.append(end)
            end = _month_end(end + timedelta(days=1))
        return ReviewMonths(ends=tuple(ends), window_start_on=self.body.window_start_on)


class RecordBeforehand(Struct, frozen=True, kw_only=True):
    """How much was on record when a review was registered, of what is now known of its window."""

    events_in_window: int
    events_in_window_before_registration: int
    outcomes_in_window: int
    outcomes_in_window_before_registration: int


def registered_review(log: LogRecorder, review_id: UUID, upto: int | None = None) -> RegisteredReview:
    """A review as registered, as known at a position. Raises UnknownReview."""
    standing, _ = resolve([decode_event(event) for event in log.read_partition(review_id, upto)])
    first = next((fact for fact in standing if isinstance(fact.body, ReviewRegistered)), None)
    if first is None or not isinstance(first.body, ReviewRegistered):
        raise UnknownReview(f"no review {review_id} was registered{'' if upto is None else f' by position {upto}'}")
    return RegisteredReview(
        event_id=first.event_id,
        position=first.position,
        recorded_at=first.recorded_at,
        body=first.body,
        word=None if first.envelope.on_behalf_of is None else first.envelope.on_behalf_of.party_id,
        corrected_by=first.corrected_by,
        frozen=tuple(_frozen_extracts(standing)),
    )


def registered_reviews(log: LogRecorder) -> Iterator[RegisteredReview]:
    """The reviews registered, oldest first, without those withdrawn."""
    selection = Selection(frozenset({name_of(ReviewRegistered)}), frozenset())
    for record in find_records(log, frozenset({selection})):
        with suppress(UnknownReview):
            yield registered_review(log, record.partition_id)


def review_method(
    log: LogRecorder, registration: RegisteredReview, position: int, documents: Iterable[bytes] = ()
) -> Method:
    """Find the method that a review registered: shipped, published by a position, or among `documents`.

    Raises ReviewMethodMissing.
    """
    body = registration.body
    return find_method(log, body.method_sha256, body.method_id, position, documents)


def find_method(
    log: LogRecorder, sha256: str, method_id: UUID | None, position: int, documents: Iterable[bytes] = ()
) -> Method:
    """Find a method by the digest of its document. Raises ReviewMethodMissing."""
    shipped = shipped_method(sha256)
    if shipped is not None:
        return shipped
    published = log.read_partition(method_id, position) if method_id else ()
    bodies = (decode_event(event).body for event in published)
    texts = [body.document.encode() for body in bodies if isinstance(body, MethodPublished)]
    for document in (*texts, *documents):
        with suppress(MethodInvalid):  # a document that is no method is not this one
            method = load_method(document)
            if method_sha256(method) == sha256:
                return method
    raise ReviewMethodMissing(f"no method with the SHA-256 {sha256} is shipped, published by then, or at hand")


def beforehand(log: LogRecorder, registration: RegisteredReview, position: int) -> RecordBeforehand:
    """How much of the window, as known at a position, had been recorded before the registration."""
    ids = [each for each, _ in registration.groups]
    body = registration.body
    parameters = {
        "registered": registration.position,
        "position": position,
        "start": start_of_day(body.window_start_on),
        "end": end_of_day(body.window_end_on),
    }
    places = [each for each in places_of(log, ids, position).values() if each is not None]
    with log.connections.borrow() as connection:
        events = connection.execute(_SEEN, {**parameters, "partitions": ids, "type": None}).fetchone()
        outcomes = connection.execute(
            _SEEN, {**parameters, "partitions": places, "type": name_of(OutcomeObserved)}
        ).fetchone()
    assert events is not None and outcomes is not None  # noqa: S101, PT018 - counting always gives a row
    return RecordBeforehand(
        events_in_window=events[1],
        events_in_window_before_registration=events[0],
        outcomes_in_window=outcomes[1],
        outcomes_in_window_before_registration=outcomes[0],
    )


def places_of(log: LogRecorder, partnership_ids: Iterable[UUID], position: int) -> dict[UUID, UUID | None]:
    """The place that each partnership is for, as known at a position."""
    partnership_set = set(partnership_ids)
    formed = Selection(frozenset({name_of(PartnershipFormed)}), frozenset())
    places: dict[UUID, UUID | None] = {}
    for record in find_records(log, frozenset({formed}), upto=position):
        if record.partition_id in partnership_set and isinstance(record.body, PartnershipFormed):
            places[record.partition_id] = record.body.place_id
    return places


def outcome_rows(
    log: LogRecorder, registration: RegisteredReview, position: int, until: date
) -> Iterator[PlaceOutcomeRow]:
    """The figures read for the places of the partnerships, about the days looked at, in order of their ids."""
    groups = dict(registration.groups)
    by_place: dict[UUID, list[UUID]] = {}
    for partnership_id, place_id in places_of(log, groups, position).items():
        if place_id is not None:
            by_place.setdefault(place_id, []).append(partnership_id)
    rows = [
        _outcome_row(fact, fact.body, partnership_id, registration)
        for place_id, partnership_ids in by_place.items()
        for fact in _observations(log, place_id, position)
        if isinstance(fact.body, OutcomeObserved)
        and fact.body.period_start_on <= until
        and fact.body.period_end_on >= registration.first_day
        for partnership_id in partnership_ids
    ]
    yield from sorted(rows, key=lambda row: (row.outcome_id, row.partnership_id))


def _observations(log: LogRecorder, place_id: UUID, position: int) -> list[Effective]:
    standing, _ = resolve([decode_event(event) for event in log.read_partition(place_id, position)])
    return standing


def _outcome_row(
    fact: Effective, body: OutcomeObserved, partnership_id: UUID, registration: RegisteredReview
) -> PlaceOutcomeRow:
    return PlaceOutcomeRow(
        outcome_id=body.outcome_id,
        partnership_id=partnership_id,
        group=dict(registration.groups)[partnership_id],
        place_id=body.place_id,
        indicator=body.indicator,
        domain=body.domain,
        registered=bool({body.indicator, str(body.domain)} & set(registration.body.outcomes)),
        period_start_on=body.period_start_on,
        period_end_on=body.period_end_on,
        value=body.value,
        unit=body.unit,
        n=body.n,
        standard_error=body.standard_error,
        source=body.source,
        boundary_vintage=body.boundary_vintage,
        event_id=fact.event_id,
        recorded_at=fact.recorded_at,
        before_registration=fact.position < registration.position,
    )


def _frozen_extracts(standing: Iterable[Effective]) -> Iterator[FrozenExtract]:
    for fact in standing:
        if isinstance(fact.body, ReviewFrozen):
            yield FrozenExtract(
                event_id=fact.event_id,
                recorded_at=fact.recorded_at,
                position=fact.body.position,
                as_of=fact.body.as_of,
                manifest_sha256=fact.body.manifest_sha256,
            )


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
