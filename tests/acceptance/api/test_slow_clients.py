"""Connections of those who drip what they ask, or never take what they are answered, are cut off; others are served."""

import socket
import threading
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from urllib.parse import urlsplit
from urllib.request import urlopen

import msgspec
import pytest

from api.limits.allowances import Allowances
from api.runtime.services import connected
from domain.vault import WrappingKey
from scripts.support.http_server import serving
from tests.support.log_events import eventually

DRIPPING = 400
ALLOWED = Allowances(head_s=1.5, taking_s=1.5, connections=DRIPPING + 20)
ENOUGH_S = 60


@pytest.fixture
def served(database_url):
    def serve(allowances=ALLOWED):
        services = opened.enter_context(
            connected(database_url, [WrappingKey.generate()], threads=4, allowances=allowances)
        )
        return opened.enter_context(serving(services))

    with ExitStack() as opened:
        yield serve


def connection_to(base):
    address = urlsplit(base)
    return socket.create_connection((address.hostname, address.port), timeout=ENOUGH_S)


def is_up(base):
    with urlopen(f"{base}/healthz", timeout=ENOUGH_S) as answer:  # noqa: S310 - our own server
        return answer.status == 200


class Drippers:
    """Many connections that send a byte now and then, until they are cut."""

    def __init__(self, base, begin):
        self.senders = [connection_to(base) for _ in range(DRIPPING)]
        for sender in self.senders:
            sender.sendall(begin)
            sender.settimeout(0)
        self.cut = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._drip)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()
        for sender in self.senders:
            sender.close()

    def _drip(self):
        while not self._stop.wait(0.2):
            for sender in self.senders:
                if sender not in self.cut:
                    try:
                        sender.send(b"x")
                    except OSError:
                        self.cut.add(sender)


@pytest.mark.parametrize(
    "begin",
    [
        b"G",
        b"GET /healthz HTTP/1.1\r\nHost: here\r\nX-Drip: ",
        b"GET /healthz HTTP/1.1\r\nHost: here\r\nContent-Length: 100000\r\n\r\n",
    ],
    ids=["the first line", "a header", "a body that nobody reads"],
)
def test_400_connections_that_drip_are_cut_while_others_are_served(served, begin):
    base = served()
    with Drippers(base, begin) as drippers:
        eventually(lambda: is_up(base) and len(drippers.cut) == DRIPPING, within_s=ENOUGH_S)


def test_who_drips_a_head_is_told_why(served):
    with connection_to(served()) as sender:
        sender.sendall(b"GET /healthz HTTP/1.1\r\nX-Drip: x")
        answer = b"".join(iter(lambda: sender.recv(65536), b""))
    head, _, content = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408 ")
    assert msgspec.json.decode(content)["code"] == "too-slow"


def test_a_head_that_never_ends_is_refused_however_fast_it_comes(served):
    with connection_to(served(Allowances(head_s=ENOUGH_S))) as sender:
        sender.sendall(b"GET /healthz HTTP/1.1\r\nX-Long: " + b"x" * 100_000)
        answer = sender.recv(65536)
    assert answer.startswith(b"HTTP/1.1 431 ")
    assert b'"code":"headers-too-large"' in answer


def test_one_who_asks_again_and_again_is_never_cut(served):
    base = served()
    with closing(HTTPConnection(urlsplit(base).netloc, timeout=ENOUGH_S)) as asking:

        def is_answered():
            asking.request("GET", "/healthz")
            return asking.getresponse().read() == b'{"status":"ok"}'

        assert is_answered()
        connection = asking.sock
        with Drippers(base, b"G") as drippers:
            eventually(lambda: is_answered() and len(drippers.cut) == DRIPPING, within_s=ENOUGH_S)
        assert asking.sock is connection


def test_who_never_takes_an_answer_is_cut(served):
    base = served()
    with ExitStack() as stack:
        readers = []
        for _ in range(20):
            reader = stack.enter_context(socket.socket())
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            reader.connect(("127.0.0.1", urlsplit(base).port))
            reader.settimeout(ENOUGH_S)
            reader.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: here\r\n\r\n" * 3)
            readers.append(reader)

        def is_cut(reader):
            try:
                reader.send(b"x")
            except OSError:
                return True
            return False

        for reader in readers:
            eventually(lambda reader=reader: is_cut(reader), within_s=ENOUGH_S)
        assert is_up(base)


def test_where_as_many_are_open_as_may_be_the_one_that_has_waited_longest_makes_room(served):
    base = served(Allowances(head_s=ENOUGH_S, connections=10))
    with ExitStack() as stack:
        waiting = [stack.enter_context(connection_to(base)) for _ in range(10)]
        assert is_up(base)
        assert waiting[0].recv(1) == b""
        waiting[-1].sendall(b"GET /healthz HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
        assert waiting[-1].recv(65536).startswith(b"HTTP/1.1 200 ")
