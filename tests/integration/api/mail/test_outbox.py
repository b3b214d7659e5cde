"""Mail in the outbox is sent once, or ends: by a real mail server, to the account that it is for."""

from contextlib import suppress
from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest

from api.access.account_mail import MailFrequency, confirm_address, find_choice, keep_address
from api.access.accounts import AccountKind, close_account, create_account, forget_holder
from api.jobs.send_mail import MailKind, MailWords
from api.mail.mail_settings import NotifyService, SmtpServer
from api.mail.notify_sender import NotifySender
from api.mail.outbox import (
    MailState,
    Recipient,
    RecipientKind,
    count_mail,
    dead_mail,
    put_row,
    revive_dead,
    take,
)
from api.mail.smtp_sender import SmtpSender
from domain.log.sessions import connect
from tests.support.destruction_events import forget
from tests.support.mail_rounds import send_due_mail
from tests.support.mail_server import mail_server
from tests.support.notify_server import KEY, TEMPLATE, notify_server
from tests.support.provider_process import free_port

ONE_DAY = uuid4()


def composed(services, mail):
    assert services.reading is not None
    return MailWords(subject="What waits", text=f"About {len(mail.about)} things.")


KINDS = {
    "what-waits": MailKind(name="what-waits", compose=composed),
    "confirm-address": MailKind(name="confirm-address", compose=composed, also_unconfirmed=True),
    "nothing-left": MailKind(name="nothing-left", compose=lambda *_: None),
    "broken-words": MailKind(name="broken-words", compose=lambda *_: MailWords(subject="a\nBcc: b@c.d", text="")),
    "ill": MailKind(name="ill", compose=lambda *_: 1 / 0),
}


@pytest.fixture(scope="module")
def post(tmp_path_factory):
    with mail_server(tmp_path_factory.mktemp("mail")) as running:
        yield running


@pytest.fixture
def services(services, post):
    return replace(services, mail_sender=smtp_to(post.port))


def smtp_to(port):
    return SmtpSender(
        SmtpServer(
            host="127.0.0.1", port=port, tls_from_the_start=False, may_be_clear=True, sender="folkmoot@council.example"
        )
    )


@pytest.fixture
def owner(database_url):
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def reader(services, owner):
    """An account with an address that was confirmed."""

    def made(address=None, *, is_confirmed=True):
        account_id = create_account(
            owner, services.vault, kind=AccountKind.PERSON, organisation_id=None, name="Sam Example"
        )
        address = address or f"sam-{account_id}@council.example"
        key_id = keep_address(owner, services.vault, account_id, address, MailFrequency.DAILY)
        if is_confirmed:
            assert confirm_address(owner, account_id, key_id)
        return Recipient(RecipientKind.ACCOUNT, account_id)

    return made


def put_now(services, recipient, kind="what-waits", about=(ONE_DAY,)):
    with services.recorder.transaction() as cursor:
        return put_row(cursor, kind, recipient, about)


def due_again(owner):
    owner.execute("UPDATE api.mail SET next_try_at = clock_timestamp() WHERE state = 'waiting'")


def to(post, recipient):
    return [each for each in post.taken() if str(recipient.recipient_id) in each["To"]]


def row_of(owner, mail_id):
    query = "SELECT state, fault, tries, may_be_sent FROM api.mail WHERE mail_id = %s"
    return owner.execute(query, (mail_id,)).fetchone()


def test_a_mail_that_was_put_is_sent_once(services, post, owner, reader):
    recipient = reader()
    mail_id = put_now(services, recipient)
    assert send_due_mail(services, KINDS) == {MailState.SENT: 1}
    assert send_due_mail(services, KINDS) == {}
    (letter,) = to(post, recipient)
    assert letter["Message-ID"] == f"<{mail_id}@council.example>"
    assert row_of(owner, mail_id)[0] == "sent"


def test_the_same_put_twice_is_one_mail_and_another_occasion_is_another(services, post, reader):
    recipient = reader()
    assert put_now(services, recipient) == put_now(services, recipient)
    send_due_mail(services, KINDS)
    put_now(services, recipient)
    send_due_mail(services, KINDS)
    assert len(to(post, recipient)) == 1
    put_now(services, recipient, about=(uuid4(),))
    send_due_mail(services, KINDS)
    assert len(to(post, recipient)) == 2


class TakenBack(Exception):
    """The work of the caller of the outbox failed."""


