"""Opening a link: its code, which stands behind the `#` of its address and so is sent to nobody, opens a sitting.

Scanners of mail that open addresses send no code; a browser with scripts sends it at once, and one without takes it
from whoever types or pastes it. The page that it leads to has an address without it.

Wrong codes count against the address that sends them, as wrong keys do, and against nobody else. A limit over all
addresses would let whoever sends wrong codes shut out everybody with a right one. It is not needed: of 130 random bits,
a million guesses a second at a million links that wait find one in some 10^19 years.
"""

from typing import Final

from api.access.answer_links import LIVE, begin_sitting, find_by_code
from api.access.link_codes import read_code
from api.pages.answers.ended_link import ended_link
from api.pages.ground.page import FieldError, Page, PageAnswer, SeeOther, Shown, Visit
from api.recording.answer_by_link import state_of_link

PROMISE: Final = "/answer/promise"
_NOTHING: Final = "This code opens nothing. Check it against the message, or ask your board for another"


def _show(visit: Visit) -> PageAnswer:
    del visit
    return code_wanted()


def _take(visit: Visit) -> PageAnswer:
    text = visit.form.one("code")
    if not text:
        return code_wanted(FieldError("code", "Enter the code from your message"))
    code = read_code(text)
    link = None if code is None else find_by_code(visit.services.recorder, code)
    if link is None:
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
