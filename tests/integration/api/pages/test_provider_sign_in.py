"""Signing in by a real provider: on to where one wanted, with the roles that the table gives, once, in one browser."""

from dataclasses import replace
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
import pytest
from itsdangerous import URLSafeSerializer

from api.access.accounts import close_account
from api.app import create_app
from api.sign_on.provider_file import ClaimRow
from api.sign_on.sign_on import SignOn
from domain.log.decode_events import decode_event
from tests.support.page_visitor import PageVisitor, address_on
from tests.support.provider_in_hand import declared
from tests.support.provider_process import provider_process, query_of

SESSION, ERRAND = "folkmoot-session", "folkmoot-errand"


@pytest.fixture(scope="module")
def provider():
    with provider_process() as running:
        running.knows("officer-1", groups=["folkmoot-officers"], name="Jo Officer")
        running.knows("reader-1", groups=["folkmoot-evaluators"])
        running.knows("stranger-1", groups=["folkmoot"])
        yield running


@pytest.fixture
def rows(neighbourhood):
    """The table from claims to roles."""
    council = UUID(neighbourhood.council)
    return (
        ClaimRow(claim="groups", contains="folkmoot-officers", role="officer", organisation=council),
        ClaimRow(claim="groups", contains="folkmoot-evaluators", role="evaluator", organisation=council),
    )


@pytest.fixture
def file(provider, rows):
    return declared(issuer=provider.issuer, algorithms=("RS256",), scopes=("openid", "profile"), roles=rows)


@pytest.fixture
def app_with(services):
    """The application with a provider as declared; it answers where the test's browsers ask."""

    def made(file):
        return create_app(replace(services, sign_on=SignOn(file, "sesame", "http://testserver")))

    return made


@pytest.fixture
def app(app_with, file):
    return app_with(file)


@pytest.fixture
def sign_in(provider):
    """Go out and come back as somebody; what the way back is answered with."""

    def go(browser, subject, wanted="/partnerships"):
        back = provider.signs_in(address_on(browser.gets("/sign-on", next=wanted)), subject)
        return browser.gets(urlsplit(back).path, **query_of(back))

    return go


def test_somebody_lands_where_they_wanted_signed_in(app, sign_in, neighbourhood):
    browser, wanted = PageVisitor(app), f"/partnerships/{neighbourhood.partnership}?as_of=2026-01-01"
    asked = address_on(browser.gets(urlsplit(wanted).path, as_of="2026-01-01"))
    assert query_of(f"http://testserver{asked}") == {"next": wanted}
    assert f"/sign-on?next={urlsplit(wanted).path.replace('/', '%2F')}" in browser.reads(asked)
    assert address_on(sign_in(browser, "officer-1", wanted)) == wanted
    assert "Mill Lane Board" in browser.reads("/partnerships")


def test_the_first_page_offers_the_provider_and_a_key(app, client):
    assert "Sign in with Council account" in PageVisitor(app).reads("/sign-in")
    assert "Sign in with a key" in PageVisitor(app).reads("/sign-in")
    assert "/sign-on" not in client.get("/sign-in").text


def test_keys_go_on_letting_in(app, neighbourhood):
    PageVisitor(app).signs_in(neighbourhood.officer.key).reads("/partnerships")


def test_an_officer_records_as_the_word_of_their_organisation(app, sign_in, neighbourhood, services, database_url):
    browser = PageVisitor(app)
    sign_in(browser, "officer-1")
    form = address_on(browser.gets(f"/partnerships/{neighbourhood.partnership}/meetings/new"))
    came = [neighbourhood.council, neighbourhood.group]
    answer = browser.sends(form, {"when": "today", "kind": "meeting", "came": came, "do": "save"})
    assert answer.status_code == 303, answer.text
    (*_, record) = map(decode_event, services.recorder.stream(0))
    with psycopg.connect(database_url) as owner:
        accounts = owner.execute("SELECT account_id, party_id FROM api.account").fetchall()
    assert accounts == [(record.envelope.actor, UUID(neighbourhood.council))]
    assert record.envelope.on_behalf_of.party_id == UUID(neighbourhood.council)


@pytest.mark.parametrize("path", ["/my-page", "/partnerships", "/reports", "/help", "/search?text=board", "/sign-out"])
def test_every_first_page_opens_for_somebody_without_a_key(app, sign_in, path):
    browser = PageVisitor(app)
    sign_in(browser, "officer-1")
    assert browser.gets(path).status_code == 200


