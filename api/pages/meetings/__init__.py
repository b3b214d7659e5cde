"""Recording a meeting, the main job: the form, what follows from it, and what can be done to a meeting afterwards."""

from api.pages.ground.page import Page
from api.pages.meetings import check_page, form_page

PAGES: tuple[Page, ...] = (*form_page.PAGES, *check_page.PAGES)
