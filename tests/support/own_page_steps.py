"""Steps on the pages of one's own keys and webhooks, for the states in which they are looked at."""


def empty_own_key(page, board: str) -> None:
    """Send the form of a key with nothing in it."""
    assert board
    page.goto("/my-page/keys")
    page.get_by_role("button", name="Make this key").click()


def made_own_key(page, board: str) -> None:
    """Make a key, which is shown."""
    assert board
    page.goto("/my-page/keys")
    page.get_by_label("What is it for?").fill("A notebook")
    page.get_by_label("Read", exact=True).check()
    page.get_by_role("button", name="Make this key").click()


def empty_webhook(page, board: str) -> None:
    """Send the form with nothing in it."""
    assert board
    page.goto("/my-page/webhooks")
    page.get_by_role("button", name="Make this webhook").click()


def made_webhook(page, board: str) -> None:
    """Make one, whose secret is shown."""
    assert board
    page.goto("/my-page/webhooks")
    page.get_by_label("What is it for?").fill("The reminder system")
    page.get_by_label("Address").fill("https://receiver.example/folkmoot")
    page.get_by_role("button", name="Make this webhook").click()


def webhook_with_new_secret(page, board: str) -> None:
    """Make one, and another secret for it."""
    made_webhook(page, board)
    page.get_by_role("link", name="The reminder system").first.click()
    page.get_by_role("button", name="Make a new secret").click()
