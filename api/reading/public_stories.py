"""The public stories of a partnership's asks, once it opened them: no person, no sealed word, no small number.

Every ask that stands is told, unless the partnership keeps it back or its own words were erased. Which of them that
is follows from all that is on record now, whatever day is asked about: what was taken out is not to be found in a past.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from msgspec import Meta, Struct

from api.http.problems import Problem
from api.reading.names_and_texts import DESTROYED, NOT_SHOWN, UNNAMED, NamesAndTexts
from api.runtime.services import Services
from domain.events.english import with_article
from domain.events.english import words as words_of
from domain.events.partnerships import PartnershipFormed, PublicationDecided
from domain.events.recorded import resolve
from domain.events.selection import on
from domain.log.find_records import find_records, with_corrections
from domain.log.recorder import LogRecorder
from domain.values import PartyAt, Sealed, day_of
from domain.vocabulary import OFFICE_HOLDER_KINDS, PartyKind, PublicReport, Side
from projections.engine.replay import (
    DayOutOfReach,
    KnownPartnership,
    MethodMissing,
    UnknownPartnership,
    known_partnership,
)
from projections.lifecycles.ask_stories import AskStory, ask_stories
from projections.lifecycles.asks import AskState
from projections.lifecycles.publications import fit_for_anybody, is_open, public_wordings
from projections.method.document import MethodInvalid
from projections.views.ask_stories import StoryFacts, story_facts

FEWEST: Final = 5
"""A number below this is held back, and so is a side from which fewer asks came.

