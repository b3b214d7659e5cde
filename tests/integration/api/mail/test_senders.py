"""Mail goes out by a real mail server over TLS, and by a server that answers as GOV.UK Notify does."""

from uuid import uuid4

import pytest

from api.mail.mail_message import MailMessage, MailNotTaken, MailRefused, MailUnclear
from api.mail.mail_settings import NotifyService, SmtpServer
from api.mail.notify_sender import NotifyKeyInvalid, NotifySender
from api.mail.smtp_sender import SmtpSender
from tests.support.mail_server import NAME, PASSWORD, mail_server
from tests.support.notify_server import KEY, TEMPLATE, notify_server
from tests.support.provider_process import free_port

SENDER = "folkmoot@council.example"
STOP = "https://folkmoot.council.example/mail/stop/abc"


def message(to="ann@council.example", **other):
    words = {"subject": "What waits: Hölm", "text": "Good morning.\n.\nTwo are due, “at Hölm”.\n", "stop_url": STOP}
    return MailMessage(**{"mail_id": uuid4(), "to": to} | words | other)


def sender_to(port, how="clear", password=PASSWORD):
    server = SmtpServer(
        host="127.0.0.1",
        port=port,
        tls_from_the_start=how == "smtps",
        may_be_clear=how == "clear",
        sender=SENDER,
        user="" if how == "clear" else NAME,
    )
    return SmtpSender(server, password)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with mail_server(tmp_path_factory.mktemp("mail")) as running:
        yield running


@pytest.fixture(scope="module")
def notify():
    with notify_server() as running:
        yield running


@pytest.fixture
def notifying(notify):
    return NotifySender(NotifyService(url=notify.url, template_id=TEMPLATE, key_file=None), KEY)


def test_a_mail_arrives_as_it_was_written_in_plain_text_with_one_click_to_stop(server):
    sent = message()
    sender_to(server.port).send(sent, may_be_sent=False)
    letter = server.taken()[-1]
    assert letter["Message-ID"] == f"<{sent.mail_id}@council.example>"
    assert letter["From"] == f"Folkmoot <{SENDER}>"
    assert letter["To"] == "ann@council.example"
    assert letter["Subject"] == "What waits: Hölm"
    assert letter["List-Unsubscribe"] == f"<{STOP}>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content().splitlines() == sent.text.splitlines()


@pytest.mark.parametrize("how", ["starttls", "smtps"])
def test_mail_goes_over_tls_to_a_server_that_proves_who_it_is_and_asks_who_we_are(how, tmp_path, monkeypatch):
    with mail_server(tmp_path, how) as private:
        with pytest.raises(MailNotTaken) as untrusted:
            sender_to(private.port, how).send(message(), may_be_sent=False)
        monkeypatch.setenv("SSL_CERT_FILE", str(private.certificate))
        with pytest.raises(MailNotTaken) as wrong:
            sender_to(private.port, how, "guessed").send(message(), may_be_sent=False)
        sender_to(private.port, how).send(message(), may_be_sent=False)
        assert (untrusted.value.code, wrong.value.code) == ("unreachable", "login")
        assert len(private.taken()) == 1


def test_nothing_is_said_in_the_clear_to_a_server_elsewhere_that_offers_no_tls(server):
    taken = len(server.taken())
    with pytest.raises(MailNotTaken):
        sender_to(server.port, "starttls").send(message(), may_be_sent=False)
    assert len(server.taken()) == taken


@pytest.mark.parametrize(
    ("to", "fault"),
    [("nobody@council.example", MailRefused), ("full@council.example", MailNotTaken)],
)
def test_a_mail_that_the_server_refuses_is_refused_for_good_or_for_now(server, to, fault):
    with pytest.raises(fault):
        sender_to(server.port).send(message(to), may_be_sent=False)


def test_when_the_connection_breaks_after_the_mail_nobody_knows_whether_it_was_taken(server):
    with pytest.raises(MailUnclear):
        sender_to(server.port).send(message("broken@council.example"), may_be_sent=False)


def test_a_server_that_is_not_there_has_taken_nothing():
    with pytest.raises(MailNotTaken) as away:
        sender_to(free_port()).send(message(), may_be_sent=False)
    assert away.value.code == "unreachable"


def test_notify_is_given_the_mail_in_its_template_under_a_token_signed_by_its_key(notify, notifying):
    sent = message()
    notifying.send(sent, may_be_sent=False)
    assert notify.taken()[-1] == {
        "email_address": "ann@council.example",
        "template_id": TEMPLATE,
        "personalisation": {"subject": sent.subject, "body": sent.text},
        "reference": str(sent.mail_id),
        "one_click_unsubscribe_url": STOP,
    }


def test_notify_refuses_another_key(notify):
    service = NotifyService(url=notify.url, template_id=TEMPLATE, key_file=None)
    with pytest.raises(MailNotTaken) as refused:
        NotifySender(service, f"other-{uuid4()}-{uuid4()}").send(message(), may_be_sent=False)
    assert refused.value.code == "login"


@pytest.mark.parametrize(
    ("to", "fault"),
    [
        ("nobody@council.example", MailRefused),
        ("full@council.example", MailNotTaken),
        ("ill@council.example", MailUnclear),
        ("broken@council.example", MailUnclear),
    ],
)
def test_what_notify_answers_says_whether_to_try_again(notifying, to, fault):
    with pytest.raises(fault):
        notifying.send(message(to), may_be_sent=False)


def test_a_mail_that_notify_took_although_its_answer_was_lost_is_not_sent_again(notify, notifying):
    sent = message("broken@council.example")
    with pytest.raises(MailUnclear):
        notifying.send(sent, may_be_sent=False)
    taken = len(notify.taken())
    notifying.send(sent, may_be_sent=True)
    assert len(notify.taken()) == taken
    other = message()
    notifying.send(other, may_be_sent=True)
    assert notify.taken()[-1]["reference"] == str(other.mail_id)


@pytest.mark.parametrize(
    "key", ["", "folkmoot", KEY[:-37], f"{KEY[:-36]}{'x' * 36}"], ids=["empty", "a name", "no secret", "no id"]
)
def test_what_is_no_key_of_notify_is_refused_before_anything_is_sent(key):
    with pytest.raises(NotifyKeyInvalid):
        NotifySender(NotifyService(url="https://localhost", template_id=TEMPLATE, key_file=None), key)
