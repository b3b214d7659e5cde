"""Addresses of webhooks, and what they lead to: nothing of ours, of this machine or of its network is ever called.

A name is looked up when something is sent, every address that it has is looked at, and the one that was looked at is
the one connected to: a name that leads elsewhere a moment later (DNS rebinding) leads nowhere here.
"""

from collections.abc import Collection, Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import urlsplit

from domain.errors import FolkmootError
from domain.vocabulary import CodeList

LONGEST_URL: Final = 2_000
_PORTS: Final = {"https": 443, "http": 80}
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_CARRIES_IPV4: Final = (
    IPv6Network("64:ff9b::/96"),
    IPv6Network("64:ff9b:1::/48"),
    IPv6Network("2002::/16"),
    IPv6Network("2001::/32"),
    IPv6Network("::/96"),
)
"""Networks of addresses that lead to an IPv4 address which they hold (RFC 6052, 8215, 3056, 4380, 4291)."""
_OF_NOBODY: Final = (IPv6Network("fec0::/10"), IPv6Network("3fff::/20"))
"""Networks of sites and for examples (RFC 3879, 9637), which the standard library takes for public."""


class AddressFault(CodeList):
    """The fault of an address. Codes are permanent."""

    NOT_AN_ADDRESS = "not-an-address"
    NOT_HTTPS = "not-https"
    WITH_A_NAME = "with-a-name"
    NOT_PUBLIC = "not-public"
    NOT_FOUND = "not-found"


class AddressRefused(FolkmootError):
    """An address to which nothing is sent."""

    def __init__(self, fault: AddressFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


ADDRESS_FAULTS_IN_WORDS: Final[dict[AddressFault, str]] = {
    AddressFault.NOT_AN_ADDRESS: "must be an address such as https://receiver.example/folkmoot",
    AddressFault.NOT_HTTPS: "must begin with https://",
    AddressFault.WITH_A_NAME: "must hold no name, no password and no # part",
    AddressFault.NOT_PUBLIC: "leads into a network that is not public; whoever runs this Folkmoot can allow its host",
    AddressFault.NOT_FOUND: "has a host that cannot be found",
}


class WebhookAddress:
    """An address that may be called as far as can be seen from itself: where it leads is looked at later."""

    def __init__(self, url: str, inside_hosts: Collection[str] = ()) -> None:
        """Take an address apart; `inside_hosts` may lead into private networks. Raises AddressRefused."""
        try:
            parts = urlsplit(url)
            port = parts.port
            host = (parts.hostname or "").rstrip(".").lower()
            host.encode("idna")  # as when it is looked up: what has an empty or a very long part is no name
        except ValueError:
            raise AddressRefused(AddressFault.NOT_AN_ADDRESS) from None
        is_whole = url.isascii() and url.isprintable() and " " not in url and "\\" not in url
        if not host or not is_whole or len(url) > LONGEST_URL or parts.scheme not in _PORTS:
            raise AddressRefused(AddressFault.NOT_AN_ADDRESS)
        if parts.username is not None or parts.password is not None or parts.fragment:
            raise AddressRefused(AddressFault.WITH_A_NAME)
        self.is_inside = host in inside_hosts
        if parts.scheme == "http" and not (self.is_inside and host in _LOOPBACK):
            raise AddressRefused(AddressFault.NOT_HTTPS)
        self.host, self.port = host, port or _PORTS[parts.scheme]
        self.scheme, self.path = parts.scheme, f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        self.authority = parts.netloc
        literal = _literal(host)
        if literal is not None and not self.is_inside:
            must_be_public([literal])

    def at(self, candidates: Iterable[str]) -> str:
        """The address of the network to connect to, of those that the host was found at. Raises AddressRefused."""
        addresses = [ip_address(each.partition("%")[0]) for each in candidates]
        if not addresses:
            raise AddressRefused(AddressFault.NOT_FOUND)
        if not self.is_inside:
            must_be_public(addresses)
        first = addresses[0]
        return f"[{first}]" if isinstance(first, IPv6Address) else str(first)


def must_be_public(addresses: Iterable[IPv4Address | IPv6Address]) -> None:
    """Refuse addresses any of which is not one of the public internet. Raises AddressRefused."""
    if not all(map(_is_public, addresses)):
        raise AddressRefused(AddressFault.NOT_PUBLIC)


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return _is_public(address.ipv4_mapped)
        if any(address in network for network in (*_CARRIES_IPV4, *_OF_NOBODY)):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved and not address.is_unspecified


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    """The network address that a host is, instead of a name."""
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        return None
