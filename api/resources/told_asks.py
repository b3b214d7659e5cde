"""Asked and told: whoever raised an ask, and agreed to it, is told by mail what becomes of it, until they end that."""

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID, uuid4

import psycopg
from msgspec import Meta, Struct

from api.access.ask_wishes import AskWish, end_wish, note_wish, wishes_of_ask
from api.access.user_roles import Right
from api.http.operations import Call, Operation, OperationAnswer
from api.http.problems import Problem, ProblemFault
from api.http.validation import invalid
from api.mail.outbox import Recipient, RecipientKind
from api.reading.access import may_read_entry
from api.reading.mail_recipients import address_of
from api.recording.account_deeds import AskedDeed, Why, done_once
from domain.decisions.refusals import Code
from domain.events.asks import AskRaised
from domain.events.recorded import resolve
from domain.events.registries import PersonRegistered
from domain.events.selection import on
from domain.log.find_records import find_records

_TAG: Final = "Asks"
_PATH: Final = "/v1/partnerships/{partnership_id}/asks/{ask}/wishes"


class AskWishRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The wish of a person to be told by mail what becomes of an ask. They agreed to it: nobody else does for them."""

    person: Annotated[str, Meta(max_length=200, description="The reference of the person, whose contact is an address")]


class AskWishEnding(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The end of a wish, where whoever it is of asked for that."""

    why: Why


class AskWishEntry(Struct, frozen=True, kw_only=True):
    """A wish to be told what becomes of an ask."""

    wish_id: Annotated[UUID, Meta(description="The wish")]
    person: Annotated[str, Meta(description="The reference of the person")]
    agreed_at: Annotated[datetime, Meta(description="When it was noted that they agreed")]
    ended_at: Annotated[datetime | None, Meta(description="When it ended; null while they want to hear")]


class AskWishList(Struct, frozen=True, kw_only=True):
    """The wishes to be told what becomes of one ask, the oldest first."""

    data: Annotated[tuple[AskWishEntry, ...], Meta(description="The wishes")]


def _list(call: Call) -> OperationAnswer:
    entries = tuple(_entry(call, each) for each in _wishes(call))
    return OperationAnswer(content=AskWishList(data=entries), personal=True)


def _note(call: Call) -> OperationAnswer:
    ask_id = call.id_in_path("ask")
    _wishes(call)

    def prepare(body: AskWishRequest) -> AskedDeed:
        person_id = _person(call, body.person)
        earlier = next((each for each in _wishes(call) if each.person_id == person_id), None)
        wish = AskWish(
            wish_id=uuid4() if earlier is None else earlier.wish_id,
            partnership_id=call.id_in_path("partnership_id"),
            ask_id=ask_id,
            person_id=person_id,
            since_position=call.services.handler.recorder.head().position,
            agreed_at=call.services.now(),
            ended_at=None,
        )

        def carry_out(connection: psycopg.Connection) -> None:
            note_wish(connection, wish, call.asker.principal_id)

        return AskedDeed(account_id=None, made=wish.wish_id, carry_out=carry_out)

    outcome = done_once(call, AskWishRequest, prepare)
    return _answer(call, outcome.made, outcome.headers)


def _end(call: Call) -> OperationAnswer:
    wish = next((each for each in _wishes(call) if each.wish_id == call.id_in_path("wish")), None)
    if wish is None:
        raise Problem("not-found", "Nobody has a wish with this id.")

    def prepare(body: AskWishEnding) -> AskedDeed:
        return AskedDeed(
            account_id=None,
            made=wish.wish_id,
            carry_out=lambda connection: end_wish(connection, wish.wish_id),
            why=body.why,
        )

    outcome = done_once(call, AskWishEnding, prepare)
    return _answer(call, wish.wish_id, outcome.headers)


def _answer(call: Call, wish_id: UUID, headers: dict[str, str]) -> OperationAnswer:
    wish = next((each for each in _wishes(call) if each.wish_id == wish_id), None)
    if wish is None:
        raise Problem("conflict", "Whoever it was of is forgotten meanwhile.")
    return OperationAnswer(content=_entry(call, wish), status=201, headers=headers, personal=True)


def _wishes(call: Call) -> list[AskWish]:
    """The wishes about the ask in the address. Raises Problem 404 where there is no such ask."""
    partnership_id, ask_id = call.id_in_path("partnership_id"), call.id_in_path("ask")
    records = find_records(call.services.recorder, frozenset({on("ask", ask_id, AskRaised, within=partnership_id)}))
    if not any(isinstance(fact.body, AskRaised) for fact in resolve(records)[0]):
        raise Problem("not-found", "There is no ask with this id.")
    with call.services.recorder.connections.borrow() as connection:
        return wishes_of_ask(connection, ask_id)


def _person(call: Call, reference: str) -> UUID:
    """The person of a reference, whom the asker may speak of and mail can reach. Raises Problem 422."""
    person_id = call.services.vault.person_of(reference)
    log = call.services.handler.recorder
    records = [] if person_id is None else find_records(log, frozenset({on("person", person_id, PersonRegistered)}))
    if person_id is None or not any(may_read_entry(call.asker, each) for each in records):
        detail = "nobody whom your organisation entered has this reference"
        raise invalid([ProblemFault(code=Code.UNKNOWN_PERSON, detail=detail, pointer="#/person")])
    if address_of(call.services, Recipient(RecipientKind.PERSON, person_id)) is None:
        detail = "their contact in the register is no email address, or they are forgotten"
        raise invalid([ProblemFault(code="missing", detail=detail, pointer="#/person")])
    return person_id


def _entry(call: Call, wish: AskWish) -> AskWishEntry:
    return AskWishEntry(
        wish_id=wish.wish_id,
        person=call.services.vault.reference(wish.person_id),
        agreed_at=wish.agreed_at,
        ended_at=wish.ended_at,
    )


OPERATIONS = (
    Operation(
        method="GET",
        path=_PATH,
        name="list-wishes-to-hear",
        summary="List who wants to be told by mail what becomes of an ask.",
        tag=_TAG,
        handle=_list,
        right=Right.RECORD,
        answers={200: AskWishList},
    ),
    Operation(
        method="POST",
        path=_PATH,
        name="note-wish-to-hear",
        summary="Note that somebody agreed to be told by mail when an ask is answered, decided, paid for or done.",
        tag=_TAG,
        handle=_note,
        right=Right.RECORD,
        request=AskWishRequest,
        answers={201: AskWishEntry},
    ),
    Operation(
        method="POST",
        path=f"{_PATH}/{{wish}}/endings",
        name="end-wish-to-hear",
        summary="End somebody's wish to be told what becomes of an ask, as they asked for.",
        tag=_TAG,
        handle=_end,
        right=Right.RECORD,
        request=AskWishEnding,
        answers={201: AskWishEntry},
    ),
)
