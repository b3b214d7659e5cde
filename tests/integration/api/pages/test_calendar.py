"""A calendar program reads planned meetings and promises due at a secret link, as far as its holder's roles reach."""

import re
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import psycopg
import pytest
from icalendar import Calendar
from starlette.testclient import TestClient

from api.access.accounts import AccountKind, close_account, create_account
from api.access.grants import GrantHand, give_role, grants_in_force, take_away
from api.access.keys import Scope, create_key
from api.access.reach import Reach, ReachKind
from api.access.sign_in_links import create_link
from api.access.user_roles import UserRole
from api.app import create_app

SOON = date.today() + timedelta(days=20)  # noqa: DTZ011 - any day to come will do
LATER = SOON + timedelta(days=7)
ORIGIN = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def owner(database_url):
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def account(owner, services, neighbourhood):
    """An officer of the council, for one partnership."""
    account_id = create_account(
        owner,
        services.vault,
        kind=AccountKind.PERSON,
        organisation_id=UUID(neighbourhood.council),
        name="Sam Example",
    )
    give_role(
        owner,
        services.vault,
        account_id=account_id,
        role=UserRole.OFFICER,
        reach=Reach(kind=ReachKind.PARTNERSHIPS, ids=frozenset({UUID(neighbourhood.partnership)})),
        bodies=frozenset(),
        until_at=None,
        by=GrantHand(why="for a test"),
    )
    return account_id


@pytest.fixture
def browser(account, owner, services):
    """The officer, signed in at the pages."""
    key = create_key(owner, name="x", scope=Scope.STEWARD, account_id=account, vault=services.vault)
    key_id = UUID(key.split("_")[1])
    with TestClient(create_app(replace(services, public_url="")), raise_server_exceptions=False) as client:
        answer = client.get(f"/sign-in/{create_link(owner, key_id)}")
        assert answer.status_code == 200, answer.text
        yield client


@pytest.fixture
def program(client):
    """A calendar program, which has signed in nowhere."""
    return client


def send_form(browser, address, **fields):
    page = browser.get(address).text
    token = re.search(r'name="form_token" value="([^"]+)"', page)[1]
    key = re.search(r'name="key" value="([^"]+)"', page)
    fields |= {"form_token": token} | ({"key": key[1]} if key else {})
    return browser.post(address, data=fields, headers=ORIGIN)


def made(browser, about="all"):
    answer = send_form(browser, "/my-page/calendar", about=about)
    assert answer.status_code == 200, answer.text
    return re.search(r">(/calendars/[A-Za-z0-9_-]{43})<", answer.text)[1]


def entries(program, link):
    answer = program.get(link)
    assert answer.status_code == 200, answer.text
    return {str(event["SUMMARY"]): event for event in Calendar.from_ical(answer.content).walk("VEVENT")}


def plan(board, day=SOON):
    body = {"kind": "meeting", "planned_for": day.isoformat(), "convened_by": board.council}
    return board.officer.records(f"{board.path}/plans", **body)["created"]["interaction"][0]


def promise(board):
    return board.officer.records(
        f"{board.path}/commitments",
        promisers=[board.council],
        promisees=[board.residents_at_large],
        text="Mend the lamps, said Ann Smith",
        due=LATER.isoformat(),
        happened="2021-03-01",
    )


def test_planned_meetings_and_promises_due_stand_on_their_days(browser, program, neighbourhood):
    plan(neighbourhood)
    promise(neighbourhood)
    link = made(browser)
    shown = entries(program, link)
    assert set(shown) == {
        "Meeting of Mill Lane Board (planned)",
        "Promise due: Ambleford Council to Residents at large",
    }
    meeting = shown["Meeting of Mill Lane Board (planned)"]
    assert (meeting.start, meeting.end) == (SOON, SOON + timedelta(days=1))
    assert shown["Promise due: Ambleford Council to Residents at large"].start == LATER
    text = program.get(link).text
    for word in ("lamps", "Ann", "Sam"):
        assert word not in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


