"""Pictures of pages, taken in a real browser as somebody at a desk sees them, small enough for documents."""

import base64
import struct
import zlib
from collections.abc import Iterator, Mapping
from http.cookiejar import CookieJar
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scripts.support.page_walk import PageSeen

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_WIDTH: Final = 1280
_MOST_HEIGHT: Final = 1600
"""A picture of a longer page shows its beginning: documents stay quick to load."""
_COLOURS: Final = 64
"""Enough for flat pages with the edges of their letters; a picture of all colours has three times the bytes."""
_FEW_COLOURS: Final = files("scripts.documentation").joinpath("few_colours.js").read_text("utf-8")
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_INDEXED: Final = (8, 3, 0, 0, 0)
"""Eight bits a pixel, each a place in a palette; the usual compression and filters, from top to bottom."""


def take_pictures(
    chromium: "Browser", base: str, cookies: CookieJar, pages: Mapping[str, PageSeen], folder: Path
) -> Iterator[Path]:
    """Take a picture of each page with a browser that holds somebody's cookies; each file is named after its page."""
    folder.mkdir(parents=True, exist_ok=True)
    context = chromium.new_context(locale="en-GB", color_scheme="light")
    context.add_cookies([{"name": each.name, "value": each.value or "", "url": base} for each in cookies])
    empty_page, browser_page = context.new_page(), context.new_page()
    for name, page in sorted(pages.items()):
        browser_page.set_viewport_size({"width": _WIDTH, "height": 100})
        browser_page.goto(page.address)
        height = int(browser_page.evaluate("() => document.documentElement.scrollHeight"))
        browser_page.set_viewport_size({"width": _WIDTH, "height": min(height, _MOST_HEIGHT)})
        file = folder / f"{name}.png"
        file.write_bytes(_of_few_colours(empty_page, browser_page.screenshot()))
        yield file
    context.close()


def _of_few_colours(empty_page: "Page", picture: bytes) -> bytes:
    """The same picture with a palette of few colours."""
    encoded = base64.b64encode(picture).decode()
    indexed = empty_page.evaluate(_FEW_COLOURS, [encoded, _COLOURS])
    width, height = indexed["width"], indexed["height"]
    places = base64.b64decode(indexed["places"])
    lines = b"".join(b"\0" + places[start : start + width] for start in range(0, width * height, width))
    chunks = (
        (b"IHDR", struct.pack(">II5B", width, height, *_INDEXED)),
        (b"PLTE", bytes(indexed["palette"])),
        (b"IDAT", zlib.compress(lines, 9)),
        (b"IEND", b""),
    )
    return _SIGNATURE + b"".join(_chunk(*each) for each in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
