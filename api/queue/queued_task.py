"""Work in the background as it is declared: what is done, about which ids, how often it is tried, in which order.

To add a task:

1. In the room that it belongs to, write a function of an `Attempt` and of ids that does it, and may do it twice:
   `def deliver(attempt: Attempt, *, endpoint_id: UUID, position: int) -> None`. What it needs is `attempt.services`.
2. Declare it beside the function: `DELIVER = QueuedTask(name="deliver", does=deliver, in_order_of=("endpoint_id",))`.
3. Add the constant to the list in `api/all_tasks.py`.
4. Put it where its cause is recorded, in the same transaction: `put(cursor, DELIVER, endpoint_id=..., position=...)`.
5. Test it: cause it, then `do_waiting(services, ALL_TASKS)` does in the foreground whatever waits.

Arguments are ids and whole numbers and nothing else: words, addresses and secrets stay where they are kept, and are
looked up when the work is done. A name in a queue stays for ever: work put by the last release is done by this one.
"""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct

from api.queue.due_times import DailyTime
from api.runtime.services import Services
from domain.errors import FolkmootError
from domain.vocabulary import CodeList

_NAME: Final = re.compile(r"[a-z]+(-[a-z]+)*", re.ASCII)
_LARGEST: Final = 2**63 - 1
_LONGEST_NAME: Final = 40  # the library makes a channel of it, whose name has 63 characters at most


class TaskQueue(CodeList):
    """The queues: quick work is kept waiting neither by long work nor by what other systems are slow to take.

    Within one each task waits under its own name, so that a worker takes only what it knows: work of a task that a
    later release added waits for a worker of that release.
    """

    QUICK = "quick"
    LONG = "long"
    OUTWARD = "outward"


class NoSuchArguments(FolkmootError):
    """Arguments that a task does not take, or that are no ids or whole numbers."""


class Stopped(FolkmootError):
    """The worker is told to end: the work is given back, and done again from its beginning by another."""


class TryAgain(FolkmootError):
    """The work cannot be done now; it is tried again after so many seconds, if it is tried again at all."""

    def __init__(self, after_s: float) -> None:
        super().__init__(f"try again after {after_s} s")
        self.after_s = after_s


class CannotBeDone(FolkmootError):
    """The work will never succeed: it has failed, and is not tried again."""


def doubling_pauses(first_s: int, *, times: int, longest_s: int) -> tuple[int, ...]:
    """Pauses in seconds before each new attempt: each is twice as long as the one before, up to the longest."""
    return tuple(min(first_s * 2**each, longest_s) for each in range(times))


USUAL_PAUSES_S: Final = doubling_pauses(10, times=8, longest_s=3600)


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One attempt at a piece of work: the services it is done with, and whether another one may follow."""

    services: Services
    number: int
    """1 for the first attempt."""
    is_last: bool
    queue_id: int
    """The number of the work in the queue."""
    is_stopped: Callable[[], bool]

    def begin(self, *, most: int) -> None:
        """Begin, unless this was begun so often already by workers that died of it, or the worker is told to end.

        Raises CannotBeDone and Stopped.
        """
        if self.number > most:
            raise CannotBeDone("it was begun too often and never ended")
        self.stop_if_told()

    def stop_if_told(self) -> None:
        """Stop here where the worker is told to end; work of more than some seconds asks again and again.

        Raises Stopped.
        """
        if self.is_stopped():
            raise Stopped("the worker is told to end")


class QueuedTask(Struct, frozen=True, kw_only=True):
    """A kind of work in the background, under a name that is never changed."""

    name: str
    does: Callable[..., None]
    """A function of an Attempt and, by their names, of ids and whole numbers."""
    queue: TaskQueue = TaskQueue.QUICK
    pauses_s: tuple[int, ...] = USUAL_PAUSES_S
    """How long to wait before each new attempt, in seconds; after as many more it has failed."""
    in_order_of: tuple[str, ...] | None = None
    """Arguments: work that has the same is done one after another as it was put; () for all work of the task."""
    once_for: tuple[str, ...] | None = None
    """Arguments: work that has the same waits once, however often it is put; () for all work of the task."""
    daily: DailyTime | None = None
    """When it is put by itself, every day; such a task takes no arguments."""
    gives_up: Callable[..., None] | None = None
    """Is called like `does` once the last attempt has failed."""

    def __post_init__(self) -> None:
        """Refuse a declaration that could not be put. Raises ValueError."""
        names = self.arguments
        if not _NAME.fullmatch(self.name) or len(self.name) > _LONGEST_NAME:
            raise ValueError(f"{self.name} is no name of a task")
        if {*(self.in_order_of or ()), *(self.once_for or ())} - names or (self.daily and names):
            raise ValueError(f"{self.name} takes {sorted(names)}")

    @property
    def arguments(self) -> frozenset[str]:
        """The names of the ids and numbers that it takes."""
        return frozenset(list(inspect.signature(self.does).parameters)[1:])

    def kept(self, arguments: dict[str, UUID | int]) -> dict[str, str | int]:
        """Arguments as the queue keeps them. Raises NoSuchArguments."""
        if arguments.keys() != self.arguments:
            raise NoSuchArguments(f"{self.name} takes {sorted(self.arguments)}, not {sorted(arguments)}")
        if unfit := sorted(name for name, value in arguments.items() if not _is_fit(value)):
            raise NoSuchArguments(f"arguments of {self.name} that are no ids or whole numbers: {unfit}")
        return {name: str(value) if isinstance(value, UUID) else value for name, value in arguments.items()}

    def order(self, stored: dict[str, str | int]) -> str | None:
        """The key of work that is done one after another; None for work in any order."""
        return self._about(self.in_order_of, stored)

    def once(self, stored: dict[str, str | int]) -> str | None:
        """The key of work that waits only once; None for work that is done as often as it is put."""
        return self._about(self.once_for, stored)

    def _about(self, names: tuple[str, ...] | None, stored: dict[str, str | int]) -> str | None:
        return None if names is None else "/".join([self.name, *(str(stored[name]) for name in names)])


def given_arguments(stored: dict[str, str | int]) -> dict[str, UUID | int]:
    """Arguments as they were given, from what the queue keeps: whatever is no number is an id."""
    return msgspec.convert(stored, dict[str, UUID | int])


def _is_fit(value: object) -> bool:
    is_number = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LARGEST
    return isinstance(value, UUID) or is_number