def test_a_meeting_that_is_moved_or_called_off_keeps_its_identity_and_counts_its_changes(
    browser, program, neighbourhood
):
    interaction = plan(neighbourhood)
    link = made(browser)
    (first,) = entries(program, link).values()
    address = f"{neighbourhood.path}/plans/{interaction}"
    neighbourhood.officer.records(f"{address}/reschedulings", planned_for=LATER.isoformat())
    (moved,) = entries(program, link).values()
    assert (moved["UID"], moved.start) == (first["UID"], LATER)
    assert moved["SEQUENCE"] > first["SEQUENCE"]
    neighbourhood.officer.records(f"{address}/cancellations")
    (called_off,) = entries(program, link).values()
    assert (called_off["UID"], str(called_off["STATUS"])) == (first["UID"], "CANCELLED")
    assert called_off["SEQUENCE"] > moved["SEQUENCE"]


def test_an_unchanged_calendar_is_not_sent_again_and_no_proxy_keeps_it(browser, program, neighbourhood):
    plan(neighbourhood)
    link = made(browser)
    first = program.get(link)
    assert first.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert first.headers["Cache-Control"].startswith("private")
    assert program.get(link, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    promise(neighbourhood)
    assert program.get(link, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_a_link_is_ended_on_a_page_and_shown_with_its_last_use(browser, program, neighbourhood):
    link = made(browser, neighbourhood.partnership)
    assert "never used" in browser.get("/my-page/calendar").text
    assert program.get(link).status_code == 200
    page = browser.get("/my-page/calendar").text
    assert "last used on" in page
    send_form(browser, re.search(r'href="(/my-page/calendar/[^"]+/end)"', page)[1])
    assert program.get(link).status_code == 404


def test_a_link_dies_with_the_account_and_shrinks_with_its_reach(
    browser, program, neighbourhood, account, owner, services
):
    plan(neighbourhood)
    whole, one = made(browser), made(browser, neighbourhood.partnership)
    (grant,) = grants_in_force(owner, account)
    take_away(owner, services.vault, grant.grant_id, GrantHand(why="left the board"))
    assert entries(program, whole) == {}
    assert program.get(one).status_code == 404
    close_account(owner, services.vault, account)
    assert program.get(whole).status_code == 404


def test_the_link_is_kept_nowhere_and_a_guess_opens_nothing(browser, program, owner):
    token = made(browser).rpartition("/")[2]
    for (row,) in owner.execute("SELECT t::text FROM api.calendar_link t").fetchall():
        assert token not in row
    assert program.get(f"/calendars/{token[:-1]}x").status_code == 404


def test_a_calendar_of_nothing_chosen_or_of_a_partnership_of_others_is_refused(browser):
    for about in ("", str(UUID(int=1))):
        answer = send_form(browser, "/my-page/calendar", about=about)
        assert answer.status_code == 422
        assert "Choose what the calendar is to show" in answer.text


def test_another_link_can_be_made_from_the_page_that_shows_the_first(browser, owner):
    page = send_form(browser, "/my-page/calendar", about="all").text
    fields = dict(re.findall(r'name="(form_token|key)" value="([^"]+)"', page))
    assert "shown only now" in browser.post("/my-page/calendar", data={**fields, "about": "all"}, headers=ORIGIN).text
    assert owner.execute("SELECT count(*) FROM api.calendar_link").fetchone() == (2,)


def test_the_same_form_sent_twice_makes_one_link(browser, owner):
    page = browser.get("/my-page/calendar").text
    fields = dict(re.findall(r'name="(form_token|key)" value="([^"]+)"', page))
    for _ in range(2):
        browser.post("/my-page/calendar", data={**fields, "about": "all"}, headers=ORIGIN)
    assert owner.execute("SELECT count(*) FROM api.calendar_link").fetchone() == (1,)
