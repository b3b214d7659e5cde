"""Settings of mail: off without any, by a server or by Notify, every fault named at once, secrets in files alone."""

from pathlib import Path

import pytest

from api.mail.mail_settings import NotifyService, SmtpServer
from api.runtime.settings import SettingsInvalid, read_settings
from scripts.support.exits import CommandFailed
from scripts.support.mail_sending import mail_sender_of
from tests.support.notify_server import KEY, TEMPLATE

PUBLIC = {"FOLKMOOT_PUBLIC_URL": "https://folkmoot.council.example"}
SERVER = PUBLIC | {
    "FOLKMOOT_MAIL_SERVER": "smtps://mail.council.example",
    "FOLKMOOT_MAIL_FROM": "folkmoot@council.example",
}
SIGNED_IN = SERVER | {"FOLKMOOT_MAIL_USER": "folkmoot", "FOLKMOOT_MAIL_PASSWORD_FILE": __file__}
NOTIFY = PUBLIC | {"FOLKMOOT_MAIL_NOTIFY_KEY_FILE": __file__, "FOLKMOOT_MAIL_NOTIFY_TEMPLATE": TEMPLATE}


def test_without_settings_mail_is_off():
    settings = read_settings({})
    assert settings.mail is None
    assert mail_sender_of(settings) is None


def test_a_server_is_named_with_the_way_in_which_it_is_private():
    assert read_settings(SIGNED_IN).mail == SmtpServer(
        host="mail.council.example",
        port=465,
        tls_from_the_start=True,
        may_be_clear=False,
        sender="folkmoot@council.example",
        user="folkmoot",
        password_file=Path(__file__),
    )
    by_starttls = read_settings(SERVER | {"FOLKMOOT_MAIL_SERVER": "smtp://mail.council.example"}).mail
    assert (by_starttls.port, by_starttls.tls_from_the_start, by_starttls.may_be_clear) == (587, False, False)
    here = read_settings(SERVER | {"FOLKMOOT_MAIL_SERVER": "smtp://localhost:2525"}).mail
    assert (here.port, here.may_be_clear) == (2525, True)


def test_notify_is_named_by_a_key_and_a_template():
    assert read_settings(NOTIFY).mail == NotifyService(
        url="https://api.notifications.service.gov.uk", template_id=TEMPLATE, key_file=Path(__file__)
    )


@pytest.mark.parametrize(
    ("environment", "fault"),
    [
        ({"FOLKMOOT_MAIL_SERVER": "smtps://mail.council.example"}, "FOLKMOOT_MAIL_SERVER needs FOLKMOOT_MAIL_FROM"),
        ({"FOLKMOOT_MAIL_SERVER": "smtps://mail.council.example"}, "FOLKMOOT_MAIL_SERVER needs FOLKMOOT_PUBLIC_URL"),
        (SERVER | {"FOLKMOOT_MAIL_USER": "a"}, "FOLKMOOT_MAIL_USER needs FOLKMOOT_MAIL_PASSWORD_FILE"),
        (SERVER | {"FOLKMOOT_MAIL_PASSWORD_FILE": __file__}, "FOLKMOOT_MAIL_PASSWORD_FILE needs FOLKMOOT_MAIL_USER"),
        (PUBLIC | {"FOLKMOOT_MAIL_NOTIFY_KEY_FILE": __file__}, "KEY_FILE needs FOLKMOOT_MAIL_NOTIFY_TEMPLATE"),
        (SERVER | NOTIFY, "are both set: leave one out"),
        (SERVER | {"FOLKMOOT_MAIL_FROM": "Folkmoot <a@b.example>"}, "FOLKMOOT_MAIL_FROM must be an address"),
        (SERVER | {"FOLKMOOT_MAIL_SERVER": "mail.council.example"}, "FOLKMOOT_MAIL_SERVER must be an address"),
        (SERVER | {"FOLKMOOT_MAIL_SERVER": "smtps://me:secret@a.example"}, "FOLKMOOT_MAIL_SERVER must be an address"),
        (SERVER | {"FOLKMOOT_MAIL_SERVER": "smtps://a.example:99999"}, "FOLKMOOT_MAIL_SERVER must be an address"),
        (NOTIFY | {"FOLKMOOT_MAIL_NOTIFY_TEMPLATE": "waits"}, "FOLKMOOT_MAIL_NOTIFY_TEMPLATE must be the id"),
        (NOTIFY | {"FOLKMOOT_MAIL_NOTIFY_URL": "http://notify.example"}, "FOLKMOOT_MAIL_NOTIFY_URL must begin with"),
        (NOTIFY | {"FOLKMOOT_MAIL_NOTIFY_KEY_FILE": "/not/there"}, "must be a file that can be read"),
    ],
)
def test_what_cannot_be_used_is_named(environment, fault):
    with pytest.raises(SettingsInvalid, match=fault) as refused:
        read_settings(environment)
    assert "secret" not in str(refused.value)


def test_a_secret_that_others_may_read_or_that_is_none_is_refused_without_showing_it(tmp_path):
    file = tmp_path / "key"
    for content, mode, fault in (
        (KEY, 0o644, "others may read"),
        ("", 0o600, "must be a file that holds"),
        ("not one", 0o600, "is not one"),
    ):
        file.write_text(content)
        file.chmod(mode)
        settings = read_settings(NOTIFY | {"FOLKMOOT_MAIL_NOTIFY_KEY_FILE": str(file)})
        with pytest.raises(CommandFailed, match=fault) as refused:
            mail_sender_of(settings)
        assert KEY not in str(refused.value)
    file.write_text(KEY)
    sender = mail_sender_of(settings)
    assert KEY[-36:] not in repr(sender)
