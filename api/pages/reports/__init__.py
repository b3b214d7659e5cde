"""Reports: reviews registered, frozen, made again and compared; figures by other settings, side by side."""

from api.pages.ground.page import Page
from api.pages.reports import job_page, registration, review_page, reviews, side_by_side

PAGES: tuple[Page, ...] = (
    *reviews.PAGES,
    *registration.PAGES,
    *review_page.PAGES,
    *job_page.PAGES,
    *side_by_side.PAGES,
)
