"""The main job, counted: a known partnership's meeting on a phone, from the first tap to the events in the log."""

import pytest

from tests.support.walked_page import WIDTHS, open_page

MOST = 12
"""Taps and fields for three who were there, one promise and one earlier promise reported done."""

EVERYWHERE = pytest.mark.parametrize(
    "hand",
    [
        pytest.param((width, has), id=f"{width}{'' if has else ' without scripts'}")
        for width in WIDTHS
        for has in (True, False)
    ],
    indirect=True,
)

AT_EACH_WIDTH = pytest.mark.parametrize(
    "hand", [(320, True), (768, False), (1280, True)], indirect=True, ids=["320", "768 without scripts", "1280"]
)


class Hand:
    """Somebody's hand at a page: every tap and every field that is filled in counts one."""

    def __init__(self, page):
        self.page, self.count = page, 0

    def tap(self, target):
        self.count += 1
        target.first.click()

    def press(self, name):
        self.tap(self.page.get_by_role("button", name=name, exact=True))

    def tick(self, name):
        self.tap(self.page.get_by_label(name, exact=True))

    def choose(self, label, option):
        self.count += 1
        self.page.get_by_label(label, exact=True).select_option(option)

    def write(self, label, text):
        self.count += 1
        self.page.get_by_label(label, exact=True).fill(text)


@pytest.fixture
def hand(chromium, site, request):
    """Somebody signed in on a phone, with scripts or without."""
    width, has_scripts = getattr(request, "param", (WIDTHS[0], True))
    page = open_page(chromium, site.base, width=width, java_script_enabled=has_scripts)
    page.goto(site.link(site.secretary_key()))
    page.goto(f"{site.board_address}/meetings/new")
    yield Hand(page)
    page.context.close()


def with_a_promise_and_a_tick(hand):
    hand.tap(hand.page.locator("#part-promised"))
    hand.choose("Who promised?", "Thornlathe Council")
    hand.choose("Who to?", "Harrowfold Residents' Forum")
    hand.write("What?", "Mend the lamps on Mill Steps")
    hand.tick("No date was given")
    hand.tap(hand.page.locator("#part-kept"))
    hand.tap(hand.page.get_by_role("group", name="Promises reported done").get_by_role("checkbox"))


@EVERYWHERE
def test_a_meeting_of_three_is_recorded_in_at_most_twelve_taps_and_fields(hand, recorded):
    hand.tick("Today")
    for body in ("Harrowfold Residents' Forum", "Harrowfold Tenants", "Thornlathe Council"):
        hand.tick(body)
    with_a_promise_and_a_tick(hand)
    hand.press("Save this meeting")
    hand.page.get_by_text("Meeting recorded").wait_for()
    assert recorded() == ["interaction-recorded", "commitment-made", "fulfilment-claimed"]
    assert hand.count <= MOST


@EVERYWHERE
def test_as_last_time_and_checked_first_it_takes_no_more(hand, recorded):
    hand.tick("Today")
    hand.press("As last time")
    with_a_promise_and_a_tick(hand)
    hand.press("Check and save")
    hand.press("Record this meeting")
    hand.page.get_by_text("Meeting recorded").wait_for()
    assert recorded() == ["interaction-recorded", "commitment-made", "fulfilment-claimed"]
    assert hand.count <= MOST


def test_the_least_takes_three(hand, recorded):
    hand.tick("Today")
    hand.press("As last time")
    hand.press("Save this meeting")
    hand.page.get_by_text("Meeting recorded").wait_for()
    assert recorded() == ["interaction-recorded"]
    assert hand.count == 3


def test_a_double_click_and_going_back_record_once(hand, recorded):
    hand.tick("Yesterday")
    hand.press("As last time")
    hand.page.get_by_role("button", name="Save this meeting", exact=True).dblclick()
    hand.page.get_by_role("heading", name="Meeting of ").wait_for()
    hand.page.go_back()
    hand.page.get_by_role("heading", name="This meeting is already recorded.").wait_for()
    assert recorded() == ["interaction-recorded"]


