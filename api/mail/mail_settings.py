"""The mail that the settings ask for: who it comes from, and the server or service that takes it."""

from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

NOTIFY_URL: Final = "https://api.notifications.service.gov.uk"
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_PORTS: Final = {"smtp": 587, "smtps": 465}


class SmtpServer(NamedTuple):
    """A mail server. Without `tls_from_the_start` the connection is made private by STARTTLS, or not used at all.

    Only a server on this machine may be spoken to in the clear.
    """

    host: str
    port: int
    tls_from_the_start: bool
    may_be_clear: bool
    sender: str
    user: str = ""
    password_file: Path | None = None


class NotifyService(NamedTuple):
    """GOV.UK Notify, by the key of a service there; the template prints what is `((subject))` and `((body))`."""

    url: str
    template_id: str
    key_file: Path


MailSettings = SmtpServer | NotifyService


def server_in(address: str) -> tuple[str, int, bool, bool]:
    """Host, port, TLS from the start, may be clear: of `smtps://host` or `smtp://host:port`. Raises ValueError."""
    parts = urlsplit(address)
    port = parts.port or _PORTS.get(parts.scheme)
    is_whole = bool(parts.hostname) and parts.username is None and not (parts.path.strip("/") or parts.query)
    if port is None or parts.scheme not in _PORTS or not is_whole:
        raise ValueError
    host = str(parts.hostname)
    return host, port, parts.scheme == "smtps", host in _LOOPBACK
