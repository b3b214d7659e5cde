"""A receiver of webhooks that keeps the order in which positions came, for as long as the block runs."""

import threading
from collections import Counter, defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final, Self

import msgspec

_HOST: Final = "127.0.0.1"


class HookReceiver:
    """A server on a free port of this machine; what each partnership's deliveries told, in the order they came."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer((_HOST, 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, name="receiver")
        self.by_subject: defaultdict[str, list[int]] = defaultdict(list)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def host(self) -> str:
        """The host that webhooks must be allowed to lead to."""
        return _HOST

    @property
    def url(self) -> str:
        """The address to which webhooks lead."""
        return f"http://{_HOST}:{self._server.server_port}/hook"

    def take(self, event: dict[str, Any]) -> None:
        """Keep one delivery."""
        with self._lock:
            self.by_subject[str(event["subject"])].append(int(event["data"]["position"]))

    def positions(self) -> Counter[int]:
        """How often each position came."""
        with self._lock:
            return Counter(position for positions in self.by_subject.values() for position in positions)

    def out_of_order(self) -> int:
        """The deliveries that came for the first time after a later one of the same partnership."""
        with self._lock:
            return sum(_late(positions) for positions in self.by_subject.values())


def _late(positions: list[int]) -> int:
    earlier: set[int] = set()
    late = latest = 0
    for position in positions:
        late += position not in earlier and position < latest
        earlier.add(position)
        latest = max(latest, position)
    return late


def _handler(receiver: HookReceiver) -> type[BaseHTTPRequestHandler]:
    class Taking(BaseHTTPRequestHandler):
        """Takes every delivery."""

        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            receiver.take(msgspec.json.decode(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
            """Write no line for each."""

    return Taking
