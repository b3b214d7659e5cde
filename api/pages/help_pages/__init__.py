"""Help: what figures mean and what they do not, with the numbers of a method; and the accessibility statement."""

from api.pages.ground.page import Page
from api.pages.help_pages import accessibility, topics

PAGES: tuple[Page, ...] = (*topics.PAGES, *accessibility.PAGES)
