"""One partnership's pages: what needs doing, its figures and drawings, its events, and what is recorded there."""

from api.pages.ground.page import Page
from api.pages.partnership import (
    data_sharing,
    events,
    how_it_feels,
    one_body,
    overview,
    reply,
    sources,
    to_do,
    warning_section,
    why,
)

PAGES: tuple[Page, ...] = (
    *overview.PAGES,
    *why.PAGES,
    *one_body.PAGES,
    *how_it_feels.PAGES,
    *to_do.PAGES,
    *warning_section.PAGES,
    *events.PAGES,
    *data_sharing.PAGES,
    *sources.PAGES,
    *reply.PAGES,
)
