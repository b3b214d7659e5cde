"""A meeting on record, as its page shows it: when, what kind, who was there, and what came up at it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from api.http.problems import Problem
from api.pages.ground.page import Visit
from api.reading.access import may_read_words
from api.reading.as_of import read_known
from api.reading.labels import Beginnings
from api.reading.names_and_texts import UNNAMED, NamesAndTexts
from api.reading.timeline_entries import EventStanding, TimelineEntry, entries
from domain.events.declaration import Participant, declaration_of
from domain.events.documents import DocumentAttached
from domain.events.interactions import InteractionRecorded, MinutesApproved, NotesShared
from domain.events.partnerships import PartnershipFormed
from domain.events.recorded import Effective, Recorded
from domain.events.records import DisputeResolved, RecordConfirmed, RecordDisputed
from domain.values import first_instant
from domain.vocabulary import Attendance, InteractionKind, Side
from projections.engine.replay import KnownPartnership
from projections.history.history import History

_SAID_OF_IT: Final = (RecordConfirmed, RecordDisputed, DisputeResolved)
_SHOWN_APART: Final = (MinutesApproved, NotesShared, DocumentAttached, *_SAID_OF_IT)


class LaterMeeting(Struct, frozen=True):
    """A meeting that came after another, and so can have agreed its minutes."""

    interaction_id: str
    kind: InteractionKind
    happened: str


class RecordedMeeting(Struct, frozen=True, kw_only=True):
    """One meeting as it stands."""

    partnership_id: UUID
    interaction_id: UUID
    name: str
    record: Recorded
    record_id: UUID
    reference: int
    body: InteractionRecorded
    recorded_at: datetime
    is_corrected: bool
    is_ours: bool
    """True where the visitor's side recorded it, so that it is theirs to put right or to withdraw."""
    came: tuple[str, ...]
    apologies: tuple[str, ...]
    crowd: int
    items: tuple[TimelineEntry, ...]
    about: dict[UUID, str]
    """By record: the words of the earlier promise, ask or decision that it is about."""
    said: tuple[TimelineEntry, ...]
    """Statements about its record: that it is right, or wrong, and how that ended."""
    approvals: tuple[TimelineEntry, ...]
    notes: tuple[TimelineEntry, ...]
    notes_shared_with: frozenset[Side]
    later: tuple[LaterMeeting, ...]


def find_meeting(visit: Visit) -> RecordedMeeting:
    """The meeting in the address. Raises Problem 404 where none stands, and 410 words where it was withdrawn."""
    partnership_id, interaction_id = visit.id_in_path("partnership_id"), visit.id_in_path("interaction")
    partnership = read_known(visit.call("read-members", {"partnership_id": partnership_id}))
    facts = partnership.history.about(interaction_id)
    record = next((fact for fact in facts if isinstance(fact.body, InteractionRecorded)), None)
    if record is None or not isinstance(record.body, InteractionRecorded):
        raise Problem("not-found", "There is no such meeting here. It may not have taken place yet, or was withdrawn.")
    return _meeting(visit, partnership, record, record.body)


def _meeting(
    visit: Visit, partnership: KnownPartnership, record: Effective, body: InteractionRecorded
) -> RecordedMeeting:
    history, partition_id = partnership.history, partnership.history.partition_id
    words = NamesAndTexts(visit.services, entitled=may_read_words(visit.services.recorder, visit.visitor, partition_id))
    facts = [
        fact
        for fact in history.facts
        if _came_up_at(fact, body.interaction_id) or getattr(fact.body, "record_id", None) == record.event_id
    ]
    party_ids = [who.party.party_id for who in body.participants]
    listed, names = entries(words, partnership, [(fact, EventStanding.STANDS) for fact in facts], also=party_ids)
    by_type = list(zip(facts, listed, strict=True))
    about = _earlier_things(facts)
    earlier = Beginnings(words.log, history, set(about.values()))
    labels = earlier.labels(names, words.texts(earlier.here.values(), history.amendments))
    return RecordedMeeting(
        partnership_id=partition_id,
        interaction_id=body.interaction_id,
        name=next(formed.name for _, formed in history.each(PartnershipFormed)),
        record=record.recorded,
        record_id=record.event_id,
        reference=record.position,
        body=body,
        recorded_at=record.recorded_at,
        is_corrected=bool(record.corrected_by),
        is_ours=_is_ours(visit, history, record),
        came=_names(body.participants, Attendance.ATTENDED, names),
        apologies=_names(body.participants, Attendance.APOLOGIES, names),
        crowd=sum(crowd.count for crowd in body.crowds),
        items=tuple(entry for fact, entry in by_type if not isinstance(fact.body, _SHOWN_APART)),
        said=tuple(entry for fact, entry in by_type if isinstance(fact.body, _SAID_OF_IT)),
        about={event_id: labels[thing] for event_id, thing in about.items() if thing in labels},
        approvals=tuple(entry for fact, entry in by_type if isinstance(fact.body, MinutesApproved)),
        notes=tuple(entry for fact, entry in by_type if isinstance(fact.body, NotesShared)),
        notes_shared_with=frozenset(
            side for fact in facts if isinstance(fact.body, NotesShared) for side in fact.body.shared_with
        ),
        later=_later(history, body),
    )


def _is_ours(visit: Visit, history: History, record: Effective) -> bool:
    """As a correction is decided: the side whose word a record is mends it, and whoever looks after all records."""
    actor, speaks_for = visit.visitor.actor, visit.visitor.speaks_for
    seated = {
        seat.party.side for seat in history.seats if seat.party.party_id in speaks_for and seat.is_taken_at(history.end)
    }
    word = record.recorded.envelope.on_behalf_of
    side = word.side if word is not None else record.recorded.envelope.recorded_by
    return actor.steward or side in {actor.party.side, *seated}


def _came_up_at(fact: Effective, interaction_id: UUID) -> bool:
    """A fact is about a meeting, or came up at it: minutes belong to the meeting that they are of."""
    return (
        not isinstance(fact.body, InteractionRecorded) and getattr(fact.body, "interaction_id", None) == interaction_id
    )


def _earlier_things(facts: Iterable[Effective]) -> dict[UUID, UUID]:
    """By record: the promise, ask or decision that it is about and did not begin."""
    abouts = {fact.event_id: declaration_of(fact.body).about for fact in facts}
    return {
        fact.event_id: getattr(fact.body, about)
        for fact in facts
        if (about := abouts[fact.event_id]) in {"commitment_id", "ask_id", "decision_id"}
    }


def _names(who: Iterable[Participant], attendance: Attendance, names: dict[UUID, str]) -> tuple[str, ...]:
    """The bodies of those who attended so, each once, with how many where several were counted."""
    counts: dict[UUID, int] = {}
    for participant in who:
        if participant.attendance is attendance:
            party_id = participant.party.party_id
            counts[party_id] = counts.get(party_id, 0) + participant.count
    return tuple(
        f"{names.get(party_id, UNNAMED)}{f' ({count} people)' if count > 1 else ''}"
        for party_id, count in counts.items()
    )


def _later(history: History, body: InteractionRecorded) -> tuple[LaterMeeting, ...]:
    """Meetings after this one, the latest first."""
    after = first_instant(body.happened)
    later = [
        LaterMeeting(str(other.interaction_id), other.kind, other.happened)
        for _, other in history.each(InteractionRecorded)
        if first_instant(other.happened) > after
    ]
    return tuple(sorted(later, key=lambda meeting: first_instant(meeting.happened), reverse=True))
