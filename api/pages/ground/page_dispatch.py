"""Dispatch: from a browser's request to a page and back, with its session, its form and the guards in between."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import replace
from functools import partial
from typing import Final
from urllib.parse import quote
from uuid import UUID

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Send
from starlette.types import Scope as AsgiScope

from api.access.principal import Principal
from api.access.sight import seen_by, sight_of
from api.access.user_roles import Right
from api.http.admission import admission_of
from api.http.auth import no_partnership, require
from api.http.conditional import is_matched
from api.http.dispatch import dear_turn, let_go, room_for_body
from api.http.negotiation import media_type
from api.http.operations import JSON
from api.http.problems import Problem, problem_of_error
from api.http.request_log import note
from api.limits.request_sizes import DOCUMENT_BODY_BYTES
from api.pages.ground import perform
from api.pages.ground.browser_sessions import Session, end_session, find_session
from api.pages.ground.cookies import Cookies
from api.pages.ground.guards import ACTING_FOR, FORM_TOKEN, HOME, OWN_PAGE, refuse_foreign_form
from api.pages.ground.navigation import LINK_NAVIGATION, navigation_of
from api.pages.ground.page import Download, FieldError, FormFields, Page, PageAnswer, SeeOther, Shown, Visit
from api.pages.ground.page_templates import render
from api.pages.ground.principal_of_session import has_lost_its_body, principal_of_session
from api.pages.ground.problem_page import problem_page
from api.pages.ground.sent_bodies import ONE_CLICK, read_form, read_one_click
from api.runtime.services import Services
from domain.log.read_partly import for_one_page
from domain.vault import Asker, WordReader

PAGE_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "same-origin",  # with no-referrer browsers would not tell where a form comes from
    "Vary": "Cookie",
}
HTML: Final = "text/html; charset=utf-8"
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_DONE, _INVALID = 200, 422
_NEEDED: Final = {
    Right.RECORD: "You can read this record. Only those who record for a body at the table can change it.",
    Right.OPERATE: "Only those who look after the installation as a whole can see this.",
}
_READS: Final = {"record": "read-record", "review": "read-review"}
"""The operation that reads what an address names."""
_NOWHERE: Final = Page(path="", name="nowhere", show=lambda _: SeeOther("/"), right=None)


class PageEndpoint:
    """One page at its address."""

    def __init__(self, services: Services, page: Page) -> None:
        self._services = services
        self._page = page

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Answer one request; an error that nobody foresaw is logged by the outermost layer, and shown as a page."""
        request = Request(scope, receive)
        note(scope, operation=f"page {self._page.name}")
        cookies = Cookies(self._services, request)
        problem = Problem("internal-error", "Nothing that you sent was recorded unless a later page says so.")
        scope["internal_error"] = partial(_html, problem_page(problem), cookies, self._page, None)
        try:
            async with self._with_form(request, cookies) as form, self._turn(cookies):
                response = await run_in_threadpool(self._respond, request, cookies, form)
        except ClientDisconnect:
            return
        except Problem as error:
            note(scope, problem=error.code)
            response = _html(problem_page(error), cookies, self._page, None)
            response.headers.update(error.headers)
        await response(scope, receive, send)

    @asynccontextmanager
    async def _turn(self, cookies: Cookies) -> AsyncIterator[None]:
        """The turn of who is signed in at a page that takes long to work out; at once at any other. Raises Problem."""
        principal = await self._sender(cookies) if self._page.dear else None
        async with (
            nullcontext()
            if principal is None
            else dear_turn(self._services.limits.dear_reads, str(principal.principal_id))
        ):
            yield

    @asynccontextmanager
    async def _with_form(self, request: Request, cookies: Cookies) -> AsyncIterator[FormFields]:
        """The form that was sent, if any; with a file only from who may send one, and held of so many at once."""
        if request.method != "POST":
            yield FormFields()
            return
        if not self._page.takes_file:
            yield await (
                read_one_click(request) if self._page.takes_one_click else read_form(request, takes_file=False)
            )
            return
        principal = await self._sender(cookies)
        if principal is None or not await run_in_threadpool(self._is_let_in, principal, request.path_params):
            yield FormFields()  # no file is read of whom the page refuses
            return
        caller = str(principal.principal_id)
        async with room_for_body(self._services, caller, DOCUMENT_BODY_BYTES):
            form = await read_form(request, takes_file=True)
            async with dear_turn(self._services.limits.large_bodies, caller):
                yield form

    def _is_let_in(self, principal: Principal, path: Mapping[str, str]) -> bool:
        try:
            _require(principal, self._page.right or Right.OWN_KEYS, path)
        except Problem:
            return False
        return True

    async def _sender(self, cookies: Cookies) -> Principal | None:
        """Who is signed in where a request comes from; None for nobody. Raises Problem."""
        if cookies.token is None:
            return None
        session = await run_in_threadpool(find_session, self._services.recorder, cookies.token)
        return None if session is None else await run_in_threadpool(self._principal, session)

    def _respond(self, request: Request, cookies: Cookies, form: FormFields) -> Response:
        principal, admission = None, admission_of(request.scope)
        try:
            admission.before_looking_up(cookies.token)
            session = None if cookies.token is None else find_session(self._services.recorder, cookies.token)
            principal = None if session is None else self._principal(session)
            if principal is None:
                admission.unsigned()
            else:
                admission.signed(cookies.token or "", str(principal.principal_id))
                note(request.scope, actor=str(principal.principal_id))
            if self._page.right is not None:
                if principal is None:
                    return _sign_in_first(request)
                elsewhere = self._elsewhere(request, session, principal, self._page.right)
                if elsewhere is not None:
                    return self._response(elsewhere, cookies, principal)
            services = self._services_for(request, principal)
            if principal is not None:
                _refuse_out_of_reach(services, principal, request.path_params)
            if request.method == "POST" and not (self._page.takes_one_click and form.one(ONE_CLICK)):
                refuse_foreign_form(self._services, request, cookies, form)
            visit = Visit(
                services=services,
                page=self._page,
                session=session,
                principal=principal,
                path=request.path_params,
                query=request.query_params,
                form=form,
                address=_address(request),
                errand=cookies.errand,
                is_head=request.method == "HEAD",
            )
            with visit.services.recorded():  # the page is written within it, lest a template opens words
                answer = self._answer(visit)
                if isinstance(answer, Shown) and answer.refuses_credential:
                    admission.tried_in_vain()
                return _unchanged_or(request, self._response(answer, cookies, principal))
        except Exception as error:
            failed = self._failed(error, request, cookies, principal)
            if failed is None:
                raise
            return failed

    def _elsewhere(
        self, request: Request, session: Session | None, principal: Principal, right: Right
    ) -> SeeOther | None:
        """The page to which somebody is sent on instead; None where they may see this one. Raises Problem."""
        if self._page.path == HOME and not principal.may(Right.READ_FIGURES):
            return SeeOther(OWN_PAGE)
        _require(principal, right, request.path_params)
        is_lost = session is not None and has_lost_its_body(session, principal)
        return _choose_again(request) if is_lost and self._page.path != ACTING_FOR else None

    def _failed(
        self, error: Exception, request: Request, cookies: Cookies, principal: Principal | None
    ) -> Response | None:
        """The page of what went wrong; None where that is our fault."""
        problem = error if isinstance(error, Problem) else problem_of_error(error)
        if problem is None:
            return None
        note(request.scope, problem=problem.code)
        response = self._response(problem_page(problem), cookies, principal)
        response.headers.update(problem.headers)
        let_go(error)
        return response

    def _services_for(self, request: Request, principal: Principal | None) -> Services:
        """The services of one page: they show of the log what the visitor may know of; opened words are recorded."""
        services = self._services
        if principal is not None:
            sight = sight_of(services.recorder, principal, self._page.right)
            services = replace(services, recorder=seen_by(services.recorder, sight))
        services = services if request.method == "POST" else _read_once(services)
        return services if principal is None else self._read_by(services, request, principal.asker)

    def _read_by(self, services: Services, request: Request, asker: Asker) -> Services:
        """The services by which somebody reads the page."""
        request_id = UUID(request.scope["request_id"])
        return replace(services, reader=WordReader(services.trail, asker, f"page {self._page.name}", request_id))

    def _principal(self, session: Session) -> Principal | None:
        """Who is signed in; to pages open to anybody, signing out among them, even who lost their rights may come."""
        try:
            return principal_of_session(self._services, session)
        except Problem:
            if self._page.right is None:
                return None
            raise

    def _answer(self, visit: Visit) -> PageAnswer:
        with nullcontext() if self._page.dear else visit.services.histories.held():
            if not visit.form or self._page.take is None:
                return self._page.show(visit)
            return self._page.take(visit)

    def _response(self, answer: PageAnswer, cookies: Cookies, principal: Principal | None) -> Response:
        if isinstance(answer, Shown):
            return _html(answer, cookies, self._page, principal)
        if isinstance(answer, Download):
            return _file_to_keep(answer)
        response = Response(status_code=303, headers={**PAGE_HEADERS, "Location": answer.address})
        if (answer.begins or answer.ends) and cookies.token is not None:
            end_session(self._services.recorder, cookies.token)
        if answer.begins is not None:
            cookies.begin(response, answer.begins)
        elif answer.errand is not None:
            cookies.send(response, answer.errand)
        elif answer.sits is not None:
            cookies.sit(response, answer.sits)
        elif answer.ends:
            cookies.end(response)
            response.headers["Clear-Site-Data"] = '"cache"'
        return response


