"""The authorization code flow with PKCE: a browser goes to the provider, and comes back with a code for one token."""

import hmac
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

from api.sign_on.errands import Errand
from api.sign_on.known_provider import KnownProvider, ProviderMetadata
from api.sign_on.provider_answers import ask_provider
from api.sign_on.provider_file import ProviderFile
from api.sign_on.sign_on_faults import ProviderUnreachable, ReturnFault, SignInRefused, TokenRefused
from api.sign_on.tokens import TokenVerifier

_LONGEST: Final = 8_000
_FOUND: Final = 200


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
        if "error" in query:  # not every provider sends the state with it, and nobody is let in by one
            raise SignInRefused(ReturnFault.DECLINED)
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
        if not code or len(code) > _LONGEST:
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
