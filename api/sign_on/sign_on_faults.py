"""The ways in which sign-on fails: a provider that does not answer, a token that proves nothing, nobody signed in.

No message quotes anything that was sent. It needs no library, and so can be named where sign-on is not installed.
"""

from enum import StrEnum

from domain.errors import FolkmootError


class ProviderUnreachable(FolkmootError):
    """The provider does not answer, or not as providers do; the message names the kind of fault."""


class TokenFault(StrEnum):
    """Why a token was refused: for our log, never for whoever sent it."""

    MALFORMED = "malformed"
    TYPE = "type"
    ALGORITHM = "algorithm"
    UNKNOWN_KEY = "unknown-key"
    SIGNATURE = "signature"
    ISSUER = "issuer"
    AUDIENCE = "audience"
    EXPIRED = "expired"
    NOT_YET = "not-yet"
    NONCE = "nonce"
    CLAIM = "claim"


class TokenRefused(FolkmootError):
    """A token that proves nothing; the message is the fault."""

    def __init__(self, fault: TokenFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class ReturnFault(StrEnum):
    """Why somebody came back from the provider without being signed in."""

    OTHER_BROWSER = "other-browser"
    """Not this browser began it, or too long ago, or it was used already."""
    DECLINED = "declined"
    """The provider let nobody in: they gave up, or may not."""
    CODE = "code"
    """The provider does not take the code: it was used, or is another's."""
    TOKEN = "token"  # noqa: S105 - the name of a fault
    """What the provider says of them could not be believed."""


class SignInRefused(FolkmootError):
    """Nobody is signed in; the message names the fault."""

    def __init__(self, fault: ReturnFault, detail: str = "") -> None:
        super().__init__(f"{fault.value} {detail}".strip())
        self.fault = fault
