"""Mail of the work that waits, for those who ask: counts and links, to a confirmed address, until stopped."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
import pytest
from starlette.testclient import TestClient

from api.access.accounts import AccountKind, create_account
from api.access.grants import GrantHand, give_role, grants_in_force, take_away
from api.access.keys import Scope, create_key
from api.access.reach import Reach, ReachKind
from api.access.user_roles import UserRole
from api.app import create_app
from api.jobs.mail_kinds import MAIL_KINDS
from api.jobs.mail_tasks import MAIL_TASKS, MORNING_MAIL
from api.mail.outbox import MailState
from api.queue.put_task import put
from api.queue.worker import do_waiting
from api.runtime.services import Services
from tests.integration.api.conftest import Person
from tests.support.mail_rounds import Postbag, send_due_mail
from tests.support.stored_stage import staged

PUBLIC_URL = "https://folkmoot.council.example"
MONDAY = datetime(2027, 3, 1, 7, 30, tzinfo=UTC)
TUESDAY = datetime(2027, 3, 2, 7, 30, tzinfo=UTC)
NIGHT = datetime(2027, 3, 2, 3, 0, tzinfo=UTC)


class ServicesAt(Services):
    """Services at an instant of the test's choosing."""

    at = TUESDAY

    def now(self):
        return self.at


@pytest.fixture
def bag():
    return Postbag()


@pytest.fixture
def services(services, bag):
    values = {name: getattr(services, name) for name in services.__dataclass_fields__}
    return ServicesAt(**values | {"mail_sender": bag, "public_url": PUBLIC_URL})


@pytest.fixture
def client(services):
    with TestClient(create_app(replace(services, public_url="")), raise_server_exceptions=False) as opened:
        yield opened


def at(services, instant):
    class Then(type(services)):
        at = instant

    return Then(**{name: getattr(services, name) for name in services.__dataclass_fields__})


@pytest.fixture
def owner(database_url):
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def officer(client, owner, services, neighbourhood):
    """An officer of the council, for one partnership."""
    account_id = create_account(
        owner,
        services.vault,
        kind=AccountKind.PERSON,
        organisation_id=UUID(neighbourhood.council),
        name="Sam Example",
    )
    reach = Reach(kind=ReachKind.PARTNERSHIPS, ids=frozenset({UUID(neighbourhood.partnership)}))
    hand = GrantHand(why="for a test")
    give_role(
        owner,
        services.vault,
        account_id=account_id,
        role=UserRole.OFFICER,
        reach=reach,
        bodies=frozenset(),
        until_at=None,
        by=hand,
    )
    key = create_key(owner, name="x", scope=Scope.STEWARD, account_id=account_id, vault=services.vault)
    return Person(client, key, account_id)


@pytest.fixture
def waiting(neighbourhood, database_url):
    """An ask that the council has not answered; the lists are built."""
    board = neighbourhood
    ask = {"kind": "request", "raised_by": board.group, "addressee": board.council, "happened": "2021-03-01"}
    board.resident.records(f"{board.path}/asks", text="Mend the lamps, said Ann Smith", **ask)
    with staged(database_url) as stage:
        stage.rebuild()
    return board


def choose(officer, **choice):
    answer = officer.post("/v1/me/mail-choices", choice)
    assert answer.status_code == 201, answer.text
    return answer.json()


def begin_the_morning(services, tasks=(MORNING_MAIL,)):
    with services.recorder.transaction() as cursor:
        put(cursor, MORNING_MAIL)
    do_waiting(services, tasks)


def sent(services, bag, instant=TUESDAY):
    """The mails that the work in the background sends, when a morning begins."""
    then = at(services, instant)
    bag.mails.clear()
    begin_the_morning(then, MAIL_TASKS)
    do_waiting(then, MAIL_TASKS)
    return list(bag.mails)


def link_in(mail, path):
    (link,) = re.findall(rf"{re.escape(PUBLIC_URL)}({path}/\S+)", mail.text)
    return link


def send_form(client, link, **fields):
    page = client.get(link)
    assert page.status_code == 200, page.text
    token = re.search(r'name="form_token" value="([^"]+)"', page.text)[1]
    origin = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
    return client.post(link, data={"form_token": token, **fields}, headers=origin)


