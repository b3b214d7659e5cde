"""The API's operations, called in process with a visitor's rights: pages have no second path to the log."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import msgspec
from starlette.datastructures import Headers

from api.access.principal import Principal
from api.http.auth import require_at_all
from api.http.freshness import refuse_position_beyond_head
from api.http.idempotency import HEADER, command_id_of
from api.http.operations import CSV, JSON, Call, Operation
from api.http.reached import refuse_out_of_reach
from api.http.validation import read_query, refuse_future_day
from api.resources import OPERATIONS
from api.runtime.services import Services
from domain.events.recorded import Recorded
from domain.log.find_records import find_command

_SUCCESS = 200


@cache
def operations_by_name() -> dict[str, Operation]:
    """Every operation of the API, by name."""
    return {operation.name: operation for operation in OPERATIONS}


def is_open_to_anybody(name: str) -> bool:
    """An operation needs no right: nobody has to be signed in to ask for it."""
    return operations_by_name()[name].right is None


def call(
    services: Services, visitor: Principal | None, name: str, path: Mapping[str, object], query: Mapping[str, object]
) -> Call:
    """The call of an operation, with the same checks as over HTTP. Raises Problem.

    Raises RuntimeError where nobody asks for what is not open to anybody.
    """
    operation = operations_by_name()[name]
    if operation.right is not None:
        if visitor is None:
            raise RuntimeError(f"{name} is not open to anybody, and nobody is known to ask for it")
        require_at_all(visitor, operation.right)
    pairs = [(key, text) for key, value in query.items() for text in _texts(value)]
    query_read = read_query(pairs, operation.query)
    refuse_future_day(getattr(query_read, "as_of", None), services.now())
    refuse_position_beyond_head(services.recorder, getattr(query_read, "min_position", None))
    table_format = getattr(query_read, "format", None)
    call = Call(
        services=services,
        operation=operation,
        principal=visitor,
        path={key: str(value) for key, value in path.items()},
        query=query_read,
        headers=Headers({}),
        is_of_page=True,
        media=table_format.media if table_format else operation.media[0],
    )
    refuse_out_of_reach(call)
    return call


def answer(call: Call) -> Any:  # noqa: ANN401 - the operation's own answer
    """The content of the answer to a call: the operation's own Struct, or the bytes of a table. Raises Problem."""
    operation_answer = call.operation.handle(call)
    content = operation_answer.content
    if isinstance(content, bytes) and call.media != CSV and operation_answer.media == JSON:
        return msgspec.json.decode(content, type=call.operation.answers[_SUCCESS])
    return content


def send(call: Call, body: Mapping[str, object], key: str) -> Any:  # noqa: ANN401 - the operation's own answer
    """The content of the answer to a call with a body, which is recorded once for each `key`. Raises Problem."""
    headers = Headers({HEADER: key, "Content-Type": JSON})
    return call.operation.handle(replace(call, headers=headers, body=msgspec.json.encode(body))).content


def recorded_before(services: Services, visitor: Principal, name: str, key: str) -> list[Recorded]:
    """The records that an operation made for this visitor with this `key`; nothing while it was not sent."""
    command_id = command_id_of(visitor.sender_id, name, key)
    return find_command(services.recorder, command_id)


def _texts(value: object) -> list[str]:
    match value:
        case None:
            return []
        case bool():
            return [str(value).lower()]
        case tuple() | list():
            return [text for member in value for text in _texts(member)]
        case _:
            return [str(value)]
