"""A token proves something only if the provider signed it, for us, for now, in a way that the operator named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import OKPKey, RSAKey

from api.sign_on.sign_on_faults import ProviderUnreachable, TokenFault, TokenRefused
from api.sign_on.tokens import looks_like_token
from tests.support.provider_in_hand import (
    AUDIENCE,
    CLIENT,
    EC,
    NOW,
    RSA,
    ProviderInHand,
    claims,
    signed,
    signed_with_the_public_key,
    unsigned,
    with_header,
)

NONCE = "a nonce"


def fault_of(token, provider=None, **changes):
    with pytest.raises(TokenRefused) as refused:
        (provider or ProviderInHand()).verifier(**changes).access_claims(token)
    return refused.value.fault


def id_token(**changes):
    return signed(claims(**{"aud": CLIENT, "nonce": NONCE, **changes}))


@pytest.mark.parametrize(("key", "algorithm"), [(RSA, "RS256"), (EC, "ES256")], ids=["rsa", "ec"])
def test_a_token_of_the_provider_for_us_is_believed(key, algorithm):
    assert ProviderInHand().verifier().access_claims(signed(claims(), key, algorithm))["sub"] == "subject-1"


def test_a_token_for_several_audiences_is_believed_where_we_are_among_them():
    assert ProviderInHand().verifier().access_claims(signed(claims(aud=["other", AUDIENCE])))
    assert fault_of(signed(claims(aud=["other", AUDIENCE + "/"]))) is TokenFault.AUDIENCE


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"aud": "somebody-else"}, TokenFault.AUDIENCE),
        ({"aud": CLIENT}, TokenFault.AUDIENCE),
        ({"aud": None}, TokenFault.AUDIENCE),
        ({"iss": "https://login.other.example"}, TokenFault.ISSUER),
        ({"iss": "https://login.council.example/"}, TokenFault.ISSUER),
        ({"iss": ["https://login.council.example"]}, TokenFault.ISSUER),
        ({"iss": None}, TokenFault.ISSUER),
        ({"exp": NOW - 61}, TokenFault.EXPIRED),
        ({"exp": None}, TokenFault.CLAIM),
        ({"exp": float("inf")}, TokenFault.CLAIM),
        ({"exp": str(NOW + 300)}, TokenFault.CLAIM),
        ({"nbf": NOW + 61}, TokenFault.NOT_YET),
        ({"iat": NOW + 61}, TokenFault.NOT_YET),
        ({"iat": None}, TokenFault.NOT_YET),
        ({"sub": None}, TokenFault.CLAIM),
        ({"sub": ""}, TokenFault.CLAIM),
        ({"sub": 7}, TokenFault.CLAIM),
    ],
    ids=repr,
)
def test_a_token_is_refused_for_what_it_claims(change, fault):
    assert fault_of(signed(claims(**change))) is fault


def test_clocks_may_differ_by_the_leeway_and_no_more():
    late = signed(claims(iat=NOW - 900, exp=NOW - 30))
    assert ProviderInHand().verifier(leeway_s=31).access_claims(late)
    assert fault_of(late, leeway_s=30) is TokenFault.EXPIRED
    early = signed(claims(iat=NOW + 30, nbf=NOW + 30))
    assert ProviderInHand().verifier(leeway_s=30).access_claims(early)
    assert fault_of(early, leeway_s=29) is TokenFault.NOT_YET


def test_a_token_without_a_signature_is_refused():
    assert fault_of(unsigned(claims())) is TokenFault.ALGORITHM
    assert fault_of(with_header(signed(claims()), alg="none")) is TokenFault.ALGORITHM


def test_a_token_signed_with_the_public_key_as_a_secret_is_refused():
    assert fault_of(signed_with_the_public_key(claims())) is TokenFault.ALGORITHM


def test_only_algorithms_that_the_operator_named_are_taken():
    assert fault_of(signed(claims(), EC, "ES256"), algorithms=("RS256",)) is TokenFault.ALGORITHM
    assert fault_of(signed(claims(), algorithm="PS256")) is TokenFault.ALGORITHM
    assert ProviderInHand().verifier(algorithms=("PS256",)).access_claims(signed(claims(), algorithm="PS256"))


def test_a_key_on_an_edwards_curve_verifies_where_the_operator_named_it():
    key = OKPKey.generate_key("Ed25519", {"kid": "ed"})
    token = signed(claims(), key, "Ed25519")
    assert ProviderInHand(key).verifier(algorithms=("Ed25519",)).access_claims(token)


def test_a_key_of_another_kind_than_the_algorithm_verifies_nothing():
    assert fault_of(with_header(signed(claims(), EC, "ES256"), kid="rsa")) is TokenFault.SIGNATURE


def test_a_token_signed_by_somebody_else_under_a_known_name_is_refused():
    other = RSAKey.generate_key(2048, {"kid": "rsa"})
    assert fault_of(signed(claims(), other)) is TokenFault.SIGNATURE


def test_a_token_under_an_unknown_name_is_refused():
    other = RSAKey.generate_key(2048, {"kid": "unheard-of"})
    assert fault_of(signed(claims(), other)) is TokenFault.UNKNOWN_KEY


def test_a_token_that_names_no_key_is_taken_only_where_there_is_but_one():
    nameless = signed(claims(), kid=None)
    assert ProviderInHand(RSA).verifier().access_claims(nameless)
    assert fault_of(nameless) is TokenFault.UNKNOWN_KEY


@pytest.mark.parametrize("header", [{"jku": "https://evil.example/keys"}, {"x5u": "https://evil.example/c"}], ids=str)
def test_where_a_header_points_to_for_a_key_is_never_asked(header):
    provider = ProviderInHand()
    other = RSAKey.generate_key(2048, {"kid": "unheard-of"})
    assert fault_of(signed(claims(), other, **header), provider) is TokenFault.UNKNOWN_KEY
    assert provider.verifier().access_claims(signed(claims(), **header))
    assert set(provider.asked) == {"openid-configuration", "keys"}


def test_a_key_in_a_header_is_not_believed():
    other = RSAKey.generate_key(2048, {"kid": "rsa"})
    token = signed(claims(), other, jwk=other.as_dict(private=False))
    assert fault_of(token) in {TokenFault.SIGNATURE, TokenFault.MALFORMED}


def test_a_header_that_asks_for_what_we_do_not_know_is_refused():
    assert fault_of(with_header(signed(claims()), crit=["b64"], b64=False)) is not None


@pytest.mark.parametrize("kind", ["logout+jwt", "dpop+jwt", "secevent+jwt", "JWE"])
def test_a_token_of_another_type_is_refused(kind):
    assert fault_of(signed(claims(), typ=kind)) is TokenFault.TYPE


def test_an_id_token_does_not_open_the_api_nor_an_access_token_the_pages():
    assert fault_of(id_token()) is TokenFault.AUDIENCE
    with pytest.raises(TokenRefused, match="audience"):
        ProviderInHand().verifier().id_claims(signed(claims(nonce=NONCE)), NONCE)
    with pytest.raises(TokenRefused, match="type"):
        ProviderInHand().verifier().id_claims(signed(claims(aud=CLIENT, nonce=NONCE), typ="at+jwt"), NONCE)


def test_without_an_audience_the_api_takes_no_token():
    assert fault_of(signed(claims()), audience=None) is TokenFault.AUDIENCE


@pytest.mark.parametrize("nonce", [None, "", "another"])
def test_an_id_token_is_for_one_errand(nonce):
    assert ProviderInHand().verifier().id_claims(id_token(), NONCE)["sub"] == "subject-1"
    with pytest.raises(TokenRefused, match="nonce"):
        ProviderInHand().verifier().id_claims(id_token(nonce=nonce), NONCE)


@pytest.mark.parametrize(
    "change", [{"azp": "another"}, {"aud": [CLIENT, "another"]}, {"aud": [CLIENT, "x"], "azp": "x"}], ids=repr
)
def test_an_id_token_made_for_another_client_is_refused(change):
    with pytest.raises(TokenRefused, match="audience"):
        ProviderInHand().verifier().id_claims(id_token(**change), NONCE)
    assert ProviderInHand().verifier().id_claims(id_token(aud=[CLIENT, "x"], azp=CLIENT), NONCE)


def test_keys_that_are_short_or_for_sealing_verify_nothing():
    sealing = RSAKey.generate_key(2048, {"kid": "sealing", "use": "enc"})
    assert fault_of(signed(claims(), RSA, kid="sealing"), ProviderInHand(RSA, sealing)) is TokenFault.UNKNOWN_KEY


def test_nothing_is_believed_of_a_provider_that_does_not_answer():
    provider = ProviderInHand()
    provider.is_down = True
    with pytest.raises(ProviderUnreachable):
        provider.verifier().access_claims(signed(claims()))


@given(st.text(max_size=300) | st.from_regex(r"[A-Za-z0-9_-]{0,60}\.[A-Za-z0-9_-]{0,60}\.[A-Za-z0-9_-]{0,60}"))
def test_no_text_is_a_token_by_chance(text):
    fault_of(text)


@given(st.data())
def test_a_token_with_one_letter_changed_is_refused(data):
    token = signed(claims(), EC, "ES256")
    place = data.draw(st.integers(0, len(token) - 2))
    letter = data.draw(st.sampled_from("ABCDabcd0189_-"))
    changed = token[:place] + letter + token[place + 1 :]
    if changed != token:
        fault_of(changed)


def test_a_text_too_long_to_be_a_token_is_not_read():
    assert not looks_like_token("a" * 20_001 + "..")
    assert fault_of("a" * 30_000 + ".b.c") is TokenFault.MALFORMED


def test_what_is_said_of_a_refused_token_quotes_nothing_of_it():
    with pytest.raises(TokenRefused) as refused:
        ProviderInHand().verifier().access_claims(signed(claims(aud="somebody", sub="jo@council.example")))
    assert str(refused.value) == "audience"
    assert refused.value.__cause__ is None
