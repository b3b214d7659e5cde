"""The authorization code flow with PKCE: a browser is sent to the provider, and comes back with a code for one token.

All that ties the way back to the way out (state, nonce, the proof that we hold the code's other half) is made from one
seed, which only this browser has, in a signed cookie; from what stands in addresses it cannot be made.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final
from urllib.parse import quote, urlencode

from msgspec import Struct

from api.sign_on.known_provider import KnownProvider, ProviderMetadata
from api.sign_on.provider_answers import ProviderUnreachable, ask_provider
from api.sign_on.provider_file import ProviderFile
from api.sign_on.tokens import TokenRefused, TokenVerifier
from domain.errors import FolkmootError

_LONGEST: Final = 8_000
_FOUND: Final = 200


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
    """Nobody is signed in; the message names the fault and quotes nothing that was sent."""

    def __init__(self, fault: ReturnFault, detail: str = "") -> None:
        super().__init__(f"{fault.value} {detail}".strip())
        self.fault = fault


class Errand(Struct, frozen=True):
    """One way to the provider and back."""

    seed: str

    @classmethod
    def begun(cls) -> "Errand":
        """A new one."""
        return cls(secrets.token_urlsafe(32))

    def __repr__(self) -> str:
        """Show no seed."""
        return "Errand()"

    @property
    def state(self) -> str:
        """What comes back in the address."""
        return self._made("state")

    @property
    def nonce(self) -> str:
        """What comes back in the token."""
        return self._made("nonce")

    @property
    def verifier(self) -> str:
        """The other half of the code, sent only with it (RFC 7636)."""
        return self._made("verifier")

    @property
    def challenge(self) -> str:
        """What is shown of that half on the way out."""
        return _base64(sha256(self.verifier.encode()).digest())

    def _made(self, purpose: str) -> str:
        return _base64(hmac.digest(self.seed.encode(), purpose.encode(), "sha256"))


class CodeFlow:
    """The flow of one provider: the address to go out to, and the claims that somebody comes back with."""

    def __init__(
        self, declared: ProviderFile, provider: KnownProvider, verifier: TokenVerifier, client_secret: str | None
    ) -> None:
        self._declared, self._provider, self._verifier = declared, provider, verifier
        self._client_secret = client_secret

    def way_out(self, errand: Errand, redirect_uri: str) -> str:
        """The provider's address at which somebody signs in. Raises ProviderUnreachable."""
        return with_query(
            self._provider.metadata().authorization_endpoint,
            response_type="code",
            client_id=self._declared.client_id,
            redirect_uri=redirect_uri,
            scope=" ".join(self._declared.scopes),
            state=errand.state,
            nonce=errand.nonce,
            code_challenge=errand.challenge,
            code_challenge_method="S256",
        )

    def claims(self, errand: Errand | None, query: Mapping[str, str], redirect_uri: str) -> Mapping[str, Any]:
        """The claims of whoever came back with a query. Raises SignInRefused and ProviderUnreachable."""
        state = query.get("state", "")
        if errand is None or not hmac.compare_digest(state.encode("utf-8", "replace"), errand.state.encode()):
            raise SignInRefused(ReturnFault.OTHER_BROWSER)
        metadata = self._provider.metadata()
        issuer = query.get("iss")
        if issuer != metadata.issuer and (
            issuer is not None or metadata.authorization_response_iss_parameter_supported
        ):
            raise SignInRefused(ReturnFault.TOKEN, "the answer is another issuer's")
        code = query.get("code", "")
        if "error" in query or not code or len(code) > _LONGEST:
            raise SignInRefused(ReturnFault.DECLINED)
        token = self._redeemed(metadata, errand, code, redirect_uri)
        try:
            return self._verifier.id_claims(token, errand.nonce)
        except TokenRefused as error:
            raise SignInRefused(ReturnFault.TOKEN, error.fault.value) from None

    def _redeemed(self, metadata: ProviderMetadata, errand: Errand, code: str, redirect_uri: str) -> str:
        """The ID token that the provider gives for a code. Raises SignInRefused and ProviderUnreachable."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": errand.verifier,
        }
        identity = {"client_id": self._declared.client_id}
        basic = None
        if self._client_secret is None:
            form |= identity
        elif "client_secret_basic" in metadata.token_endpoint_auth_methods_supported:
            basic = (quote(self._declared.client_id, safe=""), quote(self._client_secret, safe=""))
        else:
            form |= identity | {"client_secret": self._client_secret}
        answer = ask_provider(metadata.token_endpoint, form, basic)
        token = answer.content.get("id_token")
        if answer.status != _FOUND:
            if answer.content.get("error") == "invalid_grant":
                raise SignInRefused(ReturnFault.CODE)
            raise ProviderUnreachable(f"it does not take our codes (status {answer.status})")
        if not isinstance(token, str):
            raise SignInRefused(ReturnFault.TOKEN, "there is none")
        return token


def with_query(address: str, **parameters: str) -> str:
    """An address with parameters added to those that it has."""
    return f"{address}{'&' if '?' in address else '?'}{urlencode(parameters)}"


def _base64(digest: bytes) -> str:
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
