"""Sending by a mail server (SMTP), over TLS, with a name and a password where it asks for them."""

import smtplib
import ssl
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

from api.mail.mail_message import MailMessage, MailNotTaken, MailRefused, MailUnclear
from api.mail.mail_settings import SmtpServer

_PATIENCE_S: Final = 30.0
_NAME: Final = "Folkmoot"
_TAKEN: Final = range(200, 300)
_FOR_GOOD: Final = 500
"""Answers from here on are for good (RFC 5321, 4.2.1)."""


class SmtpSender:
    """The sender by one mail server, over a connection of its own for each mail."""

    def __init__(self, server: SmtpServer, password: str = "") -> None:
        self._server, self._password = server, password

    def __repr__(self) -> str:
        """Show no password: representations end up in logs."""
        return f"SmtpSender({self._server.host}:{self._server.port})"

    def send(self, message: MailMessage, *, may_be_sent: bool) -> None:
        """Send a mail. After a try that broke off, whoever receives it twice knows it again by its Message-ID."""
        del may_be_sent
        letter = letter_of(message, self._server.sender)
        try:
            connection = self._connected()
        except smtplib.SMTPAuthenticationError:
            raise MailNotTaken("login") from None
        except (smtplib.SMTPException, OSError):  # of TLS too
            raise MailNotTaken("unreachable") from None
        try:
            _hand_over(connection, letter, self._server.sender, message.to)
        finally:
            connection.close()

    def _connected(self) -> smtplib.SMTP:
        """A private connection to the server, signed in. Raises SMTPException and OSError."""
        server, context = self._server, ssl.create_default_context()
        connection: smtplib.SMTP
        if server.tls_from_the_start:
            connection = smtplib.SMTP_SSL(server.host, server.port, timeout=_PATIENCE_S, context=context)
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=_PATIENCE_S)
        try:
            connection.ehlo_or_helo_if_needed()
            if not server.tls_from_the_start and not (server.may_be_clear and not connection.has_extn("starttls")):
                connection.starttls(context=context)
                connection.ehlo()
            if server.user:
                connection.login(server.user, self._password)
        except BaseException:
            connection.close()
            raise
        return connection


def letter_of(message: MailMessage, sender: str) -> EmailMessage:
    """A mail as it goes over the wire: plain text, nothing that tells whether it was read."""
    letter = EmailMessage(policy=SMTP)
    letter["From"] = f"{_NAME} <{sender}>"
    letter["To"] = message.to
    letter["Subject"] = message.subject
    letter["Date"] = format_datetime(datetime.now(UTC))
    letter["Message-ID"] = f"<{message.mail_id}@{sender.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    if message.stop_url is not None:
        letter["List-Unsubscribe"] = f"<{message.stop_url}>"
        letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter.set_content(message.text)
    return letter


def _hand_over(connection: smtplib.SMTP, letter: EmailMessage, sender: str, to: str) -> None:
    """Hand a letter over. Once its end is sent, only an answer tells whether it was taken."""
    try:
        if connection.mail(sender)[0] not in _TAKEN:
            raise MailNotTaken("sender")
        _refuse(connection.rcpt(to)[0], "address")
    except (smtplib.SMTPException, OSError):
        raise MailNotTaken("unreachable") from None
    try:
        code, _ = connection.data(letter.as_bytes())
    except smtplib.SMTPDataError as error:  # the server would not begin to take it
        code = error.smtp_code
    except (smtplib.SMTPException, OSError):
        raise MailUnclear("broken-off") from None
    _refuse(code, "content")


def _refuse(code: int, what: str) -> None:
    if code >= _FOR_GOOD:
        raise MailRefused(what)
    if code not in _TAKEN:
        raise MailNotTaken("not-now")
