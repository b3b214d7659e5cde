"""A body that is dripped holds a request for a stated time and no longer."""

import socket
import threading
import time
from urllib.parse import urlsplit

import pytest

import api.http.dispatch
from api.access.keys import Scope, create_key
from api.runtime.services import connected
from domain.log.sessions import connect
from domain.vault import WrappingKey
from scripts.support.http_server import serving

ALLOWED_S = 1


@pytest.fixture
def services(database_url):
    with connected(database_url, [WrappingKey.generate()], threads=4) as services:
        yield services


@pytest.fixture
def key(database_url):
    with connect(database_url, application_name="folkmoot-test") as connection:
        return create_key(connection, name="for a test", scope=Scope.STEWARD)


@pytest.fixture
def port(services, monkeypatch):
    monkeypatch.setattr(api.http.dispatch, "BODY_S", ALLOWED_S)
    with serving(services) as base:
        yield urlsplit(base).port


def test_a_body_that_drips_is_cut_off_and_nothing_is_recorded(port, key, services):
    position = services.recorder.head().position
    head = (
        f"POST /v1/places HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer {key}\r\n"
        "Idempotency-Key: k\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=30) as dripping:
        dripping.sendall(head.encode())
        stop = threading.Event()

        def drip():
            while not stop.wait(0.2):
                try:
                    dripping.sendall(b" ")
                except OSError:
                    return

        thread = threading.Thread(target=drip)
        thread.start()
        began, answer = time.monotonic(), b""
        try:
            while part := dripping.recv(65536):
                answer += part
        except ConnectionError:
            pass
        finally:
            stop.set()
            thread.join()
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"too-slow"' in answer
    assert time.monotonic() - began >= ALLOWED_S / 2
    assert services.recorder.head().position == position
