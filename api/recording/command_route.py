"""Commands at addresses: a command's fields from the body and the path, decided once, answered with a receipt."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar
from uuid import UUID

import msgspec

from api.access.user_roles import Right
from api.http.idempotency import RequestIdentity, identity_of
from api.http.operations import Call, Operation, OperationAnswer
from api.http.problems import Problem, ProblemFault, problem_of_refusal
from api.http.reached import partnership_of
from api.http.validation import invalid, read_object, read_struct
from api.limits.request_sizes import BODY_BYTES
from api.recording.moved_places import refuse_moving_places
from api.recording.precondition import record_concerned, seen_state
from api.recording.receipt import Receipt, receipt_answer
from domain.decisions.command import Command, operation_of
from domain.decisions.command_context import Actor, CommandContext
from domain.decisions.refusals import Refusal
from domain.handling.handler import CommandOutcome, KeyReused

_PARTNERSHIP: Final = "partnership_id"
_CANONICAL: Final = msgspec.json.Encoder(order="deterministic")
C = TypeVar("C", bound=Command)


def command_route(
    path: str,
    command: type[C],
    *,
    tag: str,
    at: str = "",
    check: Callable[[C], Sequence[ProblemFault]] = lambda _: (),
    right: Right | None = None,
    body_bytes: int = BODY_BYTES,
) -> Operation:
    """The operation of a command that is posted to a path, whose parameters fill fields of the same names.

    `partnership_id` in the path is the partnership concerned; `at` is where what was created can be read; `check`
    finds faults that the domain cannot know of. `right` is what it needs, if not to
    record, or to look after the record; `body_bytes`, how much a request may have.
    """

    def handle(call: Call) -> OperationAnswer:
        return _record(call, command, at, check)

    return Operation(
        method="POST",
        path=path,
        name=operation_of(command),
        summary=(command.__doc__ or "").strip().splitlines()[0],
        tag=tag,
        handle=handle,
        right=right or (Right.LOOK_AFTER if command.stewards_only else Right.RECORD),
        command=command,
        body_bytes=body_bytes,
        answers={201: Receipt},
    )


def _record(call: Call, kind: type[C], address: str, check: Callable[[C], Sequence[ProblemFault]]) -> OperationAnswer:
    identity = identity_of(call)
    path_fields = {name: str(call.id_in_path(name)) for name in call.operation.path_parameters if name != _PARTNERSHIP}
    body = read_object(call.body)
    command = read_struct(_with_path_fields(body, path_fields), kind)
    if faults := check(command):
        raise invalid(faults)
    refuse_moving_places(call, command)
    partnership_id = _partnership_concerned(call, command)
    payload = _CANONICAL.encode([partnership_id, path_fields, body])
    outcome = _recorded_before(call, identity, payload)
    if outcome is None:
        state = seen_state(call, command, partnership_id)
        context = CommandContext(
            actor=_actor(call, partnership_id),
            command_id=identity.command_id,
            now=call.services.now(),
            person_of=call.services.vault.person_of,
            partnership_id=partnership_id,
            assurance=call.asker.assurance,
            sees=None if call.sight is None else call.sight.decides_on,
        )
        outcome = call.services.handler.handle(command, context, payload, earlier_ids=identity.earlier, seen=state)
    if isinstance(outcome, Refusal):
        in_path = {"#", *(f"#/{name}" for name in path_fields)}
        raise problem_of_refusal(outcome, in_path.__contains__)
    if isinstance(outcome, KeyReused):
        raise Problem("idempotency-key-reused", "Nothing was recorded by this request.")
    return receipt_answer(call.services, outcome, address)


def _actor(call: Call, partition_id: UUID | None) -> Actor:
    """The actor that the asker is where the command is given: in a partnership, or outside any."""
    right = call.operation.right or Right.RECORD
    within = partition_id
    if partition_id is not None and _PARTNERSHIP not in call.path:
        event = call.services.recorder.find(call.id_in_path("record"))
        within = None if event is None else partnership_of(event)
    return call.asker.actor_in(within, right)


def _recorded_before(call: Call, identity: RequestIdentity, payload: bytes) -> CommandOutcome | None:
    """The answer to a repeat with If-Match, whose state has moved since; the handler finds any other itself."""
    if "If-Match" not in call.headers:
        return None
    return call.services.handler.lookup_any((*identity.earlier, identity.command_id), payload)


def _with_path_fields(body: Mapping[str, Any], path_fields: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a command. Raises Problem 422 for those that the body repeats from the address."""
    repeated = sorted(body.keys() & path_fields.keys())
    if repeated:
        detail = "the address says this: leave it out"
        raise invalid([ProblemFault(code="unknown-field", detail=detail, pointer=f"#/{name}") for name in repeated])
    return {**body, **path_fields}


def _partnership_concerned(call: Call, command: Command) -> UUID | None:
    """The partnership in the address, else that of the record the command is about. Raises Problem 404."""
    if _PARTNERSHIP in call.path:
        return call.id_in_path(_PARTNERSHIP)
    record_id = record_concerned(command)
    if record_id is None:
        return None
    event = call.services.recorder.find(record_id)
    if event is None:
        raise Problem("not-found", "There is no record with this id.")
    return event.partition_id
