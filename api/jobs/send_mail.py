"""The sending of a mail: it is composed, addressed and handed over, and noted how that ended.

Words and address are looked up here, by a reader of the mail's own, so that it is recorded whose address was opened.
A mail that was taken is never sent again. Where nobody knows whether it was, it is tried again under the same
Message-ID.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, NamedTuple
from uuid import UUID, uuid5

import structlog
from msgspec import Struct

from api.mail.mail_message import MailFault, MailMessage, MailNotTaken, MailRefused, MailSender, MailUnclear
from api.mail.outbox import MailState, QueuedMail, end, put_off, take
from api.reading.mail_recipients import address_of
from api.runtime.services import Services
from domain.vault import Asker, WordReader

_logger = structlog.get_logger(__name__)
_OPERATION: Final = "mail"


class MailWords(Struct, frozen=True, kw_only=True):
    """The words of a mail, in plain text; `stop_url` ends such mails by one click. No words that are sealed."""

    subject: str
    text: str
    stop_url: str | None = None


class MailKind(Struct, frozen=True, kw_only=True):
    """A kind of mail and how it is composed as it is sent: None where there is nothing to tell any more."""

    name: str
    compose: Callable[[Services, QueuedMail], MailWords | None]
    also_unconfirmed: bool = False
    """It goes to an address that its holder has not confirmed yet: the mail that asks for that."""


def send_mail(services: Services, kinds: Mapping[str, MailKind], mail_id: UUID) -> MailState | None:
    """Send a mail, if it is due and mail is on; what became of it: waiting, where it is to be tried again."""
    sender, connections = services.mail_sender, services.recorder.connections
    if sender is None:
        return None
    with connections.borrow() as connection:
        mail = take(connection, mail_id)
    if mail is None:
        return None
    outcome = _tried(services, kinds, mail, sender)
    with connections.borrow() as connection:
        if outcome.state is MailState.WAITING:
            put_off(connection, mail, str(outcome.fault), may_be_sent=mail.may_be_sent or outcome.is_unclear)
        else:
            end(connection, mail, outcome.state, outcome.fault)
    _logger.info("mail", mail_id=str(mail.mail_id), kind=mail.kind, state=outcome.state, fault=outcome.fault)
    return outcome.state


class _Outcome(NamedTuple):
    """The outcome of one try; `is_unclear` where nobody knows whether the mail server took the mail."""

    state: MailState
    fault: str | None = None
    is_unclear: bool = False


def _tried(services: Services, kinds: Mapping[str, MailKind], mail: QueuedMail, sender: MailSender) -> _Outcome:
    try:
        message = _composed(services, kinds, mail)
        if message is None:
            return _Outcome(MailState.DROPPED)
        sender.send(message, may_be_sent=mail.may_be_sent)
    except MailRefused as error:
        return _Outcome(MailState.DEAD, error.code)
    except MailFault as error:
        return _Outcome(MailState.WAITING, error.code, isinstance(error, MailUnclear))
    except Exception as error:  # whatever it is, the others are to be sent, and this one again
        _logger.exception("mail failed", mail_id=str(mail.mail_id), kind=mail.kind, error=type(error).__name__)
        return _Outcome(MailState.WAITING, "failed", is_unclear=True)
    return _Outcome(MailState.SENT)


def _composed(services: Services, kinds: Mapping[str, MailKind], mail: QueuedMail) -> MailMessage | None:
    """A mail with its words and address; it is recorded that they were opened before this returns. Raises MailFault."""
    kind = kinds.get(mail.kind)
    if kind is None:  # put there by a newer Folkmoot than this
        raise MailNotTaken("unknown-kind")
    own = replace(services, reader=WordReader(services.trail, _asker(services), _OPERATION, mail.mail_id))
    with own.recorded():
        words = kind.compose(own, mail)
        address = None if words is None else address_of(own, mail.recipient, also_unconfirmed=kind.also_unconfirmed)
    if words is None or address is None:
        return None
    return MailMessage(
        mail_id=mail.mail_id, to=address, subject=words.subject, text=words.text, stop_url=words.stop_url
    )


def _asker(services: Services) -> Asker:
    """The mail as a reader of addresses."""
    return Asker(actor_id=uuid5(services.recorder.head().log_id, "mail"))
