"""The allowances of a server: how much of it callers may take, and which proxies it believes, as the settings say."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import Final

Network = IPv4Network | IPv6Network

REQUESTS_A_MINUTE: Final = 12_000
UNSIGNED_A_MINUTE: Final = 600
DEAR_AT_ONCE: Final = 2
CONNECTIONS: Final = 500
HEAD_S: Final = 10.0
TAKING_S: Final = 20.0
STREAMS: Final = 200
STREAMS_OF_ONE: Final = 10
STREAM_S: Final = 3600.0


@dataclass(frozen=True, kw_only=True)
class Allowances:
    """The allowances in force; a rate of 0 is none at all."""

    requests_a_minute: int = 0
    """Of one caller who has signed in or gives a key."""
    unsigned_a_minute: int = 0
    """Of one address, by whoever has not."""
    dear_at_once: int = DEAR_AT_ONCE
    """Of all callers together; one alone has one at a time."""
    connections: int = CONNECTIONS
    """Open at once, from all addresses together."""
    head_s: float = HEAD_S
    """How long the head of a request may take to come, from when a connection opens or its last request is answered."""
    taking_s: float = TAKING_S
    """How long somebody may take nothing to speak of from an answer."""
    streams: int = STREAMS
    """Open at once, of all callers together."""
    streams_of_one: int = STREAMS_OF_ONE
    """Open at once, of one caller."""
    stream_s: float = STREAM_S
    """How long a stream lasts at most; whoever reads then asks again, from where they got to."""
    trusted_proxies: tuple[Network, ...] = ()
    """The proxies that are believed when they say on whose behalf they ask."""
