"""From a request to an operation and back: who asks, in which format, what was sent, what is answered.

Whatever may touch the database runs in the thread pool; only the body is read here, up to its limit.
"""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import anyio
import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.http.auth import authenticate, require
from api.http.compression import CODING, compressed, is_asked_for, tag_of_compressed
from api.http.conditional import as_named, is_known
from api.http.freshness import APPLIED, NotYet, must_be_recorded, wait_s
from api.http.mistaken_ids import explained
from api.http.negotiation import chosen
from api.http.operations import Answer, Call, Operation
from api.http.problems import PROBLEM_JSON, Problem, problem_of_error
from api.http.request_log import note
from api.http.validation import BODY_BYTES, must_have_come, read_query
from api.services import Services

_ENCODER: Final = msgspec.json.Encoder()
_SUCCESS: Final = 200
_UNCHANGED: Final = 304
_CLOSING: Final = {"Connection": "close"}
BODY_S: Final = 30
"""Until when the body of a request must have come: who drips it holds nothing for longer."""
_SHARED: Final = "private, max-age=0, must-revalidate"
_PAUSES_S: Final = (0.02, 0.25)


class Endpoint:
    """The operations at one path, by method."""

    def __init__(self, services: Services, operations: Mapping[str, Operation]) -> None:
        self._services = services
        self._operations = operations

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; only what nobody foresaw is left to the outermost layer."""
        request = Request(scope, receive)
        operation = self._operations["GET" if request.method == "HEAD" else request.method]
        note(scope, operation=operation.name)
        try:
            response = await self._answer(request, operation)
        except ClientDisconnect:
            return
        except Exception as error:
            problem = error if isinstance(error, Problem) else problem_of_error(error)
            if problem is None:
                raise
            response = problem_response(problem, scope)
        await response(scope, receive, send)

    async def _answer(self, request: Request, operation: Operation) -> Response:
        call = await run_in_threadpool(self._opened, request, operation)
        if operation.sent is not None:
            body = await _read_body(request)
            call = Call(**{**vars(call), "body": body})
        return await _handled(call)

    def _opened(self, request: Request, operation: Operation) -> Call:
        """Decide whether this may be asked at all, before anything of a body is read."""
        principal = None
        if operation.scope is not None:
            principal = authenticate(self._services.recorder, request.headers.get("Authorization"))
            note(request.scope, actor=str(principal.key_id))
            require(principal, operation.scope)
        query = read_query(request.query_params.multi_items(), operation.query)
        must_have_come(getattr(query, "as_of", None), self._services.now())
        must_be_recorded(self._services.recorder, getattr(query, "min_position", None))
        wanted = getattr(query, "format", None)
        media = wanted.media if wanted else chosen(", ".join(request.headers.getlist("Accept")), operation.media)
        return Call(
            services=self._services,
            operation=operation,
            principal=principal,
            path=request.path_params,
            query=query,
            headers=request.headers,
            media=media,
        )


async def _handled(call: Call) -> Response:
    """Let the operation answer; while it cannot yet, as often as who asks would wait. Nothing is held meanwhile."""
    patience_s = wait_s(call.headers) if call.operation.waits and call.query.min_position is not None else 0
    until = time.monotonic() + patience_s
    pause_s, longest_s = _PAUSES_S
    while True:
        try:
            return await run_in_threadpool(_attempt, call, {APPLIED: f"wait={patience_s}"} if patience_s else {})
        except NotYet:
            left_s = until - time.monotonic()
            if left_s <= 0:
                raise
            await anyio.sleep(min(pause_s, left_s))
            pause_s = min(2 * pause_s, longest_s)


def _attempt(call: Call, applied: Mapping[str, str]) -> Response:
    """Let the operation answer, and write that; what is not found is told apart from what is something else."""
    try:
        answer = call.operation.handle(call)
    except Problem as problem:
        if isinstance(problem, NotYet):
            raise
        raise explained(call, problem) from None
    return _written(replace(answer, headers={**answer.headers, **applied}), call)


async def _read_body(request: Request) -> bytes:
    """Read a JSON body of bounded size, in bounded time. Raises Problem 415, 413 or 408."""
    media, *parameters = (part.strip().lower() for part in request.headers.get("Content-Type", "").split(";"))
    charset = next((each[8:].strip('"') for each in parameters if each.startswith("charset=")), "utf-8")
    coding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if media != "application/json" or charset != "utf-8" or coding != "identity":
        raise Problem("unsupported-media-type", "The body must be JSON in UTF-8, not compressed, and say so.")
    body = bytearray()
    with anyio.move_on_after(BODY_S) as patience:
        async for chunk in request.stream():
            body += chunk
            if len(body) > BODY_BYTES:
                raise Problem("too-large", f"A request may have {BODY_BYTES:,} bytes.", headers=_CLOSING)
    if patience.cancelled_caught:
        raise Problem("too-slow", f"It did not come whole within {BODY_S} seconds.", headers=_CLOSING)
    return bytes(body)


def _written(answer: Answer, call: Call) -> Response:
    headers = dict(answer.headers)
    headers.setdefault("Cache-Control", "no-store" if answer.personal else _SHARED)
    headers["Vary"] = ", ".join(
        ["Accept", "Accept-Encoding", *([] if call.operation.scope is None else ["Authorization"])]
    )
    tag = headers.get("ETag")
    if tag and answer.status in {_SUCCESS, _UNCHANGED} and is_known(call.headers, tag):
        return Response(status_code=_UNCHANGED, headers=headers | {"ETag": as_named(call.headers, tag)})
    content = answer.content if isinstance(answer.content, bytes) else _ENCODER.encode(answer.content)
    smaller = compressed(content, answer.media) if is_asked_for(call.headers) else None
    if smaller is not None:
        headers |= {"Content-Encoding": CODING} | ({"ETag": tag_of_compressed(tag)} if tag else {})
    return Response(smaller or content, answer.status, headers, media_type=answer.media)


def problem_response(problem: Problem, scope: Scope) -> Response:
    """Write a problem document."""
    note(scope, problem=problem.code)
    content = _ENCODER.encode(problem.document(scope["request_id"]))
    headers = {**problem.headers, "Cache-Control": "no-store"}
    return Response(content, problem.status, headers, media_type=PROBLEM_JSON)
