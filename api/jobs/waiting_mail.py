"""The mail of what waits: every morning, or on Mondays, to whoever asked for it, where anything waits for them.

It counts and leads to pages. It quotes nothing and names nobody but partnerships.
"""

from typing import Final
from uuid import UUID, uuid5

from api.access.account_mail import MailFrequency, accounts_wanting, find_choice
from api.access.accounts import find_account
from api.access.principal import OrganisationUnknown, principal_of_account
from api.jobs.send_mail import MailWords
from api.mail.mail_message import MailNotTaken
from api.mail.outbox import QueuedMail, Recipient, RecipientKind
from api.reading.mail_links import stopping_link
from api.reading.waiting_work import SOON, WaitingWork, waiting_work
from api.runtime.services import Services
from domain.values import LONDON, day_of
from projections.engine.list_rows import NotBuilt

WHAT_WAITS: Final = "what-waits"
_MORNING: Final = range(6, 12)
_MONDAY: Final = 0
_WORDS: Final = """\
{greeting}

{lists}

Everything that waits for you, and more about each: {url}/my-page

You asked for this mail {often}. Change that: {url}/my-page/mail
Stop it at once, without signing in: {stop}
"""
_OFTEN: Final = {MailFrequency.DAILY: "every day", MailFrequency.WEEKLY: "every week"}


def recipients_this_morning(services: Services) -> list[Recipient]:
    """The people who want a mail this morning about the work that waits; nobody at another time of day."""
    now = services.now().astimezone(LONDON)
    if now.hour not in _MORNING:
        return []
    frequencies = [MailFrequency.DAILY]
    if now.weekday() == _MONDAY:
        frequencies.append(MailFrequency.WEEKLY)
    with services.recorder.connections.borrow() as connection:
        account_ids = accounts_wanting(connection, *frequencies)
    return [Recipient(RecipientKind.ACCOUNT, account_id) for account_id in account_ids]


def this_morning(services: Services) -> tuple[UUID]:
    """The id of today's morning in London, which makes its mail another than that of the next."""
    return (uuid5(UUID(int=0), f"the morning of {day_of(services.now())}"),)


def tell_what_waits(services: Services, mail: QueuedMail) -> MailWords | None:
    """The mail of one morning; None once that is over, the wish was taken back, or nothing waits. Raises MailFault."""
    account_id = mail.recipient.recipient_id
    with services.recorder.connections.borrow() as connection:
        account, choice = find_account(connection, account_id), find_choice(connection, account_id)
    if account is None or account.closed_at is not None or choice is None or choice.wants not in _OFTEN:
        return None
    if mail.about != this_morning(services):
        return None
    try:
        waiting = waiting_work(services, principal_of_account(services.recorder, account))
    except OrganisationUnknown:
        return None
    except NotBuilt:  # the lists are being made anew
        raise MailNotTaken("not-built") from None
    if not waiting:
        return None
    in_all = sum(_count(each) for each in waiting)
    text = _WORDS.format(
        greeting=f"{_number(in_all, 'thing waits', 'things wait')} for you in Folkmoot.",
        lists="\n\n".join(_in_words(each, services.public_url) for each in waiting),
        url=services.public_url,
        often=_OFTEN[choice.wants],
        stop=(stop := stopping_link(services, account_id)),
    )
    return MailWords(subject=_number(in_all, "thing waits for you", "things wait for you"), text=text, stop_url=stop)


def _in_words(waiting: WaitingWork, url: str) -> str:
    sorts = (
        (waiting.overdue, "past its day", "past their day"),
        (waiting.due_soon, f"due in the next {SOON.days} days", f"due in the next {SOON.days} days"),
        (waiting.unanswered, "waits for an answer", "wait for an answer"),
        (waiting.unconfirmed, "waits to be confirmed or settled", "wait to be confirmed or settled"),
    )
    lines = [f"- {_number(count, one, several)}" for count, one, several in sorts if count]
    return "\n".join([waiting.name, *lines, f"  {url}/partnerships/{waiting.partnership_id}/to-do"])


def _count(waiting: WaitingWork) -> int:
    return waiting.overdue + waiting.due_soon + waiting.unanswered + waiting.unconfirmed


def _number(count: int, one: str, several: str) -> str:
    return f"{count:,} {one if count == 1 else several}"
