"""Marks of trust: what became of each act that figures of trust rest on, named, dated and with its record."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from api.http.operations import Call, Operation, OperationAnswer
from api.reading.as_of import ScoredPastQuery, pinned, read_known
from api.reading.labels import Beginnings
from api.reading.names_and_texts import NamesAndTexts
from domain.events.partnerships import MethodAdopted, PartnershipFormed
from domain.values import day_of, last_day
from domain.vocabulary import CodeList, Facet, Side
from projections.history.claimed_record import KnownByClaims
from projections.history.history import History
from projections.history.memo import answered_once
from projections.scoring.behaviour import evidence
from projections.scoring.trust.marks import TrustMark, trust_marks


class MarksQuery(ScoredPastQuery, frozen=True, kw_only=True):
    """Which past is asked about, and which figures' marks."""

    facet: Annotated[Facet | None, Meta(description="The aspect of trust")] = None
    truster_side: Annotated[Side | None, Meta(description="The side whose experience it is")] = None


class MarksOfBody(Struct, frozen=True, kw_only=True):
    """The outcome of each act of one body, as one side met it in one aspect, in order of day."""

    facet: Facet
    truster_side: Side
    trustee_side: Side
    trustee_id: UUID
    marks: tuple[TrustMark, ...]


class TurnKind(CodeList):
    """A change beside which a timeline is to be read."""

    JOINED = "joined"
    LEFT = "left"
    METHOD_ADOPTED = "method-adopted"


class Turn(Struct, frozen=True, kw_only=True):
    """A day on which a body took or gave up its seat, or another method came to be used."""

    kind: TurnKind
    on: date
    party_id: Annotated[UUID | None, Meta(description="The body that took or gave up its seat")]
    record: UUID


class TrustMarks(Struct, frozen=True, kw_only=True):
    """The outcomes of acts, body by body; `labels` calls what each mark is about by the words of this reader."""

    log_id: UUID
    position: int
    as_of: date
    method: str
    known_by: KnownByClaims = None
    bodies: tuple[MarksOfBody, ...]
    turns: tuple[Turn, ...]
    names: dict[UUID, str]
    labels: dict[UUID, str]


def _read(call: Call) -> OperationAnswer:
    at = pinned(call, "trust-marks")
    if (unchanged := at.unchanged(call)) is not None:
        return unchanged
    partnership = read_known(call, at=at)
    history, method = partnership.history, partnership.method
    bodies = tuple(
        MarksOfBody(
            facet=facet,
            truster_side=truster_side,
            trustee_side=trustee_side,
            trustee_id=trustee_id,
            marks=tuple(marks),
        )
        for (facet, truster_side, trustee_side, trustee_id), marks in sorted(
            answered_once(
                history, "trust marks", method, lambda: trust_marks(history, method, evidence(history, method))
            ).items()
        )
        if call.query.facet in (None, facet) and call.query.truster_side in (None, truster_side)
    )
    turns = tuple(sorted(_turns(history), key=lambda turn: (turn.on, turn.kind, turn.record)))
    words = NamesAndTexts(call.services, entitled=at.entitled)
    things = Beginnings(words.log, history, sorted({mark.about for body in bodies for mark in body.marks}))
    parties = {body.trustee_id for body in bodies} | {turn.party_id for turn in turns if turn.party_id is not None}
    formed = next((body for _, body in history.each(PartnershipFormed)), None)
    names = words.names(parties | things.parties, formed=formed, upto=partnership.basis.position)
    content = TrustMarks(
        log_id=partnership.basis.log_id,
        position=partnership.basis.position,
        as_of=partnership.basis.as_of,
        method=partnership.basis.method,
        known_by=partnership.basis.known_by,
        bodies=bodies,
        turns=turns,
        names=names,
        labels=things.labels(names, words.texts(things.here.values(), history.amendments)),
    )
    return OperationAnswer(content=content, headers={"ETag": at.tag}, personal=bool(at.entitled))


def _turns(history: History) -> Iterator[Turn]:
    for seat in history.seats:
        party_id, record = seat.party.party_id, seat.causes[0]
        yield Turn(kind=TurnKind.JOINED, on=day_of(seat.since), party_id=party_id, record=record)
        if seat.until is not None and seat.until < history.end:
            yield Turn(kind=TurnKind.LEFT, on=day_of(seat.until), party_id=party_id, record=seat.causes[-1])
    for fact, body in history.each(MethodAdopted):
        yield Turn(kind=TurnKind.METHOD_ADOPTED, on=last_day(body.happened), party_id=None, record=fact.event_id)


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/partnerships/{partnership_id}/trust/marks",
        name="read-trust-marks",
        summary="Read what became of each promise, ask and other act that figures of trust rest on, body by body.",
        tag="Reading",
        handle=_read,
        query=MarksQuery,
        answers={200: TrustMarks},
        conditional=True,
    ),
)
