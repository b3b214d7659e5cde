"""Pages for people, each with its template beside it, and the list of all pages."""

from api.pages import meetings, partnership, records, sign_in
from api.pages.ground.page import Page

PAGES: tuple[Page, ...] = (*sign_in.PAGES, *partnership.PAGES, *records.PAGES, *meetings.PAGES)
