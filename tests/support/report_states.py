"""States of the pages on what anybody may read of a partnership, which no link leads to."""

from tests.support.page_states import PageState


def _nothing_decided_for_anybody(page, board: str) -> None:
    page.goto(f"{board}/publication")
    page.get_by_role("button", name="Record the decision").click()


def _opened_to_anybody(page, board: str) -> None:
    page.goto(f"{board}/publication")
    page.get_by_label("Yes, as in the preview").check()
    page.get_by_role("button", name="Record the decision").click()
    page.goto(f"/public{board}/what-became-of-it")


def _no_words_for_everybody(page, board: str) -> None:
    page.goto(f"{board}/publication")
    page.goto(page.locator("details .todo a").first.get_attribute("href"))
    page.get_by_label("In the words below").check()
    page.get_by_label("Words for everybody").fill("")
    page.get_by_role("button", name="Record this").click()


OF_REPORTS = {
    "nothing decided for anybody": PageState("publication", _nothing_decided_for_anybody),
    "no words for everybody": PageState("public-words", _no_words_for_everybody),
    "what anybody may read": PageState("public-what-became-of-it", _opened_to_anybody, is_error=False),
}
"""By what each is."""
