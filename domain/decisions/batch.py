"""Deciding several commands as one: a line of a spreadsheet may say several things, and is recorded whole or not."""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from msgspec import Meta, Struct
from msgspec.structs import replace

from domain.decisions.case import Case
from domain.decisions.command import Command
from domain.decisions.references import PartyRef


class BatchPart(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of the commands: its name, from which the identity of what it brings into being follows, and whose word.

    Where no `word` is given it is the one the command itself would take.
    """

    name: str
    command: Command
    word: PartyRef | None = None


class RecordTogether(Command, frozen=True, kw_only=True):
    """Record what several commands say as one atomic append, in their order; later parts see what earlier ones record.

    Refuses nothing of its own: each part refuses what it would alone. It is no request of the API, so it stands
    in no list of commands: only stewards set down what others said.
    """

    stewards_only: ClassVar[bool] = True

    parts: Annotated[tuple[BatchPart, ...], Meta(min_length=1, max_length=50)]

    def decide(self, case: Case) -> None:
        """Decide each part under its own name, and set down its events as the word of whoever asserts them."""
        for part in self.parts:
            part_case = case.part(part.name, 0)
            before = len(case.drafts)
            part.command.decide(part_case)
            if part.word is not None:
                word = part_case.party(part.word, "word")
                case.drafts[before:] = [replace(draft, word=word) for draft in case.drafts[before:]]

    def mentions(self) -> Iterator[tuple[str, object]]:
        """The references of the parts beyond those in their fields."""
        for part in self.parts:
            yield from part.command.mentions()


def thing_path(part: str) -> str:
    """The path of the thing that a part brings into being, from which its id is made (`CommandContext.new_id`)."""
    return f"{part}/0"
