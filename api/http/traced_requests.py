"""The layer that makes a span of each request, where traces are sent: its operation, method and status."""

from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.request_log import NO_OPERATION, TRACE_ID, note
from api.runtime.traces import Traces, failed, trace_id_of

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_TRACE_PARENT: Final = "traceparent"
_SERVER_ERROR: Final = 500


class TracedRequests:
    """The middleware right within that of the request log, whose line gets the id of the trace."""

    def __init__(self, app: ASGIApp, *, traces: Traces) -> None:
        self._app, self._traces = app, traces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on within a span."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with self._traces.request(_sent(scope)) as span:
            note(scope, **{TRACE_ID: trace_id_of(span)})
            try:
                await self._app(scope, receive, sending)
            finally:
                span.update_name(scope["noted"].get("operation", NO_OPERATION))
                method = scope["method"] if scope["method"] in _METHODS else "_OTHER"
                span.set_attributes({"http.request.method": method, "folkmoot.request_id": scope["request_id"]})
                if status:
                    span.set_attribute("http.response.status_code", status)
            if status >= _SERVER_ERROR:
                failed(span, str(status))


def _sent(scope: Scope) -> dict[str, str]:
    """The trace that the request is part of, where the sender names it in good form.

    Not its `tracestate`, which may hold any words: it is for those that we would call in turn, and we call nobody.
    """
    return {_TRACE_PARENT: Headers(scope=scope)[_TRACE_PARENT]} if TRACE_ID in scope["noted"] else {}
