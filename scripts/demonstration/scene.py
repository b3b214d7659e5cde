"""One neighbourhood while its years are being planned: its meetings, what will come up at them, and its other acts."""

from bisect import bisect_right
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from domain.decisions.command import Command
from domain.decisions.command_context import Actor
from domain.values import day_of
from scripts.demonstration.agenda import PlannedAct, SeededChance, in_office_hours, made_by
from scripts.demonstration.cast import CastBody, CastNeighbourhood, CastSeat
from scripts.demonstration.stories.habits import USUAL, CastPart, Conduct, NeighbourhoodStory, share_gone
from scripts.demonstration.words import STREETS


class Meeting:
    """A meeting that will be held: strands add to it what comes up there."""

    def __init__(
        self, name: str, command_id: UUID, held_at: datetime, written_at: datetime, *, planned: UUID | None
    ) -> None:
        self.name, self.planned = name, planned
        self.interaction_id = planned or made_by(command_id, "interaction")
        self.held_at, self.written_at = held_at, written_at
        self.items: dict[str, list[Any]] = {}
        self._command_id = command_id

    @property
    def day(self) -> date:
        """The London day on which it is held."""
        return day_of(self.held_at)

    @property
    def records(self) -> UUID:
        """The command that records it."""
        return self._command_id

    def add(self, kind: str, item: object) -> UUID:
        """Add what comes up; returns the id of the thing that it brings into being."""
        listed = self.items.setdefault(kind, [])
        listed.append(item)
        return made_by(self._command_id, f"{kind}/{len(listed) - 1}")


class Scene:
    """A neighbourhood's story as it is planned. Acts after the end are left out: they have not happened."""

    def __init__(
        self,
        cast: CastNeighbourhood,
        seed: SeededChance,
        story: NeighbourhoodStory,
        story_place: int,
        years: tuple[date, date],
    ) -> None:
        self.cast, self.story, self.story_place = cast, story, story_place
        self.begins, self.ends = years
        self.acts: list[PlannedAct] = []
        self.meetings: list[Meeting] = []
        self.asks: dict[UUID, date] = {}
        self._seed = seed

    def dice(self, *use: object) -> Random:
        """A stream of chance; neighbourhoods that are alike share theirs."""
        return self._seed.dice("scene", self.cast.like, *use)

    def identity(self, name: str) -> UUID:
        """The id of one of this neighbourhood's commands."""
        return self._seed.identity(f"{self.cast.name}/{name}")

    def body(self, part: CastPart) -> CastBody:
        """The body that plays a part here."""
        return self.cast.bodies[part]

    def conduct(self, part: CastPart, day: date) -> Conduct:
        """The conduct, on a day, of the body that plays a part."""
        return self.story.conduct(part, share_gone(day, self.begins, self.ends), USUAL[part])

    def act(self, name: str, at: datetime, key: Actor, command: Command) -> UUID:
        """Plan an act in this partnership's affairs; gives its command's id."""
        if day_of(at) <= self.ends:
            self.acts.append(
                PlannedAct(
                    at=at,
                    name=f"{self.cast.name}/{name}",
                    key=key,
                    command=command,
                    partnership_id=self.cast.partnership_id,
                )
            )
        return self.identity(name)

    def sits(self, seat: CastSeat, day: date) -> str | None:
        """The person who sits in a seat on a day."""
        return seat.followed_by if seat.followed_by and day >= self.half_way else seat.person

    @property
    def half_way(self) -> date:
        """The day on which some seats change hands."""
        return self.begins + (self.ends - self.begins) // 2

    def desk(self, day: date, dice: Random, *, after: datetime | None = None) -> datetime:
        """A moment at a desk on a day, or on the day after what it must follow if that is later."""
        earliest = day if after is None else max(day, day_of(after) + timedelta(days=1))
        return in_office_hours(earliest, dice)

    def meeting_after(self, moment: datetime) -> Meeting | None:
        """The first meeting held on a later day; None when the years end first."""
        later = bisect_right(self.meetings, day_of(moment), key=lambda meeting: meeting.day)
        return self.meetings[later] if later < len(self.meetings) else None

    def meeting_between(self, moment: datetime, until: date) -> Meeting | None:
        """The last meeting held on a later day, but before another."""
        later = [each for each in self.meetings if day_of(moment) < each.day < until]
        return later[-1] if later else None


def worded(text: str, dice: Random, **words: str) -> str:
    """Fill a sentence in: a street, and whatever else it names."""
    return text.format(street=dice.choice(STREETS), **words)
