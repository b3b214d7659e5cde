"""Dispatch: from a request to its operation and back, with the key, the query, the format and the body in between.

Whatever may touch the database runs in the thread pool; only the body is read here, up to its limit.
"""

import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import replace
from typing import Final
from uuid import UUID

import anyio
import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from api.access.principal import Principal
from api.access.sight import seen_by, sight_of
from api.http.acting_for import ACTING_FOR
from api.http.admission import Admission, admission_of
from api.http.auth import authenticate, require_at_all
from api.http.compression import CODING, compressed, is_asked_for, tag_of_compressed
from api.http.conditional import is_matched, tag_as_named
from api.http.event_streams import EventFeed, EventStream
from api.http.freshness import APPLIED, NotYet, refuse_position_beyond_head, wait_s
from api.http.mistaken_ids import with_hints
from api.http.negotiation import media_type
from api.http.operations import Call, Operation, OperationAnswer
from api.http.problems import PROBLEM_JSON, PROBLEMS, Problem, problem_of_error
from api.http.reached import refuse_out_of_reach
from api.http.request_log import note
from api.http.validation import read_query, refuse_future_day
from api.limits.dear_turns import DearTurns, NoTurn
from api.limits.request_sizes import BODY_BYTES
from api.runtime.services import Services
from domain.vault import WordReader

_ENCODER: Final = msgspec.json.Encoder()
_SUCCESS: Final = 200
_UNCHANGED: Final = 304
_CLOSING: Final = {"Connection": "close"}
BODY_S: Final = 30
"""How long the body of a request may take to come: whoever drips it holds nothing for longer."""
LARGE_BODY_S: Final = 180
"""The same of a body that may hold a document: ten million bytes by a slow telephone."""
_LARGE_BYTES: Final = 100_000
"""A body above this is read while no other such is: it may become thirty times as large once it is taken apart."""
_NEXT_TURN_S: Final = 10
"""When to ask again for what takes long, where others were before one."""
_SHARED: Final = "private, max-age=0, must-revalidate"
_PAUSES_S: Final = (0.02, 0.25)


