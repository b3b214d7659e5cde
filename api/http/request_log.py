"""The outermost layer: an id for each request, one log line about it, and an answer to errors that nobody foresaw.

A line holds no body, no address, no name: the operation and the key's id say enough to find the rest.
"""

import re
import time
import traceback
from functools import partial
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec
import structlog
from prometheus_client import Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.problems import PROBLEM_JSON, Problem

_LOG: Final = structlog.get_logger("api")
_ANSWERED_S: Final = Histogram(
    "folkmoot_http_requests_seconds",
    "How long requests took, by operation or page, and by status; 0 is a request whose sender went away.",
    ("operation", "status"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
NO_OPERATION: Final = "none"
TRACE_ID: Final = "trace_id"
_TRACE_PARENT: Final = re.compile(
    r"(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?"
)


def note(scope: Scope, **facts: Any) -> None:  # noqa: ANN401 - whatever a log line can hold
    """Add to the line about this request."""
    scope["noted"].update(facts)


class RequestLog:
    """The middleware that wraps everything else."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started_s = time.perf_counter()
        headers = Headers(scope=scope)
        scope["request_id"], scope["noted"] = _request_id(headers), _traced(headers)
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["Request-Id"] = scope["request_id"]
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:  # noqa: BLE001 - nothing may reach the server, which would log all of it
            trace = {TRACE_ID: scope["noted"][TRACE_ID]} if TRACE_ID in scope["noted"] else {}
            _LOG.error(
                "unforeseen", request_id=scope["request_id"], **trace, error=type(error).__name__, at=_where(error)
            )
            if not status:
                response = scope.get("internal_error", partial(_internal_error, scope))()
                await response(scope, receive, sending)
        finally:
            duration_s = time.perf_counter() - started_s
            _ANSWERED_S.labels(scope["noted"].get("operation", NO_OPERATION), status).observe(duration_s)
            _LOG.info(
                "request",
                request_id=scope["request_id"],
                method=scope["method"],
                status=status,
                duration_ms=round(duration_s * 1000, 1),
                **scope["noted"],
            )


def _request_id(headers: Headers) -> str:
    """The id that the caller sent, if it is a UUID, since other texts might be anything; else a new one."""
    request_id = headers.get("Request-Id") or headers.get("X-Request-ID") or ""
    try:
        return str(UUID(request_id))
    except ValueError:
        return str(uuid4())


def _traced(headers: Headers) -> dict[str, str]:
    """The id of the trace that the caller says this request is part of, if it says so as W3C Trace Context does."""
    sent = headers.getlist("traceparent")
    match = _TRACE_PARENT.fullmatch(sent[0].strip()) if len(sent) == 1 else None
    if match is None or (match[1] == "00" and match[3]):
        return {}
    return {TRACE_ID: match[2]}


def _internal_error(scope: Scope) -> Response:
    problem = Problem("internal-error", "What you sent was not recorded unless a later try says so.")
    content = msgspec.json.encode(problem.document(scope["request_id"]))
    return Response(content, problem.status, {"Cache-Control": "no-store"}, media_type=PROBLEM_JSON)


def _where(error: BaseException) -> list[str]:
    """The frames of an error, without its message: that may quote what people wrote."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
