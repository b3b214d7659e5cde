"""Idempotency keys: the same key and content are recorded once and answered the same, however often they come.

A key of the API stands for its holder: the organisation and the user, or, where it belongs to no account, the
organisation alone. So a retry stays a retry when they have another key by then. Earlier releases told requests apart by
the key of the API itself; what was recorded under one of those, whichever of its keys it was, is looked up first, for
ever.
"""

import re
from typing import Final
from uuid import UUID, uuid5

from msgspec import Struct
from starlette.datastructures import Headers

from api.access.keys import keys_of
from api.http.operations import Call
from api.http.problems import Problem

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"
_BARE: Final = re.compile(r"[!#-\[\]-~]{1,200}")


def idempotency_key(headers: Headers) -> str:
    """The key of a request: a structured-field string (`"…"`) or a bare token. Raises Problem 400."""
    lines = headers.getlist(HEADER)
    if len(lines) != 1:
        detail = "Give it once." if lines else "Nothing was recorded, so that trying again cannot record it twice."
        raise Problem("idempotency-key-required", detail)
    text = lines[0].strip()
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
    """The identity of a request: whose it is, for which operation, and its Idempotency-Key. Raises Problem 400."""
    key, asker, operation = idempotency_key(call.headers), call.asker, call.operation.name
    if asker.key_id is None or asker.account_id is not None or asker.organisation_id is None:
        return RequestIdentity(command_id_of(asker.sender_id, operation, key))
    return RequestIdentity(
        command_id_of(asker.sender_id, operation, key),
        tuple(
            command_id_of(key_id, operation, key)
            for key_id in keys_of(call.services.recorder, asker.organisation_id, first=asker.key_id)
        ),
    )


def command_id_of(sender_id: UUID, operation: str, key: str) -> UUID:
    """The id of a command: that of its sender, the operation and the Idempotency-Key in one."""
    return uuid5(sender_id, f"{operation}\n{key}")
