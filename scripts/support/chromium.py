"""A real browser without a window, Chromium, driven from Python: for pictures of the pages and for their tests."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from domain.errors import FolkmootError

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_PROGRAM: Final = "chromium"


class NoChromium(FolkmootError):
    """No browser can be driven on this machine; the message names what to install."""


@contextmanager
def open_chromium() -> Iterator["Browser"]:
    """A Chromium for as long as the block runs. Raises NoChromium."""
    program = shutil.which(_PROGRAM)
    if program is None:
        raise NoChromium(f"there is no {_PROGRAM} on the PATH: apt-get install {_PROGRAM} brings it, on Debian")
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - a tool of the tests, not of what is served
    except ModuleNotFoundError:
        raise NoChromium("playwright is not installed: scripts/test brings it") from None
    options = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium has no sandbox for root
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=options)
        try:
            yield browser
        finally:
            browser.close()
