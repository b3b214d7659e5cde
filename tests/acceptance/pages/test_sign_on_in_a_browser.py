"""Signing in with a council's own account, in a real browser and by a real provider on another site than ours."""

import re
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from api.sign_on.provider_file import ClaimRow
from api.sign_on.sign_on import SignOn
from scripts.demonstration.stories.habits import CastPart
from scripts.support.http_server import LOOPBACK
from tests.support.markup import markup_faults
from tests.support.provider_in_hand import declared
from tests.support.provider_process import free_port, provider_process
from tests.support.served_demonstration import served_demonstration
from tests.support.walked_page import WIDTHS, looked_over, open_page

NAME = "Council account"
each_width = pytest.mark.parametrize("width", WIDTHS)


@pytest.fixture(scope="module")
def provider():
    with provider_process() as running:
        running.knows("officer-1", groups=["folkmoot-officers"])
        running.knows("stranger-1", groups=["folkmoot"])
        yield running


@contextmanager
def served(copied, demonstration, plan, issuer):
    """The demonstration, where a provider signs on those who write the first board's minutes."""
    port, trust = free_port(), plan.neighbourhoods[0].bodies[CastPart.TRUST].id
    row = ClaimRow(claim="groups", contains="folkmoot-officers", role="officer", organisation=trust)
    file = declared(issuer=issuer, name=NAME, algorithms=("RS256",), roles=(row,))
    sign_on = SignOn(file, "sesame", f"http://{LOOPBACK}:{port}")
    with copied(demonstration) as dsn, served_demonstration(dsn, plan, sign_on, port) as site:
        yield site


@pytest.fixture(scope="module")
def signed_on_site(copied, demonstration, plan, provider):
    with served(copied, demonstration, plan, provider.issuer) as site:
        yield site


@pytest.fixture
def browser(chromium, signed_on_site):
    """A page of a browser that knows nobody."""
    contexts = []

    def opened(width=WIDTHS[-1], base=signed_on_site.base):
        page = open_page(chromium, base, width=width, reduced_motion="reduce")
        contexts.append(page.context)
        return page

    yield opened
    for context in contexts:
        context.close()


def goes_to_the_provider(page):
    page.get_by_role("button", name=f"Sign in with {NAME}").click()
    expect(page.get_by_role("heading", name="Authorize Client")).to_be_visible()


def signs_in_there(page, subject):
    page.get_by_placeholder("sub").fill(subject)
    page.get_by_role("button", name="Authorize").click()


@each_width
def test_somebody_signs_in_lands_where_they_wanted_and_signs_out_everywhere(browser, signed_on_site, provider, width):
    page, wanted = browser(width), f"{signed_on_site.board_address}/to-do?min-position=1"
    page.goto(wanted)
    expect(page).to_have_title(re.compile("^Sign in"))
    assert looked_over(page) == {}
    goes_to_the_provider(page)
    signs_in_there(page, "officer-1")
    expect(page).to_have_url(f"{signed_on_site.base}{wanted}")
    page.goto("/sign-out")
    assert looked_over(page) == {}
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="End Session")).to_be_visible()
    assert page.url.startswith(provider.issuer)
    page.get_by_role("button", name="End session").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto("/partnerships")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_the_provider_is_told_neither_where_somebody_was_nor_where_they_go(browser, signed_on_site):
    page, asked = browser(), []
    page.on("request", lambda request: asked.append((request.url, request.headers.get("referer", ""))))
    page.goto(signed_on_site.board_address)
    goes_to_the_provider(page)
    elsewhere = [(url, referer) for url, referer in asked if not url.startswith(signed_on_site.base)]
    assert elsewhere
    assert all(signed_on_site.board_address not in url + referer for url, referer in elsewhere)


def test_an_officer_signed_on_opens_the_form_of_a_meeting(browser, signed_on_site):
    page = browser()
    page.goto(f"{signed_on_site.board_address}/meetings/new")
    goes_to_the_provider(page)
    signs_in_there(page, "officer-1")
    expect(page.get_by_role("button", name="Save this meeting")).to_be_visible()


