"""Listening: what is sent on a connection that is kept leaves at once."""

import socket

import pytest

from scripts.support.http_server import listen


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_headers_and_body_of_an_answer_do_not_wait_for_each_other(host):
    if ":" in host and not socket.has_ipv6:
        pytest.skip("this machine speaks no IPv6")
    with listen(host, 0) as listener:
        port = listener.getsockname()[1]
        with socket.create_connection((host, port)) as caller, listener.accept()[0] as accepted:
            assert caller
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
