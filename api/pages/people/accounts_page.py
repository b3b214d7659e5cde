"""People and keys: who uses the installation, one account with its roles and history, and an account made."""

from collections.abc import Sequence
from typing import Any, Final

from api.access.user_roles import Right
from api.http.problems import Problem
from api.pages.ground.list_pages import every_answer, page_of
from api.pages.ground.page import FieldError, Page, PageAnswer, SeeOther, Shown, Visit
from api.pages.ground.sent_forms import key_of
from api.pages.people.arranging import arranged, errors_at
from api.reading.shown_access import AccountEntry

FORGOTTEN: Final = "Somebody who is forgotten"
_AT_ONCE: Final = 50
_FIELDS: Final = {"/name": "name", "/kind": "kind", "/organisation": "organisation"}


def _list(visit: Visit) -> PageAnswer:
    accounts = [account for answer in every_answer(visit, "list-accounts", {}) for account in answer.data]
    accounts.sort(key=lambda each: (each.closed_at is not None, each.name.casefold(), each.account_id))
    what = visit.ask("read-what-may-be-given")
    whose = "" if what.organisation is None else what.organisation.name
    values = {"page": page_of(visit, accounts, _AT_ONCE), "whose": whose}
    return Shown(template="people/accounts_page.html", title="People and keys", values=values)


def _show(visit: Visit) -> PageAnswer:
    account: AccountEntry = visit.ask("read-account", visit.path)
    values = {
        "account": account,
        "keys": visit.ask("list-account-keys", visit.path).data,
        "is_own": account.account_id == visit.visitor.account_id,
    }
    return Shown(template="people/account_page.html", title=account.name or FORGOTTEN, values=values)


def _ask_for_account(visit: Visit, errors: Sequence[FieldError] = ()) -> PageAnswer:
    what = visit.ask("read-what-may-be-given")
    values = {
        "organisations": [
            (str(each.party_id), each.name or "An organisation without a name") for each in what.organisations
        ],
        "is_own_only": what.organisation is not None,
        "form": visit.form,
        "key_of_form": key_of(visit.form),
    }
    return Shown(template="people/new_account.html", title="Let somebody in", values=values, errors=errors)


def _make(visit: Visit) -> PageAnswer:
    form = visit.form
    errors = [] if form.one("kind") else [FieldError("kind", "Choose who will use it")]
    if not form.one("name"):
        errors.append(FieldError("name", "Enter the name"))
    if errors:
        return _ask_for_account(visit, errors)
    body: dict[str, Any] = {"kind": form.one("kind"), "name": form.one("name")}
    if form.one("organisation"):
        body["organisation"] = form.one("organisation")
    try:
        account: AccountEntry = arranged(visit, "make-account", body)
    except Problem as problem:
        return _ask_for_account(visit, errors_at(problem, _FIELDS, otherwise="name"))
    return SeeOther(f"/people/{account.account_id}")


PAGES = (
    Page(path="/people", name="people", show=_list, right=Right.LET_IN, section="people"),
    Page(
        path="/people/new", name="new-account", show=_ask_for_account, take=_make, right=Right.LET_IN, section="people"
    ),
    Page(path="/people/{account}", name="account", show=_show, right=Right.LET_IN, section="people"),
)
