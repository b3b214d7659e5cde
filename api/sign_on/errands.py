"""Errands: the way of one browser to the provider and back.

All that ties the way back to the way out (state, nonce, the proof that we hold the code's other half) is made from one
seed, which only this browser has, in a signed cookie; from what stands in addresses it cannot be made.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

import msgspec
from msgspec import Struct

RETURN: Final = "/sign-on/return"
"""Where the provider sends people back to; it must be registered there, with the public address before it."""
LASTS: Final = timedelta(minutes=30)
"""How long somebody may take to sign in at the provider."""


class Errand(Struct, frozen=True, kw_only=True):
    """One way to the provider and back, as the browser that goes it carries it: its seed, and where it goes on to."""

    seed: str
    address: str
    begun_at: int

    @classmethod
    def begun(cls, address: str, now: datetime) -> "Errand":
        """A new one, after which somebody is sent on to an address."""
        return cls(seed=secrets.token_urlsafe(32), address=address, begun_at=int(now.timestamp()))

    @classmethod
    def carried(cls, text: str, now: datetime) -> "Errand | None":
        """The one that a browser carries; None where it carries none, or has for too long."""
        try:
            errand = msgspec.json.decode(text, type=cls)
        except msgspec.DecodeError:
            return None
        return errand if 0 <= now.timestamp() - errand.begun_at <= LASTS.total_seconds() else None

    def __repr__(self) -> str:
        """Show no seed."""
        return "Errand()"

    @property
    def text(self) -> str:
        """The errand as the browser carries it."""
        return msgspec.json.encode(self).decode()

    @property
    def state(self) -> str:
        """The text that comes back in the address (OAuth's `state`)."""
        return self._made("state")

    @property
    def nonce(self) -> str:
        """The text that comes back in the token (OpenID Connect's `nonce`)."""
        return self._made("nonce")

    @property
    def verifier(self) -> str:
        """The other half of the code, sent only with it (RFC 7636)."""
        return self._made("verifier")

    @property
    def challenge(self) -> str:
        """The hash of that half, shown on the way out."""
        return _base64(sha256(self.verifier.encode()).digest())

    def _made(self, purpose: str) -> str:
        return _base64(hmac.digest(self.seed.encode(), purpose.encode(), "sha256"))


def _base64(digest: bytes) -> str:
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
