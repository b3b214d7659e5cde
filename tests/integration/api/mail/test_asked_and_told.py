"""Asked and told: whoever raised an ask and agreed to it hears what becomes of it, each kind of news once."""

import multiprocessing
import os
import re
import signal
from dataclasses import replace

import psycopg
import pytest
from psycopg import sql
from starlette.testclient import TestClient

from api.all_tasks import ALL_TASKS
from api.app import create_app
from api.jobs import ask_news
from api.jobs.ask_news import TELL_OF_ASKS, tell_some
from api.mail.mail_settings import SmtpServer
from api.mail.smtp_sender import SmtpSender
from api.queue.put_task import put
from api.queue.worker import do_waiting
from api.runtime.services import connected
from tests.support.page_visitor import PageVisitor
from tests.support.stored_stage import staged

WORDS = "Light the path along the canal"


def sender_to(port):
    server = SmtpServer(
        host="127.0.0.1", port=port, tls_from_the_start=False, may_be_clear=True, sender="folkmoot@council.example"
    )
    return SmtpSender(server)


@pytest.fixture
def services(services, post):
    return replace(services, mail_sender=sender_to(post.port), public_url="http://testserver")


@pytest.fixture
def client(services):
    with TestClient(create_app(services), raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def person(neighbourhood):
    """The reference of somebody whom the residents' group entered, with an address."""

    def entered(contact="alex@mill-lane.example"):
        receipt = neighbourhood.resident.records("/v1/people", name="Alex Sample", contact=contact, happened="2024")
        return receipt["created"]["person"][0]

    return entered


@pytest.fixture
def ask(neighbourhood):
    receipt = neighbourhood.resident.records(
        f"{neighbourhood.path}/asks",
        kind="request",
        raised_by=neighbourhood.group,
        addressee=neighbourhood.council,
        text=WORDS,
        happened="2026-01-10",
    )
    return receipt["created"]["ask"][0]


@pytest.fixture
def wish(neighbourhood, ask, person):
    return neighbourhood.resident.records(f"{neighbourhood.path}/asks/{ask}/wishes", person=person())


def answered(neighbourhood, ask, **more):
    return neighbourhood.officer.records(
        f"{neighbourhood.path}/asks/{ask}/answers",
        answered_by=neighbourhood.council,
        answer="adopted",
        reasons="The lamps are bought",
        happened="2026-02-01",
        **more,
    )


def told(services):
    """Follow the log and send, as the worker does."""
    with services.recorder.transaction() as cursor:
        put(cursor, TELL_OF_ASKS)
    do_waiting(services, ALL_TASKS)
    do_waiting(services, ALL_TASKS)


def letters(post):
    return [mail.get_content() for mail in post.taken()]


def test_whoever_agreed_hears_that_their_ask_was_answered_in_one_line_without_sealed_words(
    services, post, neighbourhood, ask, wish
):
    answered(neighbourhood, ask)
    told(services)
    (text,) = letters(post)
    assert text.startswith("Ambleford Council answered what you asked for, on 1 February 2026.")
    for unsaid in (WORDS, "The lamps are bought", "Alex", "Read more"):
        assert unsaid not in text
    (mail,) = post.taken()
    assert (mail["To"], mail["Subject"]) == ("alex@mill-lane.example", "News of what you asked for")
    assert wish["ended_at"] is None


def test_each_kind_of_news_is_told_once_answered_decided_paid_for_and_done(services, post, neighbourhood, ask, wish):
    officer, path = neighbourhood.officer, neighbourhood.path
    answered(neighbourhood, ask)
    for day in ("2026-02-10", "2026-02-20"):
        (decision,) = officer.records(
            f"{path}/decisions",
            title="Lamps",
            decided_by=neighbourhood.council,
            answers=[ask],
            happened=day,
        )["created"]["decision"]
    officer.records(
        f"{path}/spending",
        spent_by=neighbourhood.council,
        amount={"minor_units": 100_00, "currency": "GBP"},
        decision=decision,
        happened="2026-03-01",
    )
    between = {"promisers": [neighbourhood.council], "promisees": [neighbourhood.group], "text": "Lamps", "ask": ask}
    (promise,) = officer.records(f"{path}/commitments", **between, happened="2026-02-10")["created"]["commitment"]
    neighbourhood.resident.records(
        f"{path}/commitments/{promise}/confirmations", confirmed_by=neighbourhood.group, happened="2026-03-05"
    )
    told(services)
    told(services)
    assert sorted(text.partition(",")[0].partition(" on ")[0] for text in letters(post)) == [
        "Ambleford Council answered what you asked for",
        "Ambleford Council decided about what you asked for",
        "Ambleford Council spent money",
        "What was promised when you asked is done: Mill Lane Residents confirmed it",
    ]
    assert wish


def test_rebuilding_everything_and_beginning_again_tells_nothing_twice(
    services, database_url, wrapping_key, post, neighbourhood, ask, wish
):
    answered(neighbourhood, ask)
    told(services)
    assert len(letters(post)) == 1
    with staged(database_url) as stage:
        stage.rebuild()
        stage.rebuild()
    with connected(database_url, [wrapping_key], threads=4, mail_sender=services.mail_sender) as begun_again:
        told(begun_again)
        neighbourhood.resident.reads(f"{neighbourhood.path}/asks", known_at=5)
        told(begun_again)
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE api.ask_teller SET position = 0")
        connection.execute("DELETE FROM api.mail")  # as after ninety days
    told(services)
    assert len(letters(post)) == 1
    assert wish


def _die_before_the_position_moves(database_url, wrapping_key, port):
    """Send news as a worker does, and die once all is noted and put, before it is committed."""
    with connected(database_url, [wrapping_key], threads=4, mail_sender=sender_to(port)) as services:
        ask_news.move_teller = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        tell_some(services)


def test_a_teller_that_is_killed_midway_has_told_nothing_and_the_next_tells_once(
    services, database_url, wrapping_key, post, neighbourhood, ask, wish
):
    answered(neighbourhood, ask)
    process = multiprocessing.get_context("fork").Process(
        target=_die_before_the_position_moves, args=(database_url, wrapping_key, post.port)
    )
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT count(*) FROM api.mail").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM api.ask_told").fetchone() == (0,)
    told(services)
    told(services)
    assert len(letters(post)) == 1
    assert wish


