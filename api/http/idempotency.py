"""Idempotency keys: the same key and content are recorded once and answered the same, however often they come.

A key of the API stands for its holder: the organisation it belongs to. So a retry stays a retry when the organisation
has another key by then. Earlier releases told requests apart by the key of the API itself; what was recorded under
one of those, whichever of its keys it was, is looked up first, for ever.
"""

import re
from typing import Final
from uuid import UUID, uuid5

from msgspec import Struct
from starlette.datastructures import Headers

from api.http.auth import keys_of
from api.http.operations import Call
from api.http.problems import Problem

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


class RequestIdentity(Struct, frozen=True):
    """The identity of a request, and those under which an earlier release may have taken it before, likeliest first."""

    command_id: UUID
    earlier: tuple[UUID, ...] = ()


def identity_of(call: Call) -> RequestIdentity:
    """Identify a request by whose it is, what is asked and its Idempotency-Key. Raises Problem 400."""
    key, asker, operation = idempotency_key(call.headers), call.asker, call.operation.name
    if asker.organisation_id is None:
        return RequestIdentity(command_id_of(asker.key_id, operation, key))
    credentials = keys_of(call.services.recorder, asker)
    return RequestIdentity(
        command_id_of(asker.organisation_id, operation, key),
        tuple(command_id_of(key_id, operation, key) for key_id in credentials),
    )


def command_id_of(principal: UUID, operation: str, key: str) -> UUID:
    """Give the identity of a command: that of who asks, for what, and under which key."""
    return uuid5(principal, f"{operation}\n{key}")
