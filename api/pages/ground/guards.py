"""Guards of pages: where a form was sent from, and where a visitor may be sent on to."""

from urllib.parse import urlsplit

from starlette.requests import Request

from api.http.problems import Problem
from api.pages.ground.cookies import Cookies
from api.pages.ground.page import FormFields
from api.runtime.services import Services

FORM_TOKEN = "form_token"  # noqa: S105 - the name of a field
HOME = "/partnerships"
OWN_PAGE = "/my-page"
"""The first page of who may not read figures."""
ACTING_FOR = "/my-page/acting-for"
"""Where somebody chooses for whom they act, and is told that the body that they chose is theirs no longer."""


def refuse_foreign_form(
    services: Services, request: Request, cookies: Cookies, form: FormFields, *, is_referrer_hidden: bool = False
) -> None:
    """Refuse a form that another site sent, or that was not shown to this browser in this session. Raises Problem.

    From a page that hides its address from all others, browsers do not tell the origin either: they say `null`.
    """
    own = _own(services, request) | ({"null"} if is_referrer_hidden else set())
    is_foreign = request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin"
    if is_foreign or request.headers.get("Origin") not in own:
        raise Problem("not-allowed", "This form was not sent from a page of this service. Nothing was recorded.")
    if not cookies.is_own_form(form.one(FORM_TOKEN)):
        detail = "This form was shown before you signed in or out. Open it again and send it. Nothing was recorded."
        raise Problem("not-allowed", detail)


def local_address(text: str, otherwise: str = HOME) -> str:
    """An address on this service that a visitor asked to be sent on to; anything else becomes `otherwise`."""
    is_plain = text.startswith("/") and text.isascii() and text.isprintable() and "\\" not in text
    return text if is_plain and not text.startswith("//") and not urlsplit(text).netloc else otherwise


def _own(services: Services, request: Request) -> set[str]:
    host = request.headers.get("Host", "")
    own = {f"{request.url.scheme}://{host}"}
    if services.public_url:
        parts = urlsplit(services.public_url)
        own.add(f"{parts.scheme}://{parts.netloc}")
    return own
