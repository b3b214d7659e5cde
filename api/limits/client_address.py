"""The address of a client: that of the connection, or the one that a proxy we trust says it asks for.

Anybody can send the header; it is believed only as far as proxies named by the settings wrote it, read from the end.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

from api.limits.allowances import Network

FORWARDED: Final = "X-Forwarded-For"
_IPV6_PREFIX: Final = 64
"""The part of an IPv6 address that one connection to the internet has to itself: the rest is any its holder likes."""


def client_address(peer: str, forwarded: Sequence[str], trusted: Sequence[Network]) -> str:
    """Name whom a request is counted for: an IPv4 address, the network of an IPv6 one, or the peer's name as it is."""
    hops = [hop.strip() for line in forwarded for hop in line.split(",")]
    address = _address(peer)
    while address is not None and hops and _is_trusted(address, trusted):
        said = _address(hops.pop())
        if said is None:
            break
        address = said
    if address is None:
        return peer
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, _IPV6_PREFIX), strict=False))
    return str(address)


def _is_trusted(address: IPv4Address | IPv6Address, trusted: Sequence[Network]) -> bool:
    return any(address in network for network in trusted)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """The address that a text is; an IPv4 address in the form of an IPv6 one is that IPv4 address."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
