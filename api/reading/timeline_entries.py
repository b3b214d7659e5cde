"""Entries of a timeline: events in sentences, in words that this reader may read."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from api.reading.names_and_texts import UNNAMED, NamesAndTexts, ShownTexts, ids_in, plain_words
from domain.events.partnerships import PartnershipFormed
from domain.events.recorded import Effective
from domain.events.sentences import sentence
from projections.engine.replay import KnownPartnership
from projections.history.anchoring import thing_of
from projections.scoring.trust.explanation import ChangeCause


class EventStanding(StrEnum):
    """Whether an event counts: it may have been withdrawn, or be about something that was."""

    STANDS = "stands"
    SET_ASIDE = "set-aside"
    WITHDRAWN = "withdrawn"


class TimelineEntry(Struct, frozen=True, kw_only=True):
    """One event in one sentence, as it stands; `corrected_by` lists the corrections in force.

    `source_recorded_at` is when the source of an import claims to have recorded it, where it says so.
    `thing_id` is what it begins or continues, such as a promise, or the record that it is about.
    """

    event_id: UUID
    position: int
    type: str
    thing_id: UUID
    happened: str
    occurred_at: datetime
    recorded_at: datetime
    source_recorded_at: datetime | None
    standing: EventStanding
    corrected_by: tuple[UUID, ...]
    sentence: str


def entries(
    words: NamesAndTexts,
    partnership: KnownPartnership,
    facts: Sequence[tuple[Effective, EventStanding]],
    *,
    also: Iterable[UUID] = (),
) -> tuple[tuple[TimelineEntry, ...], dict[UUID, str]]:
    """Events in sentences, in the words of one reader; and the names of the bodies in them and of those in `also`."""
    history = partnership.history
    texts = words.texts((fact for fact, _ in facts), history.amendments)
    formed = next((body for _, body in history.each(PartnershipFormed)), None)
    mentioned = [each for fact, _ in facts for each in ids_in(fact.body, "party", "place")]
    names = words.names([*mentioned, *also], formed=formed, upto=partnership.basis.position)
    return tuple(_entry(fact, standing, names, texts) for fact, standing in facts), names


def events_of_causes(
    words: NamesAndTexts, partnership: KnownPartnership, causes: Iterable[ChangeCause], *, also: Iterable[UUID] = ()
) -> tuple[tuple[TimelineEntry, ...], dict[UUID, str]]:
    """The events behind the causes of a change, in sentences and in order, and the names in them."""
    events = {event for cause in causes for event in cause.events}
    facts = [(fact, EventStanding.STANDS) for fact in partnership.history.facts if fact.event_id in events]
    return entries(words, partnership, facts, also=also)


def in_sentence(fact: Effective, names: Mapping[UUID, str], texts: ShownTexts) -> str:
    """An event in one sentence, as it stands, in the words that texts and names allow."""
    return sentence(
        fact.body,
        label=lambda party_id: names.get(party_id, UNNAMED),
        text=lambda _, text: plain_words(text, texts),
    )


def _entry(fact: Effective, standing: EventStanding, names: Mapping[UUID, str], texts: ShownTexts) -> TimelineEntry:
    return TimelineEntry(
        event_id=fact.event_id,
        position=fact.recorded.as_logged.position,
        type=fact.name,
        thing_id=thing_of(fact.body),
        happened=fact.body.happened,
        occurred_at=fact.occurred_at,
        recorded_at=fact.recorded.as_logged.recorded_at,
        source_recorded_at=fact.envelope.source_recorded_at,
        standing=standing,
        corrected_by=fact.corrected_by,
        sentence=in_sentence(fact, names, texts),
    )
