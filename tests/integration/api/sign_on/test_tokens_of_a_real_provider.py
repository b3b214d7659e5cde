"""Tokens that a real provider made, and forgeries made with what anybody can fetch from it, against its own keys."""

import time

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import JWKRegistry, RSAKey

from api.sign_on.known_provider import KnownProvider
from api.sign_on.sign_on_faults import ProviderUnreachable, TokenFault, TokenRefused
from api.sign_on.tokens import TokenVerifier
from tests.support.provider_in_hand import signed, signed_with_the_public_key, unsigned
from tests.support.provider_process import provider_process, query_of

API, BACK = "folkmoot-api", "https://tool.council.example/back"


def token_for(provider, client):
    """A signed token that the provider gives to another client than ours, for a tool to bring to our API."""
    query = {"client_id": client, "response_type": "code", "redirect_uri": BACK, "scope": "openid", "state": "x"}
    back = query_of(
        provider.signs_in(str(httpx2.URL(f"{provider.issuer}/oauth2/authorize", params=query)), "officer-1")
    )
    form = {"grant_type": "authorization_code", "code": back["code"], "redirect_uri": BACK}
    answer = httpx2.post(f"{provider.issuer}/oauth2/token", data=form, auth=(client, "sesame"))
    return answer.json()["id_token"]


@pytest.fixture
def verifier(file_of, provider):
    def of(issuer=provider.issuer, later_s=0, **changes):
        declared = file_of(issuer, audience=API, **changes)
        return TokenVerifier(declared, KnownProvider(issuer, 600), now=lambda: time.time() + later_s)

    return of


@pytest.fixture
def public_key(provider):
    """The provider's public key, as anybody can fetch it."""
    (entry,) = httpx2.get(f"{provider.issuer}/jwks").json()["keys"]
    return JWKRegistry.import_key(entry)


def fault_of(verifier, token):
    with pytest.raises(TokenRefused) as refused:
        verifier.access_claims(token)
    return refused.value.fault


def test_a_token_for_us_is_believed_and_one_for_others_is_not(verifier, provider):
    assert verifier().access_claims(token_for(provider, API))["sub"] == "officer-1"
    assert fault_of(verifier(), token_for(provider, "another-api")) is TokenFault.AUDIENCE
    assert fault_of(verifier(), token_for(provider, "folkmoot")) is TokenFault.AUDIENCE


def test_a_token_is_believed_until_it_runs_out(verifier, provider):
    token = token_for(provider, API)
    assert verifier(later_s=3_500).access_claims(token)
    assert fault_of(verifier(later_s=3_700), token) is TokenFault.EXPIRED
    assert verifier(later_s=3_700, leeway_s=300).access_claims(token)
    assert fault_of(verifier(later_s=-120), token) is TokenFault.NOT_YET


def test_a_token_of_another_provider_is_refused(verifier, provider):
    with provider_process() as other:
        token = token_for(other, API)
        assert fault_of(verifier(), token) in {TokenFault.UNKNOWN_KEY, TokenFault.SIGNATURE}
        assert verifier(issuer=other.issuer).access_claims(token)
    assert provider.issuer != other.issuer


def test_forgeries_with_what_anybody_can_fetch_are_refused(verifier, provider, public_key):
    claims = jwt.decode(token_for(provider, API), public_key, algorithms=["RS256"]).claims
    assert fault_of(verifier(), unsigned(claims)) is TokenFault.ALGORITHM
    assert fault_of(verifier(), signed_with_the_public_key(claims, public_key)) is TokenFault.ALGORITHM
    own = RSAKey.generate_key(2048, {"kid": public_key.kid})
    assert fault_of(verifier(), signed(claims, own)) is TokenFault.SIGNATURE
    assert fault_of(verifier(), signed(claims, own, kid="unheard-of")) is TokenFault.UNKNOWN_KEY


def test_a_token_taken_while_the_provider_was_up_waits_while_it_is_down(verifier):
    with provider_process() as gone:
        token = token_for(gone, API)
        warm = verifier(issuer=gone.issuer)
        assert warm.access_claims(token)
        gone.stop()
        assert warm.access_claims(token)
        with pytest.raises(ProviderUnreachable):
            verifier(issuer=gone.issuer).access_claims(token)