def test_one_click_ends_it_without_signing_in(services, client, post, neighbourhood, ask, wish):
    answered(neighbourhood, ask)
    told(services)
    (mail,) = post.taken()
    (address,) = set(re.findall(r"http://testserver(/mail/stop-news/[^\s>]+)", mail.get_content()))
    assert address in mail["List-Unsubscribe"]
    visitor = PageVisitor(client.app)
    assert "Stop this mail" in visitor.reads(address)
    one_click = client.post(address, data={"List-Unsubscribe": "One-Click"})
    assert one_click.status_code == 200
    (entry,) = neighbourhood.resident.reads(f"{neighbourhood.path}/asks/{ask}/wishes")["data"]
    assert (entry["wish_id"], entry["ended_at"] is None) == (wish["wish_id"], False)
    neighbourhood.officer.records(
        f"{neighbourhood.path}/decisions",
        title="Lamps",
        decided_by=neighbourhood.council,
        answers=[ask],
        happened="2026-02-10",
    )
    told(services)
    assert len(letters(post)) == 1
    assert visitor.gets("/mail/stop-news/made-up").status_code == 410


def test_what_was_not_sent_yet_when_somebody_ended_it_is_not_told(services, post, neighbourhood, ask, wish):
    answered(neighbourhood, ask)
    assert tell_some(services)
    neighbourhood.resident.records(
        f"{neighbourhood.path}/asks/{ask}/wishes/{wish['wish_id']}/endings", why="They rang to say so"
    )
    told(services)
    assert letters(post) == []


def test_nothing_is_told_of_what_was_withdrawn_or_came_before_they_agreed(services, post, neighbourhood, ask, person):
    receipt = answered(neighbourhood, ask)
    neighbourhood.resident.records(f"{neighbourhood.path}/asks/{ask}/wishes", person=person())
    told(services)
    later = neighbourhood.officer.records(
        f"{neighbourhood.path}/decisions",
        title="Lamps",
        decided_by=neighbourhood.council,
        answers=[ask],
        happened="2026-02-10",
    )
    assert tell_some(services)
    neighbourhood.officer.records(
        f"/v1/records/{later['events'][0]['event_id']}/withdrawals", reasons="It was another ask"
    )
    told(services)
    assert letters(post) == []
    assert receipt


def test_forgetting_the_person_ends_it(services, database_url, post, steward, neighbourhood, ask, person):
    reference = person()
    neighbourhood.resident.records(f"{neighbourhood.path}/asks/{ask}/wishes", person=reference)
    answered(neighbourhood, ask)
    steward.records("/v1/erasures", person=reference)
    told(services)
    assert letters(post) == []
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT count(*) FROM api.ask_wish").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM api.ask_told").fetchone() == (0,)


def test_nothing_of_somebody_who_is_forgotten_stays_though_mail_is_off_and_they_were_told_before(
    services, database_url, post, steward, neighbourhood, ask, person
):
    reference = person()
    neighbourhood.resident.records(f"{neighbourhood.path}/asks/{ask}/wishes", person=reference)
    answered(neighbourhood, ask)
    told(services)
    assert len(letters(post)) == 1
    steward.records("/v1/erasures", person=reference)
    told(replace(services, mail_sender=None))
    with psycopg.connect(database_url) as connection:
        for table, column in (("ask_wish", "person_id"), ("ask_told", "person_id"), ("mail", "recipient_id")):
            query = sql.SQL("SELECT {} FROM {}").format(sql.Identifier(column), sql.Identifier("api", table))
            assert connection.execute(query).fetchall() == []


def test_only_who_entered_somebody_notes_their_wish_and_only_with_an_address(neighbourhood, ask, person):
    path = f"{neighbourhood.path}/asks/{ask}/wishes"
    reference = person()
    for asker, given in (
        (neighbourhood.officer, reference),
        (neighbourhood.resident, "nobody has this"),
        (neighbourhood.resident, person("01632 960 001")),
        (neighbourhood.resident, person("a@b.example\nBcc: c@d.example")),
    ):
        refused = asker.post(path, {"person": given})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "#/person")
    assert neighbourhood.resident.reads(path)["data"] == []


def test_where_the_partnership_lets_anybody_read_the_mail_says_where(services, post, neighbourhood, ask, wish):
    neighbourhood.officer.records(
        f"{neighbourhood.path}/publications",
        reports=["what-became-of-asks"],
        opens="2026-01-01",
        happened="2026-01-01",
    )
    answered(neighbourhood, ask)
    told(services)
    (text,) = letters(post)
    assert f"http://testserver/public/partnerships/{neighbourhood.partnership}/what-became-of-it" in text
    assert wish
