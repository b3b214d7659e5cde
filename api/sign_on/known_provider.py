"""The provider as it is known: its addresses and keys, fetched when first needed and kept for a bounded time.

From half of that time on they are fetched anew, and past it not used. A key that is not known is looked for at most
once a minute, however many tokens name it, and a provider that does not answer is asked again only after a pause.
"""

import time
from collections.abc import Callable, Mapping
from threading import Lock, Thread
from typing import Any, Final

import msgspec
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, KeySet, OKPKey, RSAKey
from msgspec import Struct

from api.sign_on.provider_answers import ProviderAnswer, ask_provider
from api.sign_on.provider_file import is_safe_address
from api.sign_on.sign_on_faults import ProviderUnreachable

_LOG: Final = structlog.get_logger("api")
_WELL_KNOWN: Final = "/.well-known/openid-configuration"
_PAUSE_UNKNOWN_S: Final = 60.0
_PAUSE_FAILED_S: Final = 10.0
_PATIENCE_S: Final = 4.0
_MOST_KEYS: Final = 100
_SHORTEST_RSA: Final = 2_048
_FOUND: Final = 200
_PUBLIC: Final = frozenset({"RSA", "EC", "OKP"})


class ProviderMetadata(Struct, frozen=True, kw_only=True):
    """The provider's own description, as far as it is used (OpenID Connect Discovery 1.0)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address in it that is used."""
        ends = () if self.end_session_endpoint is None else (self.end_session_endpoint,)
        return (self.authorization_endpoint, self.token_endpoint, self.jwks_uri, *ends)


class _Known(Struct, frozen=True):
    """The provider as it was at an instant of a clock that only goes forward."""

    metadata: ProviderMetadata
    keys: KeySet
    at_s: float

    def has(self, kid: str | None) -> bool:
        return kid is None or any(key.kid == kid for key in self.keys)


class KnownProvider:
    """The addresses and keys of one provider; safe to use from many threads."""

    def __init__(
        self,
        issuer: str,
        kept_s: float,
        *,
        ask: Callable[[str], ProviderAnswer] = ask_provider,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._issuer, self._kept_s, self._ask, self._clock = issuer, kept_s, ask, clock
        self._fetching = Lock()
        self._known: _Known | None = None
        self._asked_s = self._failed_s = float("-inf")

    def metadata(self) -> ProviderMetadata:
        """The provider's addresses. Raises ProviderUnreachable."""
        return self._known_now(None).metadata

    def keys(self, kid: str | None) -> KeySet:
        """The provider's public keys, fetched anew where one asked for is lacking. Raises ProviderUnreachable."""
        return self._known_now(kid).keys

    @property
    def is_failing(self) -> bool:
        """It did not answer when it was last asked; False before it was asked at all."""
        return self._failed_s > (float("-inf") if self._known is None else self._known.at_s)

    def look(self) -> None:
        """Ask the provider in the background, if it is time to: nobody waits for it."""
        if self._is_due(None):
            Thread(target=self._refresh, args=(None, 0.0), name="sign-on", daemon=True).start()

    def _known_now(self, kid: str | None) -> _Known:
        if self._is_due(kid):
            self._refresh(kid, _PATIENCE_S)
        known = self._known
        if known is None or self._clock() - known.at_s >= self._kept_s:
            raise ProviderUnreachable("its addresses and keys are not known")
        return known

    def _is_due(self, kid: str | None) -> bool:
        now_s, known = self._clock(), self._known
        if now_s - self._failed_s < _PAUSE_FAILED_S:
            return False
        if known is None or now_s - known.at_s >= self._kept_s / 2:
            return True
        return not known.has(kid) and now_s - self._asked_s >= _PAUSE_UNKNOWN_S

    def _refresh(self, kid: str | None, patience_s: float) -> None:
        """Fetch all anew, unless somebody did while this one waited for it."""
        if not (self._fetching.acquire(timeout=patience_s) if patience_s else self._fetching.acquire(blocking=False)):
            return
        try:
            if self._is_due(kid):
                self._asked_s = self._clock()
                self._known = self._fetched()
        except ProviderUnreachable as error:
            self._failed_s = self._clock()
            _LOG.warning("the sign-on provider does not answer", fault=str(error))
        finally:
            self._fetching.release()

    def _fetched(self) -> _Known:
        at_s = self._clock()
        answer = self._ask(self._issuer.rstrip("/") + _WELL_KNOWN)
        try:
            metadata = msgspec.convert(answer.content, ProviderMetadata)
        except msgspec.ValidationError:
            raise ProviderUnreachable(f"its description cannot be read (status {answer.status})") from None
        if answer.status != _FOUND or metadata.issuer != self._issuer:
            raise ProviderUnreachable("its description is another issuer's")
        if not all(map(is_safe_address, metadata.addresses)):
            raise ProviderUnreachable("an address in its description does not begin with https://")
        keys = public_keys(self._ask(metadata.jwks_uri).content)
        if not keys:
            raise ProviderUnreachable("it has no public key that can be used")
        return _Known(metadata, keys, at_s)


def public_keys(document: Mapping[str, Any]) -> KeySet:
    """The keys of a set that can check signatures; those of other kinds, too short or not understood are left out."""
    listed = document.get("keys")
    keys = [_public_key(entry) for entry in (listed[:_MOST_KEYS] if isinstance(listed, list) else ())]
    return KeySet([key for key in keys if key is not None])


def _public_key(entry: object) -> RSAKey | ECKey | OKPKey | None:
    if not isinstance(entry, dict) or entry.get("kty") not in _PUBLIC or entry.get("use", "sig") != "sig":
        return None
    try:
        key = JWKRegistry.import_key(entry)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    if isinstance(key, RSAKey) and key.public_key.key_size < _SHORTEST_RSA:
        return None
    return key if isinstance(key, RSAKey | ECKey | OKPKey) else None
