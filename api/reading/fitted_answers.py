"""Answers that fit: no more of a list than so many bytes of JSON hold; where it goes on is in the answer."""

from collections.abc import Callable
from typing import Final

import msgspec
from msgspec import Struct

from api.http.operations import Call

ANSWER_BYTES: Final = 1_000_000
_AIM: Final = 0.8
"""The part of that which is aimed at, where an answer is made again with less: its entries are not all of one size."""


def fitted(call: Call, most: int, build: Callable[[int], Struct]) -> Struct | bytes:
    """The answer with so many entries, or with as many as fit; `build` makes the one with a number of them.

    A page that asks takes the whole: it bounds by itself what it shows.
    """
    if call.is_of_page:
        return build(most)
    while True:
        content = msgspec.json.encode(build(most))
        if len(content) <= ANSWER_BYTES or most <= 1:
            return content
        most = max(1, min(most - 1, int(most * _AIM * ANSWER_BYTES / len(content))))
