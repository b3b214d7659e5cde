"""Asking by a link: whoever was promised something, and has no account, is asked whether it was kept."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from api.access.user_roles import Right
from api.http.problems import Problem
from api.pages.ground import perform
from api.pages.ground.entered_dates import entered_date
from api.pages.ground.field_errors import field_errors
from api.pages.ground.page import FieldError, Page, PageAnswer, SeeOther, Shown, Visit
from api.pages.ground.sent_forms import key_of
from api.pages.records.mend_record import in_hand
from api.pages.records.promise_forms import promise_standing
from api.resources.links_to_promises import AnswerLinkEntry, MadeAnswerLink

_LINKS = "/partnerships/{partnership_id}/links"
_AT = {"/asked": "asked", "/until": "until-day", "/way": "way"}
_WAYS = (("mail", "By mail to its registered contact"), ("passed-on", "I pass it on myself"))


def _ask(
    visit: Visit,
    errors: Sequence[FieldError] = (),
    *,
    new_link: MadeAnswerLink | None = None,
) -> PageAnswer:
    answer = visit.ask("read-record", {"record": visit.id_in_path("record")})
    record = in_hand(answer)
    promise = promise_standing(visit, answer.partnership_id, record)
    if record is None or promise is None:
        raise Problem("not-found", "This is no promise, or it was withdrawn.")
    members = visit.ask("read-members", {"partnership_id": answer.partnership_id})
    seated = {row.party_id for row in members.rows if row.is_taken}
    values = {
        "record": record,
        "promise": promise,
        "partnership_id": answer.partnership_id,
        "form": visit.form,
        "key": key_of(visit.form),
        "bodies": sorted(
            ((str(each), members.names.get(each, "")) for each in promise.owed_to & seated), key=lambda body: body[1]
        ),
        "ways": _WAYS if visit.services.sends_mail else (),
        "made": new_link,
    }
    title = "Ask whether it was kept" if new_link is None or new_link.address is None else "Pass this link on"
    return Shown(template="records/ask_by_link.html", title=title, values=values, errors=errors)


def _make(visit: Visit) -> PageAnswer:
    form, until = visit.form, entered_date(visit.form, "until", "The last day")
    errors = [] if form.one("asked") else [FieldError("asked", "Choose who is asked")]
    if until.fault is not None:
        errors.append(until.fault)
    if errors:
        return _ask(visit, errors)
    record = visit.ask("read-record", {"record": visit.id_in_path("record")})
    body: dict[str, Any] = {"asked": form.one("asked")}
    if until.when is not None:
        body["until"] = until.when
    if form.one("way"):
        body["way"] = form.one("way")
    fields = record.stands or record.record.body
    path = {"partnership_id": record.partnership_id, "commitment": fields.get("commitment_id", "")}
    try:
        new_link = perform.send(visit.call("make-answer-link", path), body, form.one("key"))
    except Problem as problem:
        return _ask(visit, field_errors(problem, _AT, otherwise="asked"))
    return _ask(visit, new_link=new_link)


def _list(visit: Visit) -> PageAnswer:
    partnership = visit.ask("read-partnership", visit.path)
    links = visit.ask("list-answer-links", visit.path).data
    values = {"partnership": partnership, "links": links}
    return Shown(template="records/answer_links.html", title="Links to promises", values=values)


def _ask_to_withdraw(visit: Visit, errors: Sequence[FieldError] = ()) -> PageAnswer:
    values = {
        "partnership": visit.ask("read-partnership", {"partnership_id": visit.path["partnership_id"]}),
        "link": _link(visit),
        "form": visit.form,
        "key": key_of(visit.form),
    }
    return Shown(template="records/withdraw_link.html", title="Withdraw a link", values=values, errors=errors)


def _withdraw(visit: Visit) -> PageAnswer:
    if not visit.form.one("why"):
        return _ask_to_withdraw(visit, [FieldError("why", "Enter why")])
    path = {"partnership_id": visit.path["partnership_id"], "link": visit.path["link"]}
    try:
        perform.send(visit.call("withdraw-answer-link", path), {"why": visit.form.one("why")}, visit.form.one("key"))
    except Problem as problem:
        return _ask_to_withdraw(visit, field_errors(problem, {"/why": "why"}, otherwise="why"))
    return SeeOther(f"/partnerships/{UUID(visit.path['partnership_id'])}/links")


def _link(visit: Visit) -> AnswerLinkEntry:
    links = visit.ask("list-answer-links", {"partnership_id": visit.path["partnership_id"]}).data
    entry: AnswerLinkEntry | None = next((each for each in links if str(each.link_id) == visit.path["link"]), None)
    if entry is None:
        raise Problem("not-found", "This partnership has no link with this id.")
    return entry


PAGES = (
    Page(
        path="/records/{record}/ask-by-link",
        name="ask-by-link",
        show=_ask,
        take=_make,
        right=Right.LOOK_AFTER,
        section="partnerships",
    ),
    Page(path=_LINKS, name="answer-links", show=_list, right=Right.LOOK_AFTER, section="partnerships"),
    Page(
        path=f"{_LINKS}/{{link}}/withdraw",
        name="withdraw-link",
        show=_ask_to_withdraw,
        take=_withdraw,
        right=Right.LOOK_AFTER,
        section="partnerships",
    ),
)
