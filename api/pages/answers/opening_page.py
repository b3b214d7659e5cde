"""Opening a link: its code, which stands behind the `#` of its address and so is sent to nobody, opens a sitting.

Scanners of mail that open addresses send no code; a browser with scripts sends it at once, and one without takes it
from whoever types or pastes it. The page that it leads to has an address without it.
"""

from typing import Final

from api.access.answer_links import LIVE, begin_sitting, find_by_code
from api.access.link_codes import read_code
from api.http.problems import Problem
from api.pages.answers.ended_link import ended_link
from api.pages.ground.page import FieldError, Page, PageAnswer, SeeOther, Shown, Visit
from api.recording.answer_by_link import state_of_link

PROMISE: Final = "/answer/promise"
_EVERYBODY: Final = "everybody"
_NOTHING: Final = "This code opens nothing. Check it against the message, or ask your board for another"


def _show(visit: Visit) -> PageAnswer:
    del visit
    return code_wanted()


def _take(visit: Visit) -> PageAnswer:
    tries, text = visit.services.limits.link_tries, visit.form.one("code")
    used_up = tries.used_up(_EVERYBODY)
    if used_up is not None:
        detail = f"Too many wrong codes came in. Try yours again in {used_up.whole_in_s} seconds."
        raise Problem("too-many-requests", detail, headers={"Retry-After": str(used_up.whole_in_s)})
    if not text:
        return code_wanted(FieldError("code", "Enter the code from your message"))
    code = read_code(text)
    link = None if code is None else find_by_code(visit.services.recorder, code)
    if link is None:
        tries.take(_EVERYBODY)
        return code_wanted(FieldError("code", _NOTHING), is_guess=True)
    state = state_of_link(visit.services, link)
    if state not in LIVE:
        return ended_link(state)
    return SeeOther(PROMISE, sits=begin_sitting(visit.services.recorder, link.link_id))


def code_wanted(*errors: FieldError, is_guess: bool = False, is_elsewhere: bool = False) -> Shown:
    """The page that asks for a code; `is_elsewhere`: where a page of a link is asked for that was not opened here."""
    return Shown(
        template="answers/opening_page.html",
        title="Open your link",
        values={"is_elsewhere": is_elsewhere},
        errors=errors,
        refuses_credential=is_guess,
    )


PAGES = (Page(path="/answer", name="open-answer-link", show=_show, take=_take, right=None, by_link=True),)
