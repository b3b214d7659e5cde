"""Dispatch of pages for holders of links: by the cookie of their sitting, whoever else is signed in in that browser."""

from dataclasses import replace
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from api.access.answer_links import AnswerLink, find_sitting
from api.http.admission import admission_of
from api.http.request_log import note
from api.pages.ground.cookies import Cookies
from api.pages.ground.guards import refuse_foreign_form
from api.pages.ground.page import FormFields, Shown, Visit
from api.pages.ground.page_dispatch import PageEndpoint
from api.runtime.services import Services
from domain.log.read_partly import for_one_page
from domain.vault import Asker

LINK_HEADERS: Final = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
"""Their addresses are told to no other site, and found by no search."""


class LinkPageEndpoint(PageEndpoint):
    """One page for holders of links, at its address; it knows the one promise of the link and nobody's account."""

    def _respond(self, request: Request, cookies: Cookies, form: FormFields) -> Response:
        admission, log = admission_of(request.scope), self._services.recorder
        try:
            admission.before_looking_up(cookies.sitting)
            link = None if cookies.sitting is None else find_sitting(log, cookies.sitting)
            if link is None:
                admission.unsigned()
            else:
                admission.signed(cookies.sitting or "", str(link.link_id))
                note(request.scope, actor=str(link.link_id))
            if request.method == "POST":
                refuse_foreign_form(self._services, request, cookies, form, is_referrer_hidden=True)
            visit = Visit(
                services=self._services_by_link(request, link),
                page=self._page,
                session=None,
                principal=None,
                path=request.path_params,
                query=request.query_params,
                form=form,
                address=request.url.path,
                link=link,
                is_head=request.method == "HEAD",
            )
            with visit.services.recorded():
                answer = self._answer(visit)
                if isinstance(answer, Shown) and answer.refuses_credential:
                    admission.tried_in_vain()
                response = self._response(answer, cookies, None)
        except Exception as error:
            failed = self._failed(error, request, cookies, None)
            if failed is None:
                raise
            response = failed
        response.headers.update(LINK_HEADERS)
        return response

    def _services_by_link(self, request: Request, link: AnswerLink | None) -> Services:
        """The services of one page, by which the link opens words; without a link they open none."""
        services = self._services
        if request.method != "POST":
            services = replace(services, recorder=for_one_page(services.recorder))
        if link is None:
            return services
        return self._read_by(services, request, Asker(actor_id=link.link_id, organisation_id=link.party_id))
