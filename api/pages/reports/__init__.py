"""Reports: what became of asks; reviews frozen and compared; figures by other settings, or as others ask."""

from api.pages.ground.page import Page
from api.pages.reports import (
    crosswalk_page,
    evidence_page,
    job_page,
    market_page,
    public_page,
    publication_page,
    register_review,
    return_page,
    review_page,
    reviews,
    side_by_side,
    what_became,
)

PAGES: tuple[Page, ...] = (
    *reviews.PAGES,
    *register_review.PAGES,
    *review_page.PAGES,
    *job_page.PAGES,
    *side_by_side.PAGES,
    *crosswalk_page.PAGES,
    *market_page.PAGES,
    *what_became.PAGES,
    *public_page.PAGES,
    *publication_page.PAGES,
    *return_page.PAGES,
    *evidence_page.PAGES,
)
