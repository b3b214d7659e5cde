"""The one promise of a link: what was recorded of it, the answer of whoever holds the link, and what came of that."""

from collections.abc import Sequence
from typing import Any, Final

from api.access.answer_links import LIVE, AnswerLink, LinkEnd, LinkState, LinkWay, held_link
from api.http.problems import Problem
from api.pages.answers.ended_link import ended_link
from api.pages.answers.opening_page import PROMISE, code_wanted
from api.pages.ground.field_errors import field_errors
from api.pages.ground.page import FieldError, FormFields, Page, PageAnswer, SeeOther, Shown, Visit
from api.pages.ground.pointed_out import identifiers_in_words, to_point_out
from api.reading.asked_promise import asked_promise
from api.recording.answer_by_link import LinkSpent, answer_by_link, sayable, state_of_link
from domain.vocabulary import PromiseAnswer

_SENT: Final = "/answer/sent"
_WORDS: Final = "words"
_ANSWERS: Final = {
    PromiseAnswer.DONE: "Yes, it was done",
    PromiseAnswer.DONE_IN_PART: "Part of it was done",
    PromiseAnswer.NOT_DONE: "No, it was not so",
    PromiseAnswer.CANNOT_SAY: "I cannot say",
}
_SHARES: Final = (("0.25", "About a quarter"), ("0.5", "About half"), ("0.75", "About three quarters"))
_AT: Final = {"/words": _WORDS, "/fraction": "share", "/answer": "answer"}
_SAID: Final = {
    LinkWay.MAIL: "by a link sent to them",
    LinkWay.PASSED_ON: "by a link passed on to them",
}


def _show(visit: Visit) -> PageAnswer:
    link = visit.link
    if link is None:
        return code_wanted(is_elsewhere=True)
    state = state_of_link(visit.services, link)
    return _asked(visit, link, FormFields()) if state in LIVE else ended_link(state)


def _take(visit: Visit) -> PageAnswer:
    link, form = visit.link, visit.form
    if link is None:
        return code_wanted(is_elsewhere=True)
    errors = list(_missing(form))
    if errors or to_point_out(form, [_WORDS]):
        return _asked(visit, link, form, errors)
    answer = PromiseAnswer(form.one("answer"))
    more: dict[str, object] = {_WORDS: form.one(_WORDS)} if form.one(_WORDS) else {}
    if answer is PromiseAnswer.DONE_IN_PART:
        more["fraction"] = float(form.one("share"))
    try:
        answer_by_link(visit.services, link.link_id, answer, more)
    except LinkSpent as spent:
        return ended_link(spent.state)
    except Problem as problem:
        return _asked(visit, link, form, field_errors(problem, _AT, otherwise="answer"))
    return SeeOther(_SENT)


def _missing(form: FormFields) -> Sequence[FieldError]:
    if form.one("answer") not in set(PromiseAnswer):
        return [FieldError("answer", "Choose your answer")]
    if form.one("answer") == PromiseAnswer.DONE_IN_PART and form.one("share") not in dict(_SHARES):
        return [FieldError("share", "Choose about how much of it was done")]
    return []


def _asked(visit: Visit, link: AnswerLink, form: FormFields, errors: Sequence[FieldError] = ()) -> Shown:
    promise = asked_promise(visit.services, link.partnership_id, link.commitment_id, link.party_id)
    answers = sayable(visit.services, link)
    values: dict[str, Any] = {
        "promise": promise,
        "link": link,
        "said": _SAID[link.way],
        "answers": [(answer.value, _ANSWERS[answer]) for answer in PromiseAnswer if answer in answers],
        "shares": _SHARES,
        "form": form,
        "looks_like": identifiers_in_words(form, [_WORDS]),
    }
    title = f"Did {promise.promisers} keep this promise?"
    return Shown(template="answers/promise_page.html", title=title, values=values, errors=errors)


def _show_not_me(visit: Visit) -> PageAnswer:
    link = visit.link
    if link is None:
        return code_wanted(is_elsewhere=True)
    state = state_of_link(visit.services, link)
    return Shown(template="answers/not_me.html", title="Not the right person?") if state in LIVE else ended_link(state)


def _take_not_me(visit: Visit) -> PageAnswer:
    link = visit.link
    if link is None:
        return code_wanted(is_elsewhere=True)
    with held_link(visit.services.recorder, visit.services.vault, link.link_id) as locked:
        state = state_of_link(visit.services, locked.link)
        if state not in LIVE:
            return ended_link(state)
        locked.end(LinkEnd.RETURNED)
    return SeeOther(_SENT)


def _show_sent(visit: Visit) -> PageAnswer:
    link = visit.link
    state = None if link is None else state_of_link(visit.services, link)
    if state not in {LinkState.USED, LinkState.RETURNED}:
        return SeeOther(PROMISE)
    return Shown(template="answers/sent.html", title="Thank you", values={"is_answer": state is LinkState.USED})


PAGES = (
    Page(path=PROMISE, name="answer-promise-by-link", show=_show, take=_take, right=None, by_link=True),
    Page(path="/answer/not-me", name="return-link", show=_show_not_me, take=_take_not_me, right=None, by_link=True),
    Page(path=_SENT, name="answer-sent", show=_show_sent, right=None, by_link=True),
)
