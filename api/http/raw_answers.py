"""Answers where there is no request to answer, as bytes: to a head too large or too slow, or a connection too many."""

from http import HTTPStatus
from typing import Final
from uuid import uuid4

import msgspec

from api.http.problems import PROBLEM_JSON, Problem
from api.limits.allowances import HEAD_S
from api.limits.request_sizes import HEAD_BYTES

_DETAILS: Final = {
    "too-slow": f"The head of a request is to come whole within {HEAD_S:.0f} seconds.",
    "headers-too-large": f"The head of a request may have {HEAD_BYTES:,} bytes.",
    "busy": "As many connections are open as there may be.",
}
_AFTER: Final = {"busy": "Retry-After: 5\r\n"}


def raw_answer(code: str) -> bytes:
    """The whole answer that a problem is, after which the connection is closed."""
    problem = Problem(code, _DETAILS[code])
    content = msgspec.json.encode(problem.document(str(uuid4())))
    head = (
        f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}\r\nContent-Type: {PROBLEM_JSON}\r\n"
        f"Content-Length: {len(content)}\r\nCache-Control: no-store\r\nConnection: close\r\n{_AFTER.get(code, '')}\r\n"
    )
    return head.encode("ascii") + content
