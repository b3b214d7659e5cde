"""The provider's addresses and keys are kept for a bounded time, and it is not asked more often than it should be."""

import threading

import pytest
from joserfc.jwk import ECKey, OctKey, RSAKey

from api.sign_on.known_provider import KnownProvider, public_keys
from api.sign_on.provider_answers import ProviderAnswer
from api.sign_on.sign_on_faults import ProviderUnreachable
from tests.support.provider_in_hand import EC, ISSUER, RSA, ProviderInHand

HOUR = 3_600


@pytest.fixture
def provider():
    return ProviderInHand()


def kids(keys):
    return sorted(key.kid for key in keys)


def test_nothing_is_asked_before_it_is_needed_and_then_once(provider):
    known = provider.known()
    assert provider.asked == []
    for _ in range(3):
        assert known.metadata().token_endpoint == f"{ISSUER}/token"
        assert kids(known.keys("rsa")) == ["ec", "rsa"]
    assert provider.asked == ["openid-configuration", "keys"]


def test_keys_are_fetched_anew_from_half_of_their_time_on(provider):
    known = provider.known(HOUR)
    known.metadata()
    provider.keys = [EC]
    provider.clock_s = HOUR / 2 - 1
    assert kids(known.keys(None)) == ["ec", "rsa"]
    provider.clock_s = HOUR / 2
    assert kids(known.keys(None)) == ["ec"]


def test_keys_are_used_while_the_provider_is_down_but_not_past_their_time(provider):
    known = provider.known(HOUR)
    known.metadata()
    provider.is_down = True
    provider.clock_s = HOUR - 1
    assert known.keys("rsa")
    assert known.is_failing
    provider.clock_s = HOUR
    with pytest.raises(ProviderUnreachable):
        known.keys("rsa")


def test_a_provider_that_does_not_answer_is_asked_again_only_after_a_pause(provider):
    known = provider.known()
    provider.is_down = True
    for provider.clock_s in (0, 1, 9.9):
        with pytest.raises(ProviderUnreachable):
            known.metadata()
    assert len(provider.asked) == 1
    provider.is_down, provider.clock_s = False, 10
    assert known.metadata()
    assert not known.is_failing


def test_a_key_that_is_not_known_is_looked_for_once_a_minute_however_many_name_it(provider):
    known = provider.known(24 * HOUR)
    known.metadata()
    provider.clock_s = 61
    for number in range(50):
        known.keys(f"unheard-of-{number}")
    assert provider.asked.count("keys") == 2
    provider.clock_s = 122
    known.keys("unheard-of")
    assert provider.asked.count("keys") == 3


def test_a_new_key_is_found_when_a_token_names_it(provider):
    known = provider.known()
    known.metadata()
    provider.keys = [RSA, RSAKey.generate_key(2048, {"kid": "new"})]
    provider.clock_s = 61
    assert kids(known.keys("new")) == ["new", "rsa"]


def test_many_who_ask_at_once_are_answered_by_one_fetch(provider):
    known, begun = provider.known(), threading.Barrier(8)

    def ask():
        begun.wait()
        known.metadata()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert provider.asked == ["openid-configuration", "keys"]


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "https://login.other.example"},
        {"issuer": f"{ISSUER}/"},
        {"token_endpoint": "http://login.council.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "https://user:password@login.council.example/"},
        {"end_session_endpoint": "javascript:alert(1)"},
        {"jwks_uri": None},
        {"authorization_endpoint": "https://login.council.example/\r\nSet-Cookie: a=b"},
    ],
    ids=str,
)
def test_a_description_that_is_not_this_providers_or_not_private_is_not_used(provider, change):
    provider.description |= change
    with pytest.raises(ProviderUnreachable):
        provider.known().metadata()


def test_an_answer_that_is_no_description_is_not_used():
    known = KnownProvider(ISSUER, HOUR, ask=lambda _: ProviderAnswer(404, {}))
    with pytest.raises(ProviderUnreachable):
        known.metadata()


def test_a_provider_without_keys_that_can_be_used_counts_as_down(provider):
    provider.keys = [OctKey.generate_key(256, {"kid": "shared"})]
    with pytest.raises(ProviderUnreachable):
        provider.known().metadata()


def test_of_a_set_of_keys_those_that_cannot_check_signatures_are_left_out():
    good = EC.as_dict(private=False)
    bad = [
        {"kty": "oct", "k": "c2VjcmV0", "kid": "shared"},
        {"kty": "AKP", "kid": "not-understood"},
        {"kty": "RSA", "kid": "no-number"},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "kid": "off-the-curve"},
        ECKey.generate_key("P-256", {"kid": "sealing", "use": "enc"}).as_dict(private=False),
        "no key",
        None,
    ]
    assert kids(public_keys({"keys": [*bad, good]})) == ["ec"]
    for document in ({}, {"keys": None}, {"keys": {}}, {"keys": bad}):
        assert not public_keys(document)


def test_a_look_waits_for_nobody_and_is_seen_afterwards(provider):
    provider.is_down = True
    known = provider.known()
    assert not known.is_failing
    known.look()
    for thread in threading.enumerate():
        if thread.name == "sign-on":
            thread.join()
    assert known.is_failing
    assert provider.asked == ["openid-configuration"]
