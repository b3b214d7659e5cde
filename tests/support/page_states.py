"""States of pages that no link leads to: forms sent with something wrong, and pages that only a form leads to."""

from collections.abc import Callable
from typing import Any, NamedTuple

from tests.support.link_page_steps import (
    asked_nobody,
    link_to_promise,
    link_to_withdraw,
    link_withdrawn_without_reason,
    links_to_promises,
    no_answer_by_link,
    no_code,
    open_promise,
    promise_by_link,
)
from tests.support.own_page_steps import (
    empty_own_key,
    empty_webhook,
    made_own_key,
    made_webhook,
    webhook_with_new_secret,
)

NOBODY, SECRETARY, STEWARD, ADMINISTRATOR = "nobody", "the secretary of a board", "a steward", "an administrator"
KEEPER = "a steward with an account"
"""Who looks: whoever has not signed in, records for one board, looks after the record, or lets others in."""


class PageState(NamedTuple):
    """How somebody brings a page about, beginning at a board's; and whether the page then says what is wrong."""

    page: str
    bring_about: Callable[[Any, str], None]
    is_error: bool = True
    who: str = SECRETARY


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


def _no_partnership(page, board: str) -> None:
    assert board
    page.goto("/meetings/new?choose=yes")
    page.get_by_role("button", name="Continue").click()


def _last_meeting(page, board: str) -> None:
    page.goto(f"{board}/meetings")
    page.get_by_role("link", name="Meeting of ").first.click()


def _notes_to_nobody(page, board: str) -> None:
    _last_meeting(page, board)
    page.get_by_text("Share the notes").click()
    page.get_by_role("button", name="Notes were shared").click()


def _empty_addition(page, board: str) -> None:
    _last_meeting(page, board)
    page.get_by_role("link", name="Add what was forgotten").click()
    page.get_by_role("button", name="Add to this meeting").click()


def _empty_correction(page, board: str) -> None:
    _last_meeting(page, board)
    page.get_by_role("link", name="Put it right").click()
    page.get_by_role("button", name="Put it right").click()


def _empty_withdrawal(page, board: str) -> None:
    _last_meeting(page, board)
    page.get_by_role("link", name="Withdraw it").click()
    page.get_by_role("button", name="Withdraw this meeting").click()


def _empty_plan(page, board: str) -> None:
    page.goto(f"{board}/plans/new")
    page.get_by_role("button", name="Plan it").click()


def _planned_meeting(page, board: str) -> None:
    page.goto(f"{board}/plans/new")
    for part, number in (("Day", 1), ("Month", 2), ("Year", 2090)):
        page.get_by_label(part, exact=True).fill(str(number))
    page.get_by_role("button", name="Plan it").click()
    page.locator(".todo a").first.click()


def _plan_moved_nowhere(page, board: str) -> None:
    _planned_meeting(page, board)
    page.get_by_role("group", name="When is it now?").get_by_label("Month", exact=True).fill("13")
    page.get_by_role("button", name="Move it").click()


def _kept_draft(page, board: str) -> None:
    page.goto(f"{board}/meetings/new")
    page.get_by_label("Yesterday", exact=True).check()
    page.get_by_role("button", name="Keep as a draft").click()


def _recorded_meeting(page, board: str) -> None:
    page.goto(f"{board}/meetings/new")
    page.get_by_label("Yesterday", exact=True).check()
    page.get_by_role("button", name="As last time").click()
    page.get_by_role("button", name="Save this meeting").click()


def _withdrawn_meeting(page, board: str) -> None:
    _recorded_meeting(page, board)
    page.get_by_role("link", name="Withdraw it").click()
    page.get_by_label("Why should it not have been recorded?").fill("It was recorded twice")
    page.get_by_role("button", name="Withdraw this meeting").click()


