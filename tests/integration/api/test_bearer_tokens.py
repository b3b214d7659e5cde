"""Tokens of a provider at the API: they open what the table gives their holders, and nothing while in doubt."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID

import psycopg
import pytest
from joserfc.jwk import RSAKey
from starlette.testclient import TestClient

from api.access.signed_on import account_of
from api.access.tampering import forged_access
from api.app import create_app
from api.sign_on.claims_table import SignedOn
from api.sign_on.provider_file import ClaimRow
from api.sign_on.sign_on import SignOn
from domain.vault import Vault, WrappingKey
from tests.integration.api.conftest import Person
from tests.integration.api.test_a_meeting import meeting
from tests.support.provider_in_hand import (
    ISSUER,
    ProviderInHand,
    claims,
    declared,
    signed,
    signed_with_the_public_key,
    unsigned,
)


@pytest.fixture
def rows(neighbourhood):
    council = UUID(neighbourhood.council)
    return (
        ClaimRow(claim="groups", contains="officers", role="officer", organisation=council),
        ClaimRow(claim="azp", is_="importer", role="officer", organisation=council),
    )


@pytest.fixture
def provider():
    return ProviderInHand()


@pytest.fixture
def served(services, rows, provider):
    """A client of the API with this provider."""
    sign_on = SignOn(declared(roles=rows), None, "http://testserver", provider.known())
    with TestClient(create_app(replace(services, sign_on=sign_on)), raise_server_exceptions=False) as opened:
        yield opened


def now_claims(**changes):
    now = int(time.time())
    return claims(**{"iat": now, "exp": now + 300, "groups": ["officers"], **changes})


def token(**changes):
    return signed(now_claims(**changes))


@pytest.fixture
def holder(served):
    """Somebody with a token."""
    return lambda text: Person(served, text)


def test_a_token_opens_the_api_as_the_word_of_the_organisation(holder, neighbourhood):
    officer = holder(token())
    me = officer.reads("/v1/me")
    assert me["organisation"]["party_id"] == neighbourhood.council
    receipt = officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
    assert receipt["position"] > 0


def test_a_thing_sent_twice_with_two_tokens_of_one_person_is_recorded_once(holder, neighbourhood):
    body = meeting(neighbourhood)
    first, again = (
        holder(token(jti=str(number))).post(f"{neighbourhood.path}/interactions", body, idempotency_key="the-same")
        for number in range(2)
    )
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()


def test_who_speaks_for_several_chooses_for_which_and_for_no_other(services, provider, neighbourhood):
    council, group = UUID(neighbourhood.council), UUID(neighbourhood.group)
    row = ClaimRow(claim="groups", contains="officers", role="officer", organisation=council, speaks_for=(group,))
    sign_on = SignOn(declared(roles=(row,)), None, "http://testserver", provider.known())
    with TestClient(create_app(replace(services, sign_on=sign_on))) as client:
        officer = Person(client, token())
        for body in (council, group):
            me = officer.get("/v1/me", headers={"Acting-For": str(body)}).json()
            assert me["organisation"]["party_id"] == str(body)
        assert officer.get("/v1/me", headers={"Acting-For": str(UUID(int=7))}).status_code == 403


def test_a_program_has_an_account_of_a_service(holder, database_url):
    holder(
        token(sub="service-account-importer", azp="importer", client_id="service-account-importer", groups=[])
    ).reads("/v1/me")
    with psycopg.connect(database_url) as owner:
        assert owner.execute("SELECT kind FROM api.account").fetchall() == [("service",)]


def test_keys_are_taken_as_before(served, neighbourhood):
    Person(served, neighbourhood.officer.key).reads("/v1/me")


def test_somebody_with_no_row_is_told_whom_to_ask(holder, database_url):
    answer = holder(token(groups=["others"])).get("/v1/me")
    assert (answer.status_code, answer.json()["code"]) == (403, "not-allowed")
    assert "ask the service desk" in answer.json()["detail"]
    with psycopg.connect(database_url) as owner:
        assert owner.execute("SELECT count(*) FROM api.account").fetchone() == (0,)


_BAD = {
    "another audience": lambda: token(aud="another"),
    "the pages' audience": lambda: token(aud="folkmoot"),
    "another issuer": lambda: token(iss="https://login.other.example"),
    "expired": lambda: token(exp=int(time.time()) - 3_600),
    "not yet": lambda: token(nbf=int(time.time()) + 3_600),
    "no signature": lambda: unsigned(now_claims()),
    "the public key as a secret": lambda: signed_with_the_public_key(now_claims()),
    "another's key": lambda: signed(now_claims(), RSAKey.generate_key(2048, {"kid": "rsa"})),
    "an unknown key": lambda: signed(now_claims(), RSAKey.generate_key(2048, {"kid": "unheard-of"})),
    "two dots": lambda: "..",
    "nonsense": lambda: f"{'a' * 3_000}.b.c",
}


@pytest.mark.parametrize("bad", _BAD.values(), ids=_BAD)
def test_a_token_that_proves_nothing_is_refused_as_a_key_is(holder, bad, capfd):
    text = bad()
    refused, of_a_key = holder(text).get("/v1/me"), holder("fm_nonsense").get("/v1/me")
    for part in ("type", "title", "status", "detail", "code"):
        assert refused.json()[part] == of_a_key.json()[part]
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"] == of_a_key.headers["WWW-Authenticate"]
    if len(text) > 2:
        assert text not in refused.text
        assert text not in "".join(capfd.readouterr())


def test_no_log_holds_a_token_or_who_its_holder_is_at_the_provider(holder, capfd):
    text = token(sub="planted-subject", name="Planted Name", email="planted@council.example")
    holder(text).reads("/v1/me")
    holder(token(sub="planted-subject", aud="x")).get("/v1/me")
    printed = "".join(capfd.readouterr())
    assert "token refused" in printed
    assert "planted" not in printed.lower()
    assert all(part not in printed for part in text.split("."))


def test_while_the_provider_is_down_tokens_wait_and_keys_do_not(services, rows, neighbourhood):
    away = ProviderInHand()
    away.is_down = True
    sign_on = SignOn(declared(roles=rows), None, "http://testserver", away.known())
    with TestClient(create_app(replace(services, sign_on=sign_on))) as client:
        answer = Person(client, token()).get("/v1/me")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
        assert "Keys go on working" in answer.json()["detail"]
        Person(client, neighbourhood.officer.key).reads("/v1/me")


def test_where_nobody_signs_people_on_a_token_is_no_key(client):
    assert Person(client, token()).get("/v1/me").status_code == 401


def test_a_role_for_an_organisation_that_is_not_registered_opens_nothing(services, provider):
    row = ClaimRow(claim="groups", contains="officers", role="officer", organisation=UUID(int=7))
    sign_on = SignOn(declared(roles=(row,)), None, "http://testserver", provider.known())
    with TestClient(create_app(replace(services, sign_on=sign_on))) as client:
        assert Person(client, token()).get("/v1/me").status_code == 403


def test_of_many_that_come_first_at_once_one_makes_the_account(services, rows):
    signed_on = SignedOn(issuer=ISSUER, subject="subject-1", name="", is_program=False, rows=rows)
    with ThreadPoolExecutor(6) as at_once:
        accounts = set(at_once.map(lambda _: account_of(services.recorder, services.vault, signed_on), range(12)))
    assert len(accounts) == 1


def test_an_account_is_found_under_a_former_wrapping_key_and_from_then_on_under_the_new(services, rows, wrapping_key):
    signed_on = SignedOn(issuer=ISSUER, subject="subject-1", name="", is_program=False, rows=rows)
    account_id = account_of(services.recorder, services.vault, signed_on)
    new = WrappingKey.generate()
    assert account_of(services.recorder, Vault(new, wrapping_key), signed_on) == account_id
    assert account_of(services.recorder, Vault(new), signed_on) == account_id


def test_an_account_that_was_made_somebody_elses_by_other_means_is_found(services, rows, database_url):
    signed_on = SignedOn(issuer=ISSUER, subject="subject-1", name="", is_program=False, rows=rows)
    account_id = account_of(services.recorder, services.vault, signed_on)
    with psycopg.connect(database_url) as owner:
        assert _forged(owner, services.vault) == []
        owner.execute("UPDATE api.sign_on_subject SET subject = %s WHERE account_id = %s", (bytes(40), account_id))
        assert _forged(owner, services.vault) == [f"account of a sign-on {account_id}"]


def test_whoever_is_forgotten_here_is_somebody_else_when_they_come_again(services, rows, holder, steward):
    person = SignedOn(issuer=ISSUER, subject="subject-1", name="Jo Officer", is_program=False, rows=rows)
    account_id = account_of(services.recorder, services.vault, person)
    answer = steward.post(f"/v1/accounts/{account_id}/holder-erasures", {"why": "they asked to be"})
    assert answer.status_code in {200, 201}, answer.text
    assert account_of(services.recorder, services.vault, person) != account_id
    holder(token()).reads("/v1/me")


def _forged(owner, vault):
    return [found.where for found in forged_access(owner, vault) if "sign-on" in found.where]
