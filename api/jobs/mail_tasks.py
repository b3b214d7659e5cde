"""The tasks of mail: each that is put is sent, and tried again, in the background; and every morning has its own."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import psycopg

from api.jobs.mail_kinds import MAIL_KINDS
from api.jobs.send_mail import send_mail
from api.jobs.waiting_mail import WHAT_WAITS, recipients_this_morning, this_morning
from api.mail.outbox import Recipient, next_try_of, put_row, revive_dead, waiting_mail
from api.queue.due_times import DailyTime
from api.queue.put_task import put
from api.queue.queued_task import Attempt, QueuedTask
from api.runtime.services import Services

_MORNING: Final = DailyTime(6, 30)


def put_mail(cursor: psycopg.Cursor[Any], kind: str, recipient: Recipient, about: Sequence[UUID]) -> UUID:
    """Put a mail in the outbox, in the caller's transaction, to be sent once that commits; its id.

    `about` are the ids of what it tells of: the same kind to the same recipient about the same is one mail, however
    often it is put. Where mail is off it waits, for five days at most once it is on: ask `services.sends_mail` first.
    """
    mail_id = put_row(cursor, kind, recipient, about)
    put(cursor, SEND_MAIL, mail_id=mail_id)
    return mail_id


def put_dead_again(services: Services) -> int:
    """Have every mail sent that could not be, and count them."""
    with services.recorder.transaction() as cursor:
        mail_ids = revive_dead(cursor.connection)
        for mail_id in mail_ids:
            put(cursor, SEND_MAIL, mail_id=mail_id)
    return len(mail_ids)


def _send(attempt: Attempt, *, mail_id: UUID) -> None:
    """Send a mail, and put the next try into the queue where one is needed."""
    if not attempt.services.sends_mail:
        return
    send_mail(attempt.services, MAIL_KINDS, mail_id)
    with attempt.services.recorder.transaction() as cursor:
        next_try_at = next_try_of(cursor.connection, mail_id)
        if next_try_at is not None:
            put(cursor, SEND_MAIL, mail_id=mail_id, not_before=next_try_at)


def _begin_the_morning(attempt: Attempt) -> None:
    """Put the mail of what waits, and put into the queue whatever a restore left out."""
    services = attempt.services
    if services.sends_mail:
        for recipient in recipients_this_morning(services):
            attempt.stop_if_told()
            with services.recorder.transaction() as cursor:
                put_mail(cursor, WHAT_WAITS, recipient, this_morning(services))
    with services.recorder.transaction() as cursor:
        for mail_id, next_try_at in waiting_mail(cursor.connection):
            put(cursor, SEND_MAIL, mail_id=mail_id, not_before=next_try_at)


SEND_MAIL: Final = QueuedTask(name="send-mail", does=_send, once_for=("mail_id",))
MORNING_MAIL: Final = QueuedTask(name="morning-mail", does=_begin_the_morning, once_for=(), daily=_MORNING)
MAIL_TASKS: Final = (SEND_MAIL, MORNING_MAIL)