@pytest.fixture
def told(officer, services, bag, client):
    """The officer asked to be told every day, and confirmed the address."""
    choose(officer, wants="daily", address="sam@council.example")
    (asking,) = sent(services, bag)
    assert send_form(client, link_in(asking, "/mail/confirm")).status_code == 200
    return officer


@pytest.mark.usefixtures("waiting")
def test_nobody_is_told_who_did_not_ask(officer, services, bag):
    assert officer.reads("/v1/me/mail") == {
        "is_sent": True,
        "wants": "never",
        "address": None,
        "given_at": None,
        "confirmed_at": None,
    }
    assert sent(services, bag) == []


@pytest.mark.usefixtures("waiting")
def test_an_address_gets_a_link_and_nothing_else_until_it_is_confirmed(officer, services, bag, client):
    mine = choose(officer, wants="daily", address="sam@council.example")
    assert (mine["address"], mine["confirmed_at"]) == ("sam@council.example", None)
    (asking,) = sent(services, bag)
    assert (asking.to, asking.subject) == ("sam@council.example", "Confirm where your mail goes")
    assert sent(services, bag, MONDAY) == []
    link = link_in(asking, "/mail/confirm")
    client.get(link)
    assert officer.reads("/v1/me/mail")["confirmed_at"] is None  # programs that look links up confirm nothing
    send_form(client, link)
    assert officer.reads("/v1/me/mail")["confirmed_at"] is not None


@pytest.mark.usefixtures("told")
def test_what_waits_is_told_in_counts_and_links_with_no_words_that_are_sealed(waiting, services, bag):
    (mail,) = sent(services, bag)
    assert mail.subject == "1 thing waits for you"
    assert "Mill Lane Board\n- 1 " in mail.text
    assert f"{PUBLIC_URL}/partnerships/{waiting.partnership}/to-do" in mail.text
    assert "Ann" not in mail.text
    assert "lamps" not in mail.text
    assert "Sam" not in mail.text
    assert mail.stop_url in mail.text


@pytest.mark.usefixtures("told", "waiting")
def test_it_is_told_once_a_morning_and_not_at_night(services, bag):
    assert sent(services, bag, NIGHT) == []
    assert len(sent(services, bag)) == 1
    assert sent(services, bag) == []
    assert len(sent(services, bag, datetime(2027, 3, 3, 7, tzinfo=UTC))) == 1


@pytest.mark.usefixtures("told", "waiting")
def test_morning_is_that_of_london(services, bag):
    assert sent(services, bag, datetime(2027, 7, 2, 4, 59, tzinfo=UTC)) == []
    assert len(sent(services, bag, datetime(2027, 7, 2, 5, 1, tzinfo=UTC))) == 1


@pytest.mark.usefixtures("waiting")
def test_who_wants_it_weekly_is_told_on_mondays(told, services, bag):
    choose(told, wants="weekly")
    assert sent(services, bag, TUESDAY) == []
    assert len(sent(services, bag, MONDAY)) == 1


@pytest.mark.usefixtures("told", "neighbourhood")
def test_nothing_is_sent_when_nothing_waits(database_url, services):
    with staged(database_url) as stage:
        stage.rebuild()
    begin_the_morning(services)
    assert send_due_mail(services, MAIL_KINDS) == {MailState.DROPPED: 1}


@pytest.mark.usefixtures("told", "neighbourhood")
def test_while_the_lists_are_not_made_the_mail_waits_for_them(services):
    begin_the_morning(services)
    assert send_due_mail(services, MAIL_KINDS) == {MailState.WAITING: 1}


@pytest.mark.usefixtures("waiting")
def test_what_is_out_of_reach_is_not_counted(told, services, bag, owner):
    (grant,) = grants_in_force(owner, told.party)
    take_away(owner, services.vault, grant.grant_id, GrantHand(why="left the board"))
    assert sent(services, bag) == []


@pytest.mark.usefixtures("waiting")
def test_one_click_stops_it_without_signing_in_in_either_way_of_sending_forms(told, services, bag, client):
    (mail,) = sent(services, bag)
    link = urlsplit(mail.stop_url).path
    for fields in ({"data": {"List-Unsubscribe": "One-Click"}}, {"files": {"List-Unsubscribe": (None, "One-Click")}}):
        choose(told, wants="daily")
        answer = client.post(link, **fields)
        assert answer.status_code == 200, answer.text
        assert told.reads("/v1/me/mail")["wants"] == "never"
    assert sent(services, bag, MONDAY) == []


