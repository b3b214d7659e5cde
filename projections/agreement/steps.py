"""How a statement stood from moment to moment in the world, as known at one position: its course."""

from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.vocabulary import CodeList, Side


class Agreed(CodeList):
    """How a statement is agreed; `reported`: not at all, only the side that gains asserts it."""

    REPORTED = "reported"
    TACIT = "tacit"
    MINUTES = "minutes"
    CONFIRMED = "confirmed"

    @property
    def rank(self) -> int:
        """Its place among the ways of agreeing, the strongest last."""
        return _RANK[self]

    @property
    def is_express(self) -> bool:
        """The other side agreed in words or by minutes, and not by silence."""
        return self is Agreed.CONFIRMED or self is Agreed.MINUTES


_RANK: Final = {each: place for place, each in enumerate(Agreed)}


class AgreementStep(Struct, frozen=True, kw_only=True):
    """How a statement stood after an instant, until the next step.

    `disputed_by`: the sides whose dispute of it is open. `void`: a dispute ended with the statement set aside.
    `causes`: the statement itself, and what bears on it.
    """

    since: datetime
    agreed: Agreed
    disputed_by: frozenset[Side] = frozenset()
    void: bool = False
    causes: tuple[UUID, ...]

    @property
    def disputed(self) -> bool:
        """Anybody's dispute of it is open."""
        return bool(self.disputed_by)

    @property
    def is_agreed(self) -> bool:
        """The other side agreed, or stayed silent, and the statement was not set aside since."""
        return self.agreed is not Agreed.REPORTED and not self.void

    @property
    def stands(self) -> bool:
        """The statement is agreed and neither disputed nor set aside."""
        return self.is_agreed and not self.disputed_by

    @property
    def awaits_answer(self) -> bool:
        """It is merely reported: the other side has not answered, and nothing set it aside."""
        return self.agreed is Agreed.REPORTED and not self.disputed_by and not self.void


Course = tuple[AgreementStep, ...]


def step_at(course: Course, cut: datetime) -> AgreementStep | None:
    """The step in force at a cut: what happened before it counts. None: the statement was not yet made."""
    for step in reversed(course):
        if step.since < cut:
            return step
    return None


def step_after(course: Course, when: datetime) -> AgreementStep | None:
    """The step in force just after an instant, what happened at it included."""
    for step in reversed(course):
        if step.since <= when:
            return step
    return None


def in_words_only(course: Course) -> Course:
    """The course of a statement where silence agrees to nothing: what was agreed tacitly is merely reported."""
    return tuple(replace(step, agreed=Agreed.REPORTED) if step.agreed is Agreed.TACIT else step for step in course)