def test_what_is_taken_back_with_its_transaction_is_never_sent(services, reader):
    with suppress(TakenBack), services.recorder.transaction() as cursor:
        put_row(cursor, "what-waits", reader(), (ONE_DAY,))
        raise TakenBack
    assert send_due_mail(services, KINDS) == {}


def test_neither_address_nor_words_stand_in_the_database(services, owner, reader):
    recipient = reader("sam.example@council.example")
    put_now(services, recipient)
    tables = owner.execute(
        "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('api', 'vault')"
    ).fetchall()
    for schema, table in tables:
        for (row,) in owner.execute(f"SELECT t::text FROM {schema}.{table} t").fetchall():  # noqa: S608 - our tables
            assert "sam.example" not in row
            assert "73616d2e6578616d706c65" not in row  # the same in hexadecimal digits, as bytes are shown


def test_it_is_recorded_that_the_mail_opened_the_address(services, owner, reader):
    recipient = reader()
    mail_id = put_now(services, recipient)
    send_due_mail(services, KINDS)
    openings = owner.execute("SELECT operation, request_id, grounds, subject_ids FROM vault.opening").fetchall()
    assert openings == [("mail", mail_id, ["mail-to-somebody"], [recipient.recipient_id])]


def test_a_person_is_told_at_the_contact_that_the_register_has(services, post, steward):
    contact = f"pat-{uuid4()}@home.example"
    registered = steward.records("/v1/people", name="Pat Example", contact=contact, happened="2021")
    person_id = services.vault.person_of(registered["created"]["person"][0])
    put_now(services, Recipient(RecipientKind.PERSON, person_id))
    assert send_due_mail(services, KINDS) == {MailState.SENT: 1}
    assert post.taken()[-1]["To"] == contact
    put_now(services, Recipient(RecipientKind.PERSON, person_id), about=(uuid4(),))
    with services.recorder.transaction() as cursor:
        forget(services.recorder, services.vault, cursor, person_id)
    assert send_due_mail(services, KINDS) == {MailState.DROPPED: 1}


@pytest.mark.parametrize("ending", [close_account, forget_holder])
def test_whoever_left_or_was_forgotten_is_told_nothing_and_their_address_is_gone(services, owner, reader, ending):
    recipient = reader()
    mail_id = put_now(services, recipient)
    ending(owner, services.vault, recipient.recipient_id)
    assert send_due_mail(services, KINDS) == {MailState.DROPPED: 1}
    assert find_choice(owner, recipient.recipient_id) is None
    assert owner.execute("SELECT count(*) FROM vault.key").fetchone() == (0,)
    assert row_of(owner, mail_id) == ("dropped", None, 1, True)


def test_nobody_known_nothing_to_tell_and_no_address_end_a_mail_without_a_word(services, reader):
    put_now(services, Recipient(RecipientKind.ACCOUNT, uuid4()))
    put_now(services, Recipient(RecipientKind.PERSON, uuid4()))
    put_now(services, reader(), kind="nothing-left")
    put_now(services, reader("call me on a Tuesday"))
    assert send_due_mail(services, KINDS) == {MailState.DROPPED: 4}


def test_an_address_that_nobody_confirmed_gets_only_the_mail_that_asks_for_that(services, post, reader):
    recipient = reader(is_confirmed=False)
    put_now(services, recipient)
    put_now(services, recipient, kind="confirm-address")
    assert send_due_mail(services, KINDS) == {MailState.DROPPED: 1, MailState.SENT: 1}
    assert len(to(post, recipient)) == 1


def test_what_is_refused_for_good_is_dead_until_somebody_asks_for_it_again(services, owner, reader):
    mail_id = put_now(services, reader("nobody@council.example"))
    assert send_due_mail(services, KINDS) == {MailState.DEAD: 1}
    assert send_due_mail(services, KINDS) == {}
    (dead,) = dead_mail(owner)
    assert (dead.mail_id, dead.fault) == (mail_id, "address")
    assert revive_dead(owner) == [mail_id]
    assert send_due_mail(services, KINDS) == {MailState.DEAD: 1}
    assert count_mail(owner)[MailState.DEAD] == 1


