"""Links in hand, without an account: one that answers for a promise, opened and used, and one that stops news."""

from api.pages.answers import opening_page, promise_page, stop_news
from api.pages.ground.page import Page

PAGES: tuple[Page, ...] = (*opening_page.PAGES, *promise_page.PAGES, *stop_news.PAGES)
