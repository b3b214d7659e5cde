"""Who may record what: every cell of the table, as written out beside this file, and as decisions enforce it."""

from pathlib import Path

import pytest

from domain.decisions.authority import TABLE, may_record
from domain.decisions.case import Case
from domain.decisions.command import Command, decide
from domain.decisions.facts import Facts
from domain.decisions.refusals import Code, Refusal
from domain.events import EventBody, declarations
from domain.events.examples import example
from domain.values import PartyAt
from domain.vocabulary import KINDS_BY_SIDE, Side
from tests.support.given_commands import context_of
from tests.support.small_world import BOARD_ID, a_key, an_id

SIDES = ("residents", "government", "agency", "community", "funder", "business", "partnership", "other")


def read_grid() -> dict[tuple[str, Side], bool]:
    """Read the table as people do: a column for each side, a row for each event, yes or a dash in each cell."""
    lines = Path(__file__).with_name("authority.txt").read_text("utf-8").splitlines()
    assert tuple(lines[2].split()) == SIDES
    rows = [cells for line in lines[3:] if len(cells := line.split()) > 1]
    return {
        (event, side): {"yes": True, "-": False}[cell]
        for event, *cells in rows
        for side, cell in zip(Side, cells, strict=True)
    }


GRID = read_grid()
CELLS = pytest.mark.parametrize(("event", "side"), GRID, ids=str)
BODIES = {each.name: each.body for each in declarations()}


class Say(Command, frozen=True, kw_only=True):
    """Record one event as it is, as somebody's word; no other rule applies."""

    within_partnership = False

    body: EventBody
    word: PartyAt | None = None

    def decide(self, case: Case) -> None:
        """Record it."""
        case.record(self.body, word=self.word, partition_id=BOARD_ID)


def of_side(side: Side) -> PartyAt:
    return PartyAt(an_id(side), side, KINDS_BY_SIDE[side][0])


def codes(command: Say, *, steward: bool = False, side: Side = Side.OTHER) -> set[Code]:
    key = a_key("a key", of_side(side), steward=steward)
    outcome = decide(command, Facts([]), context_of(key, None))
    return {fault.code for fault in outcome.faults} if isinstance(outcome, Refusal) else set()


def test_the_written_table_has_a_cell_for_every_event_and_side():
    assert set(GRID) == {(name, side) for name in BODIES for side in Side}
    assert set(TABLE) == set(BODIES.values())


@CELLS
def test_a_cell_says_what_is_written(event, side):
    assert may_record(event, side) == GRID[event, side]


@CELLS
def test_a_cell_is_enforced_on_the_word_of_the_pen(event, side):
    refused = codes(Say(body=example(BODIES[event])), side=side)
    assert refused == (set() if GRID[event, side] else {Code.SIDE_MAY_NOT_RECORD})


@CELLS
def test_a_cell_is_enforced_on_the_word_of_another_whose_pen_it_was(event, side):
    refused = codes(Say(body=example(BODIES[event]), word=of_side(side)))
    assert refused == (set() if GRID[event, side] else {Code.SIDE_MAY_NOT_RECORD})


@pytest.mark.parametrize("event", BODIES)
def test_a_steward_sets_down_anybodys_word(event):
    body = example(BODIES[event])
    for side in Side:
        assert codes(Say(body=body, word=of_side(side)), steward=True) == set()
