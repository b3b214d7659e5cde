"""A page open in a real browser, looked at for what people would stumble over: each look lists the faults it found."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT

WIDTHS = (320, 768, 1280)
"""The widths of a telephone (and of a desk's screen magnified by four), of a tablet and of a desk."""
WALK = Path(__file__).with_name("walk.js").read_text("utf-8")
"""Runs in every page before its own scripts."""

_HEIGHT = 900
_AXE_OPTIONS = {"resultTypes": ["violations"], "preload": False, "iframes": False}
"""All its rules for the web; no page has frames or styles from elsewhere that it would have to fetch."""
_NEVER_SAID = (
    *("trustee", "truster", "promiser", "promisee", "claimed", "FulfilmentClaimed", "abstain", "insufficient evidence"),
    *("party", "parties", "interaction", "guest", "evidence", "posterior", "credible interval", "facet", "base rate"),
    *("attested", "reconciled", "released", "provisional zero", "strain and repair", "E-I", "known_at", "as_of"),
    *("score", "scoring", "event_id", "UUID"),
)
NEVER = re.compile(rf"\b(?:{'|'.join(_NEVER_SAID)})(?:s|d|es)?\b", re.IGNORECASE)


def open_page(chromium, base: str | None = None, *, width: int = WIDTHS[-1], **context):
    """A page of a browser that knows nobody yet, watched from before it begins; addresses are those of a site."""
    viewport = {"width": width, "height": _HEIGHT}
    page = chromium.new_context(base_url=base, viewport=viewport, locale="en-GB", **context).new_page()
    page.add_init_script(WALK)
    return page


def looked_over(page) -> dict[str, list[str]]:
    """All that is in the way of anybody, by where it was looked for: at every width, by day and in the dark."""
    faults = {"shift": shift_faults(page), "moving": moving_faults(page), "charts": chart_faults(page)}
    faults |= {"words": word_faults(page), "keyboard": keyboard_faults(page)}
    for width in WIDTHS:
        faults[f"sideways at {width}"] = sideways_faults(page, width)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            faults[f"axe at {width}, {scheme}"] = axe_faults(page)
    return {where: places for where, places in faults.items() if places}


def axe_faults(page) -> list[str]:
    """The faults that axe-core finds, with where."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    violations = page.evaluate("options => axe.run(options).then(results => results.violations)", _AXE_OPTIONS)
    return [
        f"{violation['id']}: {violation['help']}: {' '.join(map(str, node['target']))}: {node['html'][:160]}"
        for violation in violations
        for node in violation["nodes"]
    ]


def sideways_faults(page, width: int) -> list[str]:
    """The elements that make a page scroll sideways at a width."""
    page.set_viewport_size({"width": width, "height": _HEIGHT})
    return page.evaluate("() => walk.sideways()")


def moving_faults(page) -> list[str]:
    """The elements that move, though none should."""
    return page.evaluate("() => walk.moving()")


def shift_faults(page) -> list[str]:
    """The elements that moved while the page was laid out."""
    return page.evaluate("() => walk.settled()")


def keyboard_faults(page) -> list[str]:
    """The stops of the keyboard that it does not reach or show, and a first one that leads not to the content."""
    for _ in range(page.evaluate("() => walk.begin()") + 1):
        page.keyboard.press("Tab")
    return page.evaluate("() => walk.ended()")


def is_as_sent(page, html: str) -> bool:
    """Scripts changed nothing in the page: whoever has none is shown the same."""
    return page.evaluate("html => walk.isAsSent(html)", html)


def error_faults(page, *, is_error: bool) -> list[str]:
    """The faults in how a page says what is wrong with a form; one that is right must not say that anything is."""
    return page.evaluate("isError => walk.errors(isError)", is_error)


def chart_faults(page) -> list[str]:
    """Drawings that no table stands beside."""
    return page.evaluate("() => walk.chartsAlone()")


def word_faults(page) -> list[str]:
    """Words that people are not to be met with, each with what stands around it."""
    text = page.evaluate("() => walk.texts()").replace("\N{EN DASH}", "-")
    return [text[max(0, word.start() - 40) : word.end() + 40].replace("\n", " ") for word in NEVER.finditer(text)]


class Watched:
    """A watch on a page of a browser while it is walked: where it asks, what it complains of, what it pops up."""

    def __init__(self, page, base: str) -> None:
        self.faults: list[str] = []
        self._base = urlsplit(base)
        page.on("request", self._request)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"a script broke: {error}"))
        page.on("dialog", self._dialog)

    def _request(self, request) -> None:
        address = urlsplit(request.url)
        if (address.scheme, address.netloc) != (self._base.scheme, self._base.netloc):
            self.faults.append(f"asks elsewhere: {request.url[:200]}")

    def _console(self, message) -> None:
        # A page that answers with an error is no fault: browsers complain of its status all the same.
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            self.faults.append(f"the browser complains: {message.text}")

    def _dialog(self, dialog) -> None:
        self.faults.append(f"a dialog: {dialog.message}")
        dialog.dismiss()
