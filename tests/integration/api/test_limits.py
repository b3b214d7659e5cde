"""How often anybody may ask, and how large what they ask may be: refused with a problem, and a page for people."""

import re
import threading
import time
from dataclasses import replace
from ipaddress import ip_network
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from api.access.keys import Scope, revoke_key
from api.access.link_codes import new_code
from api.app import create_app
from api.http.admission import WRONG_CREDENTIAL
from api.limits.allowances import Allowances
from api.limits.request_sizes import ADDRESS_BYTES, HEADER_BYTES, HEADERS, PARAMETERS
from api.resources import OPERATIONS, described
from api.runtime.services import connected
from api.sign_on.provider_file import ClaimRow
from api.sign_on.sign_on import SignOn
from domain.log.sessions import connect
from tests.support.page_visitor import PageVisitor
from tests.support.provider_in_hand import ProviderInHand, claims, declared, signed

SIGNED, UNSIGNED = 8, 30
ALLOWED = Allowances(
    requests_a_minute=SIGNED, unsigned_a_minute=UNSIGNED, trusted_proxies=(ip_network("192.0.2.0/24"),)
)
PROBLEM = "application/problem+json"


@pytest.fixture
def services(database_url, wrapping_key):
    with connected(database_url, [wrapping_key], threads=4, allowances=ALLOWED) as opened:
        yield opened


def refusal(answer):
    """The problem of an answer that refuses for a while, whose headers agree on for how long."""
    assert answer.status_code == 429, answer.text
    assert answer.headers["Content-Type"] == PROBLEM
    left, whole_in_s = re.fullmatch(r'"[a-z]+";r=(\d+);t=(\d+)', answer.headers["RateLimit"]).groups()
    assert (left, whole_in_s) == ("0", answer.headers["Retry-After"])
    return answer.json()


def test_a_caller_is_told_how_many_requests_are_left_and_refused_when_there_are_none(people):
    reader = people(Scope.READ)
    for left in reversed(range(SIGNED)):
        answer = reader.get("/v1/me")
        assert answer.status_code == 200
        assert answer.headers["RateLimit-Policy"] == f'"default";q={SIGNED};w=60'
        assert answer.headers["RateLimit"].startswith(f'"default";r={left};t=')
    assert refusal(reader.get("/v1/me"))["code"] == "too-many-requests"
    assert people(Scope.READ).get("/v1/me").status_code == 200


def test_pages_and_operations_count_together_for_whoever_has_one_key(client, people):
    reader = people(Scope.READ)
    visitor = PageVisitor(client.app).signs_in(reader.key)
    for _ in range(SIGNED):
        assert visitor.gets("/partnerships").status_code == 200
    refused = visitor.gets("/partnerships")
    assert refused.status_code == 429
    assert refused.headers["Content-Type"].startswith("text/html")
    assert refused.headers["Retry-After"].isdecimal()
    assert "Sorry, you need to wait a moment" in refused.text
    refusal(reader.get("/v1/me"))


@pytest.fixture
def signing_on(services):
    """A client where a provider signs people on, none of whom has a role."""
    row = ClaimRow(claim="groups", contains="officers", role="auditor")
    sign_on = SignOn(declared(roles=(row,)), None, "http://testserver", ProviderInHand().known())
    with TestClient(create_app(replace(services, sign_on=sign_on)), follow_redirects=False) as opened:
        yield opened


def test_tokens_that_prove_nothing_are_slowed_as_guessed_keys_are(signing_on):
    now = int(time.time())
    guesses = UNSIGNED // WRONG_CREDENTIAL
    for number in range(guesses):
        expired = signed(claims(iat=now - 900, exp=now - 600, jti=str(number)))
        assert signing_on.get("/v1/me", headers={"Authorization": f"Bearer {expired}"}).status_code == 401
    assert refusal(signing_on.get("/v1/me", headers={"Authorization": "Bearer a.b.c"}))["code"] == "too-many-requests"


