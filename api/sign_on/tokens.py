"""Tokens of the provider: verified before anything in them is believed.

The algorithm must be one of those named in the provider file, whatever the token's own header says; the key comes from
the provider's set alone, and where a header points to for another is never looked at.
"""

import hmac
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, InvalidClaimError, InvalidKeyIdError, JoseError, MissingClaimError
from joserfc.jws import extract_compact
from joserfc.jwt import JWTClaimsRegistry

from api.sign_on.known_provider import KnownProvider
from api.sign_on.provider_file import ProviderFile
from api.sign_on.sign_on_faults import TokenFault, TokenRefused

_LONGEST: Final = 20_000
_PARTS: Final = 3
_ACCESS_TYPES: Final = frozenset({"", "jwt", "at+jwt", "application/at+jwt"})
_ID_TYPES: Final = frozenset({"", "jwt"})
_CLAIM_AT_FAULT: Final = {"aud": "audience", "iss": "issuer", "nbf": "not-yet", "iat": "not-yet", "nonce": "nonce"}


class TokenVerifier:
    """The verifier of one provider's tokens, against its keys as they are now."""

    def __init__(self, declared: ProviderFile, provider: KnownProvider, now: Callable[[], float] = time.time) -> None:
        self._declared, self._provider, self._now = declared, provider, now

    def access_claims(self, token: str) -> Mapping[str, Any]:
        """The claims of a token for the API. Raises TokenRefused and ProviderUnreachable."""
        if self._declared.audience is None:
            raise TokenRefused(TokenFault.AUDIENCE)
        return self._claims(token, self._declared.audience, _ACCESS_TYPES)

    def id_claims(self, token: str, nonce: str) -> Mapping[str, Any]:
        """The claims of an ID token for the pages, asked for with a nonce. Raises TokenRefused, ProviderUnreachable."""
        claims = self._claims(token, self._declared.client_id, _ID_TYPES)
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise TokenRefused(TokenFault.NONCE)
        party, audiences = claims.get("azp"), claims["aud"]
        is_shared = isinstance(audiences, list) and len(audiences) > 1
        if (party is not None or is_shared) and party != self._declared.client_id:
            raise TokenRefused(TokenFault.AUDIENCE)
        return claims

    def _claims(self, token: str, audience: str, types: frozenset[str]) -> Mapping[str, Any]:
        header = _header(token)
        if header.get("alg") not in self._declared.algorithms:
            raise TokenRefused(TokenFault.ALGORITHM)
        if str(header.get("typ", "")).lower() not in types:
            raise TokenRefused(TokenFault.TYPE)
        kid = header.get("kid")
        if kid is not None and not isinstance(kid, str):
            raise TokenRefused(TokenFault.MALFORMED)
        keys = self._provider.keys(kid)
        try:
            claims = jwt.decode(token, keys, algorithms=self._declared.algorithms).claims
        except InvalidKeyIdError:
            raise TokenRefused(TokenFault.UNKNOWN_KEY) from None
        except (JoseError, ValueError, TypeError, RecursionError):
            raise TokenRefused(TokenFault.SIGNATURE) from None
        self._refuse_unfit(claims, audience)
        return claims

    def _refuse_unfit(self, claims: dict[str, Any], audience: str) -> None:
        registry = JWTClaimsRegistry(
            now=lambda: int(self._now()),
            leeway=self._declared.leeway_s,
            iss={"essential": True, "value": self._declared.issuer},
            aud={"essential": True, "value": audience},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )
        try:
            registry.validate(claims)
        except ExpiredTokenError:
            raise TokenRefused(TokenFault.EXPIRED) from None
        except (InvalidClaimError, MissingClaimError) as error:
            fault = _CLAIM_AT_FAULT.get(str(error.claim), "claim")
            raise TokenRefused(TokenFault(fault)) from None


def looks_like_token(text: str) -> bool:
    """A text has the three parts of a signed token, in which case it may be worth the work of verifying it."""
    return len(text) <= _LONGEST and text.isascii() and text.count(".") == _PARTS - 1


def _header(token: str) -> Mapping[str, Any]:
    if not looks_like_token(token):
        raise TokenRefused(TokenFault.MALFORMED)
    try:
        return dict(extract_compact(token.encode()).headers())
    except (JoseError, ValueError, TypeError, RecursionError):
        raise TokenRefused(TokenFault.MALFORMED) from None
