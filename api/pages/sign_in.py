"""Signing in: a key is exchanged for a session, or a link is used once; and signing out, at the provider as well."""

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from api.access.grants import holds_a_role
from api.access.keys import key_in_force
from api.access.sign_in_links import use_link
from api.pages.ground.browser_sessions import begin_session
from api.pages.ground.guards import HOME, local_address
from api.pages.ground.page import FieldError, Page, PageAnswer, SeeOther, Shown, Visit

if TYPE_CHECKING:
    from api.sign_on.sign_on import SignOn  # its libraries are an extra


def _show(visit: Visit) -> PageAnswer:
    if visit.principal is not None:
        return SeeOther(local_address(visit.query.get("next", HOME)))
    return _page(visit, visit.query.get("next", ""))


def _take(visit: Visit) -> PageAnswer:
    text, address = visit.form.one("key"), visit.form.one("next")
    key = key_in_force(visit.services.recorder, text)
    if key is None:
        words = "Enter your key" if not text else "This key opens nothing. It may be mistyped, or was taken away"
        return _page(visit, address, FieldError("key", words))
    if key.account_id is not None and not holds_a_role(visit.services.recorder, key.account_id):
        words = "The account that this key belongs to holds no role now. Ask whoever looks after accounts"
        return _page(visit, address, FieldError("key", words))
    return SeeOther(local_address(address), begins=begin_session(visit.services.recorder, key.key_id))


def _page(visit: Visit, address: str, *errors: FieldError) -> Shown:
    sign_on, address = visit.services.sign_on, local_address(address)
    values = {
        "next_address": address,
        "provider": None if sign_on is None else sign_on.name,
        "way_to_provider": f"/sign-on?{urlencode({'next': address})}",
    }
    return Shown(
        template="sign_in.html", title="Sign in", values=values, errors=errors, refuses_credential=bool(errors)
    )


def _use_link(visit: Visit) -> PageAnswer:
    key = None if visit.is_head else use_link(visit.services.recorder, visit.path["token"])
    if key is None:
        return Shown(
            template="used_link.html",
            title="This link cannot be used",
            status=410,
            refuses_credential=not visit.is_head,
        )
    return SeeOther(HOME, begins=begin_session(visit.services.recorder, key.key_id))


def _ask_to_sign_out(visit: Visit) -> PageAnswer:
    sign_on = _provider_of(visit)
    leads_to = "" if sign_on is None else sign_on.origin_of_signing_out()
    values = {"provider": sign_on.name if sign_on is not None and leads_to else None}
    return Shown(template="sign_out.html", title="Sign out", values=values, leads_to=leads_to)


def _sign_out(visit: Visit) -> PageAnswer:
    sign_on = _provider_of(visit)
    there = None if sign_on is None else sign_on.way_to_sign_out()
    return SeeOther(there or "/sign-in", ends=True)


def _provider_of(visit: Visit) -> "SignOn | None":
    """The provider that signed a visitor on; None where that was a key, or nobody is signed in."""
    return None if visit.session is None or visit.session.key is not None else visit.services.sign_on


PAGES = (
    Page(path="/sign-in", name="sign-in", show=_show, take=_take, right=None),
    Page(path="/sign-in/{token}", name="sign-in-link", show=_use_link, right=None),
    Page(path="/sign-out", name="sign-out", show=_ask_to_sign_out, take=_sign_out, right=None),
)
