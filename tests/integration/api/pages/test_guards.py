"""The guards between a visitor's session and whoever would use it without them: forms, addresses, frames, caches."""

from dataclasses import replace

import pytest

from api.app import create_app
from tests.support.page_visitor import PageVisitor

HOME = "/partnerships"


def test_a_form_is_taken_from_the_page_that_showed_it(visitor):
    assert visitor.is_signed_in()
    assert visitor.sends("/sign-out").status_code == 303
    assert not visitor.is_signed_in()


@pytest.mark.parametrize("token", ["", "made-up", "made.up"])
def test_a_form_without_a_token_of_ours_is_refused(visitor, token):
    assert visitor.sends("/sign-out", form_token=token).status_code == 403
    assert visitor.is_signed_in()


def test_a_form_shown_in_another_session_is_refused(app, reader, visitor):
    other = PageVisitor(app).signs_in(reader)
    assert visitor.sends("/sign-out", form_token=other.hidden("/sign-out")["form_token"]).status_code == 403
    assert visitor.is_signed_in()


@pytest.mark.parametrize("is_signed_out_between", [True, False])
def test_a_form_shown_before_one_signed_in_anew_is_refused(reader, visitor, is_signed_out_between):
    old = visitor.hidden("/sign-out")["form_token"]
    if is_signed_out_between:
        visitor.sends("/sign-out")
        visitor.signs_in(reader)
    else:
        visitor.client.post("/sign-in", data={"form_token": old, "key": reader}, headers={"Origin": visitor.origin})
    assert visitor.sends("/sign-out", form_token=old).status_code == 403
    assert visitor.is_signed_in()


def test_nobody_is_signed_in_by_a_form_that_was_shown_to_another_browser(app, reader):
    attacker, victim = PageVisitor(app), PageVisitor(app)
    assert victim.gets("/sign-in").status_code == 200
    token = attacker.hidden("/sign-in")["form_token"]
    assert victim.sends("/sign-in", key=reader, form_token=token).status_code == 403
    assert not victim.is_signed_in()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "https://testserver"},
        {"Origin": "http://testserver:8080"},
        {"Origin": "http://testserver.elsewhere.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_a_form_that_another_site_sends_is_refused(visitor, headers):
    assert visitor.sends("/sign-out", headers=headers).status_code == 403
    assert visitor.is_signed_in()
    assert visitor.sends("/sign-out", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303


def test_what_is_sent_as_no_browser_sends_forms_is_refused(visitor):
    answer = visitor.client.post("/sign-out", json=visitor.hidden("/sign-out"), headers={"Origin": visitor.origin})
    assert answer.status_code == 415
    assert visitor.is_signed_in()


FOREIGN = (
    "https://elsewhere.example",
    "//elsewhere.example",
    "///elsewhere.example",
    r"/\elsewhere.example",
    r"\\elsewhere.example",
    "/\t/elsewhere.example",
    "/\n/elsewhere.example",
    "http:elsewhere.example",
    "javascript:alert(1)",
    "elsewhere.example",
    " //elsewhere.example",
    "",
)


@pytest.mark.parametrize("address", FOREIGN)
def test_signing_in_leads_nowhere_else(app, reader, visitor, address):
    answer = PageVisitor(app).sends("/sign-in", key=reader, next=address)
    assert (answer.status_code, answer.headers["Location"]) == (303, HOME)
    answer = visitor.gets("/sign-in", next=address)
    assert (answer.status_code, answer.headers["Location"]) == (303, HOME)


def test_signing_in_leads_on_to_what_was_asked_for(app, reader):
    stranger = PageVisitor(app)
    redirect = stranger.gets("/private?why=to%20look")
    form = stranger.hidden(redirect.headers["Location"])
    assert form["next"] == "/private?why=to%20look"
    answer = stranger.sends("/sign-in", form, key=reader)
    assert answer.headers["Location"] == "/private?why=to%20look"


def test_no_page_is_shown_in_a_frame_or_runs_what_is_not_ours(app, visitor):
    addresses = ("/sign-in", "/sign-out", "/sign-in/used", "/nowhere/at/all", "/partnerships/not-an-id")
    answers = [visitor.gets(each, accept="html") for each in addresses] + [PageVisitor(app).gets("/sign-in")]
    for answer in answers:
        policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
        assert policy["frame-ancestors"] == policy["default-src"] == policy["base-uri"] == "'none'"
        assert {policy.get(name, "'self'") for name in ("script-src", "style-src", "img-src")} == {"'self'"}
        assert policy["form-action"] in {"'self'", "'none'"}
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] in {"same-origin", "no-referrer"}


def test_no_page_is_kept_by_browsers_or_between(app, visitor):
    for answer in (visitor.gets("/sign-out"), PageVisitor(app).gets("/sign-in"), visitor.gets("/sign-in")):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Vary"] == "Cookie"
    signed_out = visitor.sends("/sign-out")
    assert signed_out.headers["Clear-Site-Data"] == '"cache"'


def cookies_of(answer):
    """The cookies that an answer sets, by name, with their attributes in lower case."""
    cookies = {}
    for header in answer.headers.get_list("set-cookie"):
        first, *attributes = header.split("; ")
        cookies[first.partition("=")[0]] = {each.lower() for each in attributes}
    return cookies


def test_scripts_other_sites_and_other_hosts_get_no_cookie(app, reader):
    stranger = PageVisitor(app)
    page, signed_in = stranger.gets("/sign-in"), stranger.sends("/sign-in", key=reader)
    assert cookies_of(page) == {"folkmoot-visitor": {"httponly", "path=/", "samesite=lax"}}
    assert cookies_of(signed_in) == {"folkmoot-session": {"httponly", "path=/", "samesite=lax"}}


@pytest.mark.usefixtures("app")
def test_over_https_cookies_stay_on_https_and_on_this_host(services, reader):
    app = create_app(replace(services, public_url="https://folkmoot.example"))
    stranger = PageVisitor(app)
    stranger.client.base_url = "https://folkmoot.example"
    stranger.origin = "https://folkmoot.example"
    page, signed_in = stranger.gets("/sign-in"), stranger.sends("/sign-in", key=reader)
    for answer, name in ((page, "__Host-folkmoot-visitor"), (signed_in, "__Host-folkmoot-session")):
        assert cookies_of(answer) == {name: {"httponly", "path=/", "samesite=lax", "secure"}}
        assert answer.headers["Strict-Transport-Security"]
    assert stranger.is_signed_in()


def test_a_form_of_more_fields_than_any_has_is_answered_with_a_page(visitor):
    answer = visitor.sends("/sign-out", {f"field-{number}": "" for number in range(2_001)})
    assert answer.status_code == 400
    assert "<h1>" in answer.text
    assert visitor.is_signed_in()


@pytest.mark.parametrize("charset", ["utf-8", "undefined", "punycode"])
def test_a_form_in_parts_is_refused_whatever_charset_it_names(visitor, charset):
    headers = {"Content-Type": f"multipart/form-data; boundary=B; charset={charset}", "Origin": visitor.origin}
    body = b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--B--\r\n'
    assert visitor.client.post("/sign-out", content=body, headers=headers).status_code == 415
