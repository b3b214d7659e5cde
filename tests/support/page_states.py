"""States of pages that no link leads to: forms sent with something wrong, and pages that only a form leads to."""

from collections.abc import Callable
from typing import Any, NamedTuple


class PageState(NamedTuple):
    """How a browser brings a page about, as a member of a board; and whether the page then says what is wrong."""

    page: str
    bring_about: Callable[[Any, str], None]
    is_error: bool = True
    is_signed_out: bool = False


def _empty_sign_in(page, board: str) -> None:
    assert board
    page.goto("/sign-in")
    page.get_by_role("button", name="Sign in").click()


def _empty_meeting(page, board: str) -> None:
    page.goto(f"{board}/meetings/new")
    page.get_by_role("button", name="Save this meeting").click()


def _meeting_to_check(page, board: str) -> None:
    page.goto(f"{board}/meetings/new")
    page.get_by_label("Today", exact=True).check()
    page.get_by_role("group", name="Members who were there").get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Check and save").click()


def _empty_data_sharing(page, board: str) -> None:
    page.goto(f"{board}/data-sharing")
    page.get_by_role("button", name="Record this arrangement").click()


def _empty_reply(page, board: str) -> None:
    page.goto(f"{board}/reply")
    page.get_by_role("button", name="Print this reply with the figure").click()


STATES = {
    "sign-in with nothing entered": PageState("sign-in", _empty_sign_in, is_signed_out=True),
    "a meeting with nothing answered": PageState("record-meeting", _empty_meeting),
    "an arrangement with nothing entered": PageState("partnership-data-sharing", _empty_data_sharing),
    "a reply with nothing entered": PageState("partnership-reply", _empty_reply),
    "a meeting to check": PageState("check-meeting", _meeting_to_check, is_error=False),
}
"""By what each is."""
