"""One record: as it stands and as it was, what was said of it since, what it belongs to; and the forms that mend it."""

from api.pages.ground.page import Page
from api.pages.records import ask_by_link, mend_record, promise_forms, record_page

PAGES: tuple[Page, ...] = (*record_page.PAGES, *mend_record.PAGES, *promise_forms.PAGES, *ask_by_link.PAGES)
