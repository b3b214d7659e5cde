"""Addresses of those whom mail is for, opened as it is sent and never before."""

from uuid import UUID

from api.access.account_mail import MailChoice, find_choice
from api.access.accounts import find_account
from api.mail.mail_message import is_mail_address
from api.mail.outbox import Recipient, RecipientKind
from api.reading.names_and_texts import NamesAndTexts
from api.runtime.services import Services
from domain.decisions.references import READS
from domain.events.recorded import resolve
from domain.events.registries import PartyAmended, PartyRegistered, PersonRegistered
from domain.events.selection import Selection, on
from domain.log.find_records import find_records, with_corrections
from domain.values import Plain, Sealed
from domain.vault import Ground, KeyLost


def address_of(services: Services, recipient: Recipient, *, also_unconfirmed: bool = False) -> str | None:
    """The address of a recipient; None for one who left, was forgotten, or has none that mail can be sent to."""
    match recipient.kind:
        case RecipientKind.ACCOUNT:
            address = _of_account(services, recipient.recipient_id, also_unconfirmed=also_unconfirmed)
        case RecipientKind.PERSON:
            address = _registered(services, on("person", recipient.recipient_id, PersonRegistered))
        case RecipientKind.PARTY:
            address = _registered(services, on("party", recipient.recipient_id, *READS["party"]))
    return address if address is not None and is_mail_address(address) else None


def entered_by(services: Services, party_id: UUID) -> UUID | None:
    """The actor who entered, amended or corrected a body in the register last; None where it is not there."""
    log = services.handler.recorder
    records = with_corrections(log, find_records(log, frozenset({on("party", party_id, *READS["party"])})))
    last = max(records, key=lambda record: record.position, default=None)
    return None if last is None else last.envelope.actor


def _of_account(services: Services, account_id: UUID, *, also_unconfirmed: bool) -> str | None:
    with services.recorder.connections.borrow() as connection:
        account, choice = find_account(connection, account_id), find_choice(connection, account_id)
    if account is None or account.closed_at is not None or choice is None:
        return None
    if choice.confirmed_at is None and not also_unconfirmed:
        return None
    return _opened(services, choice, Ground.MAIL)


def own_address(services: Services, choice: MailChoice) -> str | None:
    """The address that somebody gave, for themselves to see; None where it can no longer be opened."""
    return _opened(services, choice, Ground.OWN_ENTRY)


def _opened(services: Services, choice: MailChoice, ground: Ground) -> str | None:
    try:
        with services.recorder.transaction() as cursor:
            (text,) = services.vault.open(cursor, [choice.opening], services.reading, ground)
    except KeyLost:  # the address was changed meanwhile, or the vault restored without it
        return None
    return text if isinstance(text, str) else None


def _registered(services: Services, selection: Selection) -> str | None:
    """The contact in a register's entry as it stands now."""
    records = find_records(services.recorder, frozenset({selection}))
    standing, _ = resolve(records)
    texts = NamesAndTexts(services, entitled=Ground.MAIL)
    for fact in reversed(standing):
        match fact.body:
            case PersonRegistered() | PartyRegistered() | PartyAmended():
                contact = fact.body.contact
                if isinstance(contact, Sealed):
                    words = texts.texts([fact], records)[contact].text
                    return None if words is None else words.strip()
                return contact.text.strip() if isinstance(contact, Plain) else None
    return None