def test_good_tokens_that_open_nothing_here_are_counted(signing_on):
    now = int(time.time())
    token = {"Authorization": f"Bearer {signed(claims(iat=now, exp=now + 60))}"}
    assert [signing_on.get("/v1/me", headers=token).status_code for _ in range(UNSIGNED)] == [403] * UNSIGNED
    refusal(signing_on.get("/v1/me", headers=token))


def test_ways_back_that_let_nobody_in_are_slowed(signing_on):
    tries = [signing_on.get("/sign-on/return?state=x&code=guessed").status_code for _ in range(4)]
    assert tries == [400, 400, 400, 429]


def test_guessed_keys_are_slowed_without_holding_up_who_had_a_good_one(client, people):
    reader = people(Scope.READ)
    assert reader.get("/v1/me").status_code == 200
    guess = {"Authorization": f"Bearer fm_{'0' * 32}_{'x' * 43}"}
    guesses = UNSIGNED // WRONG_CREDENTIAL
    assert [client.get("/v1/me", headers=guess).status_code for _ in range(guesses)] == [401] * guesses
    assert refusal(client.get("/v1/me", headers=guess))["code"] == "too-many-requests"
    assert reader.get("/v1/me").status_code == 200


def test_nothing_is_looked_up_for_an_address_that_has_guessed_too_often(client, monkeypatch):
    guess = {"Authorization": f"Bearer fm_{'0' * 32}_{'x' * 43}"}
    while client.get("/v1/me", headers=guess).status_code != 429:
        pass
    monkeypatch.setattr("api.http.dispatch.authenticate", None)
    refusal(client.get("/v1/me", headers=guess))


