"""Steps by which pages about links to promises are brought about, from a board's page on."""


def open_promise(page, board: str) -> None:
    page.goto(f"{board}/to-do?kind=keep-promise")
    page.locator("a[href^='/records/']").first.click()


def asked_nobody(page, board: str) -> None:
    open_promise(page, board)
    page.get_by_role("link", name="Ask by a link whether it was kept").click()
    page.get_by_role("button", name="Make the link").click()


def link_to_promise(page, board: str) -> None:
    asked_nobody(page, board)
    page.get_by_role("group", name="Who is asked?").get_by_role("radio").first.check()
    page.get_by_role("button", name="Make the link").click()


def links_to_promises(page, board: str) -> None:
    link_to_promise(page, board)
    page.get_by_role("link", name="See what becomes of it").click()


def link_to_withdraw(page, board: str) -> None:
    links_to_promises(page, board)
    page.get_by_role("link", name="Withdraw it").first.click()


def link_withdrawn_without_reason(page, board: str) -> None:
    link_to_withdraw(page, board)
    page.get_by_role("button", name="Withdraw this link").click()


def no_code(page, board: str) -> None:
    assert board
    page.goto("/answer")
    page.get_by_role("button", name="Open").click()


def promise_by_link(page, board: str) -> None:
    link_to_promise(page, board)
    code = page.get_by_label("Link", exact=True).input_value().partition("#")[2]
    page.goto("/answer")
    page.get_by_label("The code in your message").fill(code)
    page.get_by_role("button", name="Open").click()


def no_answer_by_link(page, board: str) -> None:
    promise_by_link(page, board)
    page.get_by_role("button", name="Send answer").click()
