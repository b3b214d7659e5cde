"""The sender of mail that the settings ask for; nothing is connected yet, so that we start while it is down."""

from api.mail.mail_message import MailSender
from api.mail.mail_settings import SmtpServer
from api.mail.smtp_sender import SmtpSender
from api.runtime.settings import Settings
from scripts.support.exits import CommandFailed, Exit
from scripts.support.secret_file import secret_in


def mail_sender_of(settings: Settings) -> MailSender | None:
    """The sender, or None where mail is off. Ends the command where its secret cannot be read."""
    if settings.mail is None:
        return None
    if isinstance(settings.mail, SmtpServer):
        file = settings.mail.password_file
        return SmtpSender(settings.mail, "" if file is None else secret_in(file, "FOLKMOOT_MAIL_PASSWORD_FILE"))
    try:
        from api.mail.notify_sender import NotifyKeyInvalid, NotifySender  # noqa: PLC0415 - its libraries are an extra
    except ModuleNotFoundError as error:
        message = f"FOLKMOOT_MAIL_NOTIFY_KEY_FILE needs the extra `notify`, of which {error.name} is not installed"
        raise CommandFailed(Exit.CONFIGURATION, message) from None
    key = secret_in(settings.mail.key_file, "FOLKMOOT_MAIL_NOTIFY_KEY_FILE")
    try:
        return NotifySender(settings.mail, key)
    except NotifyKeyInvalid as error:
        raise CommandFailed(Exit.CONFIGURATION, f"FOLKMOOT_MAIL_NOTIFY_KEY_FILE: {error}") from None
