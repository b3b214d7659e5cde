"""Own access at the pages: the keys of whoever is signed in, made, renewed and taken away; and for whom they act."""

from collections.abc import Callable, Sequence
from typing import Any, Final
from uuid import UUID, uuid4

from api.access.accounts import find_account
from api.access.user_roles import RIGHTS_OF, Right
from api.http.problems import Problem
from api.pages.ground.browser_sessions import act_for
from api.pages.ground.entered_dates import entered_date
from api.pages.ground.page import FieldError, Page, PageAnswer, SeeOther, Shown, Visit
from api.pages.ground.principal_of_session import has_lost_its_body
from api.pages.ground.sent_forms import key_of
from api.pages.people.arranging import arranged, errors_at
from api.reading.shown_access import KeyEntry, MadeKey, names_of

_OVERLAPS: Final = {"0", "7", "30"}
_FIELDS: Final = {"/name": "name", "/scope": "scope", "/until": "until-day"}


def _show_keys(visit: Visit, errors: Sequence[FieldError] = (), *, made: MadeKey | None = None) -> Shown:
    values = {
        "keys": visit.ask("list-own-keys").data[::-1],
        "has_account": visit.visitor.account_id is not None,
        "made": None if made is None else made.key,
        "was_made": made is not None,
        "form": visit.form if errors else type(visit.form)(),
        "key_of_form": key_of(visit.form) if errors else str(uuid4()),
    }
    return Shown(template="people/own_keys_page.html", title="Your keys", values=values, errors=errors)


def _make(visit: Visit) -> PageAnswer:
    form, until = visit.form, entered_date(visit.form, "until", "The last day")
    errors = [] if form.one("name") else [FieldError("name", "Enter what the key is for")]
    if not form.one("scope"):
        errors.append(FieldError("scope", "Choose what it may do"))
    if until.fault is not None:
        errors.append(until.fault)
    if errors:
        return _show_keys(visit, errors)
    body = {"name": form.one("name"), "scope": form.one("scope")} | ({"until": until.when} if until.when else {})
    try:
        made: MadeKey = arranged(visit, "make-own-key", body)
    except Problem as problem:
        return _show_keys(visit, errors_at(problem, _FIELDS, otherwise="name"))
    return _show_keys(visit, made=made)


def _own(visit: Visit) -> KeyEntry:
    key_id = visit.id_in_path("key")
    for key in visit.ask("list-own-keys").data:
        if key.key_id == key_id:
            found: KeyEntry = key
            return found
    raise Problem("not-found", "You have no key with this id.")


def _key_page(visit: Visit, template: str, title: str, errors: Sequence[FieldError] = (), **values: Any) -> Shown:  # noqa: ANN401 - what the template prints
    shown = {"own": _own(visit), "form": visit.form, "key_of_form": key_of(visit.form), "made": None, **values}
    return Shown(template=f"people/{template}.html", title=title, values=shown, errors=errors)


def _show_renewal(visit: Visit, errors: Sequence[FieldError] = ()) -> PageAnswer:
    return _key_page(visit, "renew_key", "Renew a key", errors)


def _renew(visit: Visit) -> PageAnswer:
    overlap = visit.form.one("overlap")
    if overlap not in _OVERLAPS:
        return _show_renewal(visit, [FieldError("overlap", "Choose for how long the old key stays good")])
    try:
        made: MadeKey = arranged(visit, "renew-own-key", {"overlap_days": int(overlap)}, path=visit.path)
    except Problem as problem:
        return _show_renewal(visit, errors_at(problem, {}, otherwise="overlap"))
    if made.key is None:
        return SeeOther("/my-page/keys")
    return _key_page(visit, "renew_key", "The key is renewed", made=made.key)


def _show_end(visit: Visit) -> PageAnswer:
    return _key_page(visit, "take_away_key", "Take a key away")


def _end(visit: Visit) -> PageAnswer:
    arranged(visit, "revoke-own-key", {}, path=visit.path)
    return SeeOther("/my-page/keys")


def _bodies(visit: Visit) -> list[tuple[str, str]]:
    """The bodies for which the holder of the account may act, their own organisation first."""
    account_id = visit.visitor.account_id
    if account_id is None:
        return []
    with visit.services.recorder.connections.borrow() as connection:
        account = find_account(connection, account_id)
    records = (each for each in visit.visitor.roles if each.role is not None and Right.RECORD in RIGHTS_OF[each.role])
    others = frozenset[UUID]().union(*(each.bodies for each in records))
    own = None if account is None else account.organisation_id
    names = names_of(visit.call("read-me"), (), others | ({own} if own else set()))
    ids = [] if own is None else [own]
    ids += sorted(others - {own}, key=lambda each: names.get(each, ""))
    return [(str(each), names.get(each, "A body without a name")) for each in ids]


def _show_bodies(visit: Visit, errors: Sequence[FieldError] = ()) -> PageAnswer:
    chosen = visit.form.one("body") or str(visit.visitor.organisation_id or "")
    lost = _lost_body(visit)
    values = {"bodies": _bodies(visit), "chosen": "" if errors or lost else chosen, "lost": lost}
    return Shown(template="people/acting_for.html", title="For whom you act", values=values, errors=errors)


def _lost_body(visit: Visit) -> str:
    """The name of the body that they chose and that is theirs no longer; empty where there is none."""
    body_id = None if visit.session is None else visit.session.acting_for
    if body_id is None or visit.session is None or not has_lost_its_body(visit.session, visit.visitor):
        return ""
    return names_of(visit.call("read-me"), (), {body_id}).get(body_id, "the body that you chose")


def _choose(visit: Visit) -> PageAnswer:
    body, bodies = visit.form.one("body"), {value for value, _ in _bodies(visit)} or {""}
    if visit.session is None or body not in bodies:
        return _show_bodies(visit, [FieldError("body", "Choose the body for which you act")])
    act_for(visit.services.recorder, visit.session, UUID(body) if body else None)
    return SeeOther("/my-page")


def _page(path: str, name: str, show: Callable[[Visit], PageAnswer], take: Callable[[Visit], PageAnswer]) -> Page:
    return Page(path=f"/my-page/{path}", name=name, show=show, take=take, right=Right.OWN_KEYS, section="my-page")


PAGES = (
    _page("keys", "own-keys", _show_keys, _make),
    _page("keys/{key}/renew", "renew-key", _show_renewal, _renew),
    _page("keys/{key}/take-away", "take-away-key", _show_end, _end),
    _page("acting-for", "acting-for", _show_bodies, _choose),
)
