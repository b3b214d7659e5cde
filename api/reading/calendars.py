"""Calendars (iCalendar, RFC 5545) of planned meetings and of promises due, as far as somebody's roles reach now.

An entry says what is clear to everybody who reads figures: kinds, days, names of partnerships and bodies. No words that
are sealed, no names of people, nothing about the account.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from icalendar import Calendar, Event

from api.access.principal import Principal
from api.access.user_roles import Right
from api.reading.access import tables_of
from api.reading.names_and_texts import NamesAndTexts
from api.runtime.services import Services
from domain.events.partnerships import PartnershipFormed
from domain.log.recorder import LogRecorder
from projections.engine.replay import KnownPartnership, known_partnership
from projections.lifecycles.commitment_states import OWED
from projections.lifecycles.interactions import InteractionState
from projections.views.commitments import CommitmentRow, commitment_rows
from projections.views.interactions import InteractionRow, interactions

MEDIA: Final = "text/calendar; charset=utf-8"
_PAST: Final = timedelta(days=90)
"""How long entries stay whose day has passed."""
_SHOWN: Final = {InteractionState.PLANNED, InteractionState.CANCELLED}
_UNNAMED: Final = "a body without a name"


def calendar_of(services: Services, principal: Principal, partnership_id: UUID | None) -> bytes | None:
    """The calendar of one partnership, or of all in which somebody's bodies have a seat; None out of their reach."""
    log = services.handler.recorder
    if partnership_id is None:
        bodies = principal.speaks_for | ({principal.organisation_id} if principal.organisation_id else set())
        partnership_ids = list(tables_of(log, bodies))
    else:
        partnership_ids = [partnership_id]
    readable = [each for each in partnership_ids if principal.may(Right.READ_FIGURES, each)]
    if not readable and partnership_id is not None:
        return None
    calendar = Calendar()
    for name, value in (("prodid", "-//Folkmoot//Calendar//EN"), ("version", "2.0"), ("method", "PUBLISH")):
        calendar.add(name, value)
    calendar.add("x-wr-calname", "Folkmoot: meetings planned and promises due")
    calendar.add("refresh-interval", timedelta(hours=12), parameters={"VALUE": "DURATION"})
    for readable_id in readable:
        partnership = known_partnership(log, readable_id, remembered=services.histories)
        for entry in _entries(services, log, partnership):
            calendar.add_component(entry)
    return bytes(calendar.to_ical())


def _entries(services: Services, log: LogRecorder, partnership: KnownPartnership) -> Iterator[Event]:
    formed = next(body for _, body in partnership.history.each(PartnershipFormed))
    since = partnership.basis.as_of - _PAST
    for meeting in interactions(partnership.history, partnership.method):
        day = meeting.planned_for_on
        if meeting.state in _SHOWN and day is not None and day >= since:
            yield _meeting(services, partnership, meeting, day, formed.name)
    promises = [
        (promise, promise.due_on)
        for promise in commitment_rows(partnership.history, partnership.method)
        if promise.state in OWED and promise.due_on is not None and promise.due_on >= since
    ]
    ids = {each for promise, _ in promises for each in (*promise.promiser_ids, *promise.promisee_ids)}
    words = NamesAndTexts(replace(services, recorder=log), entitled=None)
    names = words.names(ids, formed=formed, upto=partnership.basis.position)
    for promise, due_on in promises:
        yield _promise(services, partnership, promise, due_on, names)


def _meeting(services: Services, partnership: KnownPartnership, meeting: InteractionRow, day: date, name: str) -> Event:
    is_cancelled = meeting.state is InteractionState.CANCELLED
    kind = meeting.kind.value.replace("-", " ").capitalize()
    summary = f"{kind} of {name} ({'called off' if is_cancelled else 'planned'})"
    entry = _entry(services, partnership, meeting.interaction_id, day, summary, meeting.recorded_at, meeting.causes)
    entry.add("sequence", meeting.times_moved + is_cancelled)
    entry.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    return entry


def _promise(
    services: Services, partnership: KnownPartnership, promise: CommitmentRow, due_on: date, names: dict[UUID, str]
) -> Event:
    who, to = (
        ", ".join(names.get(each, _UNNAMED) for each in ids) for ids in (promise.promiser_ids, promise.promisee_ids)
    )
    summary = f"Promise due: {who} to {to}"
    entry = _entry(services, partnership, promise.commitment_id, due_on, summary, promise.recorded_at, promise.causes)
    entry.add("sequence", promise.times_renegotiated)
    entry.add("status", "CONFIRMED")
    return entry


def _entry(
    services: Services,
    partnership: KnownPartnership,
    thing_id: UUID,
    day: date,
    summary: str,
    recorded_at: datetime,
    causes: tuple[UUID, ...],
) -> Event:
    """An entry of a whole day, which keeps nobody from being asked to something else."""
    entry = Event()
    entry.add("uid", f"{thing_id}@{partnership.basis.log_id}")
    entry.add("dtstamp", recorded_at.replace(microsecond=0))
    entry.add("dtstart", day)
    entry.add("dtend", day + timedelta(days=1))
    entry.add("summary", summary)
    entry.add("transp", "TRANSPARENT")
    entry.add("class", "PRIVATE")
    if services.public_url and causes:
        entry.add("url", f"{services.public_url}/records/{causes[0]}")
    return entry
