"""One record: as it stands and as it was, what was said of it since, and what it belongs to."""

from api.pages.ground.page import Page
from api.pages.records import record_page

PAGES: tuple[Page, ...] = record_page.PAGES