def test_somebody_without_a_key_is_told_as_whom_they_are_signed_in(app, sign_in):
    browser = PageVisitor(app)
    sign_in(browser, "officer-1")
    assert "Signed in as Jo Officer." in browser.reads("/my-page")


def test_what_somebody_looked_at_is_remembered_to_their_next_sign_in(app, sign_in, database_url, services):
    for _ in range(2):
        browser = PageVisitor(app)
        sign_in(browser, "officer-1")
        browser.reads("/my-page")
    with psycopg.connect(database_url) as owner:
        looks = owner.execute(
            "SELECT holder_id = account_id, position FROM api.last_look, api.sign_on_subject"
        ).fetchall()
        since = owner.execute("SELECT array_agg(since ORDER BY began_at) FROM api.session").fetchone()
    head = services.recorder.head().position
    assert looks == [(True, head)]
    assert since == ([0, head],)


def test_an_evaluator_may_not_record(app, sign_in, neighbourhood):
    browser = PageVisitor(app)
    sign_in(browser, "reader-1")
    assert browser.gets(f"/partnerships/{neighbourhood.partnership}").status_code == 200
    assert _form_page(browser, neighbourhood).status_code == 403


def test_somebody_with_no_row_is_told_whom_to_ask_and_is_not_signed_in(app, sign_in, database_url):
    browser = PageVisitor(app)
    answer = sign_in(browser, "stranger-1")
    assert answer.status_code == 403
    assert "You have no role in Folkmoot yet" in answer.text
    assert "Ask the service desk to let you in" in answer.text
    assert SESSION not in browser.client.cookies
    assert _counts(database_url) == (0, 0)


def test_the_same_person_has_one_account_and_another_at_another_organisation(
    app, app_with, file, rows, sign_in, neighbourhood, database_url
):
    for _ in range(2):
        sign_in(PageVisitor(app), "officer-1")
    assert _counts(database_url) == (1, 2)
    moved = ClaimRow(
        claim="groups", contains="folkmoot-officers", role="officer", organisation=UUID(neighbourhood.group)
    )
    sign_in(PageVisitor(app_with(_with_rows(file, moved))), "officer-1")
    assert _counts(database_url) == (2, 3)
    assert len(rows) == 2


def test_nothing_of_who_somebody_is_at_the_provider_is_kept_but_the_name_that_they_are_shown_by(
    app, sign_in, database_url, services
):
    sign_in(PageVisitor(app), "officer-1")
    with psycopg.connect(database_url) as owner:
        kept = owner.execute(
            "SELECT (SELECT string_agg(s::text, '') FROM api.session s), string_agg(a::text || k::text, '') "
            "FROM api.account a JOIN api.sign_on_subject k USING (account_id)"
        ).fetchone()
    assert "officer-1" not in str(kept)
    assert "folkmoot-officers" not in str(kept)
    assert "Jo Officer" in kept[1]
    assert services.sign_on is None


def test_another_row_of_the_table_holds_at_the_next_request(app, app_with, file, rows, sign_in, neighbourhood):
    browser = PageVisitor(app)
    sign_in(browser, "officer-1")
    token = browser.client.cookies[SESSION]
    officer, evaluator = rows
    narrower = ClaimRow(
        claim="groups", contains="folkmoot-officers", role="evaluator", organisation=officer.organisation
    )
    for changed, status in ((rows, 200), ((narrower,), 403)):
        assert _form_page(_holder(app_with(_with_rows(file, *changed)), token), neighbourhood).status_code == status
    elsewhere = ClaimRow(
        claim="groups", contains="folkmoot-officers", role="officer", organisation=UUID(neighbourhood.group)
    )
    for changed in (evaluator, elsewhere):
        without = _holder(app_with(_with_rows(file, changed)), token)
        assert address_on(without.gets("/partnerships")).startswith("/sign-in")


def test_a_closed_account_opens_nothing_any_more(app, sign_in, services, database_url):
    browser = PageVisitor(app)
    sign_in(browser, "officer-1")
    with psycopg.connect(database_url) as owner:
        ((account_id,),) = owner.execute("SELECT account_id FROM api.sign_on_subject").fetchall()
        close_account(owner, services.vault, account_id)
    assert address_on(browser.gets("/partnerships")).startswith("/sign-in")
    answer = sign_in(browser, "officer-1")
    assert (answer.status_code, "Your account here is closed" in answer.text) == (403, True)


