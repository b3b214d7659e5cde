"""The mail that brings a link to a promise to the registered contact of whoever it was promised to.

It quotes nothing of the promise, and names nobody but the partnership.
"""

from typing import Final

from api.access.answer_links import LIVE, LinkWay, find_answer_link, mailed_code
from api.jobs.send_mail import MailWords
from api.mail.outbox import QueuedMail
from api.reading.names_and_texts import NamesAndTexts
from api.runtime.services import Services
from domain.values import LONDON

ANSWER_LINK: Final = "answer-link"
_WORDS: Final = """\
{partnership} wants to know whether a promise was kept that was made to you, or to a group whose contact you are.

Open this page, see what was recorded, and answer. You do not need an account:
{address}

If the page asks for a code, it is {code}

The link works once, until {until}, and for this promise only. Whoever has this mail can answer instead of you, so do
not send it on. The record will say that the answer came by a link sent to you. It will not say your name.

If you are not the right person, open the page and say so.
"""


def tell_of_link(services: Services, mail: QueuedMail) -> MailWords | None:
    """The mail of one link; None once the link can be used no more."""
    link = find_answer_link(services.recorder, mail.about[0])
    if link is None or link.way is not LinkWay.MAIL or link.state(services.now()) not in LIVE:
        return None
    with services.recorder.connections.borrow() as connection:
        code = mailed_code(connection, services.vault, link.link_id)
    if code is None:
        return None
    log = services.recorder
    names = NamesAndTexts(services, entitled=None).names_across([link.partnership_id], (), upto=log.head().position)
    until = link.expires_at.astimezone(LONDON)
    text = _WORDS.format(
        partnership=names.get(link.partnership_id, "A partnership"),
        address=f"{services.public_url}/answer#{code.text}",
        code=code.text,
        until=f"{until.day} {until:%B %Y}",
    )
    return MailWords(subject="Was this promise kept?", text=text)
