"""Idempotency keys: the same key and content are recorded once and answered the same, however often they come."""

import re
from typing import Final
from uuid import UUID, uuid5

from starlette.datastructures import Headers

from api.problems import Problem

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"
_BARE: Final = re.compile(r"[!#-\[\]-~]{1,200}")


def idempotency_key(headers: Headers) -> str:
    """Read the key: a structured-field string (`"…"`) or a bare token. Raises Problem 400."""
    given = headers.getlist(HEADER)
    if len(given) != 1:
        detail = "Give it once." if given else "Nothing was recorded, so that trying again cannot record it twice."
        raise Problem("idempotency-key-required", detail)
    text = given[0].strip()
    bare = text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
    if not _BARE.fullmatch(bare):
        detail = "It must be 1 to 200 visible ASCII characters without quotes or spaces, such as a UUID."
        raise Problem("idempotency-key-required", detail)
    return bare


def command_id_of(principal: UUID, operation: str, key: str) -> UUID:
    """Give the identity of a command: that of who asks, for what, and under which key."""
    return uuid5(principal, f"{operation}\n{key}")
