"""Webhooks at the pages: those of whoever is signed in, how their deliveries go, and what can be done about them."""

from collections.abc import Callable, Sequence
from typing import Any, Final
from uuid import uuid4

from api.access.user_roles import Right
from api.http.problems import Problem
from api.pages.ground.page import FieldError, Page, PageAnswer, SeeOther, Shown, Visit
from api.pages.ground.sent_forms import key_of
from api.pages.people.arranging import arranged, errors_at
from api.reading.shown_webhooks import MadeWebhook, WebhookEntry

_AT: Final = "/my-page/webhooks"
_FIELDS: Final = {"/name": "name", "/url": "url"}
_OVERLAP_HOURS: Final = 24
_ACTS: Final = {
    "pause": ("pause-webhook", {}),
    "resume": ("resume-webhook", {}),
    "again": ("replay-webhook", {}),
    "end": ("end-webhook", {}),
    "secret": ("rotate-webhook", {"overlap_hours": _OVERLAP_HOURS}),
}
_FAULTS: Final = {
    "not-public": "it leads into a network that is not public",
    "not-found": "its host cannot be found",
    "not-https": "it is not called by https",
    "no-connection": "it could not be reached",
    "too-slow": "it took longer than 15 seconds",
    "broken-off": "it broke off",
}


def fault_in_words(fault: str) -> str:
    """How a delivery failed, as people read it."""
    kind, _, status = fault.partition("status-")
    return f"it answered with {status}" if not kind else _FAULTS.get(fault, fault)


def _show(visit: Visit, errors: Sequence[FieldError] = (), *, new_webhook: MadeWebhook | None = None) -> Shown:
    values = {
        "webhooks": visit.ask("list-webhooks").data[::-1],
        "has_account": visit.visitor.account_id is not None,
        "made": new_webhook,
        "form": visit.form if errors else type(visit.form)(),
        "key_of_form": key_of(visit.form) if errors else str(uuid4()),
    }
    return Shown(template="people/own_webhooks_page.html", title="Your webhooks", values=values, errors=errors)


def _make(visit: Visit) -> PageAnswer:
    form = visit.form
    errors = [] if form.one("name") else [FieldError("name", "Enter what it is for")]
    if not form.one("url"):
        errors.append(FieldError("url", "Enter the address"))
    if errors:
        return _show(visit, errors)
    try:
        new_webhook: MadeWebhook = arranged(
            visit, "make-webhook", {"name": form.one("name"), "url": form.one("url").strip()}
        )
    except Problem as problem:
        return _show(visit, errors_at(problem, _FIELDS, otherwise="url"))
    return _show(visit, new_webhook=new_webhook)


def _show_one(visit: Visit, errors: Sequence[FieldError] = (), *, new_webhook: MadeWebhook | None = None) -> Shown:
    entry = _own(visit)
    values: dict[str, Any] = {
        "each": entry,
        "made": new_webhook,
        "fault": None if entry.fault is None else fault_in_words(entry.fault),
        "key_of_form": str(uuid4()),
    }
    return Shown(template="people/own_webhook.html", title=entry.name, values=values, errors=errors)


def _act(visit: Visit) -> PageAnswer:
    act = _ACTS.get(visit.form.one("act"))
    if act is None:
        return SeeOther(f"{_AT}/{visit.path['webhook']}")
    operation, body = act
    answer = arranged(visit, operation, body, path=visit.path)
    if isinstance(answer, MadeWebhook):
        return _show_one(visit, new_webhook=answer)
    return SeeOther(f"{_AT}/{visit.path['webhook']}")


def _own(visit: Visit) -> WebhookEntry:
    webhook_id = visit.id_in_path("webhook")
    for webhook in visit.ask("list-webhooks").data:
        if webhook.webhook_id == webhook_id:
            entry: WebhookEntry = webhook
            return entry
    raise Problem("not-found", "You have no webhook with this id.")


def _page(path: str, name: str, show: Callable[[Visit], PageAnswer], take: Callable[[Visit], PageAnswer]) -> Page:
    return Page(path=path, name=name, show=show, take=take, right=Right.SEND_ON, section="my-page")


PAGES = (
    _page(_AT, "own-webhooks", _show, _make),
    _page(f"{_AT}/{{webhook}}", "own-webhook", _show_one, _act),
)