def test_what_is_refused_for_now_waits_longer_each_time_and_is_dead_after_five_days(services, owner, reader):
    mail_id = put_now(services, reader("full@council.example"))
    pauses = []
    for _ in range(12):
        assert send_due_mail(services, KINDS) == {MailState.WAITING: 1}
        assert send_due_mail(services, KINDS) == {}
        wait = "SELECT round(extract(epoch FROM next_try_at - clock_timestamp()) / 60) FROM api.mail"
        pauses.append(int(owner.execute(wait).fetchone()[0]))
        due_again(owner)
    assert pauses == [2, 4, 8, 16, 32, 64, 128, 240, 240, 240, 240, 240]
    owner.execute("UPDATE api.mail SET put_at = put_at - interval '5 days'")
    send_due_mail(services, KINDS)
    assert row_of(owner, mail_id) == ("dead", "not-now", 13, False)


def test_a_mail_whose_connection_broke_comes_again_under_the_same_message_id(services, post, owner, reader):
    mail_id = put_now(services, reader("broken@council.example"))
    assert send_due_mail(services, KINDS) == {MailState.WAITING: 1}
    assert row_of(owner, mail_id) == ("waiting", "broken-off", 1, True)
    due_again(owner)
    send_due_mail(services, KINDS)
    ids = [each["Message-ID"] for each in post.taken() if each["To"] == "broken@council.example"]
    assert ids == [f"<{mail_id}@council.example>"] * 2


def test_by_notify_a_mail_whose_answer_was_lost_is_found_there_and_not_sent_again(services, owner, reader):
    mail_id = put_now(services, reader("broken@council.example"))
    with notify_server() as notify:
        by_notify = replace(
            services, mail_sender=NotifySender(NotifyService(url=notify.url, template_id=TEMPLATE, key_file=None), KEY)
        )
        assert send_due_mail(by_notify, KINDS) == {MailState.WAITING: 1}
        due_again(owner)
        assert send_due_mail(by_notify, KINDS) == {MailState.SENT: 1}
        assert [each["reference"] for each in notify.taken()] == [str(mail_id)]


def test_a_mail_whose_sender_died_is_tried_by_another_once_its_turn_is_over_and_not_before(services, owner, reader):
    mail_id = put_now(services, reader())
    assert take(owner, mail_id).mail_id == mail_id
    assert send_due_mail(services, KINDS) == {}
    due_again(owner)
    again = take(owner, mail_id)
    assert (again.mail_id, again.may_be_sent, again.tries) == (mail_id, True, 2)


def test_of_two_who_send_a_mail_at_once_one_takes_it(services, database_url, reader):
    mail_id = put_now(services, reader())
    with connect(database_url, application_name="one") as one, connect(database_url, application_name="two") as two:
        assert take(one, mail_id).mail_id == mail_id
        assert take(two, mail_id) is None
        one.rollback()
        two.rollback()


def test_while_the_server_is_away_nothing_is_lost(services, owner, reader):
    away = replace(services, mail_sender=smtp_to(free_port()))
    for _ in range(3):
        put_now(services, reader())
    assert send_due_mail(away, KINDS) == {MailState.WAITING: 3}
    due_again(owner)
    assert send_due_mail(services, KINDS) == {MailState.SENT: 3}


def test_what_cannot_be_composed_keeps_nothing_else_back(services, owner, reader):
    for kind in ("ill", "broken-words", "of-a-later-version", "what-waits"):
        put_now(services, reader(), kind=kind)
    assert send_due_mail(services, KINDS) == {MailState.WAITING: 2, MailState.DEAD: 1, MailState.SENT: 1}
    faults = dict(owner.execute("SELECT kind, fault FROM api.mail").fetchall())
    assert faults == {
        "ill": "failed",
        "broken-words": "header",
        "of-a-later-version": "unknown-kind",
        "what-waits": None,
    }


def test_without_a_sender_nothing_is_tried(services, owner, reader):
    mail_id = put_now(services, reader())
    off = replace(services, mail_sender=None)
    assert not off.sends_mail
    assert send_due_mail(off, KINDS) == {}
    assert row_of(owner, mail_id) == ("waiting", None, 0, False)


@pytest.mark.parametrize("role", ["folkmoot_projector", "folkmoot_reader"])
def test_what_is_worked_out_of_the_log_has_no_way_to_the_outbox(owner, role):
    owner.execute(f"SET ROLE {role}")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        put_row(owner.cursor(), "what-waits", Recipient(RecipientKind.ACCOUNT, uuid4()), ())
