"""Pages for people, each with its template beside it, and the list of all pages."""

from api.pages import (
    all_partnerships,
    all_warnings,
    answers,
    documents,
    help_pages,
    how_it_runs,
    meetings,
    my_page,
    partnership,
    people,
    provider_sign_in,
    records,
    reports,
    search,
    sign_in,
    who_looked,
)
from api.pages.ground.page import Page

PAGES: tuple[Page, ...] = (
    *sign_in.PAGES,
    *provider_sign_in.PAGES,
    *answers.PAGES,
    *all_partnerships.PAGES,
    *all_warnings.PAGES,
    *my_page.PAGES,
    *people.PAGES,
    *search.PAGES,
    *partnership.PAGES,
    *records.PAGES,
    *meetings.PAGES,
    *documents.PAGES,
    *reports.PAGES,
    *how_it_runs.PAGES,
    *who_looked.PAGES,
    *help_pages.PAGES,
)
