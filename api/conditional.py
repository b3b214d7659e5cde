"""Conditional requests (RFC 9110): strong ETags made of log positions, 304 for what is known, 412 for what moved."""

import re
from typing import Final

from starlette.datastructures import Headers

from api.problems import Problem

_TAG: Final = re.compile(r'(?:W/)?"[^"]*"')


def etag(*parts: object) -> str:
    """Write a strong ETag."""
    return '"' + ".".join(str(part) for part in parts) + '"'


def is_known(headers: Headers, tag: str) -> bool:
    """Whether If-None-Match names the tag, by weak comparison."""
    given = headers.get("If-None-Match")
    return given is not None and (given.strip() == "*" or tag in {each.removeprefix("W/") for each in _tags(given)})


def must_match(headers: Headers, position: int) -> None:
    """Raise Problem 412 when If-Match names other states than the present one, by strong comparison."""
    given = headers.get("If-Match")
    if given is None or (given.strip() == "*" and position):
        return
    present = etag(position)
    if present not in _tags(given):
        raise Problem(
            "changed-meanwhile",
            f"It now stands at position {position}; nothing was recorded.",
            headers={"ETag": present},
        )


def _tags(text: str) -> list[str]:
    return _TAG.findall(text)