@pytest.mark.usefixtures("waiting")
def test_a_person_stops_it_by_a_form(told, services, bag, client):
    (mail,) = sent(services, bag)
    assert send_form(client, link_in(mail, "/mail/stop")).status_code == 200
    assert told.reads("/v1/me/mail")["wants"] == "never"


def test_a_link_that_nobody_was_sent_does_nothing(told, client):
    guessed = str(told.party).replace("-", "")
    for path in (f"/mail/stop/{guessed}", f"/mail/confirm/{guessed}", f"/mail/stop/{guessed}.abc"):
        assert client.get(path).status_code == 410
        assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code in {403, 410}
    assert told.reads("/v1/me/mail")["wants"] == "daily"


def test_no_other_page_takes_a_form_of_a_program(told, bag, services, client):
    choose(told, wants="daily", address="sam2@council.example")
    (asking,) = sent(services, bag)
    link = link_in(asking, "/mail/confirm")
    assert client.post(link, data={"List-Unsubscribe": "One-Click"}).status_code == 403
    assert told.reads("/v1/me/mail")["confirmed_at"] is None


@pytest.mark.usefixtures("waiting")
def test_a_link_of_an_address_that_was_changed_confirms_nothing(officer, services, bag, client):
    choose(officer, wants="daily", address="sam@council.example")
    (first,) = sent(services, bag)
    choose(officer, wants="daily", address="other@council.example")
    assert client.get(link_in(first, "/mail/confirm")).status_code == 200
    assert send_form(client, link_in(first, "/mail/confirm")).status_code == 410
    assert officer.reads("/v1/me/mail")["confirmed_at"] is None


@pytest.mark.usefixtures("waiting")
def test_an_address_is_forgotten_when_its_holder_clears_it(told, owner):
    choose(told, wants="never", address=None)
    assert told.reads("/v1/me/mail")["address"] is None
    assert owner.execute("SELECT count(*) FROM api.mail_choice").fetchone() == (0,)


@pytest.mark.parametrize(
    ("choice", "fault"),
    [
        ({"wants": "daily"}, "missing"),
        ({"wants": "daily", "address": None}, "missing"),
        ({"wants": "daily", "address": "sam"}, "out-of-bounds"),
        ({"wants": "daily", "address": "sam@council.example, all@council.example"}, "out-of-bounds"),
    ],
)
def test_what_cannot_be_sent_to_is_refused(officer, choice, fault):
    answer = officer.post("/v1/me/mail-choices", choice)
    assert answer.status_code == 422, answer.text
    assert [each["code"] for each in answer.json()["errors"]] == [fault]


def test_nobody_has_mail_sent_again_and_again_to_whoever_did_not_ask_for_it(officer, services, bag, owner):
    for number in range(5):
        officer.records("/v1/me/mail-choices", wants="daily", address=f"somebody{number}@elsewhere.example")
        send_due_mail(services, MAIL_KINDS)
    refused = officer.post("/v1/me/mail-choices", {"wants": "daily", "address": "another@elsewhere.example"})
    assert (refused.status_code, "tomorrow" in refused.json()["detail"]) == (409, True)
    assert officer.reads("/v1/me/mail")["address"] == "somebody4@elsewhere.example"
    assert len(bag.mails) == 5
    owner.execute("UPDATE api.mail SET put_at = put_at - interval '1 day'")
    officer.records("/v1/me/mail-choices", wants="daily", address="another@elsewhere.example")


def test_where_mail_is_off_no_address_is_taken(officer, services):
    with TestClient(create_app(replace(services, public_url="", mail_sender=None))) as client:
        person = Person(client, officer.key, officer.party)
        answer = person.post("/v1/me/mail-choices", {"wants": "daily", "address": "sam@council.example"})
        assert answer.status_code == 409
        assert "No mail is sent from here" in answer.json()["detail"]


def test_a_key_of_no_account_has_no_mail(steward):
    assert steward.reads("/v1/me/mail")["address"] is None
    assert steward.post("/v1/me/mail-choices", {"wants": "never"}).status_code == 403
