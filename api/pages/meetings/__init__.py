"""Recording a meeting, the main job: the form, what follows from it, and what can be done to a meeting afterwards."""

from api.pages.ground.page import Page
from api.pages.meetings import (
    addition_page,
    check_page,
    form_page,
    meeting_page,
    meetings_page,
    mending_pages,
    planning_pages,
    which_partnership,
)

PAGES: tuple[Page, ...] = (
    *which_partnership.PAGES,
    *meetings_page.PAGES,
    *form_page.PAGES,
    *check_page.PAGES,
    *meeting_page.PAGES,
    *addition_page.PAGES,
    *mending_pages.PAGES,
    *planning_pages.PAGES,
)
