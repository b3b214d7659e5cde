"""An open loop: requests sent at a steady rate however long the answers take, each timed from when it was due."""

import http.client
import statistics
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any, Final, NamedTuple, Self
from urllib.parse import urlsplit
from uuid import uuid4

import msgspec

from api.http.idempotency import HEADER

_SENDERS: Final = 48
_TIMEOUT_S: Final = 30.0
_TRIES: Final = 2
_NO_ANSWER: Final = 0


class LoadRequest(NamedTuple):
    """One request: its method, its path, and its body in JSON, sent under a key of its own; None sends none."""

    method: str
    path: str
    body: object = None


class LoadAnswer(NamedTuple):
    """The answer to a request: its status (0: there was none), its content, and how long after it was due."""

    status: int
    content: bytes
    seconds: float


def send_steadily(
    base: str, requests: Callable[[int], LoadRequest], *, rate: float, seconds: float, headers: Mapping[str, str]
) -> list[LoadAnswer]:
    """Send so many requests a second, the first `requests(0)`, and give their answers in that order.

    As many are under way at once as the rate and the answers' time demand, up to some dozens.
    """
    number_of_all = round(rate * seconds)
    numbers, taking = count(), threading.Lock()
    answers: list[LoadAnswer | None] = [None] * number_of_all
    began = time.perf_counter()

    def send_some() -> None:
        with _Sender(base, headers) as sender:
            while True:
                with taking:
                    number = next(numbers)
                if number >= number_of_all:
                    return
                due = began + number / rate
                time.sleep(max(0.0, due - time.perf_counter()))
                status, content = sender.send(requests(number))
                answers[number] = LoadAnswer(status, content, time.perf_counter() - due)

    with ThreadPoolExecutor(_SENDERS) as senders:
        for sending in [senders.submit(send_some) for _ in range(_SENDERS)]:
            sending.result()
    return [answer for answer in answers if answer is not None]


class _Sender:
    """One connection that is kept, and made again where it was cut."""

    def __init__(self, base: str, headers: Mapping[str, str]) -> None:
        address = urlsplit(base)
        self._headers = {"Content-Type": "application/json", **headers}
        self._connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=_TIMEOUT_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._connection.close()

    def send(self, request: LoadRequest) -> tuple[int, bytes]:
        """The status and content of one answer; asked for once more where the connection had been idle and was cut."""
        body = None if request.body is None else msgspec.json.encode(request.body)
        headers = self._headers if body is None else {**self._headers, HEADER: str(uuid4())}
        for _ in range(_TRIES):
            try:
                self._connection.request(request.method, request.path, body, headers)
                answer = self._connection.getresponse()
                return answer.status, answer.read()
            except (OSError, http.client.HTTPException):
                self._connection.close()
        return _NO_ANSWER, b""


def times_ms(seconds: Sequence[float]) -> dict[str, Any]:
    """The median, the 99th percentile and the longest of some times, in milliseconds."""
    if not seconds:
        return {"median_ms": None, "p99_ms": None, "longest_ms": None}
    ordered = sorted(seconds)
    p99 = ordered[0] if len(ordered) == 1 else statistics.quantiles(ordered, n=100, method="inclusive")[98]
    return {
        name: round(1000 * duration, 1)
        for name, duration in zip(
            ("median_ms", "p99_ms", "longest_ms"), (statistics.median(ordered), p99, ordered[-1]), strict=True
        )
    }
