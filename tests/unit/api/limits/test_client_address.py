"""Whom a request is counted for: the address of its connection, or what a proxy we trust says of it."""

from ipaddress import ip_network

import pytest

from api.limits.client_address import client_address

OURS = (ip_network("10.0.0.0/24"), ip_network("fd00::/8"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "counted_as"),
    [
        ("203.0.113.5", [], "203.0.113.5"),
        ("203.0.113.5", ["198.51.100.1"], "203.0.113.5"),
        ("10.0.0.7", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.7", ["6.6.6.6, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.7", ["6.6.6.6", "198.51.100.1"], "198.51.100.1"),
        ("10.0.0.7", ["198.51.100.1, 10.0.0.8"], "198.51.100.1"),
        ("10.0.0.7", ["10.0.0.9, 10.0.0.8"], "10.0.0.9"),
        ("10.0.0.7", ["nonsense"], "10.0.0.7"),
        ("10.0.0.7", [""], "10.0.0.7"),
        ("10.0.0.7", [], "10.0.0.7"),
        ("::ffff:10.0.0.7", ["198.51.100.1"], "198.51.100.1"),
        ("2001:db8:1:2:aaaa::1", [], "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::2", [], "2001:db8:1:2::/64"),
        ("fd00::1", ["2001:db8:1:2:aaaa::1"], "2001:db8:1:2::/64"),
        ("testclient", ["198.51.100.1"], "testclient"),
        ("", [], ""),
    ],
)
def test_a_header_is_believed_as_far_as_proxies_we_trust_wrote_it(peer, forwarded, counted_as):
    assert client_address(peer, forwarded, OURS) == counted_as


def test_without_trusted_proxies_no_header_is_believed():
    assert client_address("10.0.0.7", ["198.51.100.1"], ()) == "10.0.0.7"
