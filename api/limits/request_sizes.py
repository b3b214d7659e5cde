"""Sizes that the head of a request may have: its address, its parameters, its headers."""

from collections.abc import Sequence
from typing import Final

ADDRESS_BYTES: Final = 8_000
PARAMETERS: Final = 250
HEADERS: Final = 100
HEADER_BYTES: Final = 16_000
BODY_BYTES: Final = 1_000_000
DOCUMENT_BODY_BYTES: Final = 13_500_000
"""Of a request that attaches a document: the largest in base64, and what is said of it. No other may have as much."""
HEAD_BYTES: Final = 64_000
"""What is read of a head before its sender is cut off, whatever it holds."""

Headers = Sequence[tuple[bytes, bytes]]


def is_address_too_long(raw_path: bytes, query: bytes) -> bool:
    """An address that is longer than one may be."""
    return len(raw_path) + 1 + len(query) > ADDRESS_BYTES


def has_too_many_parameters(query: bytes) -> bool:
    """A query with more parameters than one may have."""
    return query.count(b"&") >= PARAMETERS


def are_headers_too_large(headers: Headers) -> bool:
    """Headers that are too many, or too long together."""
    return len(headers) > HEADERS or sum(len(name) + len(value) for name, value in headers) > HEADER_BYTES