def _unchanged_or(request: Request, response: Response) -> Response:
    """A response, or 304 where the browser holds this very file already."""
    tag = response.headers.get("ETag")
    if tag is None or not is_matched(request.headers, tag):
        return response
    return Response(status_code=304, headers={name: response.headers[name] for name in ("ETag", "Cache-Control")})


def _file_to_keep(answer: Download) -> Response:
    """The response that is a file, all at once or piece by piece; browsers keep it and do not show it."""
    own = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(answer.name)}"}
    headers = {**PAGE_HEADERS, **(answer.headers or own)}
    if isinstance(answer.content, bytes):
        return Response(answer.content, headers=headers, media_type=answer.media)
    return StreamingResponse(answer.content, headers=headers, media_type=answer.media)


def _read_once(services: Services) -> Services:
    """The services of a page that only shows: it asks many things of one state of the log."""
    return replace(services, recorder=for_one_page(services.recorder))


def _choose_again(request: Request) -> SeeOther:
    """The way to the choice for whom to act; a form that was sent is refused. Raises Problem 403."""
    if request.method == "POST":
        detail = "You may no longer act for the body that you chose. Choose for whom you act, and send it again."
        raise Problem("not-allowed", f"{detail} Nothing was recorded.")
    return SeeOther(ACTING_FOR)


