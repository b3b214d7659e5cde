"""A mail as it is handed to whoever sends it: plain text to one address, under an id of its own.

Nothing in it can begin a header of its own: what holds a line break, or is no plain address, is refused here, whatever
the ways of sending do about it.
"""

import re
from typing import Final, Protocol
from uuid import UUID

from msgspec import Struct

from domain.errors import FolkmootError

_LONGEST_ADDRESS: Final = 254  # RFC 5321, 4.5.3.1.3, without its brackets
_LONGEST_LOCAL: Final = 64
_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+", re.ASCII)


class MailFault(FolkmootError):
    """A mail was not sent, or nobody knows; `code` says why in one word that is safe to keep."""

    def __init__(self, code: str) -> None:
        super().__init__(f"the mail was not sent ({code})")
        self.code = code


class MailRefused(MailFault):
    """The mail will never be taken: its address is wrong, or what it says."""


class MailNotTaken(MailFault):
    """The mail was certainly not taken this time; it may be another time."""


class MailUnclear(MailFault):
    """The connection broke after the mail was handed over: it may have been taken."""


class MailMessage(Struct, frozen=True, kw_only=True):
    """One mail. `stop_url` is where a program may POST, without signing in, so that no more of them come (RFC 8058)."""

    mail_id: UUID
    to: str
    subject: str
    text: str
    stop_url: str | None = None

    def __post_init__(self) -> None:
        """Raises MailRefused for what would be another mail than it seems."""
        if not is_mail_address(self.to):
            raise MailRefused("address")
        if not self.subject.isprintable() or not (self.stop_url or "-").isprintable() or " " in (self.stop_url or ""):
            raise MailRefused("header")

    def __repr__(self) -> str:
        """Show neither address nor words: representations end up in logs."""
        return f"MailMessage({self.mail_id})"


class MailSender(Protocol):
    """A way of sending mail."""

    def send(self, message: MailMessage, *, may_be_sent: bool) -> None:
        """Send a mail; it is taken for good once this returns. Raises MailFault.

        `may_be_sent` says that an earlier try broke off, so that it may have been taken already.
        """
        ...


def is_mail_address(text: str) -> bool:
    """A text is the address of one mailbox, in ASCII and without quotes or comments."""
    local, _, _ = text.partition("@")
    return len(text) <= _LONGEST_ADDRESS and len(local) <= _LONGEST_LOCAL and _ADDRESS.fullmatch(text) is not None
