"""Out to a real provider and back with a code: once, for the browser that went, and for nobody else."""

from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from api.sign_on.errands import Errand
from api.sign_on.sign_on import SignOn
from api.sign_on.sign_on_faults import ProviderUnreachable, SignInRefused
from tests.support.provider_process import query_of

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.fixture
def errand():
    return Errand.begun("/partnerships", NOW)


@pytest.fixture
def back(sign_on, provider, errand):
    """The parameters with which somebody comes back."""
    return query_of(provider.signs_in(sign_on.way_out(errand), "officer-1"))


def test_somebody_comes_back_with_the_rows_that_the_providers_claims_meet(sign_on, errand, back, provider):
    signed_on = sign_on.returned(errand, back)
    assert (signed_on.issuer, signed_on.subject, signed_on.name) == (provider.issuer, "officer-1", "")
    assert [row.role for row in signed_on.rows] == ["officer"]
    assert not signed_on.is_program


def test_somebody_of_whom_nothing_in_the_table_is_said_meets_no_row(sign_on, errand, provider):
    provider.knows("stranger-1", groups=["folkmoot"])
    signed_on = sign_on.returned(errand, query_of(provider.signs_in(sign_on.way_out(errand), "stranger-1")))
    assert signed_on.rows == ()
    assert "stranger-1" not in repr(signed_on)


def test_a_name_is_asked_for_only_where_the_operator_declares_its_scope(provider, file_of, errand):
    named = SignOn(file_of(provider.issuer, scopes=("openid", "profile")), "sesame", "https://folkmoot.council.example")
    back = query_of(provider.signs_in(named.way_out(errand), "officer-1"))
    assert named.returned(errand, back).name == "Jo Officer"


def test_the_way_out_shows_half_of_the_code_and_nothing_from_which_the_other_could_be_made(sign_on, errand):
    query = query_of(sign_on.way_out(errand))
    assert query["code_challenge_method"] == "S256"
    assert query["response_type"] == "code"
    assert query["redirect_uri"] == "https://folkmoot.council.example/sign-on/return"
    assert "sesame" not in str(query)
    assert not {errand.seed, errand.verifier} & set(query.values())
    assert len({errand.state, errand.nonce, errand.verifier, errand.challenge}) == 4


def test_a_code_is_good_once(sign_on, errand, back):
    assert sign_on.returned(errand, back)
    with pytest.raises(SignInRefused, match="code"):
        sign_on.returned(errand, back)


@pytest.mark.parametrize("change", [{"state": "another"}, {"state": ""}, {"state": "é\ud800"}], ids=repr)
def test_only_the_browser_that_went_out_comes_back(sign_on, errand, back, change):
    for whose, query in ((errand, {**back, **change}), (Errand.begun("/", NOW), back), (None, back)):
        with pytest.raises(SignInRefused, match="other-browser"):
            sign_on.returned(whose, query)
    assert sign_on.returned(errand, back)


def test_a_code_fetched_by_another_browser_is_of_no_use(sign_on, back):
    other = Errand.begun("/", NOW)
    stolen = {**back, "state": other.state}
    with pytest.raises(SignInRefused):
        sign_on.returned(other, stolen)


def test_an_answer_that_names_another_issuer_is_refused(sign_on, errand, back):
    with pytest.raises(SignInRefused, match="token the answer is another issuer's"):
        sign_on.returned(errand, {**back, "iss": "https://login.other.example"})


@pytest.mark.parametrize("query", [{"error": "access_denied"}, {}, {"code": ""}, {"code": "x" * 9_000}], ids=str)
def test_somebody_whom_the_provider_did_not_let_in_is_told(sign_on, errand, query):
    with pytest.raises(SignInRefused, match="declined"):
        sign_on.returned(errand, {"state": errand.state, **query})


def test_a_provider_that_refuses_without_the_state_is_understood(sign_on, errand):
    with pytest.raises(SignInRefused, match="declined"):
        sign_on.returned(errand, {"error": "access_denied"})


def test_a_code_made_up_is_refused(sign_on, errand):
    with pytest.raises(SignInRefused, match="code"):
        sign_on.returned(errand, {"state": errand.state, "code": "made-up"})


def test_an_errand_is_carried_for_half_an_hour(errand):
    assert Errand.carried(errand.text, NOW + timedelta(minutes=30)) == errand
    assert Errand.carried(errand.text, NOW + timedelta(minutes=30, seconds=1)) is None
    assert Errand.carried(errand.text, NOW - timedelta(seconds=1)) is None
    for text in ("", "{}", "[1]", "null", '{"seed": 1, "address": "/", "begun_at": 2}'):
        assert Errand.carried(text, NOW) is None
    assert errand.seed not in repr(errand)


def test_the_way_to_sign_out_leads_back_to_us_and_names_nobody(sign_on, provider):
    address = sign_on.way_to_sign_out()
    assert address.startswith(f"{provider.issuer}/oauth2/end_session?")
    assert query_of(address) == {
        "client_id": "folkmoot",
        "post_logout_redirect_uri": "https://folkmoot.council.example/sign-in",
    }
    assert sign_on.origin_of_signing_out() == provider.issuer


def test_a_provider_that_is_down_is_said_to_be_and_is_found_again(provider_of_its_own, file_of, errand):
    with provider_of_its_own() as running:
        sign_on = SignOn(file_of(running.issuer), None, "https://folkmoot.council.example")
        back = query_of(running.signs_in(sign_on.way_out(errand), "officer-1"))
        running.stop()
        with pytest.raises(ProviderUnreachable):
            sign_on.returned(errand, back)
        assert sign_on.way_out(errand).startswith(running.issuer)
        fresh = SignOn(file_of(running.issuer), None, "https://folkmoot.council.example")
        with pytest.raises(ProviderUnreachable):
            fresh.way_out(errand)
        assert fresh.way_to_sign_out() is None
        assert fresh.origin_of_signing_out() == ""
        assert fresh.is_failing


def test_a_client_with_a_secret_proves_it_without_showing_it_in_an_address(provider, file_of, errand):
    registered = httpx2.post(
        f"{provider.issuer}/oauth2/clients",
        json={
            "redirect_uris": ["https://folkmoot.council.example/sign-on/return"],
            "token_endpoint_auth_method": "client_secret_basic",
        },
    ).json()
    declared = file_of(provider.issuer, client_id=registered["client_id"])
    for secret in (registered["client_secret"], "wrong", None):
        sign_on = SignOn(declared, secret, "https://folkmoot.council.example")
        back = query_of(provider.signs_in(sign_on.way_out(errand), "officer-1"))
        if secret == registered["client_secret"]:
            assert sign_on.returned(errand, back).rows
        else:
            with pytest.raises(ProviderUnreachable, match="does not take our codes"):
                sign_on.returned(errand, back)