def _full_meeting(page, board: str) -> None:
    """The form with a block of every kind open, and something wrong in each."""
    page.goto(f"{board}/meetings/new")
    page.get_by_role("button", name="As last time").click()
    for part in ("visitor", "asked", "answered", "decided", "promised"):
        page.locator(f"#part-{part}").click()
        page.locator(f"textarea[name^={part}-1-], input[name={part}-1-name]").first.fill("Ring 01632 960 001")
    page.get_by_role("group", name="When was it?").get_by_label("Another day").check()
    page.get_by_role("group", name="What kind?").get_by_label("Another kind").check()
    page.get_by_role("button", name="Save this meeting").click()


def _empty_data_sharing(page, board: str) -> None:
    page.goto(f"{board}/data-sharing")
    page.get_by_role("button", name="Record this arrangement").click()


def _nothing_said_of_a_source(page, board: str) -> None:
    page.goto(f"{board}/sources")
    page.get_by_role("button", name="Record what it would note").click()


def _empty_reply(page, board: str) -> None:
    page.goto(f"{board}/reply")
    page.get_by_role("button", name="Print this reply with the figure").click()


def _empty_review(page, board: str) -> None:
    assert board
    page.goto("/reports/new")
    page.get_by_role("button", name="Register this review").click()


def _last_promise(page, board: str, before: int = 0) -> None:
    page.goto(f"{board}/events?kind=commitments&words=Forum%20confirmed")
    page.locator(".events a").nth(before).click()


def _empty_record_correction(page, board: str) -> None:
    _last_promise(page, board)
    page.get_by_role("link", name="Correct this entry").click()
    page.get_by_role("button", name="Put it right").click()


def _empty_record_withdrawal(page, board: str) -> None:
    _last_promise(page, board)
    page.get_by_role("link", name="Withdraw it").click()
    page.get_by_role("button", name="Withdraw this record").click()


def _record_put_right(page, board: str) -> None:
    _last_promise(page, board)
    page.get_by_role("link", name="Correct this entry").click()
    page.get_by_role("group", name="Done (optional)").get_by_label("Day", exact=True).fill("1")
    page.get_by_label("What was wrong?").fill("It was done before")
    page.get_by_role("button", name="Put it right").click()


def _withdrawn_record(page, board: str) -> None:
    _last_promise(page, board, before=1)  # other states are about the last
    page.get_by_role("link", name="Withdraw it").click()
    page.get_by_label("Why should it not have been recorded?").fill("It was recorded of another promise")
    page.get_by_role("button", name="Withdraw this record").click()


def _nothing_said(page, board: str) -> None:
    _last_promise(page, board)
    page.get_by_role("link", name="Say that it is right, or wrong").click()
    page.get_by_role("button", name="Say so").click()


def _no_part_settled_for(page, board: str) -> None:
    open_promise(page, board)
    page.get_by_role("link", name="Settle for the part that was done").click()
    page.get_by_role("button", name="Settle for this part").click()


def _no_date_named(page, board: str) -> None:
    open_promise(page, board)
    page.get_by_role("link", name="date").click()
    page.get_by_role("button", name="this date").click()


def _registered_review(page, board: str) -> None:
    assert board
    page.goto("/reports/new")
    page.get_by_label("What does it mean to find out?").fill("Do promises to residents hold?")
    page.get_by_role("group", name="Which partnerships is it about?").get_by_role("checkbox").first.check()
    for group, year in (("The first day it looks at", "2026"), ("The last day it looks at", "2999")):
        for part, text in (("Day", "1"), ("Month", "1"), ("Year", year)):
            page.get_by_role("group", name=group).get_by_label(part, exact=True).fill(text)
    page.get_by_role("button", name="Register this review").click()


def _tables_of_a_day_to_come(page, board: str) -> None:
    _registered_review(page, board)
    for part, text in (("Day", "1"), ("Month", "1"), ("Year", "2999")):
        page.get_by_label(part, exact=True).fill(text)
    page.get_by_role("button", name="Freeze tables").click()


def _frozen_tables(page, board: str) -> None:
    _registered_review(page, board)
    page.get_by_role("button", name="Freeze tables").click()
    while "See how far it has come" in page.request.get(page.url).text():
        page.wait_for_timeout(100)
    page.reload()


def _figures_side_by_side(page, board: str) -> None:
    page.goto(f"{board}/what-if")
    page.get_by_label("They do not fade", exact=True).check()
    page.get_by_role("button", name="Show figures side by side").click()


