"""Marks of trust: what became of each act that figures of trust rest on, named, dated and with its record."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import replace

from api.http.operations import Call, Operation, OperationAnswer
from api.http.paging import Cursor, after, link, next_address
from api.reading.as_of import ScoredPastQuery, pinned, read_known, same_past
from api.reading.fitted_answers import fitted
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

_MARKS: Final = 5_000


class MarksQuery(ScoredPastQuery, frozen=True, kw_only=True):
    """Which past is asked about, and which figures' marks."""

    facet: Annotated[Facet | None, Meta(description="The aspect of trust")] = None
    truster_side: Annotated[Side | None, Meta(description="The side whose experience it is")] = None
    cursor: Cursor | None = None


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
    """The outcomes of acts, body by body; `labels` calls what each mark is about by the words of this reader.

    A page holds as many marks as fit into 1 MB; `next` is where they go on.
    """

    log_id: UUID
    position: int
    as_of: date
    method: str
    known_by: KnownByClaims = None
    bodies: tuple[MarksOfBody, ...]
    turns: tuple[Turn, ...]
    names: dict[UUID, str]
    labels: dict[UUID, str]
    next: str | None


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
    formed = next((body for _, body in history.each(PartnershipFormed)), None)
    start, in_all = after(call.query.cursor), sum(len(body.marks) for body in bodies)
    address: str | None = None

    def build(most: int) -> TrustMarks:
        nonlocal address
        here = tuple(_part(bodies, start, start + most))
        address = next_address(call, start + most if start + most < in_all else None, same_past(partnership.basis))
        things = Beginnings(words.log, history, sorted({mark.about for body in here for mark in body.marks}))
        parties = {body.trustee_id for body in here} | {turn.party_id for turn in turns if turn.party_id is not None}
        names = words.names(parties | things.parties, formed=formed, upto=partnership.basis.position)
        return TrustMarks(
            log_id=partnership.basis.log_id,
            position=partnership.basis.position,
            as_of=partnership.basis.as_of,
            method=partnership.basis.method,
            known_by=partnership.basis.known_by,
            bodies=here,
            turns=turns,
            names=names,
            labels=things.labels(names, words.texts(things.here.values(), history.amendments)),
            next=address,
        )

    content = fitted(call, in_all if call.is_of_page else _MARKS, build)
    return OperationAnswer(content=content, headers={"ETag": at.tag, **link(address)}, personal=bool(at.entitled))


def _part(bodies: Iterable[MarksOfBody], start: int, end: int) -> Iterator[MarksOfBody]:
    """The marks from one number to another, counted over all bodies, and the bodies that they are of."""
    place = 0
    for body in bodies:
        marks = body.marks[max(0, start - place) : max(0, end - place)]
        if marks:
            yield replace(body, marks=marks)
        place += len(body.marks)


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
