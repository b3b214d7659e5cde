"""A command, the list of all commands, and the decision of one: the events to record, or the faults found."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, Final, TypeVar
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.decisions.authority import may_record
from domain.decisions.case import Case, Draft
from domain.decisions.command_context import CommandContext
from domain.decisions.facts import Facts
from domain.decisions.order_slips import order_slips
from domain.decisions.refusals import Code, Refusal
from domain.decisions.warnings import oddities
from domain.events import EventBody, name_of
from domain.events.declaration import declaration_of
from domain.events.envelope import Warned
from domain.events.recorded import Recorded
from domain.events.selection import Selections
from domain.events.tags import tag
from domain.structs import prepared


class Command(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something a principal asks to have recorded.

    `refuses` lists the refusals of its own rules (those of references and times are common to all);
    `also_reads` the types it reads of the whole partnership beside its members.
    """

    refuses: ClassVar[tuple[Code, ...]] = ()
    also_reads: ClassVar[tuple[type[EventBody], ...]] = ()
    within_partnership: ClassVar[bool] = True
    stewards_only: ClassVar[bool] = False
    needs_seat: ClassVar[bool] = True
    after_closure: ClassVar[bool] = False

    def mentions(self) -> Iterator[tuple[str, object]]:
        """The references of the command, each with its kind, beyond those that its fields declare."""
        yield from ()

    def rests_on(self, records: Sequence[Recorded]) -> Selections:
        """Selections that the decision rests on beyond its references, by the records read so far."""
        del records
        return frozenset()

    def decide(self, case: Case) -> None:
        """Apply the rules: record events on the case, or note faults on it. Pure."""
        raise NotImplementedError


_COMMANDS: Final[dict[str, type[Command]]] = {}
_MOST_WARNINGS: Final = 50
"""They share an entry of bounded size with the first event of the command."""
C = TypeVar("C", bound=type[Command])


def command(declared: C) -> C:
    """Register a command under the kebab-case of its class name."""
    name = operation_of(declared)
    if name in _COMMANDS:
        message = f"{name} is declared twice"
        raise TypeError(message)
    prepared(declared)
    _COMMANDS[name] = declared
    return declared


def commands() -> dict[str, type[Command]]:
    """Every command by name."""
    return dict(_COMMANDS)


def operation_of(declared: type[Command]) -> str:
    """The name of a command: the kebab-case of its class name."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", declared.__name__).lower()


def decide(command: Command, facts: Facts, context: CommandContext) -> tuple[Draft, ...] | Refusal:
    """Decide a command on the facts: the events to record, or every reason why not. Pure."""
    case = Case(facts, context)
    lists = ((name, getattr(command, name)) for name in command.__struct_fields__)
    case.counts = {name: len(each) for name, each in lists if isinstance(each, tuple)}
    _hear_standing(command, case)
    command.decide(case)
    for draft in case.drafts:
        if not may_record(name_of(draft.body), draft.word.side) and not context.actor.steward:
            detail = f"{draft.word.side.replace('-', ' ')} may not record {name_of(draft.body)}"
            case.fault(Code.SIDE_MAY_NOT_RECORD, "", detail)
    if case.faults:
        return case.faults.refusal()
    covers = context.covers
    if covers is None:
        covers = facts.coverage(context.partnership_id, context.actor.actor_id, context.mapping)
    drafts = tuple(replace(_tagged(draft, case.subjects), covers=covers) for draft in case.drafts)
    odd = (
        Warned(slip, f"{draft.pointer}/{at}", about)
        for draft in drafts
        if draft.replacement is None
        for slip, at, about in oddities(draft.body)
    )
    return with_warnings(drafts, [*case.warnings, *odd, *order_slips(drafts, facts)])


def with_warnings(drafts: tuple[Draft, ...], warnings: Iterable[Warned]) -> tuple[Draft, ...]:
    """Add warnings, each once and a bounded number, to those that the first event carries already."""
    noted = tuple(dict.fromkeys((*(drafts[0].warnings if drafts else ()), *warnings)))
    return (replace(drafts[0], warnings=noted[:_MOST_WARNINGS]), *drafts[1:]) if noted and drafts else drafts


def _tagged(draft: Draft, subjects: set[UUID]) -> Draft:
    """Tag an event that may carry text with the people it may name: it is found by them once they are forgotten."""
    if not subjects or not declaration_of(draft.body).sealed:
        return draft
    return replace(draft, tags=draft.tags | {tag("subject", each) for each in subjects})


def _hear_standing(command: Command, case: Case) -> None:
    """Note the faults of a principal who may not give this command here at all."""
    actor = case.context.actor
    if command.stewards_only and not actor.steward:
        case.fault(Code.STEWARDS_ONLY, "", "this needs a key that looks after the record")
    if not command.within_partnership:
        return
    if case.facts.partnership() is None:
        case.fault(Code.UNKNOWN_PARTNERSHIP, "", "no partnership has this id")
        return
    if case.facts.is_closed() and not command.after_closure:
        case.fault(Code.PARTNERSHIP_CLOSED, "", "the partnership is closed; only its record can be mended")
    if command.needs_seat:
        case.must_have_seat()