def _found_things(page, board: str) -> None:
    page.goto(board)
    page.goto("/search?q=Harrowfold")


def _renewal_of_no_length(page, board: str) -> None:
    assert board
    page.goto("/my-page/keys")
    page.get_by_role("link", name="Renew").first.click()
    page.get_by_role("button", name="Renew this key").click()


def _act_for_nobody(page, board: str) -> None:
    assert board
    page.goto("/my-page/acting-for")
    page.evaluate("document.querySelectorAll('input[type=radio]').forEach(each => each.value = 'x')")
    page.get_by_role("button", name="Act for this body").click()


def _empty_account(page, board: str) -> None:
    assert board
    page.goto("/people/new")
    page.get_by_role("button", name="Make this account").click()


def _somebody(page, name: str) -> None:
    page.goto("/people")
    page.get_by_role("link", name=name).click()


def _empty_role(page, board: str) -> None:
    assert board
    _somebody(page, "Alex Sample")
    page.get_by_role("button", name="Give a role").click()
    page.get_by_role("button", name="Give this role").click()


def _mail_to_nowhere(page, board: str) -> None:
    assert board
    page.goto("/my-page/mail")
    page.get_by_label("Every day").check()
    page.get_by_role("button", name="Save").click()


def _calendar_of_nothing(page, board: str) -> None:
    assert board
    page.goto("/my-page/calendar")
    page.get_by_role("button", name="Make this link").click()


def _no_way_in(page, board: str) -> None:
    assert board
    _somebody(page, "Jo Sample")
    page.get_by_role("link", name="Make a link or a first key").click()
    page.get_by_role("button", name="Make it").click()


def _made_link(page, board: str) -> None:
    assert board
    _somebody(page, "Jo Sample")
    page.get_by_role("link", name="Make a link or a first key").click()
    page.get_by_label("A link that signs in once").check()
    page.get_by_role("button", name="Make it").click()


def _role_taken_without_reason(page, board: str) -> None:
    assert board
    _somebody(page, "Alex Sample")
    page.get_by_role("link", name="Take away this role").click()
    page.get_by_role("button", name="Take this role away").click()


def _key_taken_away(page, board: str) -> None:
    assert board
    _somebody(page, "Alex Sample")
    page.locator("#keys ~ ul").get_by_role("link", name="Take away").first.click()
    page.get_by_role("button", name="Take this key away").click()


def _closed_without_reason(page, board: str) -> None:
    assert board
    _somebody(page, "Alex Sample")
    page.get_by_role("link", name="Close this account").click()
    page.get_by_role("button", name="Close this account").click()


def _nobody_with_that_reference(page, board: str) -> None:
    assert board
    page.goto("/who-looked")
    page.get_by_label("Reference of a person").fill("nobody")
    page.get_by_role("button", name="Show who looked").click()


