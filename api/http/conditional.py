"""Conditional requests (RFC 9110): strong ETags made of log positions, 304 for what is known, 412 for what moved."""

import re
from typing import Final

from starlette.datastructures import Headers

from api.http.compression import tag_of_compressed, tag_of_state
from api.http.problems import Problem

_TAG: Final = re.compile(r'(?:W/)?"[^"]*"')


def etag(*parts: object) -> str:
    """Write a strong ETag."""
    return '"' + ".".join(str(part) for part in parts) + '"'


def is_known(headers: Headers, tag: str) -> bool:
    """Whether If-None-Match names the tag, by weak comparison."""
    given = _given(headers, "If-None-Match")
    return given == "*" or tag in {tag_of_state(each.removeprefix("W/")) for each in _tags(given)}


def as_named(headers: Headers, tag: str) -> str:
    """Write a tag that If-None-Match names as it does: it may be that of the compressed form."""
    of_compressed = tag_of_compressed(tag)
    return of_compressed if of_compressed in _given(headers, "If-None-Match") else tag


def is_named(headers: Headers, tag: str) -> bool:
    """Whether If-None-Match names this very tag; an asterisk, for anything there is, does not."""
    return is_known(headers, tag) and _given(headers, "If-None-Match") != "*"


def must_match(headers: Headers, position: int) -> None:
    """Raise Problem 412 when If-Match, which was given, names only other states, by strong comparison."""
    given = _given(headers, "If-Match")
    if given == "*" and position:
        return
    present = etag(position)
    if present not in map(tag_of_state, _tags(given)):
        raise Problem(
            "changed-meanwhile",
            f"It now stands at position {position}; nothing was recorded.",
            headers={"ETag": present},
        )


def _given(headers: Headers, name: str) -> str:
    """Give what a header says, which may be spread over several lines."""
    return ", ".join(headers.getlist(name)).strip()


def _tags(text: str) -> list[str]:
    return _TAG.findall(text)
