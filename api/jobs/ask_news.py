"""News of asks: whoever raised one and agreed to it is told by mail, once for each kind of news, in one line.

A daily task deletes what is kept of whoever is forgotten, whether mail is on or off, and wherever the log was followed
to. Then it follows the log by a position of its own. What is told is noted, put in the outbox, and the position moved,
in one transaction: whenever the process ends, nobody is told twice, and no rebuild or replay has a way to it.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from api.access.ask_wishes import (
    AskNews,
    AskWish,
    forget_wishes,
    is_told_first,
    move_teller,
    open_wishes,
    people_with_wishes,
    teller_position,
)
from api.jobs.mail_tasks import put_mail
from api.jobs.news_mail import NEWS_OF_ASK, news_in
from api.mail.outbox import Recipient, RecipientKind, forget_mail_to, people_written_to
from api.queue.due_times import DailyTime
from api.queue.queued_task import Attempt, QueuedTask
from api.runtime.services import Services
from domain.events import EventBody
from domain.events.asks import AskAnswered
from domain.events.commitments import FulfilmentConfirmed
from domain.events.decisions import DecisionTaken, SpendingRecorded
from domain.events.declaration import name_of
from domain.events.stewardship import SubjectErased
from domain.log.event import LogEvent
from projections.engine.replay import known_partnership

_BODIES: Final[tuple[type[EventBody], ...]] = (AskAnswered, DecisionTaken, SpendingRecorded, FulfilmentConfirmed)
_TELLING: Final = frozenset(name_of(each) for each in _BODIES)
_ERASED: Final = name_of(SubjectErased)
_AT_ONCE: Final = 500
_MORNING: Final = DailyTime(7, 0)


def _tell(attempt: Attempt) -> None:
    """Forget whoever is to be, and follow the log to its head. While mail is off, the log waits."""
    forget_the_erased(attempt.services)
    while attempt.services.sends_mail and tell_some(attempt.services):
        attempt.stop_if_told()


def forget_the_erased(services: Services) -> None:
    """Delete the wishes of people who were forgotten, what they were told, and all mail for them."""
    log = services.recorder
    with log.transaction() as cursor:
        people = people_with_wishes(cursor) | people_written_to(cursor)
    for person_id in people:
        if any(event.type == _ERASED for event in log.read_partition(person_id)):
            with log.transaction() as cursor:
                forget_wishes(cursor, person_id)
                forget_mail_to(cursor, person_id)


def tell_some(services: Services) -> bool:
    """Put in the outbox what the next events are news of; False where there are none."""
    log = services.recorder
    with log.transaction() as cursor:
        head = log.head()
        position = teller_position(cursor, head.log_id, head.position)
        events = list(islice(log.stream(position, head.position), _AT_ONCE))
        wishes = open_wishes(cursor)
        for event in events:
            for wish, news in _told_of(services, event, wishes):
                if is_told_first(cursor, wish, news, event.event_id):
                    recipient = Recipient(RecipientKind.PERSON, wish.person_id)
                    put_mail(cursor, NEWS_OF_ASK, recipient, (wish.wish_id, event.event_id))
        move_teller(cursor, head.log_id, (events[-1].position or position) if events else position)
    return bool(events)


def _told_of(services: Services, event: LogEvent, wishes: list[AskWish]) -> Iterator[tuple[AskWish, AskNews]]:
    """Who is to be told of an event, and as what kind of news; nobody of what stands no more."""
    position = event.position or 0
    here = [wish for wish in wishes if wish.partnership_id == event.partition_id and position > wish.since_position]
    if event.type not in _TELLING or not here:
        return
    past = known_partnership(services.recorder, event.partition_id, remembered=services.histories).history
    fact = past.fact(event.event_id)
    news = None if fact is None else news_in(past, fact.body)
    if news is not None:
        yield from ((wish, news[0]) for wish in here if wish.ask_id in news[1])


TELL_OF_ASKS: Final = QueuedTask(name="tell-of-asks", does=_tell, once_for=(), daily=_MORNING)
