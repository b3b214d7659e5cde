"""All tasks of the work in the background: what a worker can do. How to add one is said in `queue/queued_task.py`."""

from typing import Final

from api.jobs.ask_news import TELL_OF_ASKS
from api.jobs.asked_jobs import DO_ASKED_JOB
from api.jobs.forget_ended import FORGET_ENDED
from api.jobs.mail_tasks import MAIL_TASKS
from api.queue.queued_task import QueuedTask
from api.webhooks.webhook_tasks import DELIVER

ALL_TASKS: Final[tuple[QueuedTask, ...]] = (DO_ASKED_JOB, *MAIL_TASKS, TELL_OF_ASKS, DELIVER, FORGET_ENDED)
