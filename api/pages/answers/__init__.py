"""Answering by a link, without an account: the link opened, the one promise it is for, and what came of the answer."""

from api.pages.answers import opening_page, promise_page
from api.pages.ground.page import Page

PAGES: tuple[Page, ...] = (*opening_page.PAGES, *promise_page.PAGES)
