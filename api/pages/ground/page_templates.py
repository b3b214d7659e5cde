"""Templates: ours, beside their pages, and the markup of form parts from govuk-frontend-jinja."""

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import ChainableUndefined, Environment, FileSystemLoader, PackageLoader, PrefixLoader, UndefinedError
from jinja2.loaders import ChoiceLoader

from api.pages.ground.in_words import count_of, day_in_words, in_hundred

_PAGES: Final = Path(__file__).parent.parent
_LIBRARY: Final = "govuk_frontend_jinja"
ASSETS: Final = {
    "folkmoot.css": "text/css; charset=utf-8",
    "folkmoot.js": "text/javascript; charset=utf-8",
    "folkmoot.svg": "image/svg+xml",
}
"""Our own files for browsers, with their media types."""


class MissingValue(ChainableUndefined):
    """A name that a template was not handed, which is our fault; a parameter that a form part was not is none."""

    def _refuse_a_name(self) -> None:
        if self._undefined_obj is None and self._undefined_name not in _OPTIONAL:
            raise UndefinedError(self._undefined_message)

    def __bool__(self) -> bool:
        self._refuse_a_name()
        return False

    def __str__(self) -> str:
        self._refuse_a_name()
        return ""

    def __html__(self) -> str:
        return str(self)

    def __iter__(self) -> Iterator[Any]:
        self._refuse_a_name()
        return super().__iter__()


_OPTIONAL: Final = frozenset({"caller"})


@cache
def environment() -> Environment:
    """The templates, compiled once and escaped always."""
    templates = Environment(
        loader=ChoiceLoader([FileSystemLoader(_PAGES), PrefixLoader({_LIBRARY: PackageLoader(_LIBRARY)})]),
        autoescape=True,
        undefined=MissingValue,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    templates.filters |= {"day": day_in_words, "in_hundred": in_hundred}
    templates.globals |= {"count_of": count_of, "asset": asset_address}
    return templates


def render(template: str, values: dict[str, Any]) -> str:
    """The page that a template and values make."""
    return environment().get_template(template).render(values)


@cache
def asset(name: str) -> tuple[bytes, str]:
    """The content and the media type of one of our own files for browsers. Raises KeyError."""
    media = ASSETS[name]
    return (_PAGES / "ground" / name).read_bytes(), media


def asset_address(name: str) -> str:
    """The address of one of our own files, which changes with its content."""
    return f"/assets/{name}?v={hashlib.sha256(asset(name)[0]).hexdigest()[:12]}"