def _require(principal: Principal, right: Right, path: Mapping[str, str]) -> None:
    """Refuse who has not the right that a page needs, in the partnership that its address names. Raises Problem."""
    try:
        partnership_id = UUID(path["partnership_id"]) if "partnership_id" in path else None
    except ValueError:
        raise no_partnership() from None
    if not principal.may(right):
        raise Problem("not-allowed", _NEEDED.get(right, "Nothing that you hold lets you see this."))
    if partnership_id is not None:
        require(principal, right, partnership_id)


def _refuse_out_of_reach(services: Services, principal: Principal, path: Mapping[str, str]) -> None:
    """Refuse a page about a record or a review of which the visitor may not know, before anything sent is read."""
    for name, operation in _READS.items():
        if name in path:
            perform.call(services, principal, operation, {name: path[name]}, {})


def _html(answer: Shown, cookies: Cookies, page: Page, principal: Principal | None) -> Response:
    words = {error.field: error.words for error in reversed(answer.errors)}
    content = render(
        answer.template,
        {
            **answer.values,
            "title": answer.title,
            "errors": list(_each_once(answer.errors)),
            "error_of": words.get,
            "form_token": partial(_token_field, cookies),
            "section": page.section,
            "is_signed_in": principal is not None,
            "navigation": LINK_NAVIGATION if page.by_link else navigation_of(principal),
            "is_by_link": page.by_link,
        },
    )
    status = answer.status or (_INVALID if answer.errors else _DONE)
    response = Response(content, status, _headers(answer), media_type=HTML)
    cookies.hand_out(response)
    return response


def _headers(answer: Shown) -> dict[str, str]:
    """The headers of a page; browsers are told of the site to which its form leads on."""
    policy = PAGE_HEADERS["Content-Security-Policy"]
    further = policy.replace("form-action 'self'", f"form-action 'self' {answer.leads_to}")
    return {**PAGE_HEADERS, "Content-Security-Policy": further if answer.leads_to else policy}


def _token_field(cookies: Cookies) -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(FORM_TOKEN, cookies.form_token())


def _each_once(errors: Sequence[FieldError]) -> Iterator[FieldError]:
    yield from dict.fromkeys(errors)


def _sign_in_first(request: Request) -> Response:
    address = _address(request) if request.method == "GET" else request.url.path
    location = f"/sign-in?next={quote(address, safe='')}"
    return Response(status_code=303, headers={**PAGE_HEADERS, "Location": location})


def _address(request: Request) -> str:
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{request.url.path}{query}"


def is_for_people(request: Request) -> bool:
    """The asker would rather have a page than a problem document."""
    try:
        return media_type(request.headers.get("Accept", ""), (JSON, "text/html")) == "text/html"
    except Problem:
        return False


def problem_as_page(services: Services, request: Request, problem: Problem) -> Response:
    """The page of a problem that befell a request outside every page."""
    response = _html(problem_page(problem), Cookies(services, request), _NOWHERE, None)
    response.headers.update(problem.headers)
    return response
