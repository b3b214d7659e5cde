"""The mail of one piece of news of an ask: one line that names a body, what it did and when, and no person.

It holds nothing that is sealed: whose ask it was and what was asked, its reader knows.
"""

from typing import Final
from uuid import UUID

from api.access.ask_wishes import AskNews, AskWish, find_wish
from api.jobs.send_mail import MailWords
from api.mail.outbox import QueuedMail
from api.reading.mail_links import stopping_news_link
from api.reading.names_and_texts import NOT_SHOWN, NamesAndTexts
from api.runtime.services import Services
from domain.events import EventBody
from domain.events.asks import AskAnswered
from domain.events.commitments import CommitmentMade, FulfilmentConfirmed
from domain.events.decisions import DecisionTaken, SpendingRecorded
from domain.events.english import when_in_words
from domain.events.partnerships import PartnershipFormed, PublicationDecided
from domain.values import PartyAt, day_of
from domain.vocabulary import Extent, PublicReport
from projections.engine.replay import known_partnership
from projections.history.history import History
from projections.lifecycles.publications import is_open

NEWS_OF_ASK: Final = "news-of-ask"
_SUBJECT: Final = "News of what you asked for"
_LINES: Final = {
    AskNews.ANSWERED: "{body} answered what you asked for, on {day}.",
    AskNews.DECIDED: "{body} decided about what you asked for, on {day}.",
    AskNews.PAID_FOR: "{body} spent money on what you asked for, on {day}.",
    AskNews.DONE: "What was promised when you asked is done: {body} confirmed it on {day}.",
}
_WORDS: Final = """\
{line}
{where}
You hear this because you agreed to. Stop it at once, without signing in: {stop}
"""
_SOMEBODY: Final = "A body at the table"


def news_in(past: History, body: EventBody) -> tuple[AskNews, frozenset[UUID], PartyAt] | None:
    """The kind of news that an event is, of which asks, and who did it; None for any other event."""
    match body:
        case AskAnswered(ask_id=ask_id, answered_by=party):
            return AskNews.ANSWERED, frozenset({ask_id}), party
        case DecisionTaken(answers_ask_ids=ask_ids, decided_by=party):
            return AskNews.DECIDED, frozenset(ask_ids), party
        case SpendingRecorded(ask_ids=ask_ids, decision_id=decision_id, spent_by=party):
            return AskNews.PAID_FOR, frozenset(ask_ids) | _asks_of_decision(past, decision_id), party
        case FulfilmentConfirmed(extent=Extent.WHOLE, commitment_id=commitment_id, confirmed_by=party):
            promises = (fact.body for fact in past.about(commitment_id))
            asks = {each.ask_id for each in promises if isinstance(each, CommitmentMade) and each.ask_id is not None}
            return AskNews.DONE, frozenset(asks), party
        case _:
            return None


def tell_news(services: Services, mail: QueuedMail) -> MailWords | None:
    """The mail of one event; None once the wish has ended, or the event stands no more."""
    wish_id, event_id = mail.about
    with services.recorder.connections.borrow() as connection:
        wish = find_wish(connection, wish_id)
    if wish is None or wish.ended_at is not None:
        return None
    partnership = known_partnership(services.recorder, wish.partnership_id, remembered=services.histories)
    fact = partnership.history.fact(event_id)
    turn = None if fact is None else news_in(partnership.history, fact.body)
    if fact is None or turn is None or wish.ask_id not in turn[1]:
        return None
    news, _, party = turn
    formed = next((body for _, body in partnership.history.each(PartnershipFormed)), None)
    names = NamesAndTexts(services, entitled=None).names(
        {party.party_id}, formed=formed, upto=partnership.basis.position
    )
    name = names.get(party.party_id, _SOMEBODY)
    line = _LINES[news].format(body=_SOMEBODY if name == NOT_SHOWN else name, day=when_in_words(fact.body.happened))
    stop = stopping_news_link(services, wish.wish_id)
    where = _where(services, partnership.history, wish)
    return MailWords(subject=_SUBJECT, text=_WORDS.format(line=line, where=where, stop=stop), stop_url=stop)


def _where(services: Services, past: History, wish: AskWish) -> str:
    """Where to read more, if the partnership lets anybody."""
    today = day_of(services.now())
    if not is_open(past.of(PublicationDecided), PublicReport.WHAT_BECAME_OF_ASKS, today):
        return ""
    return f"\nRead more: {services.public_url}/public/partnerships/{wish.partnership_id}/what-became-of-it\n"


def _asks_of_decision(past: History, decision_id: UUID | None) -> frozenset[UUID]:
    facts = () if decision_id is None else past.about(decision_id)
    decisions = (fact.body for fact in facts if isinstance(fact.body, DecisionTaken))
    return frozenset(ask_id for decision in decisions for ask_id in decision.answers_ask_ids)
