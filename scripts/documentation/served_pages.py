"""The page about the pages for people: where each is, who may see it, and a picture of it."""

from collections.abc import Iterator
from typing import Final

from api.access.user_roles import RIGHTS_IN_WORDS, Right
from api.pages import PAGES
from api.pages.ground.page import Page
from domain.checkout import ROOT
from scripts.documentation.markdown import capital, page, table, title

_INTRO: Final = """Pages for people, as `folkmoot serve` and `folkmoot demo` show them. `folkmoot pictures` takes their
pictures, of the demonstration."""


def served_pages_page() -> str:
    """The page."""
    rows = ((f"`{each.path}`", _in_words(each), _who(each.right)) for each in PAGES)
    return page([*title("Pages"), _INTRO, "", *table(("Address", "Page", "For"), rows), *_pictures()])


def _who(right: Right | None) -> str:
    return "anybody" if right is None else f"whoever may {RIGHTS_IN_WORDS[right]}"


def _pictures() -> Iterator[str]:
    for entry in PAGES:
        if (ROOT / "docs" / "pictures" / f"{entry.name}.png").exists():
            yield f"## {capital(_in_words(entry))}\n\n![{capital(_in_words(entry))}](../pictures/{entry.name}.png)\n"


def _in_words(entry: Page) -> str:
    return entry.name.replace("-", " ")
