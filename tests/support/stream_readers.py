"""Readers of a stream of events over a real connection, each in no thread of its own."""

import json
import socket
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

PATIENCE_S = 30


@dataclass
class StreamReader:
    """One reader: what came, event by event, and whether the stream has ended."""

    address: str
    key: str
    path: str = "/v1/log/stream"
    headers: dict[str, str] = field(default_factory=dict)
    method: str = "GET"
    status: int = 0
    text: str = ""
    is_ended: bool = False

    def __post_init__(self):
        parts = urlsplit(self.address)
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE_S)
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: {parts.netloc}", f"Authorization: Bearer {self.key}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        self.socket.sendall("\r\n".join([*lines, "Accept: text/event-stream", "", ""]).encode())
        self._raw = b""
        while b"\r\n\r\n" not in self._raw:
            self._raw += self.socket.recv(65536)
        head, _, self._raw = self._raw.partition(b"\r\n\r\n")
        self.head = head.decode()
        self.status = int(self.head.split()[1])
        self._take()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def reads(self, within_s=PATIENCE_S):
        """Wait for something more; False where nothing came."""
        self.socket.settimeout(within_s)
        with suppress(TimeoutError, ConnectionResetError):
            if received := self.socket.recv(65536):
                self._raw += received
                self._take()
                return True
            self.is_ended = True
        return False

    def events(self, count):
        """The data of the first so many events, waited for."""
        while len(self.data) < count:
            assert self.reads(), f"only {len(self.data)} events came: {self.text[-500:]}"
        return self.data

    def until_ended(self):
        """All that came, once the stream is over."""
        while not self.is_ended:
            assert self.reads(), self.text
        return self.text

    @property
    def data(self):
        return [json.loads(line[6:]) for line in self._lines() if line.startswith("data: ")]

    @property
    def last_id(self):
        return int([line for line in self._lines() if line.startswith("id: ")][-1][4:])

    def _lines(self):
        return self.text.rpartition("\n\n")[0].splitlines()

    def _take(self):
        """Take the chunks (RFC 9112) that have come whole."""
        while True:
            size, found, rest = self._raw.partition(b"\r\n")
            if not found or len(rest) < int(size, 16) + 2:
                return
            length = int(size, 16)
            self.text += rest[:length].decode()
            self._raw = rest[length + 2 :]
            self.is_ended = self.is_ended or length == 0
