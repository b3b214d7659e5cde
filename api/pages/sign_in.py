"""Signing in: a key is exchanged for a session, or a link is used once; and signing out."""

from api.access.keys import key_in_force
from api.pages.ground.browser_sessions import begin_session, use_link
from api.pages.ground.guards import HOME, local_address
from api.pages.ground.page import FieldError, Page, PageAnswer, SeeOther, Shown, Visit


def _show(visit: Visit) -> PageAnswer:
    if visit.principal is not None:
        return SeeOther(local_address(visit.query.get("next", HOME)))
    return _page(visit.query.get("next", ""))


def _take(visit: Visit) -> PageAnswer:
    text, address = visit.form.one("key"), visit.form.one("next")
    key = key_in_force(visit.services.recorder, text)
    if key is None:
        words = "Enter your key" if not text else "This key opens nothing. It may be mistyped, or was taken away"
        return _page(address, FieldError("key", words))
    return SeeOther(local_address(address), begins=begin_session(visit.services.recorder, key.key_id))


def _page(address: str, *errors: FieldError) -> Shown:
    values = {"next_address": local_address(address)}
    return Shown(template="sign_in.html", title="Sign in", values=values, errors=errors)


def _use_link(visit: Visit) -> PageAnswer:
    key = None if visit.is_head else use_link(visit.services.recorder, visit.path["token"])
    if key is None:
        return Shown(template="used_link.html", title="This link cannot be used", status=410)
    return SeeOther(HOME, begins=begin_session(visit.services.recorder, key.key_id))


def _ask_to_sign_out(_: Visit) -> PageAnswer:
    return Shown(template="sign_out.html", title="Sign out")


def _sign_out(_: Visit) -> PageAnswer:
    return SeeOther("/sign-in", ends=True)


PAGES = (
    Page(path="/sign-in", name="sign-in", show=_show, take=_take, right=None),
    Page(path="/sign-in/{token}", name="sign-in-link", show=_use_link, right=None),
    Page(path="/sign-out", name="sign-out", show=_ask_to_sign_out, take=_sign_out, right=None),
)