def test_a_role_for_an_organisation_that_is_not_registered_lets_nobody_in(app_with, file, sign_in):
    unknown = ClaimRow(claim="groups", contains="folkmoot-officers", role="officer", organisation=UUID(int=7))
    answer = sign_in(PageVisitor(app_with(_with_rows(file, unknown))), "officer-1")
    assert answer.status_code == 403
    assert "not in the register" in answer.text


def test_the_way_back_leads_nobody_in_twice(app, provider):
    browser = PageVisitor(app)
    back = provider.signs_in(address_on(browser.gets("/sign-on")), "officer-1")
    errand = browser.client.cookies[ERRAND]
    assert browser.gets("/sign-on/return", **query_of(back)).status_code == 303
    assert ERRAND not in browser.client.cookies
    browser.sends("/sign-out")
    for cookie in (None, errand):
        if cookie is not None:
            browser.client.cookies.set(ERRAND, cookie)
        answer = browser.gets("/sign-on/return", **query_of(back))
        assert answer.status_code == 400
        assert "This sign-in cannot be finished" in answer.text
        assert SESSION not in browser.client.cookies


def test_an_errand_begins_one_session_even_where_the_provider_takes_a_code_twice(
    app, provider, monkeypatch, database_url
):
    browser = PageVisitor(app)
    back = provider.signs_in(address_on(browser.gets("/sign-on")), "officer-1")
    errand, answers = browser.client.cookies[ERRAND], []
    original = SignOn.returned

    def taken_twice(self, errand, query):
        answers.append(answers[0] if answers else original(self, errand, query))
        return answers[-1]

    monkeypatch.setattr(SignOn, "returned", taken_twice)
    assert browser.gets("/sign-on/return", **query_of(back)).status_code == 303
    other = PageVisitor(app)
    other.client.cookies.set(ERRAND, errand)
    assert other.gets("/sign-on/return", **query_of(back)).status_code == 400
    assert _counts(database_url) == (1, 1)


def test_nobody_is_signed_in_by_a_way_back_that_another_browser_began(app, provider):
    attacker, victim = PageVisitor(app), PageVisitor(app)
    back = query_of(provider.signs_in(address_on(attacker.gets("/sign-on")), "officer-1"))
    for browser in (victim, PageVisitor(app)):
        if browser is victim:
            browser.gets("/sign-on")
        answer = browser.gets("/sign-on/return", **back)
        assert answer.status_code == 400
        assert SESSION not in browser.client.cookies


@pytest.mark.parametrize("change", [{"state": "x"}, {"state": None}, {"code": "x"}, {"iss": "https://other.example"}])
def test_a_way_back_with_something_changed_lets_nobody_in(app, provider, change):
    browser = PageVisitor(app)
    back = query_of(provider.signs_in(address_on(browser.gets("/sign-on")), "officer-1"))
    query = {name: text for name, text in {**back, **change}.items() if text is not None}
    answer = browser.gets("/sign-on/return", **query)
    assert answer.status_code == 400
    assert SESSION not in browser.client.cookies


def test_a_cookie_that_was_not_signed_by_us_is_no_errand(app, provider):
    browser = PageVisitor(app)
    back = query_of(provider.signs_in(address_on(browser.gets("/sign-on")), "officer-1"))
    browser.client.cookies.delete(ERRAND)
    forged = URLSafeSerializer("another secret", salt=ERRAND).dumps("{}")
    browser.client.cookies.set(ERRAND, forged)
    assert browser.gets("/sign-on/return", **back).status_code == 400


@pytest.mark.parametrize(
    "address", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "/" + "x" * 2_000, ""]
)
def test_nobody_is_sent_on_to_another_site(app, sign_in, address):
    assert address_on(sign_in(PageVisitor(app), "officer-1", address)) == "/partnerships"


def test_a_session_that_was_chosen_for_somebody_is_not_taken_over(app, sign_in, neighbourhood):
    browser = PageVisitor(app).signs_in(neighbourhood.officer.key)
    before = browser.client.cookies[SESSION]
    browser.sends("/sign-out")
    sign_in(browser, "officer-1")
    assert browser.client.cookies[SESSION] != before


