"""Answers of the provider are bounded in size and time, and come from where we asked and from nowhere else."""

import re
import socket
import threading
from contextlib import contextmanager
from itertools import count

import pytest

from api.sign_on.provider_answers import ask_provider
from api.sign_on.sign_on_faults import ProviderUnreachable

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@contextmanager
def answering(*chunks):
    """A server that reads one request at a time, keeps it, and answers with these bytes."""
    requests = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    requests.append(_whole(connection))
                    try:
                        for chunk in chunks:
                            connection.sendall(chunk)
                    except OSError:
                        continue

        threading.Thread(target=answer, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", requests
        listener.shutdown(socket.SHUT_RDWR)


def _whole(connection):
    """One request, to the end of the body that it says it has."""
    request = b""
    while True:
        request += connection.recv(65_536)
        head, end, body = request.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head.lower())
        if end and len(body) >= (int(length[1]) if length else 0):
            return request


def answer(content, head=OK):
    return head + b"Content-Length: %d\r\n\r\n" % len(content) + content


def test_an_answer_is_read():
    with answering(answer(b'{"a": 1}')) as (base, _):
        assert ask_provider(f"{base}/x").content == {"a": 1}


@pytest.mark.parametrize("content", [b"", b"[1]", b"<html>", b"\xff", b"[" * 100_000, b'{"a": 1}{'], ids=len)
def test_what_is_no_object_is_read_as_nothing(content):
    with answering(answer(content)) as (base, _):
        assert ask_provider(base).content == {}


def test_no_redirect_is_followed():
    with answering(answer(b'{"secret": 1}')) as (inner, asked_of_inner):
        head = b"HTTP/1.1 302 Found\r\nLocation: " + inner.encode() + b"\r\n"
        with answering(answer(b"{}", head)) as (base, _):
            reply = ask_provider(base, {"code": "x"})
    assert (reply.status, reply.content) == (302, {})
    assert asked_of_inner == []


def test_an_answer_that_is_too_long_is_cut_off():
    with answering(OK + b"\r\n", *[b"x" * 65_536] * 100) as (base, _), pytest.raises(ProviderUnreachable, match="long"):
        ask_provider(base)


def test_an_answer_that_takes_too_long_is_cut_off():
    seconds = count(0, 10)
    with (
        answering(OK + b"\r\n", b"{", b'"a": 1}') as (base, _),
        pytest.raises(ProviderUnreachable, match="too long"),
    ):
        ask_provider(base, clock=lambda: next(seconds))


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 500 Sorry\r\n", b"HTTP/1.1 503 Sorry\r\n", b"nonsense\r\n"], ids=lambda head: head.decode()
)
def test_a_provider_at_fault_counts_as_down(head):
    with answering(answer(b'{"secret": "sesame"}', head)) as (base, _):
        with pytest.raises(ProviderUnreachable) as unreachable:
            ask_provider(base)
        assert "sesame" not in str(unreachable.value)


@pytest.mark.parametrize("address", ["http://169.254.169.254/latest", "file:///etc/passwd", "ftp://127.0.0.1", "x"])
def test_nothing_is_asked_of_an_address_that_is_not_private(address):
    with pytest.raises(ProviderUnreachable, match="https"):
        ask_provider(address)


def test_a_secret_is_sent_in_a_header_and_a_code_in_the_body():
    with answering(answer(b"{}")) as (base, requests):
        ask_provider(f"{base}/token", {"code": "the-code"}, ("client", "sesame"))
    head, _, body = requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /token HTTP/1.1")
    assert b"sesame" not in requests[0]
    assert b"Basic Y2xpZW50OnNlc2FtZQ==" in head
    assert body == b"code=the-code"


def test_nothing_listens_where_a_provider_is_down():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(ProviderUnreachable, match="ConnectError"):
        ask_provider(f"http://127.0.0.1:{port}")
