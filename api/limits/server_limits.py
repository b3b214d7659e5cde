"""The limits of one server, and what is counted under them."""

from typing import Final

from api.limits.allowances import Allowances
from api.limits.dear_turns import DearTurns
from api.limits.good_credentials import GoodCredentials
from api.limits.open_streams import OpenStreams
from api.limits.request_rates import RequestRates

UPLOADS_AT_ONCE: Final = 8
"""Requests that attach documents: they are held whole, and each may have fourteen times as much as any other."""


class ServerLimits:
    """The limits of one server at work: what callers have taken of a server so far, and may still take."""

    def __init__(self, allowances: Allowances | None = None) -> None:
        """Count from nothing; without allowances nobody is refused for asking too often."""
        self.allowances = allowances or Allowances()
        self.by_caller = RequestRates("default", self.allowances.requests_a_minute)
        self.by_address = RequestRates("unsigned", self.allowances.unsigned_a_minute)
        self.good_credentials = GoodCredentials()
        self.dear_reads = DearTurns(self.allowances.dear_at_once)
        self.large_bodies = DearTurns(1)
        self.streams = OpenStreams(self.allowances.streams, self.allowances.streams_of_one)
        self.uploads = DearTurns(UPLOADS_AT_ONCE)
