"""The application: operations at their paths, and the layers that every request passes through."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Final

import anyio.to_thread
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.admission import Admitting
from api.http.dispatch import Endpoint, problem_response
from api.http.operations import Operation
from api.http.problems import Problem
from api.http.request_log import RequestLog
from api.pages import PAGES
from api.pages.ground.page_dispatch import is_for_people, problem_as_page
from api.pages.ground.page_routes import page_routes
from api.resources import OPERATIONS
from api.runtime.services import Services

ExceptionHandler = Callable[[Request, Exception], Awaitable[Response]]
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class SecurityHeaders:
    """The middleware that adds them to every answer that has not its own; HSTS only where https reaches the service."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._headers = {**_HEADERS, **({"Strict-Transport-Security": "max-age=31536000"} if https else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add the headers to its answer."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, sending if scope["type"] == "http" else send)


def create_app(services: Services) -> Starlette:
    """The application over services that the caller opens and closes."""
    app = Starlette(
        routes=[*page_routes(services, PAGES), *_routes(services, OPERATIONS)],
        middleware=[
            Middleware(RequestLog),
            *_traced(services),
            Middleware(SecurityHeaders, https=services.public_url.startswith("https://")),
            Middleware(Admitting, services=services, respond=partial(_respond, services)),
        ],
        exception_handlers={404: _shown(services, _not_found), 405: _shown(services, _method_not_allowed)},
        lifespan=_threads(services.threads),
    )
    app.router.redirect_slashes = False
    return app


def _traced(services: Services) -> Iterable[Middleware]:
    """The layer that makes spans, where they are sent anywhere."""
    if services.traces is not None:
        from api.http.traced_requests import TracedRequests  # noqa: PLC0415 - its libraries are an extra

        yield Middleware(TracedRequests, traces=services.traces)


def _routes(services: Services, operations: Iterable[Operation]) -> Iterable[Route]:
    """One route a path, fixed paths before those with parameters."""
    by_path: dict[str, dict[str, Operation]] = {}
    for operation in operations:
        by_path.setdefault(operation.path, {})[operation.method] = operation
    for path in sorted(by_path, key=lambda path: (path.count("{"), path)):
        yield Route(path, Endpoint(services, by_path[path]), methods=list(by_path[path]))


def _shown(services: Services, problem_of: Callable[[Request, Exception], Problem]) -> ExceptionHandler:
    """The answer to what is wrong outside every operation: a page for people, else a problem document."""

    async def respond(request: Request, error: Exception) -> Response:
        return _respond(services, request, problem_of(request, error))

    return respond


def _respond(services: Services, request: Request, problem: Problem) -> Response:
    """The answer that a problem is: a page for people, else a problem document."""
    if is_for_people(request):
        return problem_as_page(services, request, problem)
    return problem_response(problem, request.scope)


def _not_found(_: Request, __: Exception) -> Problem:
    return Problem("not-found", "Nothing is at this address.")


def _method_not_allowed(request: Request, error: Exception) -> Problem:
    headers = error.headers if isinstance(error, HTTPException) else None
    return Problem("method-not-allowed", f"{request.method} cannot be used here.", headers=headers)


def _threads(count: int) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    """A lifespan in which as many requests are worked on at once as there are database connections for."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = count
        yield

    return lifespan
