"""The kinds of mail that there are, each with the words that it has when it is sent.

A kind names no person and quotes nothing that is sealed: a mail lies in places that nobody here looks after.
"""

from collections.abc import Mapping
from typing import Final

from api.access.account_mail import find_choice
from api.jobs.link_mail import ANSWER_LINK, tell_of_link
from api.jobs.news_mail import NEWS_OF_ASK, tell_news
from api.jobs.send_mail import MailKind, MailWords
from api.jobs.waiting_mail import WHAT_WAITS, tell_what_waits
from api.mail.outbox import QueuedMail
from api.reading.mail_links import confirming_link
from api.runtime.services import Services

CONFIRM_ADDRESS: Final = "confirm-address"
_CONFIRM_WORDS: Final = """\
Somebody who uses Folkmoot, probably you, gave this address for mail about what waits for them.

Open this page and confirm it. The link is good for seven days:
{link}

If it was not you, leave it: nothing else is sent to this address.
"""


def _ask_to_confirm(services: Services, mail: QueuedMail) -> MailWords | None:
    """The mail that asks for an address to be confirmed: of the one given last, where it is not yet."""
    with services.recorder.connections.borrow() as connection:
        choice = find_choice(connection, mail.recipient.recipient_id)
    if choice is None or choice.confirmed_at is not None or choice.sealed.key_id not in mail.about:
        return None
    link = confirming_link(services, choice.account_id, choice.sealed.key_id)
    return MailWords(subject="Confirm where your mail goes", text=_CONFIRM_WORDS.format(link=link))


MAIL_KINDS: Final[Mapping[str, MailKind]] = {
    kind.name: kind
    for kind in (
        MailKind(name=CONFIRM_ADDRESS, compose=_ask_to_confirm, also_unconfirmed=True),
        MailKind(name=WHAT_WAITS, compose=tell_what_waits),
        MailKind(name=ANSWER_LINK, compose=tell_of_link),
        MailKind(name=NEWS_OF_ASK, compose=tell_news),
    )
}
