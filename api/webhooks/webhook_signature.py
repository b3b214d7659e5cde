"""Signatures of deliveries as Standard Webhooks has them: HMAC-SHA-256 over id, timestamp and body."""

import hmac
import secrets
from base64 import b64encode
from collections.abc import Sequence
from typing import Final

_PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32


def new_secret() -> bytes:
    """A secret that nobody else has."""
    return secrets.token_bytes(SECRET_BYTES)


def secret_text(secret: bytes) -> str:
    """A secret as receivers are given it."""
    return _PREFIX + b64encode(secret).decode()


def signed_headers(message_id: str, timestamp: int, body: bytes, keys: Sequence[bytes]) -> dict[str, str]:
    """The headers of a delivery; one signature for each secret that is good, so that either is found.

    `timestamp` is in whole seconds since 1970. See https://www.standardwebhooks.com.
    """
    content = f"{message_id}.{timestamp}.".encode() + body
    signatures = [f"v1,{b64encode(hmac.digest(key, content, 'sha256')).decode()}" for key in keys]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }
