"""Forms about one account: a role given and taken away, a way in made, a key taken away, the account closed."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from api.access.accounts import AccountKind
from api.access.user_roles import Right
from api.http.problems import Problem
from api.pages.ground.entered_dates import entered_date
from api.pages.ground.page import FieldError, FormFields, Page, PageAnswer, SeeOther, Shown, Visit
from api.pages.ground.sent_forms import key_of
from api.pages.people.accounts_page import FORGOTTEN
from api.pages.people.arranging import arranged, errors_at
from api.reading.shown_access import AccountEntry

_OF_ROLE: Final = {
    "/role": "role",
    "/reach/kind": "reach",
    "/reach": "reach",
    "/bodies": "bodies",
    "/until": "until-day",
    "/why": "why",
}
_NO_REASON: Final = FieldError("why", "Enter why")


def _account(visit: Visit) -> AccountEntry:
    account: AccountEntry = visit.ask("read-account", {"account": visit.path["account"]})
    return account


def _form_page(
    visit: Visit,
    template: str,
    title: str,
    errors: Sequence[FieldError] = (),
    **values: Any,  # noqa: ANN401 - what the template prints
) -> Shown:
    shown = {"account": _account(visit), "form": visit.form, "key_of_form": key_of(visit.form), **values}
    return Shown(template=f"people/{template}.html", title=title, values=shown, errors=errors)


def _ask_for_role(visit: Visit, errors: Sequence[FieldError] = ()) -> PageAnswer:
    what = visit.ask("read-what-may-be-given")
    own = what.organisation.party_id if what.organisation else None
    return _form_page(
        visit,
        "give_role",
        "Give a role",
        errors,
        what=what,
        partnerships=[(str(each.reached_id), each.name) for each in what.partnerships],
        places=[(str(each.reached_id), each.name) for each in what.places],
        bodies=[(str(each.party_id), each.name) for each in what.bodies if each.party_id != own],
    )


def _give(visit: Visit) -> PageAnswer:
    form, until = visit.form, entered_date(visit.form, "until", "The last day")
    errors = list(_missing_of_role(form))
    if until.fault is not None:
        errors.append(until.fault)
    if errors:
        return _ask_for_role(visit, errors)
    kind = form.one("reach")
    body: dict[str, Any] = {
        "role": form.one("role"),
        "reach": {"kind": kind, "ids": [] if kind == "all" else form.many(kind)},
        "bodies": form.many("bodies"),
        "why": form.one("why"),
    }
    if until.when is not None:
        body["until"] = until.when
    try:
        arranged(visit, "give-role", body, path=visit.path)
    except Problem as problem:
        fields = {**_OF_ROLE, "/reach/ids": kind if kind in {"partnerships", "places"} else "reach"}
        return _ask_for_role(visit, errors_at(problem, fields, otherwise="role"))
    return SeeOther(f"/people/{visit.path['account']}#roles")


def _missing_of_role(form: FormFields) -> Iterator[FieldError]:
    if not form.one("role"):
        yield FieldError("role", "Choose the role")
    kind = form.one("reach")
    if not kind:
        yield FieldError("reach", "Choose for which partnerships")
    if kind in {"partnerships", "places"} and not form.many(kind):
        yield FieldError(kind, f"Choose the {kind}")
    if not form.one("why"):
        yield _NO_REASON


def _ask_for_way_in(visit: Visit, errors: Sequence[FieldError] = (), **made: Any) -> PageAnswer:  # noqa: ANN401 - what was made
    account = _account(visit)
    key = [("key", "A key, shown once")]
    ways = key if account.kind is AccountKind.SERVICE else [("link", "A link that signs in once"), *key]
    return _form_page(
        visit,
        "let_in",
        f"Let {account.name} in",
        errors,
        **{"ways": ways, "made": "", "link": "", "was_made": False, **made},
    )


def _make_way_in(visit: Visit) -> PageAnswer:
    way = visit.form.one("way")
    if way not in {"link", "key"}:
        return _ask_for_way_in(visit, [FieldError("way", "Choose what you will make")])
    try:
        if way == "key":
            made = arranged(visit, "make-account-key", {"name": "a first key"}, path=visit.path, part=way)
            return _ask_for_way_in(visit, made=made.key or "", was_made=True)
        link = arranged(visit, "make-sign-in-link", {}, path=visit.path, part=way)
        return _ask_for_way_in(visit, link=link.address or "", was_made=True)
    except Problem as problem:
        return _ask_for_way_in(visit, errors_at(problem, {}, otherwise="way"))


def _ask_to_take_away(visit: Visit, errors: Sequence[FieldError] = ()) -> PageAnswer:
    account = _account(visit)
    role = next((each for each in account.roles if str(each.grant_id) == visit.path["grant"]), None)
    if role is None:
        raise Problem("not-found", "This account was given no role with this id.")
    return _form_page(
        visit,
        "ending",
        "Take a role away",
        errors,
        what_ends=f"{account.name} is {role.role.in_words} since {role.given.at:%-d %B %Y}.",
        what_follows="From then on the role opens nothing. What was recorded with it stays.",
        address=visit.address.partition("?")[0],
        button="Take this role away",
        may_forget=False,
    )


def _take_away(visit: Visit) -> PageAnswer:
    return _ended(visit, "take-away-role", _ask_to_take_away)


def _ask_to_take_key(visit: Visit, errors: Sequence[FieldError] = ()) -> PageAnswer:
    keys = visit.ask("list-account-keys", {"account": visit.path["account"]}).data
    key = next((each for each in keys if str(each.key_id) == visit.path["key"]), None)
    if key is None:
        raise Problem("not-found", "This account has no key with this id.")
    return _form_page(
        visit,
        "ending",
        "Take somebody’s key away",
        errors,
        what_ends=f"The key “{key.name}”.",
        what_follows="From then on it opens nothing, and whoever is signed in with it is signed out.",
        address=visit.address.partition("?")[0],
        button="Take this key away",
        may_forget=False,
    )


def _take_key(visit: Visit) -> PageAnswer:
    return _ended(visit, "revoke-account-key", _ask_to_take_key)


def _ask_to_close(visit: Visit, errors: Sequence[FieldError] = ()) -> PageAnswer:
    account = _account(visit)
    return _form_page(
        visit,
        "ending",
        "Close an account",
        errors,
        what_ends=f"The account of {account.name or FORGOTTEN.lower()}.",
        what_follows="Its roles, keys and sessions end at once, for good. What was recorded with it stays.",
        address=visit.address.partition("?")[0],
        button="Close this account",
        may_forget=True,
    )


def _close(visit: Visit) -> PageAnswer:
    forgets = visit.form.one("forget") == "yes"
    return _ended(visit, "forget-account-holder" if forgets else "close-account", _ask_to_close)


def _ended(visit: Visit, operation: str, ask: Any) -> PageAnswer:  # noqa: ANN401 - one of the pages here
    reason = visit.form.one("why")
    answer: PageAnswer
    if not reason:
        answer = ask(visit, [_NO_REASON])
        return answer
    try:
        arranged(visit, operation, {"why": reason}, path=visit.path, part=operation)
    except Problem as problem:
        answer = ask(visit, errors_at(problem, {}, otherwise="why"))
        return answer
    return SeeOther(f"/people/{visit.path['account']}")


def _page(path: str, name: str, show: Any, take: Any) -> Page:  # noqa: ANN401 - the functions of a page
    return Page(
        path=f"/people/{{account}}/{path}", name=name, show=show, take=take, right=Right.LET_IN, section="people"
    )


PAGES = (
    _page("give-role", "give-role", _ask_for_role, _give),
    _page("let-in", "let-in", _ask_for_way_in, _make_way_in),
    _page("roles/{grant}/take-away", "take-away-role", _ask_to_take_away, _take_away),
    _page("keys/{key}/take-away", "take-away-account-key", _ask_to_take_key, _take_key),
    _page("close", "close-account", _ask_to_close, _close),
)
