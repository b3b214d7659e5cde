"""Sessions at the pages: begun with a key or a link, held and ended on the server, and over when their key is."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psycopg
import pytest

from api.access.keys import key_in_force, revoke_key
from api.access.sign_in_links import create_link
from api.app import create_app
from tests.support.page_visitor import PageVisitor

SESSION = "folkmoot-session"


def holder_of(cookie, app):
    """A browser that somebody put another's cookie into."""
    holder = PageVisitor(app)
    holder.client.cookies.set(SESSION, cookie)
    return holder


def run(database_url, statement, *values):
    with psycopg.connect(database_url) as owner:
        return owner.execute(statement, values).rowcount


@pytest.fixture
def link(database_url, services, reader):
    """The path of a link that signs in once."""
    with psycopg.connect(database_url) as owner:
        return f"/sign-in/{create_link(owner, key_in_force(services.recorder, reader).key_id)}"


def test_a_key_that_opens_nothing_begins_no_session(app, reader):
    stranger = PageVisitor(app)
    for key in ("", "nonsense", f"{reader}x", reader[:-1], reader.swapcase(), "\N{EN DASH}" * 9):
        answer = stranger.sends("/sign-in", key=key)
        assert answer.status_code == 422
        assert SESSION not in stranger.client.cookies
    assert not stranger.is_signed_in()


def test_a_key_is_never_shown_again_nor_kept_in_the_browser_or_the_database(app, reader, database_url, capfd):
    stranger = PageVisitor(app)
    wrong = f"{reader[:-1]}{'A' if reader[-1] != 'A' else 'B'}"
    assert wrong not in stranger.sends("/sign-in", key=wrong).text
    stranger.signs_in(reader)
    assert all(reader not in cookie for cookie in stranger.client.cookies.values())
    with psycopg.connect(database_url) as owner:
        rows = owner.execute("SELECT session::text FROM api.session").fetchall()
    token = stranger.client.cookies[SESSION]
    assert rows
    assert all(reader not in row and token not in row for (row,) in rows)
    printed = "".join(capfd.readouterr())
    assert reader not in printed
    assert token not in printed


def test_signing_in_begins_another_session_and_ends_the_one_before(app, reader, visitor):
    before = visitor.client.cookies[SESSION]
    answer = visitor.client.post(
        "/sign-in",
        data={"form_token": visitor.hidden("/sign-out")["form_token"], "key": reader},
        headers={"Origin": visitor.origin},
    )
    assert answer.status_code == 303
    assert visitor.client.cookies[SESSION] != before
    assert visitor.is_signed_in()
    assert not holder_of(before, app).is_signed_in()


@pytest.mark.parametrize("planted", ["chosen-by-somebody-else", "chosen.by.somebody.else", ""])
def test_a_session_chosen_by_somebody_else_is_not_taken_over(app, reader, planted):
    victim = holder_of(planted, app)
    assert not victim.is_signed_in()
    answer = victim.sends("/sign-in", key=reader)
    assert answer.status_code == 303
    assert planted not in answer.headers["Set-Cookie"].split(";")[0].removeprefix(f"{SESSION}=").split(".")
    assert not holder_of(planted, app).is_signed_in()


def test_signing_out_ends_the_session_on_the_server(app, visitor):
    stolen = visitor.client.cookies[SESSION]
    assert holder_of(stolen, app).is_signed_in()
    visitor.sends("/sign-out")
    assert SESSION not in visitor.client.cookies
    assert not holder_of(stolen, app).is_signed_in()


def test_a_key_taken_away_takes_its_sessions_with_it(app, reader, visitor, services, database_url):
    other = PageVisitor(app).signs_in(reader)
    with psycopg.connect(database_url) as owner:
        revoke_key(owner, key_in_force(services.recorder, reader).key_id, vault=services.vault)
    assert not visitor.is_signed_in()
    assert not other.is_signed_in()


def test_a_key_that_runs_out_takes_its_sessions_with_it(visitor, database_url):
    assert run(database_url, "UPDATE api.key SET expires_at = now()")
    assert not visitor.is_signed_in()


def test_a_cookie_that_was_altered_opens_nothing(app, visitor):
    token, _, signature = visitor.client.cookies[SESSION].rpartition(".")
    for altered in (token, f"{token}.", f"{token}x.{signature}", f"{token}.{signature[:-1]}", signature):
        assert not holder_of(altered, app).is_signed_in()


@pytest.mark.usefixtures("app")
def test_cookies_signed_with_a_former_secret_are_good_until_it_is_taken_away(services, reader):
    app = create_app(replace(services, cookie_secrets=(b"old",)))
    cookie = PageVisitor(app).signs_in(reader).client.cookies[SESSION]
    assert holder_of(cookie, create_app(replace(services, cookie_secrets=(b"new", b"old")))).is_signed_in()
    assert not holder_of(cookie, create_app(replace(services, cookie_secrets=(b"new",)))).is_signed_in()


def test_a_link_signs_in_once(app, link):
    visitor, other = PageVisitor(app), PageVisitor(app)
    assert visitor.gets(link).status_code == 303
    assert visitor.is_signed_in()
    assert other.gets(link).status_code == 410
    assert not other.is_signed_in()


def test_a_link_opened_by_several_at_once_signs_in_one_of_them(app, link):
    visitors = [PageVisitor(app) for _ in range(6)]
    with ThreadPoolExecutor(len(visitors)) as at_once:
        answers = list(at_once.map(lambda visitor: visitor.gets(link).status_code, visitors))
    assert sorted(answers) == [303, *[410] * 5]


def test_a_link_that_a_program_looks_at_ahead_is_not_used_up(app, link):
    visitor = PageVisitor(app)
    assert visitor.client.head(link).status_code != 303
    assert visitor.gets(link).status_code == 303


def test_a_link_is_in_no_log(app, link, capfd):
    PageVisitor(app).gets(link)
    assert link.rpartition("/")[2] not in "".join(capfd.readouterr())
