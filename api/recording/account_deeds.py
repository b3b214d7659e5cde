"""Acts on accounts and keys over the API: decided, carried out once for an Idempotency-Key, and written down."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final, TypeVar
from uuid import UUID

import msgspec
import psycopg
from msgspec import Meta, Struct

from api.access.account_acts import AccountDeed, do_once, find_act
from api.access.grants import GrantHand
from api.access.letting_in import NOT_ALLOWED, FoundFault
from api.http.idempotency import REPLAYED, command_id_of, idempotency_key
from api.http.operations import Call
from api.http.problems import Problem, ProblemFault
from api.http.validation import invalid, read_object, read_struct, summary_of

_CANONICAL: Final = msgspec.json.Encoder(order="deterministic")
S = TypeVar("S", bound=Struct)
Why = Annotated[str, Meta(min_length=1, max_length=500, description="Why, for whoever looks later; name nobody in it")]


class AskedDeed(Struct, frozen=True, kw_only=True):
    """One thing that is asked for and may be done: to whose account, what comes of it, why, and how."""

    account_id: UUID | None
    made: UUID
    carry_out: Callable[[psycopg.Connection], None]
    why: str = ""


class DeedOutcome(Struct, frozen=True, kw_only=True):
    """A thing that was done, by this request or by an earlier one with the same Idempotency-Key."""

    made: UUID
    headers: dict[str, str]

    @property
    def is_repeat(self) -> bool:
        """An earlier request did it."""
        return bool(self.headers)


def done_once(call: Call, sent: type[S], prepare: Callable[[S], AskedDeed]) -> DeedOutcome:
    """Carry out what a body asks for, unless the same request did before; `prepare` decides whether it may be.

    Raises Problem: what `prepare` refuses, or an Idempotency-Key that was used for something else.
    """
    services = call.services
    act_id = command_id_of(call.asker.sender_id, call.operation.name, idempotency_key(call.headers))
    given: dict[str, Any] = read_object(call.body)
    body = read_struct(given, sent)
    content = _CANONICAL.encode([dict(call.path), given])
    with services.recorder.connections.borrow() as connection:
        before = find_act(connection, act_id)
    deed = None
    if before is None:
        deed = prepare(body)
        by = hand_of(call, deed.why)
        with services.recorder.connections.borrow() as connection:
            act = AccountDeed(
                act=call.operation.name,
                account_id=deed.account_id,
                made=deed.made,
                by=by,
                carry_out=deed.carry_out,
                act_id=act_id,
                content=content,
            )
            before = do_once(connection, services.vault, act)
    if before is None and deed is not None:
        return DeedOutcome(made=deed.made, headers={})
    if before is None or not before.is_of(services.vault, content):
        raise Problem("idempotency-key-reused", "Nothing was done by this request.")
    return DeedOutcome(made=before.made, headers={REPLAYED: "true"})


def hand_of(call: Call, why: str) -> GrantHand:
    """The hand of the asker, as trails write it down."""
    return GrantHand(account_id=call.asker.account_id, key_id=call.asker.key_id, why=why)


def refuse(faults: Sequence[FoundFault], further: Sequence[ProblemFault] = ()) -> None:
    """Refuse what has faults, all of them at once. Raises Problem 403 where others may do it, else 422."""
    errors = [ProblemFault(code=each.fault, detail=each.detail, pointer=each.pointer) for each in faults]
    errors += further
    if not errors:
        return
    if any(each.fault in NOT_ALLOWED for each in faults):
        raise Problem("not-allowed", summary_of(errors, len(errors)), errors)
    raise invalid(errors)
