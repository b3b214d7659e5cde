"""Conditional requests (RFC 9110): strong ETags made of log positions, 304 for an unchanged state, 412 for another."""

import re
from typing import Final

from starlette.datastructures import Headers

from api.http.compression import tag_of_compressed, tag_of_state
from api.http.problems import Problem

_TAG: Final = re.compile(r'(?:W/)?"[^"]*"')


def etag(*parts: object) -> str:
    """A strong ETag."""
    return '"' + ".".join(str(part) for part in parts) + '"'


def is_matched(headers: Headers, tag: str) -> bool:
    """If-None-Match names the tag, by weak comparison."""
    tags_named = _value(headers, "If-None-Match")
    return tags_named == "*" or tag in {tag_of_state(each.removeprefix("W/")) for each in _tags(tags_named)}


def tag_as_named(headers: Headers, tag: str) -> str:
    """A tag in the form in which If-None-Match names it: plain, or of the compressed form."""
    of_compressed = tag_of_compressed(tag)
    return of_compressed if of_compressed in _value(headers, "If-None-Match") else tag


def is_named_exactly(headers: Headers, tag: str) -> bool:
    """If-None-Match names this very tag; an asterisk, for anything there is, does not."""
    return is_matched(headers, tag) and _value(headers, "If-None-Match") != "*"


def must_match(headers: Headers, position: int) -> None:
    """Refuse an If-Match that names only other states, by strong comparison. Raises Problem 412."""
    tags_named = _value(headers, "If-Match")
    if tags_named == "*" and position:
        return
    present = etag(position)
    if present not in map(tag_of_state, _tags(tags_named)):
        raise Problem(
            "changed-meanwhile",
            f"It now stands at position {position}; nothing was recorded.",
            headers={"ETag": present},
        )


def _value(headers: Headers, name: str) -> str:
    """The value of a header, which may be spread over several lines."""
    return ", ".join(headers.getlist(name)).strip()


def _tags(text: str) -> list[str]:
    return _TAG.findall(text)
