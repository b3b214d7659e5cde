"""The order of events in the world: what claims to have happened before something that it cannot come before.

An answer comes after its ask, minutes are approved after their meeting, and what was promised is done after it was
promised. A claim to the contrary is a slip of the pen, in one day or the other.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Final
from uuid import UUID

from msgspec import Struct

from domain.events.asks import AskRaised, AskReferred, ReferralAccepted
from domain.events.commitments import CommitmentMade, FulfilmentClaimed, FulfilmentConfirmed
from domain.events.consultations import ConsultationClosed, ConsultationFeedbackGiven
from domain.events.decisions import DecisionTaken
from domain.events.declaration import EventBody, declaration_of, declarations
from domain.events.funding import FundingApplied, FundingAwarded, FundingEnded, FundingPaid, FundingReturned
from domain.events.interactions import InteractionRecorded, MinutesApproved, NotesShared
from domain.events.outcomes import LessonDrawn
from domain.values import ImpossibleDateError, first_instant, is_over_before

Found = Iterable[tuple[UUID, EventBody]]
"""Events, each with its id."""
FindEvents = Callable[[UUID, tuple[type[EventBody], ...]], Found]
"""Finds the events of these types that begin or continue a thing."""


class OrderRule(Struct, frozen=True):
    """An order that the world knows: no event's `time` is over before an earlier one about the thing in `about`."""

    about: str
    earlier: type[EventBody]
    time: str = "happened"


class WrongOrder(Struct, frozen=True):
    """The field of an event that names a day too early, and the event that it cannot come before."""

    field: str
    before: UUID


_RULES: Final[dict[type[EventBody], tuple[OrderRule, ...]]] = {
    FulfilmentClaimed: (OrderRule("commitment_id", CommitmentMade, "done"),),
    FulfilmentConfirmed: (OrderRule("commitment_id", CommitmentMade, "done"),),
    ReferralAccepted: (OrderRule("ask_id", AskReferred),),
    DecisionTaken: (OrderRule("answers_ask_ids", AskRaised), OrderRule("cites_lesson_ids", LessonDrawn)),
    ConsultationFeedbackGiven: (OrderRule("consultation_id", ConsultationClosed),),
    NotesShared: (OrderRule("interaction_id", InteractionRecorded),),
    MinutesApproved: (
        OrderRule("interaction_id", InteractionRecorded),
        OrderRule("approving_interaction_id", InteractionRecorded),
    ),
    FundingAwarded: (OrderRule("award_id", FundingApplied),),
    FundingPaid: (OrderRule("award_id", FundingAwarded),),
    FundingReturned: (OrderRule("award_id", FundingAwarded),),
    FundingEnded: (OrderRule("award_id", FundingAwarded),),
}
"""Events that come after more than the beginning of the thing that they are about."""


def wrong_orders(body: EventBody, find: FindEvents) -> Iterator[WrongOrder]:
    """The places in which an event claims an order that the world does not know, each earlier event once."""
    yield from dict.fromkeys(_wrong_orders(body, find))


def can_come_too_early(body: type[EventBody]) -> bool:
    """An event of the type comes after something, before which it cannot have happened."""
    return bool(_orders(body))


def _wrong_orders(body: EventBody, find: FindEvents) -> Iterator[WrongOrder]:
    for about, earlier, time in _orders(type(body)):
        things = getattr(body, about)
        for thing_id in things if isinstance(things, tuple) else (things,):
            first = _too_late(getattr(body, time), find(thing_id, earlier))
            if first is not None:
                yield WrongOrder(time, first)


def comes_after(body: EventBody) -> tuple[type[EventBody], ...]:
    """The types of event that cannot come before one of the type of this."""
    declaration = declaration_of(body)
    followers = [each.body for each in declarations() if declaration.begins and each.about == declaration.begins]
    by_rule = [later for later, rules in _RULES.items() if any(rule.earlier is type(body) for rule in rules)]
    return tuple(dict.fromkeys((*followers, *by_rule)))


@cache
def _orders(body: type[EventBody]) -> tuple[tuple[str, tuple[type[EventBody], ...], str], ...]:
    """The orders that events of a type claim: the field of the thing, what comes earlier, and the field of the time."""
    about = declaration_of(body).about
    beginnings = _BEGINNING.get(about, ()) if about != "record_id" else ()
    of_beginning = ((about, beginnings, "happened"),) if beginnings else ()
    return (*of_beginning, *((rule.about, (rule.earlier,), rule.time) for rule in _RULES.get(body, ())))


def _too_late(when: str | None, earlier: Found) -> UUID | None:
    """The first of some events, where it begins after a claimed time is over."""
    events = list(earlier)
    if when is None or not events:
        return None
    event_id, body = min(events, key=lambda pair: _begins(pair[1])) if events[1:] else events[0]
    try:
        return event_id if is_over_before(when, body.happened) else None
    except ImpossibleDateError:
        return None


def _begins(body: EventBody) -> float:
    try:
        return first_instant(body.happened).timestamp()
    except ImpossibleDateError:
        return float("inf")


_BEGINNING: Final[dict[str, tuple[type[EventBody], ...]]] = {
    field: tuple(each.body for each in declarations() if each.begins == field)
    for field in {each.about for each in declarations() if each.about}
}
"""The types of event with which each kind of thing begins."""
