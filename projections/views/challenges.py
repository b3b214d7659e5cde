"""Shared challenges: who raised each, through what, who responded, and across which bodies."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from domain.events.asks import AskAnswered, AskRaised, AskWithdrawn, ReferralAccepted
from domain.events.commitments import CommitmentMade
from domain.events.consultations import ConsultationFeedbackGiven, ConsultationOpened
from domain.events.decisions import DecisionTaken
from domain.events.interactions import InteractionRecorded, MinutesApproved
from domain.events.partnerships import RuleAdopted
from domain.events.recorded import Effective
from domain.events.records import DisputeResolved, RecordConfirmed, RecordDisputed
from domain.events.registries import PartySucceeded
from domain.values import PartyAt, day_of
from domain.vocabulary import Challenge, Side
from projections.declaration import ProjectionRow, projection
from projections.history.attendance import bodies_taking_part
from projections.history.causes import causes_of
from projections.history.history import History
from projections.lifecycles.asks import Ask, asks
from projections.method.method import Method
from projections.rows import MENDING, Causes, names_a


class ChallengeRow(ProjectionRow, frozen=True, kw_only=True):
    """One shared challenge that came up."""

    challenge: Annotated[Challenge, Meta(description="The shared challenge")]
    asks: Annotated[int, Meta(description="In how many asks it was raised")]
    asks_answered: Annotated[int, Meta(description="How many of those asks have an answer")]
    asks_waiting: Annotated[int, Meta(description="How many of those asks still want an answer")]
    contacts: Annotated[int, Meta(description="At how many contacts it was talked about")]
    consultations: Annotated[int, Meta(description="In how many consultations it was asked about")]
    raised_by_party_ids: Annotated[tuple[UUID, ...], names_a("party", "Who asked, convened or consulted about it")]
    raised_by_sides: Annotated[tuple[Side, ...], Meta(description="The sides that raised it")]
    responded_by_party_ids: Annotated[
        tuple[UUID, ...], names_a("party", "Who answered, decided, promised or fed back about it")
    ]
    responded_by_sides: Annotated[tuple[Side, ...], Meta(description="The sides that responded")]
    party_ids: Annotated[
        tuple[UUID, ...],
        names_a("party", "Every organisation or group that raised it, was asked, was there or responded"),
    ]
    sides: Annotated[tuple[Side, ...], Meta(description="The sides across which it reaches")]
    first_raised_on: Annotated[date, Meta(description="The day it first came up")]
    last_raised_on: Annotated[date, Meta(description="The day it last came up")]
    last_response_on: Annotated[date | None, Meta(description="The day of the last response; null without any")]
    causes: Causes


class _Response(Struct, frozen=True):
    """One act that responds to an ask or a consultation, and the bodies that responded by it."""

    fact: Effective
    bodies: tuple[PartyAt, ...]


Responses = dict[UUID, list[_Response]]


@projection(
    name="challenges",
    version=1,
    row=ChallengeRow,
    key=("challenge",),
    handles=(
        AskRaised,
        AskAnswered,
        AskWithdrawn,
        ReferralAccepted,
        InteractionRecorded,
        MinutesApproved,
        ConsultationOpened,
        ConsultationFeedbackGiven,
        DecisionTaken,
        CommitmentMade,
        RecordConfirmed,
        RecordDisputed,
        DisputeResolved,
        RuleAdopted,
        PartySucceeded,
        *MENDING,
    ),
    question="Which shared challenges came up, raised by whom, who responded, and across which bodies?",
    ignores_rest="Nothing else says what it is about, or responds to what does.",
)
def challenges(history: History, method: Method) -> list[ChallengeRow]:
    """One row for each challenge that came up, in the order of the code list."""
    responses = _responses(history)
    asks_by_id = {ask.ask_id: ask for ask in asks(history, method)}
    raised: dict[Challenge, list[Effective]] = {}
    for fact in history.of(AskRaised, InteractionRecorded, ConsultationOpened):
        for challenge in dict.fromkeys(_challenges(fact)):
            raised.setdefault(challenge, []).append(fact)
    return [_row(each, raised[each], responses, asks_by_id) for each in Challenge if each in raised]


def _row(
    challenge: Challenge, facts: Sequence[Effective], responses: Responses, asks_by_id: Mapping[UUID, Ask]
) -> ChallengeRow:
    asks_about_it = [asks_by_id[fact.body.ask_id] for fact in facts if isinstance(fact.body, AskRaised)]
    consulted = [fact.body.consultation_id for fact in facts if isinstance(fact.body, ConsultationOpened)]
    responding = [
        response
        for thing in (*(ask.ask_id for ask in asks_about_it), *consulted)
        for response in responses.get(thing, ())
    ]
    raisers = [party for fact in facts for party in _raisers(fact)]
    responders = [party for each in responding for party in each.bodies]
    involved = [*raisers, *(party for fact in facts for party in _others(fact)), *responders]
    days = [day_of(fact.occurred_at) for fact in facts]
    return ChallengeRow(
        challenge=challenge,
        asks=len(asks_about_it),
        asks_answered=sum(ask.answer is not None for ask in asks_about_it),
        asks_waiting=sum(ask.is_waiting for ask in asks_about_it),
        contacts=len(facts) - len(asks_about_it) - len(consulted),
        consultations=len(consulted),
        raised_by_party_ids=_ids(raisers),
        raised_by_sides=_sides(raisers),
        responded_by_party_ids=_ids(responders),
        responded_by_sides=_sides(responders),
        party_ids=_ids(involved),
        sides=_sides(involved),
        first_raised_on=min(days),
        last_raised_on=max(days),
        last_response_on=max((day_of(each.fact.occurred_at) for each in responding), default=None),
        causes=causes_of((*facts, *(response.fact for response in responding), *asks_about_it)),
    )


def _responses(history: History) -> Responses:
    """Gather what responds to each ask and each consultation, in order."""
    responses: Responses = {}
    for fact in history.of(AskAnswered, DecisionTaken, CommitmentMade, ConsultationFeedbackGiven):
        for thing, bodies in _responding(fact):
            responses.setdefault(thing, []).append(_Response(fact, bodies))
    return responses


def _responding(fact: Effective) -> Iterator[tuple[UUID, tuple[PartyAt, ...]]]:
    match fact.body:
        case AskAnswered(ask_id=ask_id, answered_by=body):
            yield ask_id, (body,)
        case DecisionTaken(answers_ask_ids=ask_ids, decided_by=body):
            yield from ((ask_id, (body,)) for ask_id in ask_ids)
        case CommitmentMade(ask_id=UUID() as ask_id, promisers=bodies):
            yield ask_id, bodies
        case ConsultationFeedbackGiven(consultation_id=consultation_id, given_by=body):
            yield consultation_id, (body,)


def _challenges(fact: Effective) -> tuple[Challenge, ...]:
    match fact.body:
        case AskRaised(challenges=found) | InteractionRecorded(challenges=found) | ConsultationOpened(challenges=found):
            return found
    return ()


def _raisers(fact: Effective) -> tuple[PartyAt, ...]:
    match fact.body:
        case AskRaised(raised_by=party) | ConsultationOpened(opened_by=party):
            return (party,)
        case InteractionRecorded(initiated_by=PartyAt() as party) | InteractionRecorded(convened_by=PartyAt() as party):
            return (party,)
    return ()


def _others(fact: Effective) -> tuple[PartyAt, ...]:
    match fact.body:
        case AskRaised(addressee=PartyAt() as party):
            return (party,)
        case InteractionRecorded() as body:
            return tuple(bodies_taking_part(body))
    return ()


def _ids(parties: Iterable[PartyAt]) -> tuple[UUID, ...]:
    return tuple(sorted({party.party_id for party in parties}))


def _sides(parties: Iterable[PartyAt]) -> tuple[Side, ...]:
    sides = {party.side for party in parties}
    return tuple(side for side in Side if side in sides)
