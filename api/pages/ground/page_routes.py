"""Routes of pages, and of our own files for browsers."""

from collections.abc import Iterator, Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.pages.ground.link_dispatch import LinkPageEndpoint
from api.pages.ground.page import Page
from api.pages.ground.page_dispatch import PageEndpoint
from api.pages.ground.page_templates import ASSETS, asset
from api.runtime.services import Services

_FOR_EVER: Final = "public, max-age=31536000, immutable"


def asset_routes(services: Services) -> Iterator[Route]:
    """The routes of our own files for browsers."""

    async def styles(_: Request) -> Response:
        if services.stylesheet_file is not None:
            return Response(services.stylesheet_file.read_bytes(), media_type="text/css")
        return _file("folkmoot.css")

    async def other(request: Request) -> Response:
        return _file(request.url.path.rpartition("/")[2])

    yield Route("/assets/folkmoot.css", styles)
    for name in ASSETS.keys() - {"folkmoot.css"}:
        yield Route(f"/assets/{name}", other)


def _file(name: str) -> Response:
    content, media = asset(name)
    return Response(content, headers={"Cache-Control": _FOR_EVER}, media_type=media)


def page_routes(services: Services, pages: Sequence[Page]) -> Iterator[Route]:
    """One route a page, fixed addresses before those with parameters."""
    for page in sorted(pages, key=lambda page: (page.path.count("{"), page.path)):
        methods = ["GET", "POST"] if page.take is not None else ["GET"]
        endpoint = LinkPageEndpoint if page.by_link else PageEndpoint
        yield Route(page.path, endpoint(services, page), methods=methods)
    yield from asset_routes(services)