STATES = {
    "who looked at nobody": PageState("who-looked", _nobody_with_that_reference, who=STEWARD),
    "sign-in with nothing entered": PageState("sign-in", _empty_sign_in, who=NOBODY),
    "a meeting with nothing answered": PageState("record-meeting", _empty_meeting),
    "a meeting with something wrong in every part": PageState("record-meeting", _full_meeting),
    "a meeting of no partnership": PageState("which-partnership-met", _no_partnership),
    "notes shared with nobody": PageState("meeting", _notes_to_nobody),
    "an addition of nothing": PageState("add-to-meeting", _empty_addition),
    "a correction without reasons": PageState("correct-meeting", _empty_correction),
    "a withdrawal without reasons": PageState("withdraw-meeting", _empty_withdrawal),
    "a plan with nothing entered": PageState("plan-meeting", _empty_plan),
    "a meeting that is planned": PageState("plan", _planned_meeting, is_error=False),
    "a plan moved to no day": PageState("plan", _plan_moved_nowhere),
    "a draft that waits": PageState("my-page", _kept_draft, is_error=False),
    "a meeting just recorded": PageState("meeting", _recorded_meeting, is_error=False),
    "a meeting that was withdrawn": PageState("withdraw-meeting", _withdrawn_meeting, is_error=False),
    "figures side by side": PageState("what-if", _figures_side_by_side, is_error=False),
    "things that were sought": PageState("search", _found_things, is_error=False),
    "a record that was put right": PageState("record", _record_put_right, is_error=False),
    "a record that was withdrawn": PageState("record", _withdrawn_record, is_error=False),
    "an arrangement with nothing entered": PageState("partnership-data-sharing", _empty_data_sharing),
    "a source of which nothing is said": PageState("partnership-sources", _nothing_said_of_a_source, who=STEWARD),
    "a record put right in nothing": PageState("correct-record", _empty_record_correction),
    "a record withdrawn without reasons": PageState("withdraw-record", _empty_record_withdrawal),
    "a promise settled for no part": PageState("settle-for-part", _no_part_settled_for),
    "a date named for a promise with nothing entered": PageState("name-date", _no_date_named),
    "nobody asked by a link": PageState("ask-by-link", asked_nobody, who=STEWARD),
    "a link to a promise that was made": PageState("ask-by-link", link_to_promise, is_error=False, who=STEWARD),
    "links to promises": PageState("answer-links", links_to_promises, is_error=False, who=STEWARD),
    "a link to withdraw": PageState("withdraw-link", link_to_withdraw, is_error=False, who=STEWARD),
    "a link withdrawn without reasons": PageState("withdraw-link", link_withdrawn_without_reason, who=STEWARD),
    "no code of a link": PageState("open-answer-link", no_code, who=NOBODY),
    "a promise by a link": PageState("answer-promise-by-link", promise_by_link, is_error=False, who=STEWARD),
    "no answer by a link": PageState("answer-promise-by-link", no_answer_by_link, who=STEWARD),
    "nothing said of a record": PageState("say-of-record", _nothing_said),
    "a review that is registered": PageState("review", _registered_review, is_error=False),
    "tables of a day to come": PageState("review", _tables_of_a_day_to_come),
    "tables that were frozen": PageState("review-job", _frozen_tables, is_error=False),
    "a review with nothing entered": PageState("register-review", _empty_review),
    "a reply with nothing entered": PageState("partnership-reply", _empty_reply),
    "a key with nothing entered": PageState("own-keys", empty_own_key, who=ADMINISTRATOR),
    "a key that was made": PageState("own-keys", made_own_key, is_error=False, who=ADMINISTRATOR),
    "a webhook with nothing entered": PageState("own-webhooks", empty_webhook, who=KEEPER),
    "a webhook that was made": PageState("own-webhooks", made_webhook, is_error=False, who=KEEPER),
    "a new secret of a webhook": PageState("own-webhook", webhook_with_new_secret, is_error=False, who=KEEPER),
    "mail to no address": PageState("own-mail", _mail_to_nowhere, who=ADMINISTRATOR),
    "a calendar of nothing": PageState("own-calendar", _calendar_of_nothing, who=ADMINISTRATOR),
    "a key renewed for no time": PageState("renew-key", _renewal_of_no_length, who=ADMINISTRATOR),
    "a body that is none of theirs": PageState("acting-for", _act_for_nobody, who=ADMINISTRATOR),
    "an account with nothing entered": PageState("new-account", _empty_account, who=ADMINISTRATOR),
    "a role with nothing entered": PageState("give-role", _empty_role, who=ADMINISTRATOR),
    "no way in": PageState("let-in", _no_way_in, who=ADMINISTRATOR),
    "a link that was made": PageState("let-in", _made_link, is_error=False, who=ADMINISTRATOR),
    "a role taken away without reasons": PageState("take-away-role", _role_taken_without_reason, who=ADMINISTRATOR),
    "a key taken away without reasons": PageState("take-away-account-key", _key_taken_away, who=ADMINISTRATOR),
    "an account closed without reasons": PageState("close-account", _closed_without_reason, who=ADMINISTRATOR),
    "a meeting to check": PageState("check-meeting", _meeting_to_check, is_error=False),
}
"""By what each is."""
