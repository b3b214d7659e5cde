"""Writers who send each meeting again, under its own key, until it is acknowledged, whatever dies meanwhile."""

import http.client
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, Final, Self
from urllib.parse import urlsplit
from uuid import uuid4

import msgspec

from api.http.idempotency import HEADER
from scripts.benchmarks.open_loop import LoadRequest

_CREATED: Final = 201
_TIMEOUT_S: Final = 20.0
_AGAIN_S: Final = 0.05
_BETWEEN_S: Final = 0.02
_NO_ANSWER: Final = 0


class SteadyWriters:
    """So many writers at once for as long as the block runs; what they were told is kept."""

    def __init__(self, base: str, key: str, requests: Callable[[int], LoadRequest], *, writers: int) -> None:
        address = urlsplit(base)
        self._host, self._port = address.hostname or "", address.port
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self._requests = requests
        self._lock, self._stopping = threading.Lock(), threading.Event()
        self._number = 0
        self._threads = [threading.Thread(target=self._write, name=f"writer-{each}") for each in range(writers)]
        self.receipts: list[dict[str, Any]] = []
        self.unacknowledged: list[str] = []
        """The keys of requests that were never acknowledged, and may or may not be on record."""
        self.answers_by_status: Counter[int] = Counter()

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _write(self) -> None:
        while not self._stopping.is_set():
            with self._lock:
                number, self._number = self._number, self._number + 1
            self._record(self._requests(number))
            time.sleep(_BETWEEN_S)

    def _record(self, request: LoadRequest) -> None:
        """Send one meeting until it is acknowledged; once the block ends, until the first answer that is none."""
        headers = {**self._headers, HEADER: (key := str(uuid4()))}
        while True:
            status, content = self._send(request, headers)
            with self._lock:
                self.answers_by_status[status] += 1
                if status == _CREATED:
                    self.receipts.append(msgspec.json.decode(content))
                    return
                if self._stopping.is_set():
                    self.unacknowledged.append(key)
                    return
            time.sleep(_AGAIN_S)

    def _send(self, request: LoadRequest, headers: dict[str, str]) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=_TIMEOUT_S)
        try:
            connection.request(request.method, request.path, msgspec.json.encode(request.body), headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return _NO_ANSWER, b""
        finally:
            connection.close()
