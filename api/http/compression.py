"""Compressed answers (gzip, RFC 9110): where asked for and worth it, each under an ETag of its own.

The compressed form of an answer is another representation of it, so its strong ETag differs; a condition that names
either form is about the same state.
"""

import gzip
from typing import Final

from starlette.datastructures import Headers

from api.http.negotiation import rated
from api.http.operations import XLSX

CODING: Final = "gzip"
WORTH_BYTES: Final = 1024
"""Below this an answer fits in one packet anyway."""
_LEVEL: Final = 6
_MARK: Final = '-gzip"'
_COMPRESSED_ALREADY: Final = frozenset({"application/vnd.apache.parquet", XLSX})


def is_asked_for(headers: Headers) -> bool:
    """The sender of a request takes gzip, and prefers no plain answer to it."""
    accepted = ",".join(headers.getlist("Accept-Encoding"))
    quality = dict(rated(each) for each in accepted.split(",") if each.strip())
    rating = next((quality[name] for name in (CODING, f"x-{CODING}", "*") if name in quality), 0.0)
    return rating > 0 and rating >= quality.get("identity", 0.0)


def compressed(content: bytes, media: str) -> bytes | None:
    """Compress an answer, to the same bytes every time; None where that is not worth it."""
    if len(content) < WORTH_BYTES or media in _COMPRESSED_ALREADY:
        return None
    smaller = gzip.compress(content, _LEVEL, mtime=0)
    return smaller if len(smaller) < len(content) else None


def tag_of_compressed(tag: str) -> str:
    """The ETag of the compressed form."""
    return f"{tag[:-1]}{_MARK}"


def tag_of_state(tag: str) -> str:
    """The ETag of the plain form, by that of either."""
    return f'{tag.removesuffix(_MARK)}"' if tag.endswith(_MARK) else tag
