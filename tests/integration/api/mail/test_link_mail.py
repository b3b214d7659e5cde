"""A link to a promise that goes by mail: to the registered contact, once, and to nobody who made it."""

import re
from dataclasses import replace

import psycopg
import pytest
from starlette.testclient import TestClient

from api.access.keys import Scope
from api.all_tasks import ALL_TASKS
from api.app import create_app
from api.jobs.mail_tasks import put_dead_again
from api.mail.mail_settings import SmtpServer
from api.mail.smtp_sender import SmtpSender
from api.queue.worker import do_waiting
from domain.log.decode_events import decode_event
from domain.vocabulary import Assurance
from tests.support.page_visitor import PageVisitor, address_on

TEXT = "We will paint the shop fronts"


@pytest.fixture
def services(services, post):
    server = SmtpServer(
        host="127.0.0.1", port=post.port, tls_from_the_start=False, may_be_clear=True, sender="folkmoot@council.example"
    )
    return replace(services, mail_sender=SmtpSender(server), public_url="http://testserver")


@pytest.fixture
def client(services):
    with TestClient(create_app(services), raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def contact(steward, neighbourhood):
    """Enter the registered contact of the residents' group."""

    def enter(address):
        steward.records(
            f"/v1/parties/{neighbourhood.group}/amendments",
            kind="tenants-residents-association",
            name="Mill Lane Residents",
            contact=address,
        )

    return enter


@pytest.fixture
def promise(neighbourhood):
    path = f"{neighbourhood.path}/commitments"
    receipt = neighbourhood.officer.records(
        path, promisers=[neighbourhood.council], promisees=[neighbourhood.group], text=TEXT, happened="2026-02-01"
    )
    return f"{path}/{receipt['created']['commitment'][0]}"


def letters_in(post):
    return [(mail["To"], mail["Subject"], mail.get_content()) for mail in post.taken()]


def test_the_registered_contact_gets_the_link_and_answers_by_it(
    services, client, post, steward, neighbourhood, contact, promise
):
    contact("chair@mill-lane.example")
    made = steward.records(f"{promise}/answer-links", asked=neighbourhood.group)
    assert (made["address"], made["code"], made["entry"]["way"]) == (None, None, "mail")
    do_waiting(services, ALL_TASKS)
    do_waiting(services, ALL_TASKS)
    ((to, subject, text),) = letters_in(post)
    assert (to, subject) == ("chair@mill-lane.example", "Was this promise kept?")
    assert "Mill Lane Board" in text
    for unsaid in (TEXT, "Ambleford Council"):
        assert unsaid not in text
    (code,) = set(re.findall(r"answer#([0-9A-Z-]{35})", text))
    browser = PageVisitor(client.app)
    assert address_on(browser.sends("/answer", code=code)) == "/answer/promise"
    assert address_on(browser.sends("/answer/promise", answer="done")) == "/answer/sent"
    record = decode_event(list(services.recorder.stream(0))[-1])
    assert record.envelope.assurance is Assurance.LINK_BY_MAIL


def test_a_mail_that_is_sent_again_holds_the_same_code(
    services, database_url, post, steward, neighbourhood, contact, promise
):
    contact("chair@mill-lane.example")
    steward.records(f"{promise}/answer-links", asked=neighbourhood.group)
    do_waiting(services, ALL_TASKS)
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE api.mail SET state = 'dead'")
    put_dead_again(services)
    do_waiting(services, ALL_TASKS)
    first, second = letters_in(post)
    assert first == second


def test_a_link_that_was_withdrawn_before_it_was_sent_goes_to_nobody(
    services, post, steward, neighbourhood, contact, promise
):
    contact("chair@mill-lane.example")
    made = steward.records(f"{promise}/answer-links", asked=neighbourhood.group)
    steward.records(f"{neighbourhood.path}/answer-links/{made['entry']['link_id']}/withdrawals", why="A mistake")
    do_waiting(services, ALL_TASKS)
    assert letters_in(post) == []


@pytest.mark.parametrize("address", ["01632 960 001", "a@b.example\nBcc: c@d.example", None])
def test_where_the_contact_is_no_address_the_link_is_passed_on_or_none_is_made(
    services, post, steward, neighbourhood, contact, promise, address
):
    if address is not None:
        contact(address)
    refused = steward.post(f"{promise}/answer-links", {"asked": neighbourhood.group})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "#/asked")
    made = steward.records(f"{promise}/answer-links", asked=neighbourhood.group, way="passed-on")
    assert made["address"]
    do_waiting(services, ALL_TASKS)
    assert letters_in(post) == []


def test_whoever_recorded_the_promise_sends_a_link_and_never_sees_it(people, neighbourhood, contact, promise):
    contact("chair@mill-lane.example")
    of_the_council = people(Scope.STEWARD, neighbourhood.council)
    made = of_the_council.records(f"{promise}/answer-links", asked=neighbourhood.group)
    assert (made["address"], made["code"]) == (None, None)
    refused = of_the_council.post(f"{promise}/answer-links", {"asked": neighbourhood.group, "way": "passed-on"})
    assert refused.status_code == 403


def test_whoever_belongs_to_the_promiser_sends_no_link_to_an_address_of_their_own(
    people, steward, neighbourhood, contact, promise
):
    of_the_council = people(Scope.STEWARD, neighbourhood.council)
    contact("chair@mill-lane.example")
    details = {"kind": "tenants-residents-association", "name": "Mill Lane Residents"}
    entered = of_the_council.records(
        f"/v1/parties/{neighbourhood.group}/amendments", **details, contact="me@council.example"
    )
    refused = of_the_council.post(f"{promise}/answer-links", {"asked": neighbourhood.group})
    assert (refused.status_code, "entered the address" in refused.json()["detail"]) == (403, True)
    assert steward.records(f"{promise}/answer-links", asked=neighbourhood.group)["entry"]["way"] == "mail"
    contact("chair@mill-lane.example")
    assert of_the_council.records(f"{promise}/answer-links", asked=neighbourhood.group)["address"] is None
    of_the_council.records(
        f"/v1/records/{entered['events'][0]['event_id']}/corrections",
        changes={"contact": "me@council.example"},
        reasons="A slip",
    )
    assert of_the_council.post(f"{promise}/answer-links", {"asked": neighbourhood.group}).status_code == 403


def test_the_outbox_and_the_queue_hold_ids_only(database_url, steward, neighbourhood, contact, promise):
    contact("chair@mill-lane.example")
    steward.records(f"{promise}/answer-links", asked=neighbourhood.group)
    with psycopg.connect(database_url) as connection:
        rows = connection.execute("SELECT * FROM api.mail").fetchall()
        rows += connection.execute("SELECT args FROM work.procrastinate_jobs").fetchall()
    assert rows
    assert "mill-lane" not in str(rows)