def test_a_key_that_was_taken_away_is_no_longer_looked_up_for_an_address_that_has_used_up_its_requests(
    people, database_url
):
    reader = people(Scope.READ)
    assert reader.get("/v1/me").status_code == 200
    with connect(database_url, application_name="folkmoot-test") as connection:
        revoke_key(connection, UUID(reader.key.split("_")[1]))
    answers = [reader.get("/v1/me").status_code for _ in range(UNSIGNED // WRONG_CREDENTIAL + 1)]
    assert answers == [401] * (UNSIGNED // WRONG_CREDENTIAL) + [429]


def test_sign_in_attempts_and_links_are_slowed(client):
    visitor = PageVisitor(client.app)
    answers = []
    while (answer := visitor.gets("/sign-in")).status_code == 200:
        answers.append(visitor.sends("/sign-in", key="not a key").status_code)
    assert answer.status_code == 429
    assert "text/html" in answer.headers["Content-Type"]
    assert len(answers) <= UNSIGNED // WRONG_CREDENTIAL
    assert visitor.gets("/sign-in/abc").status_code == 429


def test_links_that_open_nothing_are_slowed(client):
    visitor = PageVisitor(client.app)
    answers = [visitor.gets("/sign-in/abc").status_code for _ in range(UNSIGNED // WRONG_CREDENTIAL + 1)]
    assert answers == [410] * (UNSIGNED // WRONG_CREDENTIAL) + [429]


def test_wrong_codes_of_links_slow_the_address_that_sends_them_and_no_other(services):
    app = create_app(services)
    guesser, other = PageVisitor(app), PageVisitor(app)
    other.client = TestClient(app, client=("203.0.113.5", 5000), follow_redirects=False)
    form = {**guesser.hidden("/answer"), "code": new_code().text}
    answers = []
    while 429 not in answers:
        answers.append(guesser.client.post("/answer", data=form, headers={"Origin": guesser.origin}).status_code)
    assert answers == [422] * (UNSIGNED // WRONG_CREDENTIAL) + [429]
    assert other.sends("/answer", code=new_code().text).status_code == 422


def test_whoever_watches_over_the_process_is_never_refused(client):
    for path in ("/healthz", "/readyz"):
        for _ in range(UNSIGNED + 5):
            answer = client.get(path)
            assert answer.status_code != 429
            assert "RateLimit" not in answer.headers


def test_the_address_is_the_connections_unless_a_trusted_proxy_says_whose_it_is(services):
    def from_address(peer, **headers):
        with TestClient(create_app(services), client=(peer, 5000)) as one:
            standing = one.get("/docs.css", headers=headers).headers["RateLimit"]
        return int(re.search(r";r=(\d+)", standing)[1])

    proxied = {"X-Forwarded-For": "198.51.100.1"}
    assert from_address("203.0.113.5", **proxied) == UNSIGNED - 1
    assert from_address("203.0.113.5", **{"X-Forwarded-For": "198.51.100.2"}) == UNSIGNED - 2
    assert from_address("192.0.2.1", **proxied) == UNSIGNED - 1
    assert from_address("192.0.2.2", **proxied) == UNSIGNED - 2


# Sizes


@pytest.mark.parametrize("path", ["/v1/me", "/partnerships", "/nowhere"])
def test_an_address_that_is_too_long_is_refused_before_anything_is_looked_up(client, path):
    answer = client.get(path, params={"x": "y" * ADDRESS_BYTES})
    assert answer.status_code == 414
    assert answer.headers["Content-Type"] == PROBLEM
    assert answer.json()["code"] == "address-too-long"
    for_people = client.get(path, params={"x": "y" * ADDRESS_BYTES}, headers={"Accept": "text/html"})
    assert for_people.status_code == 414
    assert "<h1" in for_people.text


@pytest.mark.parametrize(
    "headers", [{"X-Long": "y" * HEADER_BYTES}, {f"X-{number}": "y" for number in range(HEADERS + 1)}]
)
def test_headers_that_are_too_many_or_too_long_are_refused(client, headers):
    answer = client.get("/v1/me", headers=headers)
    assert answer.status_code == 431
    assert answer.json()["code"] == "headers-too-large"


def test_a_query_of_too_many_parameters_is_refused(people):
    reader = people(Scope.READ)
    answer = reader.client.get("/v1/me?" + "&".join("x=1" for _ in range(PARAMETERS + 1)), headers=reader.headers)
    assert answer.status_code == 400
    assert answer.json()["detail"] == f"An address may have {PARAMETERS} parameters."


# Dear reads


def test_one_callers_dear_reads_go_one_at_a_time_and_others_are_answered_meanwhile(client, people, services):
    one, other = people(Scope.READ), people(Scope.READ)
    services.limits.dear_reads._patience_s = 0.01
    running, let_go = threading.Event(), threading.Event()

    def takes_long(call):
        running.set()
        assert let_go.wait(60)
        return original.handle(call)

    app = client.app
    endpoint = next(each for each in app.routes if each.path.endswith("/what-if") and "/v1/" in each.path).app
    original = endpoint._operations["GET"]
    endpoint._operations = {"GET": replace(original, handle=takes_long)}
    path = "/v1/partnerships/00000000-0000-4000-8000-000000000000/what-if"
    answers = []
    dear = threading.Thread(target=lambda: answers.append(one.get(path).status_code))
    dear.start()
    try:
        assert running.wait(60)
        refused = one.get(path)
        assert refused.status_code == 429
        assert refused.json()["code"] == "too-many-at-once"
        assert refused.headers["Retry-After"].isdecimal()
        assert one.get("/v1/me").status_code == 200
        assert other.get("/v1/me").status_code == 200
        assert client.get("/healthz").status_code == 200
        assert not answers
    finally:
        let_go.set()
        dear.join()
    assert answers == [404]


def test_every_refusal_is_described_where_it_can_happen():
    for operation in OPERATIONS:
        responses = described()["paths"][operation.path][operation.method.lower()]["responses"]
        assert ("429" in responses) == operation.metered, operation.name
        assert {"414", "431"} <= responses.keys(), operation.name
        assert not operation.dear or "503" in responses
    assert {each.name for each in OPERATIONS if not each.metered} >= {"healthz", "readyz"}
