"""Steps by which pages of documents are brought about, from a board's page on."""

from tests.support.document_files import WHOLE
from tests.support.page_states import STEWARD, PageState

MINUTES = {"name": "Minutes.pdf", "mimeType": "application/pdf", "buffer": WHOLE["minutes.pdf"]}


def to_attach(page, board: str) -> None:
    page.goto(f"{board}/meetings")
    page.get_by_role("link", name="Meeting of ").first.click()
    page.get_by_role("link", name="Attach minutes, a photograph or another paper").click()


def no_file(page, board: str) -> None:
    to_attach(page, board)
    page.get_by_role("button", name="Attach this document").click()


def attached(page, board: str) -> None:
    to_attach(page, board)
    page.get_by_label("Which file?").set_input_files(MINUTES)
    page.get_by_label("Minutes", exact=True).check()
    page.get_by_role("button", name="Attach this document").click()


def documents(page, board: str) -> None:
    attached(page, board)
    page.goto(f"{board}/documents")


def to_erase(page, board: str) -> None:
    documents(page, board)
    page.get_by_role("link", name="Erase Minutes.pdf").first.click()


def erased_without_reason(page, board: str) -> None:
    to_erase(page, board)
    page.get_by_role("button", name="Erase this document").click()


OF_DOCUMENTS = {
    "a document without a file": PageState("attach-document", no_file),
    "a document just attached": PageState("meeting", attached, is_error=False),
    "documents of a board": PageState("documents", documents, is_error=False, who=STEWARD),
    "a document to erase": PageState("erase-document", to_erase, is_error=False, who=STEWARD),
    "a document erased without reasons": PageState("erase-document", erased_without_reason, who=STEWARD),
}
"""States of pages of documents, by what each is."""
