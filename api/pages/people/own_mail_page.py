"""Own mail at the pages: where it goes and how often; and the links in mail that confirm an address or stop mail."""

from collections.abc import Sequence
from typing import Any, Final

from api.access.account_mail import MailFrequency, choose_frequency, confirm_address
from api.access.user_roles import Right
from api.http.problems import Problem
from api.mail.mail_message import is_mail_address
from api.pages.ground.page import FieldError, Page, PageAnswer, SeeOther, Shown, Visit
from api.pages.ground.sent_forms import key_of
from api.pages.people.arranging import arranged, errors_at
from api.reading.mail_links import CONFIRM, STOP, confirmed_by, stopped_by
from api.resources.own_mail import OwnMail

_FIELDS: Final = {"/address": "address", "/wants": "wants"}


def _show(visit: Visit, errors: Sequence[FieldError] = ()) -> PageAnswer:
    if visit.visitor.account_id is None:
        raise Problem("not-allowed", "Your key belongs to no account, and so has no mail.")
    mail: OwnMail = visit.ask("read-own-mail")
    form = visit.form
    values = {
        "mail": mail,
        "address": form.one("address") if errors else mail.address or "",
        "wants": form.one("wants") if errors else mail.wants.value,
        "key_of_form": key_of(form),
    }
    return Shown(template="people/own_mail.html", title="Your mail", values=values, errors=errors)


def _choose(visit: Visit) -> PageAnswer:
    form, mail = visit.form, visit.ask("read-own-mail")
    address, wants = form.one("address"), form.one("wants")
    errors = []
    if address and not is_mail_address(address):
        errors.append(FieldError("address", "Enter an email address, such as name@council.example"))
    if not address and wants != MailFrequency.NEVER:
        errors.append(FieldError("address", "Enter the email address to send it to"))
    if wants not in set(MailFrequency):
        errors.append(FieldError("wants", "Choose how often you want to be told"))
    if errors:
        return _show(visit, errors)
    body: dict[str, Any] = {"wants": wants}
    if address != (mail.address or ""):
        body["address"] = address or None
    try:
        arranged(visit, "choose-own-mail", body)
    except Problem as problem:
        return _show(visit, errors_at(problem, _FIELDS, otherwise="address"))
    return SeeOther("/my-page/mail")


def _ask_to_confirm(visit: Visit) -> PageAnswer:
    return _link_page(visit, "confirm", is_good=confirmed_by(visit.services, visit.path["token"]) is not None)


def _confirm(visit: Visit) -> PageAnswer:
    confirmation = confirmed_by(visit.services, visit.path["token"])
    if confirmation is None:
        return _link_page(visit, "confirm", is_good=False)
    with visit.services.recorder.connections.borrow() as connection:
        is_confirmed = confirm_address(connection, *confirmation)
    return _link_page(visit, "confirmed", is_good=is_confirmed)


def _ask_to_stop(visit: Visit) -> PageAnswer:
    return _link_page(visit, "stop", is_good=stopped_by(visit.services, visit.path["token"]) is not None)


def _stop(visit: Visit) -> PageAnswer:
    account_id = stopped_by(visit.services, visit.path["token"])
    if account_id is None:
        return _link_page(visit, "stop", is_good=False)
    with visit.services.recorder.connections.borrow() as connection:
        choose_frequency(connection, account_id, MailFrequency.NEVER)
    return _link_page(visit, "stopped", is_good=True)


def _link_page(visit: Visit, step: str, *, is_good: bool) -> Shown:
    title = _TITLES[step] if is_good else "This link cannot be used"
    values = {"step": step, "is_good": is_good}
    status = None if is_good else 410
    vain = not is_good and not visit.is_head
    return Shown(template="people/mail_link.html", title=title, values=values, status=status, refuses_credential=vain)


_TITLES: Final = {
    "confirm": "Confirm where your mail goes",
    "confirmed": "Your address is confirmed",
    "stop": "Stop this mail",
    "stopped": "You will get no more of this mail",
}
PAGES = (
    Page(path="/my-page/mail", name="own-mail", show=_show, take=_choose, right=Right.OWN_KEYS, section="my-page"),
    Page(path=f"{CONFIRM}/{{token}}", name="confirm-mail-address", show=_ask_to_confirm, take=_confirm, right=None),
    Page(path=f"{STOP}/{{token}}", name="stop-mail", show=_ask_to_stop, take=_stop, right=None, takes_one_click=True),
)
