"""One try of a delivery: to the address that was looked at, under the name it was asked for, in bounded time."""

import asyncio
import socket
import ssl
import subprocess
import threading
from contextlib import contextmanager

import pytest

from api.webhooks.webhook_sender import WebhookSender

TAKEN = b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"


@contextmanager
def listening(trust=None, answer=TAKEN):
    """Answer every connection on this machine; gives the port, and the heads that came."""
    heads = []

    def serve():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            try:
                if trust is not None:
                    connection = trust.wrap_socket(connection, server_side=True)
                heads.append(connection.recv(65536).decode())
                connection.sendall(answer)
            except OSError as error:
                heads.append(type(error).__name__)
            finally:
                connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1], heads
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
            thread.join()


def found_at(*answers):
    """A name server that says one thing after another."""
    said = list(answers)

    async def lookup(_host, _port):
        return said.pop(0) if len(said) > 1 else said[0]

    return lookup


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    names = ["-subj", "/CN=receiver.example", "-addext", "subjectAltName=DNS:receiver.example"]
    files = ["-keyout", folder / "key", "-out", folder / "cert"]
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *names, *files]
    subprocess.run(make, check=True, capture_output=True)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "cert", folder / "key")
    return server, ssl.create_default_context(cafile=folder / "cert")


def test_a_name_that_leads_here_is_never_connected_to():
    with listening() as (port, heads):
        sender = WebhookSender(lookup=found_at(["127.0.0.1"]))
        assert sender.send(f"https://receiver.example:{port}/", {}, b"{}").fault == "not-public"
        assert heads == []


def test_a_name_is_looked_up_once_and_what_was_looked_at_is_connected_to(certificate):
    server, trust = certificate
    with listening(server) as (port, heads):
        sender = WebhookSender({"receiver.example"}, lookup=found_at(["127.0.0.1"], ["203.0.113.9"]), trust=trust)
        outcome = sender.send(f"https://receiver.example:{port}/hook?a=b", {"webhook-id": "msg_1"}, b"{}")
    assert outcome.is_taken
    assert heads[0].startswith("POST /hook?a=b HTTP/1.1\r\n")
    assert f"host: receiver.example:{port}\r\n" in heads[0].lower()


def test_a_receiver_that_cannot_prove_its_name_is_told_nothing(certificate):
    server, trust = certificate
    with listening(server) as (port, heads):
        for sender in (
            WebhookSender({"other.example"}, lookup=found_at(["127.0.0.1"]), trust=trust),
            WebhookSender({"other.example"}, lookup=found_at(["127.0.0.1"])),
        ):
            assert sender.send(f"https://other.example:{port}/", {}, b"secret").fault == "no-connection"
    assert not any("POST" in head for head in heads)


def test_no_proxy_of_the_environment_is_used(monkeypatch):
    with listening() as (proxy, through), listening() as (port, heads):
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy}")
        assert WebhookSender({"127.0.0.1"}).send(f"http://127.0.0.1:{port}/", {}, b"{}").is_taken
    assert (len(heads), through) == (1, [])


def test_a_try_ends_in_time_wherever_it_hangs():
    async def hangs(_host, _port):
        await asyncio.sleep(60)

    sender = WebhookSender(lookup=hangs, altogether_s=0.1)
    assert sender.send("https://receiver.example/", {}, b"{}").fault == "too-slow"


@pytest.mark.parametrize(
    ("url", "fault"),
    [("https://no-such-host.invalid/", "not-found"), ("http://127.0.0.1:9/", "no-connection")],
)
def test_what_cannot_be_reached_is_a_fault_and_no_error(url, fault):
    assert WebhookSender({"127.0.0.1"}).send(url, {}, b"{}").fault == fault


@pytest.mark.parametrize(
    ("retry_after", "wait_s"),
    [("120", 120), ("999999999", 86_400), ("soon", 0), ("-5", 0), ("Thu, 01 Jan 1970 00:00:00 GMT", 0)],
)
def test_how_long_to_wait_is_read_within_bounds(retry_after, wait_s):
    answer = f"HTTP/1.1 429 Wait\r\nRetry-After: {retry_after}\r\nContent-Length: 0\r\n\r\n".encode()
    with listening(answer=answer) as (port, _):
        outcome = WebhookSender({"127.0.0.1"}).send(f"http://127.0.0.1:{port}/", {}, b"{}")
    assert (outcome.status, outcome.wait_s) == (429, wait_s)


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"X: " + b"x" * 300_000])
def test_an_answer_that_is_none_is_no_taking(answer):
    with listening(answer=answer) as (port, _):
        outcome = WebhookSender({"127.0.0.1"}).send(f"http://127.0.0.1:{port}/", {}, b"{}")
    assert (outcome.is_taken, outcome.fault) == (False, "broken-off")
