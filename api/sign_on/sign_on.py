"""Sign-on with one provider: the way out and back for browsers, tokens for programs, and the rows that let them in."""

from collections.abc import Collection, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from api.sign_on.claims_table import SignedOn, rows_met, rows_named
from api.sign_on.code_flow import CodeFlow, with_query
from api.sign_on.errands import RETURN, Errand
from api.sign_on.known_provider import KnownProvider
from api.sign_on.provider_file import ClaimRow, ProviderFile
from api.sign_on.sign_on_faults import ProviderUnreachable
from api.sign_on.tokens import TokenVerifier

SIGNED_OUT: Final = "/sign-in"


class SignOn:
    """Sign-on with the provider that a file declares; safe to use from many threads."""

    def __init__(
        self, declared: ProviderFile, client_secret: str | None, public_url: str, provider: KnownProvider | None = None
    ) -> None:
        self._declared, self._public_url = declared, public_url
        self._provider = provider or KnownProvider(declared.issuer, declared.keys_kept_s)
        self._verifier = TokenVerifier(declared, self._provider)
        self._flow = CodeFlow(declared, self._provider, self._verifier, client_secret)

    @property
    def name(self) -> str:
        """The name by which people know the provider."""
        return self._declared.name

    @property
    def ask(self) -> str:
        """The one whom somebody is told to ask who has no role here."""
        return self._declared.ask

    @property
    def is_failing(self) -> bool:
        """The provider did not answer when last asked; it is asked again in the background, if it is time."""
        self._provider.look()
        return self._provider.is_failing

    def way_out(self, errand: Errand) -> str:
        """The provider's address at which somebody signs in. Raises ProviderUnreachable."""
        return self._flow.way_out(errand, self._public_url + RETURN)

    def returned(self, errand: Errand | None, query: Mapping[str, str]) -> SignedOn:
        """The person who came back to a browser with a query. Raises SignInRefused and ProviderUnreachable."""
        return self._signed_on(self._flow.claims(errand, query, self._public_url + RETURN))

    def bearer(self, token: str) -> SignedOn:
        """The holder of a token for the API. Raises TokenRefused and ProviderUnreachable."""
        return self._signed_on(self._verifier.access_claims(token))

    def rows_now(self, conditions: Collection[bytes]) -> list[ClaimRow]:
        """The rows as the table has them now, of those met at sign-in."""
        return rows_named(self._declared.roles, conditions)

    def way_to_sign_out(self) -> str | None:
        """The provider's address at which somebody signs out there; None where it has none, or does not answer."""
        try:
            address = self._provider.metadata().end_session_endpoint
        except ProviderUnreachable:
            return None
        if address is None:
            return None
        back = self._public_url + SIGNED_OUT
        return with_query(address, client_id=self._declared.client_id, post_logout_redirect_uri=back)

    def origin_of_signing_out(self) -> str:
        """The site to which signing out leads on, which browsers must be told of; empty where it stays here."""
        parts = urlsplit(self.way_to_sign_out() or "")
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""

    def _signed_on(self, claims: Mapping[str, Any]) -> SignedOn:
        name, subject = claims.get("name"), str(claims["sub"])
        programs = {claims.get("azp"), claims.get("client_id")}
        return SignedOn(
            issuer=self._declared.issuer,
            subject=subject,
            name=name if isinstance(name, str) else "",
            is_program=claims.get("idtyp") == "app" or subject in programs,
            rows=tuple(rows_met(self._declared.roles, claims)),
        )
