"""References from a command to things: by id, by naming a body in passing, or by pointing at a part of itself.

The annotation of a field says what it refers to, so a command's boundary follows from its declaration.
"""

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Final, get_args, get_origin, get_type_hints
from uuid import UUID

from msgspec import Meta, Struct

from domain.decisions.command_context import CommandContext
from domain.events import (
    EventBody,
    asks,
    commitments,
    consultations,
    decisions,
    disputes,
    documents,
    funding,
    interactions,
    outcomes,
    partnerships,
    registries,
    stewardship,
)
from domain.values import NameAsSent
from domain.vocabulary import PartyKind

_KEY: Final = "x-refers-to"


def _refers(kind: str, described: str) -> Meta:
    return Meta(description=described, extra_json_schema={_KEY: kind})


class NamedParty(Struct, frozen=True, forbid_unknown_fields=True):
    """A body not registered yet, named in place; it can be tidied later."""

    name: NameAsSent
    kind: PartyKind


def named_party_id(party: NamedParty, context: CommandContext) -> UUID:
    """The id of a body named in passing: the same name and kind within one command are one body.

    It is made from the name as it was sent: ids given before names were tidied stay the same.
    """
    return context.new_id("party", party.kind, party.name.strip().casefold())


class Here(Struct, frozen=True, forbid_unknown_fields=True):
    """The thing at this place (from 0) in the same request's list."""

    here: Annotated[int, Meta(ge=0, le=499)]


PartyRef = Annotated[UUID | NamedParty, _refers("party", "An organisation's id, or its name and kind if new")]
RegisteredPartyRef = Annotated[UUID, _refers("party", "The id of a registered organisation or group")]
PersonRef = Annotated[
    str,
    Meta(
        min_length=8,
        max_length=200,
        description="A person's reference, as given when they were registered",
        extra_json_schema={_KEY: "person"},
    ),
]
PlaceRef = Annotated[UUID, _refers("place", "A place's id")]
MemberRef = Annotated[UUID, _refers("member", "A seat's id")]
InteractionRef = Annotated[UUID, _refers("interaction", "A contact or meeting's id")]
AskRef = Annotated[UUID | Here, _refers("ask", "An ask's id, or its place in this request's asks")]
DecisionRef = Annotated[UUID | Here, _refers("decision", "A decision's id, or its place in this request's decisions")]
CommitmentRef = Annotated[
    UUID | Here, _refers("commitment", "A promise's id, or its place in this request's commitments")
]
ConsultationRef = Annotated[UUID, _refers("consultation", "A consultation's id")]
DisputeRef = Annotated[UUID, _refers("dispute", "A disagreement's id")]
AwardRef = Annotated[UUID, _refers("award", "The id of an application or award")]
ConditionRef = Annotated[UUID, _refers("condition", "The id of a condition of an award")]
VariationRef = Annotated[UUID, _refers("variation", "The id of a requested change to an award")]
InterventionRef = Annotated[UUID, _refers("intervention", "An intervention's id")]
OutcomeRef = Annotated[UUID, _refers("outcome", "An outcome's id")]
LessonRef = Annotated[UUID, _refers("lesson", "A lesson's id")]
DocumentRef = Annotated[UUID, _refers("document", "A document's id")]
MethodRef = Annotated[UUID, _refers("method", "A published method's id")]
ReviewRef = Annotated[UUID, _refers("review", "A registered review's id")]
PartnershipRef = Annotated[UUID, _refers("partnership", "A partnership's id")]
RecordRef = Annotated[UUID, _refers("record", "The id of any recorded event")]

READS: Final[dict[str, tuple[type[EventBody], ...]]] = {
    "party": (registries.PartyRegistered, registries.PartyAmended),
    "person": (registries.PersonRegistered, registries.PeopleFoundSame),
    "place": (registries.PlaceRegistered, registries.PlaceBoundaryChanged),
    "member": (partnerships.MemberJoined, partnerships.SeatAccepted, partnerships.MemberLeft),
    "interaction": (
        interactions.InteractionPlanned,
        interactions.InteractionRescheduled,
        interactions.InteractionCancelled,
        interactions.InteractionRecorded,
        interactions.MinutesApproved,
    ),
    "ask": (
        asks.AskRaised,
        asks.AskAnswered,
        asks.AskDeferred,
        asks.AskReferred,
        asks.ReferralAccepted,
        asks.AskWithdrawn,
    ),
    "decision": (decisions.DecisionTaken, decisions.DecisionAttested),
    "commitment": commitments.OF_COMMITMENTS,
    "consultation": (
        consultations.ConsultationOpened,
        consultations.ConsultationClosed,
        consultations.ConsultationFeedbackGiven,
    ),
    "document": (documents.DocumentAttached, documents.DocumentErased),
    "dispute": (disputes.DisputeRaised, disputes.DisputeSettled),
    "award": (
        funding.FundingApplied,
        funding.FundingAwarded,
        funding.FundingRefused,
        funding.FundingVariationRequested,
        funding.FundingVariationDecided,
        funding.FundingEnded,
    ),
    "intervention": (outcomes.InterventionStarted, outcomes.InterventionEnded),
    "outcome": (outcomes.OutcomeObserved,),
    "lesson": (outcomes.LessonDrawn,),
    "method": (stewardship.MethodPublished,),
    "review": (stewardship.ReviewRegistered, stewardship.ReviewFrozen),
    "condition": (funding.FundingConditionChanged,),
    "variation": (funding.FundingVariationRequested, funding.FundingVariationDecided),
    "partnership": (partnerships.PartnershipFormed,),
}
"""The types of event that a decision reads about each kind of thing. Records are found by their id instead."""

ANYWHERE: Final = frozenset({"party", "person", "place", "outcome", "lesson", "method", "review", "partnership"})
"""Kinds that may be referred to from any partnership; everything else belongs to the one in which it began."""


def references(command: Struct) -> Iterator[tuple[str, str, object]]:
    """The references of a command and its parts: JSON pointer below it, kind, and the reference."""
    for name, kind in _referring(type(command)).items():
        value = getattr(command, name)
        if value is None:
            continue
        many = isinstance(value, tuple)
        for index, item in enumerate(value if many else (value,)):
            at = f"{name}/{index}" if many else name
            if isinstance(item, Struct) and not isinstance(item, (NamedParty, Here)):
                yield from ((f"{at}/{below}", what, ref) for below, what, ref in references(item))
            elif kind and item is not None:
                yield at, kind, item


@cache
def _referring(command: type[Struct]) -> dict[str, str]:
    """The fields that refer, with the kind of thing, and those that hold parts that may, with an empty kind."""
    kinds: dict[str, str] = {}
    for name, annotation in get_type_hints(command, include_extras=True).items():
        kind = _kind_in(annotation)
        if kind is not None:
            kinds[name] = kind
        elif any(isinstance(each, type) and issubclass(each, Struct) for each in _leaves(annotation)):
            kinds[name] = ""
    return kinds


def _kind_in(annotation: object) -> str | None:
    for meta in getattr(annotation, "__metadata__", ()):
        extra = getattr(meta, "extra_json_schema", None) or {}
        if _KEY in extra:
            return str(extra[_KEY])
    return next((kind for each in get_args(annotation) if (kind := _kind_in(each))), None)


def _leaves(annotation: object) -> Iterator[object]:
    if get_origin(annotation) is None:
        yield annotation
    for part in get_args(annotation):
        yield from _leaves(part)