def test_enter_in_a_field_goes_on_to_check_and_records_nothing(hand, recorded):
    hand.tick("Today")
    hand.tick("Harrowfold Tenants")
    hand.page.get_by_label("How many others from the public? (optional)").press("Enter")
    hand.page.get_by_role("heading", name="Check your answers").wait_for()
    assert recorded() == []


def test_the_form_is_filled_in_by_keyboard_alone(hand, recorded):
    page = hand.page
    page.locator("#when").focus()
    page.keyboard.press("Space")
    page.locator("#came").focus()
    page.keyboard.press("Space")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == "save":
            break
    page.keyboard.press("Enter")
    page.get_by_text("Meeting recorded").wait_for()
    assert recorded() == ["interaction-recorded"]


def test_a_change_leads_to_its_field_and_straight_back_to_check(hand):
    hand.tick("Today")
    hand.press("As last time")
    hand.press("Check and save")
    hand.page.get_by_role("link", name="Change others from the public").click()
    assert hand.page.url.endswith("#public")
    hand.write("How many others from the public? (optional)", "7")
    hand.press("Check and save")
    hand.page.get_by_role("heading", name="Check your answers").wait_for()
    assert hand.page.locator("dd", has_text="7").count() >= 1


@AT_EACH_WIDTH
def test_a_meeting_is_added_to_put_right_shared_and_withdrawn(hand, recorded):
    hand.tick("Yesterday")
    hand.press("As last time")
    hand.press("Save this meeting")
    page = hand.page
    page.get_by_role("link", name="Add what was forgotten").click()
    page.locator("#part-asked").click()
    hand.choose("Who asked?", "Harrowfold Tenants")
    hand.write("What was asked?", "Cut the hedge")
    hand.press("Add another ask")
    page.locator("#asked-2-by").select_option("Harrowfold Residents' Forum")
    page.locator("#asked-2-text").fill("Open the gate")
    hand.press("Add to this meeting")
    page.get_by_text("What you added is recorded.").wait_for()
    page.get_by_role("link", name="Put it right").click()
    page.get_by_label("Call", exact=True).check()
    hand.write("What was wrong, and why is it right now?", "It was a call")
    hand.press("Put it right")
    page.get_by_role("heading", name="Call of ").wait_for()
    page.get_by_text("Share the notes").click()
    page.get_by_label("Residents", exact=True).check()
    hand.press("Notes were shared")
    page.get_by_text("It is recorded that the notes were shared.").wait_for()
    page.get_by_role("link", name="Withdraw it").click()
    hand.write("Why should it not have been recorded?", "A trial")
    hand.press("Withdraw this meeting")
    page.get_by_role("heading", name="The meeting was withdrawn").wait_for()
    assert recorded() == [
        *("interaction-recorded", "ask-raised", "ask-raised", "record-corrected", "notes-shared", "record-withdrawn")
    ]


@AT_EACH_WIDTH
def test_a_series_is_planned_moved_and_called_off(hand, recorded, site):
    page = hand.page
    page.goto(f"{site.board_address}/plans/new")
    for part, number in (("Day", "9"), ("Month", "1"), ("Year", "2091")):
        hand.write(part, number)
    page.get_by_label("Every month, on the same weekday").check()
    page.get_by_label("How many meetings in all, if it repeats? (optional)").fill("2")
    hand.press("Plan it")
    page.get_by_text("2 meetings planned.").wait_for()
    page.get_by_role("link", name="Meeting on Tuesday 9 January 2091").click()
    hand.write("Day", "10")
    hand.press("Move it")
    page.get_by_role("link", name="Meeting on Wednesday 10 January 2091").click()
    hand.press("Call it off")
    page.get_by_text("The meeting was called off.").wait_for()
    page.get_by_role("link", name="Meeting on Tuesday 13 February 2091").click()
    hand.press("Call it off")
    page.get_by_text("The meeting was called off.").wait_for()
    assert recorded() == [
        *("interaction-planned", "interaction-planned", "interaction-rescheduled"),
        *("interaction-cancelled", "interaction-cancelled"),
    ]