class Endpoint:
    """The operations at one path, by method."""

    def __init__(self, services: Services, operations: Mapping[str, Operation]) -> None:
        self._services = services
        self._operations = operations

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; only errors that nobody foresaw are left to the outermost layer."""
        request = Request(scope, receive)
        operation = self._operations["GET" if request.method == "HEAD" else request.method]
        note(scope, operation=operation.name)
        try:
            response = await self._answer(request, operation)
            if isinstance(response, EventStream):
                await response(scope, receive, send)  # or a refusal, as long as nothing is sent
                return
        except ClientDisconnect:
            return
        except Exception as error:
            problem = error if isinstance(error, Problem) else problem_of_error(error)
            if problem is None:
                raise
            response = problem_response(problem, scope)
            let_go(error)
        await response(scope, receive, send)

    async def _answer(self, request: Request, operation: Operation) -> Response:
        call = await run_in_threadpool(self._authorised_call, request, operation)
        caller = admission_of(request.scope).address if call.principal is None else str(call.principal.principal_id)
        async with room_for_body(call.services, caller, operation.body_bytes):
            if operation.sent is not None:
                call = replace(call, body=await _read_body(request, operation.body_bytes))
            turns = _turns_for(call)
            if turns is None:
                return await _response_in_time(call)
            async with dear_turn(turns, caller):
                return await _response_in_time(call)

    def _authorised_call(self, request: Request, operation: Operation) -> Call:
        """The call that a request makes, if its key may make it; nothing of a body is read before. Raises Problem."""
        principal = None
        if operation.right is not None:
            principal = self._principal(request, admission_of(request.scope))
            note(request.scope, actor=str(principal.principal_id))
            require_at_all(principal, operation.right)
        elif operation.metered:
            admission_of(request.scope).unsigned()
        query = read_query(request.query_params.multi_items(), operation.query)
        refuse_future_day(getattr(query, "as_of", None), self._services.now())
        refuse_position_beyond_head(self._services.recorder, getattr(query, "min_position", None))
        table_format = getattr(query, "format", None)
        accept = ", ".join(request.headers.getlist("Accept"))
        call = Call(
            services=_for_reader(self._services, principal, operation, request),
            operation=operation,
            principal=principal,
            path=request.path_params,
            query=query,
            headers=request.headers,
            media=table_format.media if table_format else media_type(accept, operation.media),
        )
        refuse_out_of_reach(call)
        return call

    def _principal(self, request: Request, admission: Admission) -> Principal:
        """Who asks, once it is counted that they do. Raises Problem 401, and 429."""
        credential = request.headers.get("Authorization")
        admission.before_looking_up(credential)
        try:
            principal = authenticate(self._services, credential, request.headers.get(ACTING_FOR))
        except Problem as problem:
            if problem.status == PROBLEMS["key-required"].status:
                admission.wrong_credential(credential)
            else:
                admission.unsigned()
            raise
        admission.signed(credential or "", str(principal.principal_id))
        return principal


def _for_reader(services: Services, principal: Principal | None, operation: Operation, request: Request) -> Services:
    """The services for one request: they show of the log what the asker may know of; opened words are recorded."""
    if principal is None:
        return services
    request_id = UUID(request.scope["request_id"])
    return replace(
        services,
        recorder=seen_by(services.recorder, sight_of(services.recorder, principal, operation.right)),
        reader=WordReader(services.trail, principal.asker, operation.name, request_id),
    )


def let_go(error: Exception) -> None:
    """Let go of what was read for a request that was refused, its body taken apart: an answered error keeps nothing.

    The frames of an error hold it, and they hold the error: only a look for garbage, which is seldom, would find it.
    """
    error.__traceback__ = None


@asynccontextmanager
async def room_for_body(services: Services, caller: str, most_bytes: int) -> AsyncIterator[None]:
    """The room to hold a body: at once where it is no larger than most may be. Raises Problem 429 or 503."""
    if most_bytes <= BODY_BYTES:
        yield
        return
    async with dear_turn(services.limits.uploads, caller):
        yield


@asynccontextmanager
async def dear_turn(turns: DearTurns, caller: str) -> AsyncIterator[None]:
    """The turn of a caller at what is dear. Raises Problem 429 or 503 where none comes in time."""
    try:
        async with turns.turn(caller):
            yield
    except NoTurn as refused:
        raise _no_turn(by_own=refused.by_own) from None


def _turns_for(call: Call) -> DearTurns | None:
    """The turns that a call must wait for: at what takes long to work out, or at what takes much memory to read."""
    if len(call.body) > _LARGE_BYTES:
        return call.services.limits.large_bodies
    return call.services.limits.dear_reads if call.operation.dear else None


def _no_turn(*, by_own: bool) -> Problem:
    headers = {"Retry-After": str(_NEXT_TURN_S)}
    if by_own:
        return Problem("too-many-at-once", "What you asked for before takes long to work out.", headers=headers)
    return Problem("busy", "Others asked for what takes long to work out.", headers=headers)


async def _response_in_time(call: Call) -> Response:
    """The response to a call, tried again while it cannot be given yet and its sender waits; nothing is held."""
    patience_s = wait_s(call.headers) if call.operation.waits and call.query.min_position is not None else 0
    deadline_s = time.monotonic() + patience_s
    pause_s, longest_s = _PAUSES_S
    while True:
        try:
            return await run_in_threadpool(_response, call, {APPLIED: f"wait={patience_s}"} if patience_s else {})
        except NotYet:
            left_s = deadline_s - time.monotonic()
            if left_s <= 0:
                raise
            await anyio.sleep(min(pause_s, left_s))
            pause_s = min(2 * pause_s, longest_s)


def _response(call: Call, preference: Mapping[str, str]) -> Response:
    """The response to a call, with a header on the preference applied. Raises Problem with hints on its ids.

    What is read of the present day is held until it is answered, but not by what takes long: others would wait for it.
    """
    try:
        holding = nullcontext() if call.operation.dear else call.services.histories.held()
        with call.services.recorded(), holding:
            answer = call.operation.handle(call)
    except Problem as problem:
        if isinstance(problem, NotYet):
            raise
        raise with_hints(call, problem) from None
    return _http_response(replace(answer, headers={**answer.headers, **preference}), call)


async def _read_body(request: Request, most_bytes: int) -> bytes:
    """The JSON body of a request. Raises Problem 415, 413 or 408."""
    media, *parameters = (part.strip().lower() for part in request.headers.get("Content-Type", "").split(";"))
    charset = next((each[8:].strip('"') for each in parameters if each.startswith("charset=")), "utf-8")
    coding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if media != "application/json" or charset != "utf-8" or coding != "identity":
        raise Problem("unsupported-media-type", "The body must be JSON in UTF-8, not compressed, and say so.")
    return await read_bounded(request, most_bytes)


async def read_bounded(request: Request, most_bytes: int = BODY_BYTES) -> bytes:
    """The body of a request, of bounded size, in bounded time. Raises Problem 413 or 408."""
    body = bytearray()
    longest_s = BODY_S if most_bytes <= BODY_BYTES else LARGE_BODY_S
    with anyio.move_on_after(longest_s) as patience:
        async for chunk in request.stream():
            body += chunk
            if len(body) > most_bytes:
                raise Problem("too-large", f"A request may have {most_bytes:,} bytes.", headers=_CLOSING)
    if patience.cancelled_caught:
        raise Problem("too-slow", f"It did not come whole within {longest_s} seconds.", headers=_CLOSING)
    return bytes(body)


def _http_response(answer: OperationAnswer, call: Call) -> Response:
    headers = dict(answer.headers)
    headers.setdefault("Cache-Control", "no-store" if answer.personal else _SHARED)
    headers["Vary"] = ", ".join(
        ["Accept", "Accept-Encoding", *([] if call.operation.right is None else ["Authorization", ACTING_FOR])]
    )
    tag = headers.get("ETag")
    if tag and answer.status in {_SUCCESS, _UNCHANGED} and is_matched(call.headers, tag):
        return Response(status_code=_UNCHANGED, headers=headers | {"ETag": tag_as_named(call.headers, tag)})
    if isinstance(answer.content, EventFeed):
        return EventStream(answer.content, call.services, str(call.asker.principal_id), headers)
    if isinstance(answer.content, Iterator):
        return StreamingResponse(answer.content, answer.status, headers, media_type=answer.media)
    content = answer.content if isinstance(answer.content, bytes) else _ENCODER.encode(answer.content)
    smaller = compressed(content, answer.media) if is_asked_for(call.headers) else None
    if smaller is not None:
        headers |= {"Content-Encoding": CODING} | ({"ETag": tag_of_compressed(tag)} if tag else {})
    return Response(smaller or content, answer.status, headers, media_type=answer.media)


def problem_response(problem: Problem, scope: Scope) -> Response:
    """The response that a problem is."""
    note(scope, problem=problem.code)
    content = _ENCODER.encode(problem.document(scope["request_id"]))
    headers = {**problem.headers, "Cache-Control": "no-store"}
    return Response(content, problem.status, headers, media_type=PROBLEM_JSON)