def test_signing_out_signs_out_at_the_provider_as_well_and_says_so(app, sign_in, provider):
    browser = PageVisitor(app)
    sign_in(browser, "officer-1")
    page = browser.gets("/sign-out")
    assert "You will be signed out of Folkmoot and of Council account" in page.text
    assert f"form-action 'self' {provider.issuer};" in page.headers["Content-Security-Policy"]
    there = address_on(browser.sends("/sign-out"))
    assert there.startswith(f"{provider.issuer}/oauth2/end_session?")
    assert SESSION not in browser.client.cookies


def test_who_came_with_a_key_is_signed_out_here_alone(app, neighbourhood):
    browser = PageVisitor(app).signs_in(neighbourhood.officer.key)
    assert "form-action 'self';" in browser.gets("/sign-out").headers["Content-Security-Policy"]
    assert address_on(browser.sends("/sign-out")) == "/sign-in"


def test_while_the_provider_is_down_a_page_says_so_and_keys_let_in(app_with, file, neighbourhood):
    with provider_process() as gone:
        gone.stop()
        app = app_with(_changed(file, issuer=gone.issuer))
        browser = PageVisitor(app)
        answer = browser.gets("/sign-on", next="/reports")
        assert answer.status_code == 503
        assert 'href="/sign-on?next=%2Freports"' in answer.text
        assert "Sorry, Council account cannot be reached" in answer.text
        assert "sign in with your key" in answer.text
        browser.signs_in(neighbourhood.officer.key).reads("/partnerships")


def test_readiness_only_warns_of_a_provider_that_is_down(services, file):
    sign_on = SignOn(file, None, "http://testserver")
    app = create_app(replace(services, sign_on=sign_on))
    ready = PageVisitor(app).gets("/readyz")
    assert (ready.status_code, ready.json()["warnings"]) == (200, [])
    with provider_process() as gone:
        gone.stop()
    away = SignOn(_changed(file, issuer=gone.issuer), None, "http://testserver")
    PageVisitor(create_app(replace(services, sign_on=away))).gets("/sign-on")
    ready = PageVisitor(create_app(replace(services, sign_on=away))).gets("/readyz")
    assert ready.status_code == 200
    assert "sign-on provider does not answer" in str(ready.json()["warnings"])


def test_no_log_holds_a_code_a_state_a_token_or_who_it_was(app, provider, capfd):
    browser = PageVisitor(app)
    out = address_on(browser.gets("/sign-on", next="/partnerships?private=planted"))
    back = query_of(provider.signs_in(out, "officer-1"))
    browser.gets("/sign-on/return", **{**back, "state": "planted-state"})
    answer = browser.gets("/sign-on/return", **back)
    assert answer.status_code == 303
    assert answer.headers["Referrer-Policy"] == "same-origin"
    printed = "".join(capfd.readouterr())
    assert "sign-on-return" in printed or "sign on" in printed or "sign-on" in printed
    secrets = [*back.values(), *query_of(out).values(), *browser.client.cookies.values()]
    for secret in (*secrets, "officer-1", "planted", "sesame", "Jo Officer"):
        if len(secret) > 6 and not secret.startswith("http"):
            assert secret not in printed


def test_where_nobody_signs_people_on_there_is_no_such_page(client):
    for path in ("/sign-on", "/sign-on/return"):
        assert client.get(path, follow_redirects=False).status_code == 404


def _holder(app, token):
    """A browser with somebody's session."""
    holder = PageVisitor(app)
    holder.client.cookies.set(SESSION, token)
    return holder


def _form_page(browser, neighbourhood):
    """The page on which a meeting is recorded, as a browser gets it."""
    answer = browser.gets(f"/partnerships/{neighbourhood.partnership}/meetings/new")
    return browser.gets(address_on(answer)) if answer.status_code == 303 else answer


def _counts(database_url):
    with psycopg.connect(database_url) as owner:
        return owner.execute(
            "SELECT (SELECT count(*) FROM api.sign_on_subject), (SELECT count(*) FROM api.session WHERE key_id IS NULL)"
        ).fetchone()


def _with_rows(file, *rows):
    return _changed(file, roles=rows)


def _changed(file, **changes):
    return type(file)(**{**{name: getattr(file, name) for name in file.__struct_fields__}, **changes})
