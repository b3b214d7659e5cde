"""The agenda of the demonstration: acts with their times and keys, planned before any is played.

The id of everything that a command brings into being follows from the command's id, and that from its name here. So
a plan can refer to what it has planned before, and the same seed gives the same ids.
"""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID, uuid5

from msgspec import Struct

from domain.decisions.command import Command
from domain.decisions.command_context import Actor
from domain.values import LONDON

_NAMESPACE: Final = UUID("5d0f2a4e-9f5c-5f0e-8a86-2c1f1b7f6a10")
_OPENS, _OFFICE_HOURS = 9, 8


class PlannedAct(Struct, frozen=True, kw_only=True):
    """One command: when it is recorded, with whose key, in whose affairs. `name` is unique in a plan."""

    at: datetime
    name: str
    key: Actor
    command: Command
    partnership_id: UUID | None = None


class SeededChance:
    """A source of ids and chance: each use has a stream of its own, so that one never disturbs another."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._root = uuid5(_NAMESPACE, str(seed))

    def identity(self, name: str) -> UUID:
        """The id of a command, or of a key."""
        return uuid5(self._root, name)

    def dice(self, *use: object) -> Random:
        """A stream of chance for one use."""
        return Random("/".join(str(part) for part in (self._seed, *use)))  # noqa: S311 - a story, not a secret


def made_by(command_id: UUID, what: str) -> UUID:
    """The id of a thing that a command brings into being."""
    return uuid5(command_id, what)


def first_record(command_id: UUID) -> UUID:
    """The id of the first event that a command records."""
    return uuid5(command_id, "0")


def in_office_hours(day: date, dice: Random) -> datetime:
    """A moment of a working day (UTC), for what is done at a desk."""
    midnight = datetime(day.year, day.month, day.day, _OPENS, tzinfo=LONDON)
    return (midnight + timedelta(seconds=dice.randrange(_OFFICE_HOURS * 3600))).astimezone(UTC)


def days(number: float) -> timedelta:
    """A duration of so many days."""
    return timedelta(days=number)
