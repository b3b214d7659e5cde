"""A browser of the plainest kind: it asks for pages, holds cookies and finds links, for benches, pictures and tests."""

import time
import urllib.error
import urllib.request
from collections import deque
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import Final, NamedTuple
from urllib.parse import urldefrag, urljoin, urlsplit

from starlette.routing import compile_path

from api.pages import PAGES
from api.pages.ground.page import Page

_TIMEOUT_S: Final = 60
_OK: Final = 200
_MOST_LOOKS: Final = 80
_HTML: Final = "text/html"
_ACCEPT: Final = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"
_ROUTES: Final = [
    (compile_path(page.path)[0], page) for page in sorted(PAGES, key=lambda page: (page.path.count("{"), page.path))
]


class PageSeen(NamedTuple):
    """A page as it was sent: where it was in the end, with the status, its type and bytes, and how long it took."""

    address: str
    status: int
    media: str
    content: bytes
    seconds: float

    @property
    def path(self) -> str:
        """Its address without the site's name."""
        parts = urlsplit(self.address)
        return f"{parts.path}{'?' if parts.query else ''}{parts.query}"

    @property
    def html(self) -> str:
        """The text of the page."""
        return self.content.decode("utf-8")

    def links(self) -> list[str]:
        """The addresses on the same site to which its links and its forms that ask lead, each once."""
        finder = _LinkFinder()
        finder.feed(self.html)
        here = urlsplit(self.address)
        targets = (urlsplit(urldefrag(urljoin(self.address, href)).url) for href in finder.hrefs)
        paths = (
            f"{target.path}{'?' if target.query else ''}{target.query}"
            for target in targets
            if (target.scheme, target.netloc) == (here.scheme, here.netloc)
        )
        return list(dict.fromkeys(paths))


class PageWalker:
    """Somebody who looks at the pages of one site."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.cookies = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def look_at(self, address: str) -> PageSeen:
        """The page at an address, or the one that it sends on to; an error's page too."""
        request = urllib.request.Request(urljoin(self.base, address), headers={"Accept": _ACCEPT})  # noqa: S310 - ours
        began = time.perf_counter()
        try:
            answer = self._opener.open(request, timeout=_TIMEOUT_S)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            content = answer.read()
        seconds = time.perf_counter() - began
        media = answer.headers.get_content_type()
        return PageSeen(answer.url, answer.status or 0, media, content, seconds)

    def walk(self, *begins: str) -> dict[str, PageSeen]:
        """Every page that links lead to from where one begins, by its name: each as first met.

        Other addresses of pages met before are followed too, some of them, while there are pages not met yet. Files to
        be kept are no pages.
        """
        pages: dict[str, PageSeen] = {}
        looked_at: set[str] = set()
        waiting, others = deque(begins), deque[str]()
        while waiting or (others and len(looked_at) < _MOST_LOOKS and len(pages) < len(PAGES)):
            address = waiting.popleft() if waiting else others.popleft()
            page = page_at(address)
            if page is None or address in looked_at:
                continue
            if page.name in pages and waiting:
                others.append(address)
                continue
            looked_at.add(address)
            look = self.look_at(address)
            if look.status == _OK and look.media == _HTML and page_at(look.path) is page:
                pages.setdefault(page.name, look)
                waiting += look.links()
        return pages


def page_at(address: str) -> Page | None:
    """The page whose address this is."""
    path = urlsplit(address).path
    return next((page for route, page in _ROUTES if route.match(path)), None)


class _LinkFinder(HTMLParser):
    """Collects what the links of a page lead to."""

    def __init__(self) -> None:
        super().__init__()
        self.hrefs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where a link leads, or a form that asks."""
        values = dict(attrs)
        if tag == "a":
            self.hrefs += filter(None, [values.get("href")])
        elif tag == "form" and (values.get("method") or "get") == "get":
            self.hrefs += filter(None, [values.get("action")])
