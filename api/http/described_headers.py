"""Headers as the description names them: those of answers, and those that requests may send."""

from typing import Any, Final

from api.http.acting_for import ACTING_FOR
from api.http.event_streams import LAST_EVENT_ID
from api.http.freshness import APPLIED, LONGEST_WAIT_S
from api.http.freshness import HEADER as PREFER
from api.http.idempotency import HEADER, REPLAYED
from domain.text import END

ANSWER_HEADERS: Final[dict[str, dict[str, Any]]] = {
    "Request-Id": {"description": "Names this request in our logs", "schema": {"type": "string", "format": "uuid"}},
    "ETag": {"description": "The present state, for If-None-Match and If-Match", "schema": {"type": "string"}},
    "Location": {
        "description": "Where what was recorded can be read",
        "schema": {"type": "string", "format": "uri-reference"},
    },
    REPLAYED: {"description": "`true` when it had been recorded before", "schema": {"type": "string", "const": "true"}},
    "Link": {"description": "The next page (RFC 8288)", "schema": {"type": "string"}},
    APPLIED: {"description": "How long it would have waited, when asked to", "schema": {"type": "string"}},
    "WWW-Authenticate": {"description": "How to give a key", "schema": {"type": "string"}},
    "Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer"}},
    "RateLimit-Policy": {
        "description": "How many requests (`q`) may be made within so many seconds (`w`)",
        "schema": {"type": "string"},
    },
    "RateLimit": {
        "description": "How many requests are left (`r`), and in how many seconds all are there again (`t`)",
        "schema": {"type": "string"},
    },
}
REQUEST_HEADERS: Final[dict[str, dict[str, Any]]] = {
    HEADER: {
        "name": HEADER,
        "in": "header",
        "required": True,
        "description": "A random key for this one thing, the same when trying again; for ever unique to its content",
        "schema": {"type": "string", "pattern": f'^("[!#-\\[\\]-~]{{1,200}}"|[!#-\\[\\]-~]{{1,200}}){END}'},
        "example": "4b7f9c52-6f1e-4c0e-9f53-2d5d1c4d7b1a",
    },
    "If-Match": {
        "name": "If-Match",
        "in": "header",
        "description": "The ETag last read; nothing is recorded when it has changed since",
        "schema": {"type": "string"},
    },
    "If-None-Match": {
        "name": "If-None-Match",
        "in": "header",
        "description": "ETags already held; 304 when one of them is the present state",
        "schema": {"type": "string"},
    },
    ACTING_FOR: {
        "name": ACTING_FOR,
        "in": "header",
        "description": "The id of the body for which you act, if you speak for several; by default your organisation",
        "schema": {"type": "string", "format": "uuid"},
    },
    LAST_EVENT_ID: {
        "name": LAST_EVENT_ID,
        "in": "header",
        "description": "The id of the last event that you had, which is its position: the stream goes on after it",
        "schema": {"type": "string", "pattern": f"^[0-9]{{1,18}}{END}"},
        "example": "214",
    },
    PREFER: {
        "name": PREFER,
        "in": "header",
        "description": f"`wait=5`: wait up to 5 seconds ({LONGEST_WAIT_S} at most) until it holds `min-position`",
        "schema": {"type": "string"},
        "example": "wait=5",
    },
}