def is_a_page_of_ours_in_nobodys_way(page, html, title):
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    assert markup_faults(html) == []
    assert looked_over(page) == {}


@each_width
def test_somebody_without_a_role_is_told_whom_to_ask(browser, provider, width):
    page = browser(width)
    page.goto("/sign-in")
    goes_to_the_provider(page)
    with page.expect_navigation(url=re.compile("/sign-on/return")) as arrived:
        signs_in_there(page, "stranger-1")
    assert arrived.value.status == 403
    expect(page.get_by_role("main")).to_contain_text("Ask the service desk to let you in.")
    assert page.get_by_role("link", name=f"Sign out of {NAME}").get_attribute("href").startswith(provider.issuer)
    page.goto("/partnerships")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_somebody_who_stops_at_the_provider_is_told_so_and_can_try_again(browser):
    page = browser()
    page.goto("/sign-in")
    goes_to_the_provider(page)
    page.get_by_role("button", name="Deny").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You were not signed in")
    assert looked_over(page) == {}
    page.get_by_role("button", name="Try again").click()
    signs_in_there(page, "officer-1")
    expect(page.get_by_role("heading", name="Partnerships")).to_be_visible()


def test_a_way_back_that_another_browser_began_lets_nobody_in(browser, provider):
    mine, anothers = browser(), browser()
    mine.goto("/sign-in")
    goes_to_the_provider(mine)
    back = provider.signs_in(mine.url, "officer-1")
    answer = anothers.goto(back)
    assert answer.status == 400
    is_a_page_of_ours_in_nobodys_way(anothers, answer.text(), "This sign-in cannot be finished")
    assert [cookie for cookie in anothers.context.cookies() if cookie["name"] == "folkmoot-session"] == []
    mine.goto(back)
    expect(mine.get_by_role("heading", name="Partnerships")).to_be_visible()


def test_going_back_to_a_used_way_lets_nobody_in_again(browser, provider):
    page = browser()
    page.goto("/sign-in")
    goes_to_the_provider(page)
    back = provider.signs_in(page.url, "officer-1")
    page.goto(back)
    page.context.clear_cookies()
    assert page.goto(back).status == 400


def test_no_script_can_read_what_a_browser_carries_and_no_address_holds_it(browser, signed_on_site):
    page = browser()
    page.goto("/sign-in")
    goes_to_the_provider(page)
    (errand,) = [cookie for cookie in page.context.cookies() if cookie["name"] == "folkmoot-errand"]
    assert (errand["httpOnly"], errand["sameSite"]) == (True, "Lax")
    assert urlsplit(signed_on_site.base).hostname == errand["domain"]
    assert errand["value"].split(".")[0] not in page.url


@each_width
def test_while_the_provider_is_down_a_page_says_so_and_a_key_lets_in(
    browser, copied, demonstration, plan, width, signed_on_site
):
    assert signed_on_site
    with provider_process() as gone:
        gone.stop()
    with served(copied, demonstration, plan, gone.issuer) as site:
        page = browser(width, site.base)
        page.goto("/sign-in")
        page.get_by_role("button", name=f"Sign in with {NAME}").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(f"Sorry, {NAME} cannot be reached")
        assert looked_over(page) == {}
        page.get_by_role("link", name="sign in with your key").click()
        page.get_by_text("Sign in with a key").click()
        page.get_by_label("Your key").fill(site.secretary_key())
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("heading", name="Partnerships")).to_be_visible()


def test_a_wrong_key_is_said_where_it_was_typed_though_a_provider_is_offered(browser):
    page = browser(WIDTHS[0])
    page.goto("/sign-in")
    page.get_by_text("Sign in with a key").click()
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_label("Your key")).to_be_visible()
    expect(page.get_by_role("link", name="Enter your key")).to_be_visible()
    assert looked_over(page) == {}
