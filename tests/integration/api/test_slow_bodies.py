"""A body that is dripped holds a request for a stated time and no longer."""

import socket
import threading
import time

import pytest

import api.http.dispatch
from scripts.support.http_server import api_server, listen

ALLOWED_S = 1


@pytest.fixture
def port(services, monkeypatch):
    monkeypatch.setattr(api.http.dispatch, "BODY_S", ALLOWED_S)
    with listen("127.0.0.1", 0) as listener:
        server = api_server(services)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join()


def test_a_body_that_drips_is_cut_off_and_nothing_is_recorded(port, steward, services):
    position = services.recorder.head().position
    head = (
        f"POST /v1/places HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer {steward.key}\r\n"
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
        began, said = time.monotonic(), b""
        try:
            while part := dripping.recv(65536):
                said += part
        except ConnectionError:
            pass
        finally:
            stop.set()
            thread.join()
    assert said.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"too-slow"' in said
    assert time.monotonic() - began >= ALLOWED_S / 2
    assert services.recorder.head().position == position
