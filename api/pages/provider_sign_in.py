"""Signing in with an organisation's own accounts: out to its provider, back with a code, and on to where one wanted."""

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import structlog

from api.access.principal import OrganisationUnknown
from api.access.signed_on import account_of, principal_of_signed_on
from api.http.problems import Problem
from api.pages.ground.browser_sessions import begin_signed_on
from api.pages.ground.guards import HOME, local_address
from api.pages.ground.page import Page, PageAnswer, SeeOther, Shown, Visit
from api.sign_on.claims_table import SignedOn, name_of_condition
from api.sign_on.errands import RETURN, Errand
from api.sign_on.sign_on_faults import ProviderUnreachable, ReturnFault, SignInRefused

if TYPE_CHECKING:
    from api.sign_on.sign_on import SignOn  # its libraries are an extra

_LOG: Final = structlog.get_logger("api")
_LONGEST_ADDRESS: Final = 1_500
"""What a browser carries must fit into a cookie."""
_TITLES: Final = {
    ReturnFault.OTHER_BROWSER: "This sign-in cannot be finished",
    ReturnFault.DECLINED: "You were not signed in",
    ReturnFault.CODE: "This sign-in cannot be finished",
    ReturnFault.TOKEN: "You could not be signed in",
}
_NO_ROLE: Final = "You have no role in Folkmoot yet"
_FORBIDDEN, _BAD_REQUEST, _AWAY = 403, 400, 503
_TRIED_IN_VAIN: Final = frozenset({ReturnFault.OTHER_BROWSER, ReturnFault.CODE, ReturnFault.TOKEN})
_ASKS_SOMEBODY: Final = frozenset({"no-role", "no-organisation", "closed"})


def _go_out(visit: Visit) -> PageAnswer:
    sign_on = _sign_on(visit)
    address = local_address(visit.query.get("next", HOME))
    if visit.principal is not None:
        return SeeOther(address)
    errand = Errand.begun(address if len(address) <= _LONGEST_ADDRESS else HOME, visit.services.now())
    try:
        return SeeOther(sign_on.way_out(errand), errand=errand.text)
    except ProviderUnreachable as error:
        _LOG.warning("the sign-on provider does not answer", fault=str(error))
        return _unreachable(sign_on, address)


def _come_back(visit: Visit) -> PageAnswer:
    sign_on = _sign_on(visit)
    if visit.is_head:
        return SeeOther("/sign-in")
    errand = Errand.carried(visit.errand, visit.services.now())
    try:
        signed_on = sign_on.returned(errand, visit.query)
    except ProviderUnreachable as error:
        _LOG.warning("the sign-on provider does not answer", fault=str(error))
        return _unreachable(sign_on, _wanted(errand))
    except SignInRefused as error:
        _LOG.info("sign-on refused", fault=str(error))
        return _refused(sign_on, error.fault, _wanted(errand))
    return _let_in(visit, sign_on, signed_on, errand)


def _let_in(visit: Visit, sign_on: "SignOn", signed_on: SignedOn, errand: Errand | None) -> PageAnswer:
    """The page that somebody wanted, in a session that begins with it; or whom to ask, where nothing lets them in."""
    if errand is None or not signed_on.rows:
        return _page(sign_on, "no-role", _NO_ROLE, _FORBIDDEN)
    log = visit.services.recorder
    try:
        account_id = account_of(log, visit.services.vault, signed_on)
        if principal_of_signed_on(log, account_id, signed_on.rows) is None:
            return _page(sign_on, "closed", "Your account here is closed", _FORBIDDEN)
    except OrganisationUnknown:
        return _page(sign_on, "no-organisation", _NO_ROLE, _FORBIDDEN)
    token = begin_signed_on(log, account_id, map(name_of_condition, signed_on.rows), errand.state)
    if token is None:
        return _refused(sign_on, ReturnFault.OTHER_BROWSER, errand.address)
    return SeeOther(errand.address, begins=token)


def _wanted(errand: Errand | None) -> str:
    return HOME if errand is None else errand.address


def _refused(sign_on: "SignOn", fault: ReturnFault, wanted: str) -> Shown:
    return _page(sign_on, fault.value, _TITLES[fault], _BAD_REQUEST, wanted)


def _unreachable(sign_on: "SignOn", wanted: str) -> Shown:
    return _page(sign_on, "unreachable", f"Sorry, {sign_on.name} cannot be reached", _AWAY, wanted)


def _page(sign_on: "SignOn", what: str, title: str, status: int, wanted: str = HOME) -> Shown:
    """The page that says why nobody was signed in; trying again leads to where they wanted."""
    asks_somebody = what in _ASKS_SOMEBODY
    other = sign_on.way_to_sign_out() if asks_somebody else None
    further = urlencode({"next": wanted})
    values = {
        "what": what,
        "name": sign_on.name,
        "ask": sign_on.ask,
        "asks_somebody": asks_somebody,
        "other_account": other,
        "again": f"/sign-on?{further}",
        "with_key": f"/sign-in?{further}",
    }
    return Shown(
        template="provider_sign_in.html",
        title=title,
        values=values,
        status=status,
        refuses_credential=what in _TRIED_IN_VAIN,
    )


def _sign_on(visit: Visit) -> "SignOn":
    if visit.services.sign_on is None:
        raise Problem("not-found", "Nobody signs in here with an account of another service.")
    return visit.services.sign_on


PAGES = (
    Page(path="/sign-on", name="sign-on", show=_go_out, right=None),
    Page(path=RETURN, name="sign-on-return", show=_come_back, right=None),
)
