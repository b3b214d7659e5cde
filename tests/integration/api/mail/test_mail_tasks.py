"""Mail is sent by the work in the background, once what it tells of is on record, and tried again until it is sent."""

from dataclasses import replace

import psycopg
import pytest

from api.access.account_mail import MailFrequency, keep_address
from api.access.accounts import AccountKind, create_account
from api.jobs.mail_kinds import CONFIRM_ADDRESS
from api.jobs.mail_tasks import MAIL_TASKS, MORNING_MAIL, put_dead_again, put_mail
from api.mail.mail_message import MailNotTaken, MailRefused
from api.mail.outbox import Recipient, RecipientKind, put_row
from api.queue.put_task import put
from api.queue.worker import do_waiting
from tests.support.mail_rounds import Postbag


@pytest.fixture
def bag():
    return Postbag()


@pytest.fixture
def services(services, bag):
    return replace(services, mail_sender=bag, public_url="https://folkmoot.council.example")


@pytest.fixture
def owner(database_url):
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def somebody(services, owner):
    """An account with an address that is to be confirmed, and the id of its key."""
    account_id = create_account(
        owner, services.vault, kind=AccountKind.PERSON, organisation_id=None, name="Sam Example"
    )
    key_id = keep_address(owner, services.vault, account_id, "sam@council.example", MailFrequency.DAILY)
    return Recipient(RecipientKind.ACCOUNT, account_id), key_id


def put_one(services, somebody, put_it=put_mail):
    recipient, key_id = somebody
    with services.recorder.transaction() as cursor:
        put_it(cursor, CONFIRM_ADDRESS, recipient, (key_id,))


def waits_s(owner):
    query = (
        "SELECT extract(epoch FROM scheduled_at - clock_timestamp()) FROM work.procrastinate_jobs WHERE status = 'todo'"
    )
    return [None if wait is None else round(wait) for (wait,) in owner.execute(query).fetchall()]


def hurry(owner):
    owner.execute("UPDATE work.procrastinate_jobs SET scheduled_at = NULL")
    owner.execute("UPDATE api.mail SET next_try_at = clock_timestamp()")


def test_a_mail_goes_out_once_however_often_it_was_put(services, bag, somebody, owner):
    put_one(services, somebody)
    put_one(services, somebody)
    do_waiting(services, MAIL_TASKS)
    put_one(services, somebody)
    do_waiting(services, MAIL_TASKS)
    assert [mail.to for mail in bag.mails] == ["sam@council.example"]
    assert waits_s(owner) == []


def test_nothing_goes_out_of_what_was_taken_back(services, bag, somebody):
    with services.recorder.transaction() as cursor:
        put_mail(cursor, CONFIRM_ADDRESS, somebody[0], (somebody[1],))
        raise psycopg.Rollback
    do_waiting(services, MAIL_TASKS)
    assert bag.mails == []


def test_a_mail_that_is_not_taken_now_is_tried_again_when_its_pause_is_over(services, bag, somebody, owner):
    bag.failures = [MailNotTaken("not-now"), MailNotTaken("not-now")]
    put_one(services, somebody)
    for pause_s in (120, 240):
        do_waiting(services, MAIL_TASKS)
        (wait_s,) = waits_s(owner)
        assert pause_s - 30 < wait_s <= pause_s
        do_waiting(services, MAIL_TASKS)
        assert bag.mails == []
        hurry(owner)
    do_waiting(services, MAIL_TASKS)
    assert (len(bag.mails), waits_s(owner)) == (1, [])


def test_what_is_dead_is_sent_once_somebody_asks_for_it(services, bag, somebody, owner):
    bag.failures = [MailRefused("address")]
    put_one(services, somebody)
    do_waiting(services, MAIL_TASKS)
    assert (bag.mails, waits_s(owner)) == ([], [])
    assert put_dead_again(services) == 1
    do_waiting(services, MAIL_TASKS)
    assert len(bag.mails) == 1


def test_a_mail_of_which_the_queue_knows_nothing_goes_out_with_the_morning(services, bag, somebody):
    put_one(services, somebody, put_row)
    do_waiting(services, MAIL_TASKS)
    assert bag.mails == []
    with services.recorder.transaction() as cursor:
        put(cursor, MORNING_MAIL)
    do_waiting(services, MAIL_TASKS)
    do_waiting(services, MAIL_TASKS)
    assert len(bag.mails) == 1


def test_while_mail_is_off_what_was_put_waits_and_keeps_no_worker_busy(services, bag, somebody, owner):
    off = replace(services, mail_sender=None)
    put_one(services, somebody)
    do_waiting(off, MAIL_TASKS)
    assert waits_s(owner) == []
    with services.recorder.transaction() as cursor:
        put(cursor, MORNING_MAIL)
    do_waiting(services, MAIL_TASKS)
    do_waiting(services, MAIL_TASKS)
    assert len(bag.mails) == 1


def test_the_queue_holds_the_id_of_a_mail_and_nothing_else(services, somebody, owner):
    put_one(services, somebody)
    ((arguments,),) = owner.execute("SELECT args FROM work.procrastinate_jobs").fetchall()
    ((mail_id,),) = owner.execute("SELECT mail_id FROM api.mail").fetchall()
    assert arguments == {"mail_id": str(mail_id)}
