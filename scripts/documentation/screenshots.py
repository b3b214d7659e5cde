"""Pictures of pages, taken in a real browser as somebody at a desk sees them."""

from collections.abc import Iterator, Mapping
from http.cookiejar import CookieJar
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scripts.support.page_walk import PageSeen

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_WIDTH: Final = 1280
_MOST_HEIGHT: Final = 1600
"""A picture of a longer page shows its beginning: documents stay quick to load."""


def take_pictures(
    chromium: "Browser", base: str, cookies: CookieJar, pages: Mapping[str, PageSeen], folder: Path
) -> Iterator[Path]:
    """Take a picture of each page with a browser that holds somebody's cookies; each file is named after its page."""
    folder.mkdir(parents=True, exist_ok=True)
    context = chromium.new_context(locale="en-GB", color_scheme="light")
    context.add_cookies([{"name": each.name, "value": each.value or "", "url": base} for each in cookies])
    browser_page = context.new_page()
    for name, page in sorted(pages.items()):
        browser_page.set_viewport_size({"width": _WIDTH, "height": 100})
        browser_page.goto(page.address)
        height = int(browser_page.evaluate("() => document.documentElement.scrollHeight"))
        browser_page.set_viewport_size({"width": _WIDTH, "height": min(height, _MOST_HEIGHT)})
        file = folder / f"{name}.png"
        browser_page.screenshot(path=file)
        yield file
    context.close()
