"""Laws of all decisions, on random histories: they answer, say why, point at what is wrong, and need no more facts."""

from collections.abc import Iterable
from operator import attrgetter
from uuid import UUID, uuid5

import pytest
from hypothesis import given as for_any
from hypothesis import settings
from hypothesis import strategies as st
from msgspec import Struct

from domain.decisions.case import CLOCK_LEEWAY
from domain.decisions.command import Command, commands
from domain.decisions.interactions import MeetingItems
from domain.decisions.records import RecordCommand
from domain.decisions.refusals import COMMON, Code, Refusal
from domain.events import EventBody, declarations, tags_of
from domain.events.examples import example
from domain.events.partnerships import PartnershipClosed
from tests.support import promise_commands
from tests.support.any_command import order_of
from tests.support.given_commands import Given, Past, given, past, recorded_now
from tests.support.small_world import (
    BOARD_ID,
    BUILDER,
    GRANT_OFFICER,
    NOBODY_KNOWS,
    NOW,
    OFFICER,
    RESIDENT,
    SERGEANT,
    STEWARD,
    YOUTH_WORKER,
    an_id,
)
from tests.unit.domain.decisions import test_asks, test_awards, test_decisions, test_interactions, test_records

STORIES = (promise_commands, test_asks, test_awards, test_decisions, test_interactions, test_records)
TOLD = dict.fromkeys(
    event
    for story in STORIES
    for event in vars(story).values()
    if isinstance(event, EventBody) and not isinstance(event, PartnershipClosed)
)
BEFORE = {each.event_id: each for each in map(past, TOLD)}
EXAMPLES = [past(example(each.body)) for each in declarations()]
ANYTHING_TOLD = st.sampled_from([*BEFORE.values(), *EXAMPLES])
KEYS = st.sampled_from([OFFICER, RESIDENT, SERGEANT, GRANT_OFFICER, YOUTH_WORKER, BUILDER, STEWARD])
FIELDS = tuple(sorted({field for each in declarations() for field in each.fields}))
WITH_A_NEW_BODY = {Code.PERSON_REQUIRED, Code.KIND_NOT_OF_SIDE}
"""What naming a body in passing adds to the refusals of any command that names one."""


def ids_of(events: Iterable[Past]) -> tuple[UUID, ...]:
    """Every id that a command could refer to."""
    ids = {UUID(each.split(":", 1)[1]) for event in events for each in tags_of(event.body)}
    return tuple(sorted(ids | {event.event_id for event in events} | {NOBODY_KNOWS}))


KNOWN_IDS = ids_of([*given().past, *BEFORE.values(), *EXAMPLES])


def may_refuse(command: type[Command]) -> set[Code]:
    """Every reason for which a command may be refused, those of its parts included."""
    own = {*command.refuses, *COMMON, *WITH_A_NEW_BODY}
    items = [each for each in commands().values() if not issubclass(each, MeetingItems)]
    return own.union(*(each.refuses for each in items)) if issubclass(command, MeetingItems) else own


def points_into(command: Struct, pointer: str) -> bool:
    """Check that a JSON pointer leads to something that the command has."""
    value: object = command
    for step in pointer.removeprefix("#").split("/")[1:]:
        match value:
            case Struct() if step in value.__struct_fields__:
                value = getattr(value, step)
            case tuple() if step.isdigit() and int(step) < len(value):
                value = value[int(step)]
            case dict() if step in value:
                value = value[step]
            case _:
                return False
    return True


def partition_concerned(facts: Given, command: Command) -> UUID:
    """The partition in which a command is given: that of the record it is about, else the board."""
    record = command.record if isinstance(command, RecordCommand) else None
    return next((each.partition_id for each in facts.past if each.event_id == record), BOARD_ID)


def hear(facts: Given, command: Command, key: object, nth: int) -> tuple[Past, ...]:
    """A command, hold its outcome to the laws, and give what it recorded."""
    command_id = uuid5(an_id("a walk"), str(nth))
    hearing = facts.when(command, by=key, partnership=partition_concerned(facts, command), command_id=command_id)
    if isinstance(hearing.outcome, Refusal):
        faults = hearing.outcome.faults
        assert {fault.code for fault in faults} <= may_refuse(type(command))
        assert [fault.pointer for fault in faults if not points_into(command, fault.pointer)] == []
        return ()
    drafts = hearing.drafts
    assert drafts
    assert len({draft.event_id for draft in drafts}) == len(drafts)
    assert all(draft.occurred_at <= NOW + CLOCK_LEEWAY for draft in drafts)
    assert all(tags_of(draft.body) <= draft.tags for draft in drafts)
    return tuple(recorded_now(draft) for draft in drafts)


@pytest.mark.parametrize("command_type", commands().values(), ids=commands().keys())
@settings(max_examples=25)
@for_any(data=st.data())
def test_any_well_typed_command_is_decided_on_any_facts(command_type, data):
    events = data.draw(st.lists(ANYTHING_TOLD, max_size=12, unique_by=attrgetter("event_id")))
    command = data.draw(order_of(command_type, KNOWN_IDS, FIELDS))
    hear(given(*events), command, data.draw(KEYS), 0)


@settings(max_examples=50)
@for_any(data=st.data())
def test_a_walk_of_decisions_needs_no_more_than_its_boundaries(data):
    facts = given(*BEFORE.values())
    for nth in range(5):
        command_type = data.draw(st.sampled_from(list(commands().values())))
        command = data.draw(order_of(command_type, ids_of(facts.past), FIELDS))
        facts.past.extend(hear(facts, command, data.draw(KEYS), nth))