A count at the head tells no more than the list below it, where the partnership opened each ask by itself: it is held
back for whoever reads or passes on the head alone. Of sides the list says no more than the head does.
"""
_NOT_NAMED: Final = OFFICE_HOLDER_KINDS | {PartyKind.RESIDENT_INDIVIDUAL}
"""Kinds of body that are one person, whose name stands in no public report."""
_NO_NAMES: Final = frozenset({"", NOT_SHOWN, DESTROYED, UNNAMED})
_TAKEN_UP: Final = frozenset({AskState.ADOPTED, AskState.ADAPTED})
_UNANSWERED: Final = frozenset({AskState.NOBODY_HAS_IT, AskState.OVERDUE})

Held = Annotated[int | None, Meta(description=f"Null where fewer than {FEWEST}, and not none")]


class PublicStory(StoryFacts, frozen=True, kw_only=True):
    """One ask and what became of it, as anybody may read it."""

    ask_id: Annotated[UUID, Meta(description="The ask")]
    words: Annotated[str, Meta(description="The public words of it; empty: its theme stands for it")]
    asked_by_side: Annotated[
        Side | None,
        Meta(description=f"The side that asked; null where fewer than {FEWEST} asks came from it, or would be unnamed"),
    ]
    asked_of: Annotated[str | None, Meta(description="The name of who was asked; null: nobody has it")]
    promised_by: Annotated[tuple[str, ...], Meta(description="The names of who promised")]
    spent_by: Annotated[tuple[str, ...], Meta(description="The names of who spent")]


class PublicStories(Struct, frozen=True, kw_only=True):
    """The asks of a partnership and what became of them by the end of a day, as anybody may read them."""

    partnership_id: UUID
    name: str
    formed: str
    as_of: date
    asks: Held
    taken_up: Held
    declined: Held
    unanswered: Held
    stories: tuple[PublicStory, ...]


def nothing_public() -> Problem:
    """The refusal of what is not open to anybody, and of what is not there: in the same words."""
    return Problem("not-found", "There is no such report that is open to anybody.")


def require_open(log: LogRecorder, partnership_id: UUID, report: PublicReport, today: date) -> None:
    """Refuse a report that its partnership has not opened. Raises Problem 404."""
    decisions = frozenset({on("partnership", partnership_id, PublicationDecided)})
    records = with_corrections(log, find_records(log, decisions))
    standing, _ = resolve(sorted(records, key=lambda record: record.position))
    own = [fact for fact in standing if fact.partition_id == partnership_id]
    if not is_open(own, report, today):
        raise nothing_public()


def public_stories(services: Services, partnership_id: UUID, as_of: date | None) -> PublicStories:
    """The stories as anybody may read them, or would once they are open. Raises Problem 404."""
    log = services.handler.recorder
    today = day_of(log.head().now)
    present = _known(services, log, partnership_id, today)
    past = present if as_of is None else _known(services, log, partnership_id, as_of)
    formed = next((body for _, body in present.history.each(PartnershipFormed)), None)
    if formed is None:
        raise nothing_public()
    words = NamesAndTexts(replace(services, recorder=log), entitled=None)
    to_show = _told(present, past, words)
    names = words.names(_bodies(to_show), formed=formed, upto=present.basis.position)
    told_today = to_show if past is present else _told(present, present, words)
    named = sides_to_name(Counter(story.ask.body.raised_by.side for story in told_today))
    wordings = public_wordings(present.history)
    stories = [
        PublicStory(
            **_facts(past, story),
            ask_id=story.ask.ask_id,
            words=wordings[story.ask.ask_id].words if story.ask.ask_id in wordings else "",
            asked_by_side=side if (side := story.ask.body.raised_by.side) in named else None,
            asked_of=_name(story.ask.holder, names) if story.ask.holder else None,
            promised_by=_names((who for each in story.promises for who in each.promise.body.promisers), names),
            spent_by=_names((each.body.spent_by for each in story.spending), names),
        )
        for story in to_show
    ]
    late = [each for each in stories if each.state in _UNANSWERED and each.due_on < past.basis.as_of]
    return PublicStories(
        partnership_id=partnership_id,
        name=formed.name,
        formed=formed.happened,
        as_of=past.basis.as_of,
        asks=held_back(len(stories)),
        taken_up=held_back(sum(each.state in _TAKEN_UP for each in stories)),
        declined=held_back(sum(each.state is AskState.DECLINED for each in stories)),
        unanswered=held_back(len(late)),
        stories=tuple(_in_order(stories)),
    )


def held_back(number: int) -> int | None:
    """A number as anybody may read it: None where it is small, so that nobody is found by it."""
    return None if 0 < number < FEWEST else number


def sides_to_name(asks: Mapping[Side, int]) -> frozenset[Side]:
    """The sides that are named beside what they asked, by how many asks came from each, as told today.

    Where the rest together asked fewer than five times, the one that asked least of those named joins them: else
    anybody could subtract. An earlier day names no others: else anybody could subtract that day from today.
    """
    named = sorted((side for side, number in asks.items() if number >= FEWEST), key=lambda side: (asks[side], side))
    unnamed = sum(asks.values()) - sum(asks[side] for side in named)
    return frozenset(named[1:] if 0 < unnamed < FEWEST else named)


def _known(services: Services, log: LogRecorder, partnership_id: UUID, as_of: date) -> KnownPartnership:
    try:
        return known_partnership(log, partnership_id, as_of=as_of, remembered=services.histories)
    except (UnknownPartnership, DayOutOfReach, MethodMissing, MethodInvalid):
        raise nothing_public() from None


def _told(present: KnownPartnership, past: KnownPartnership, words: NamesAndTexts) -> list[AskStory]:
    """The stories of a day without asks that are kept back or whose own words were erased."""
    wordings = public_wordings(present.history)
    stories = ask_stories(past.history, past.method, in_public=True)
    published = [
        story for story in stories if story.ask.ask_id not in wordings or not wordings[story.ask.ask_id].is_kept_back
    ]
    destroyed = words.destroyed(text for each in published if isinstance(text := each.ask.body.text, Sealed))
    return [
        story for story in published if isinstance(story.ask.body.text, Sealed) and story.ask.body.text not in destroyed
    ]


def _facts(past: KnownPartnership, story: AskStory) -> dict[str, Any]:
    facts = story_facts(past.history, past.method, story)
    return {**facts, "theme": fit_for_anybody(story.theme)}


def _bodies(stories: Iterable[AskStory]) -> set[UUID]:
    bodies: set[UUID] = set()
    for story in stories:
        bodies.update(each.body.spent_by.party_id for each in story.spending)
        bodies.update(who.party_id for each in story.promises for who in each.promise.body.promisers)
        if story.ask.holder is not None:
            bodies.add(story.ask.holder.party_id)
    return bodies


def _names(bodies: Iterable[PartyAt], names: Mapping[UUID, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_name(body, names) for body in bodies))


def _name(body: PartyAt, names: Mapping[UUID, str]) -> str:
    """The name of an organisation or group; what it is, where that is one person or its name is sealed."""
    name = names.get(body.party_id, "")
    if body.office_holder or body.kind in _NOT_NAMED or name in _NO_NAMES:
        return with_article(words_of(body.kind))
    return name


def _in_order(stories: Sequence[PublicStory]) -> list[PublicStory]:
    latest_first = sorted(stories, key=lambda story: story.raised_on, reverse=True)
    return sorted(latest_first, key=lambda story: (not story.theme, story.theme))
