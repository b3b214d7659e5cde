"""The page about the house leads to files and names that are there, and its walks are those that calls take."""

import ast
import re
import sys
from collections import Counter
from itertools import groupby
from pathlib import PurePosixPath

import pytest

from domain.checkout import ROOT
from projections.views.trust import trust
from tests.support.everything_told import a_partnership
from tests.support.methods import folkmoot_2026

PAGE = ROOT / "docs" / "explanation" / "architecture.md"
LINKS = re.findall(r"\]\(([^)#]+)\)", PAGE.read_text("utf-8"))
STEP = re.compile(r"^\| \d+ \| \[[^]]+\]\(\.\./\.\./([^)]+)\) \| `([^`]+)` \|", re.MULTILINE)
STEPS = STEP.findall(PAGE.read_text("utf-8"))
GO_ON = ["api/recording", "domain/handling"]  # they go on when what they called has answered
READ_AND_WRITE = ["domain/decisions"]  # what is decided is read before and appended after
SHARED_VALUES = (
    "projections.history.",
    "projections.method.",
    "projections.agreement.steps",
    "projections.scoring.formulas.evidence",
    "projections.scoring.formulas.belief_in_reports",
)


def walk(heading):
    """The rooms on one of the page's walks, in order, each as often as it is entered."""
    section = PAGE.read_text("utf-8").partition(f"## {heading}")[2].partition("\n## ")[0]
    return [room for room, _ in groupby(str(PurePosixPath(file).parent) for file, _ in STEP.findall(section))]


def entries(function, *arguments):
    """The calls from one room of the projections into another while a function runs, as pairs of rooms, in order.

    Looking into a shared value, and asking any value of itself by a method of its own, enters no room.
    """
    pairs = []

    def follow(frame, event, _):
        if event == "call" and (callee := _room(frame)):
            method = frame.f_code.co_qualname.rpartition("<locals>.")[2]
            back = frame.f_back
            while back is not None and not _room(back):
                back = back.f_back
            caller = "" if back is None else _room(back)
            if caller and caller != callee and ("." not in method or method.endswith(".__init__")):
                pairs.append((caller, callee))

    sys.setprofile(follow)
    try:
        function(*arguments)
    finally:
        sys.setprofile(None)
    return pairs


def _room(frame):
    """The room of the projections that a frame's code is in; nothing for a shared value and all other code."""
    module = frame.f_globals.get("__name__", "")
    is_room = module.startswith("projections.") and not module.startswith(SHARED_VALUES)
    return module.rpartition(".")[0].replace(".", "/") if is_room else ""


def names_in(file):
    """The functions and classes of a module, and the methods of its classes."""
    for node in ast.parse(file.read_bytes()).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
            if isinstance(node, ast.ClassDef):
                yield from (f"{node.name}.{method.name}" for method in node.body if hasattr(method, "name"))


@pytest.mark.parametrize("link", sorted(set(LINKS)))
def test_every_link_leads_somewhere(link):
    assert (PAGE.parent / link).exists()


@pytest.mark.parametrize(("file", "name"), STEPS)
def test_every_step_of_a_walk_is_there(file, name):
    assert name in names_in(ROOT / file)


def test_both_walks_are_read():
    assert len(STEPS) > 20


def test_the_walk_to_trust_enters_no_room_twice():
    rooms = walk("From a history to a row of trust")
    assert len(rooms) > 8
    assert len(rooms) == len(set(rooms))


def test_the_walk_to_the_log_enters_a_room_twice_only_where_the_page_says_why():
    entered = Counter(walk("From a request to the log"))
    assert sorted(room for room, times in entered.items() if times > 1) == sorted(GO_ON + READ_AND_WRITE)


def test_trust_is_worked_out_by_the_walk_on_the_page():
    history, method = a_partnership().at("2026-11-01"), folkmoot_2026()
    pairs = entries(trust, history, method)
    entered = [room for _, room in pairs]
    by_first, by_last = (list(dict.fromkeys(order)) for order in (entered, entered[::-1]))
    page = walk("From a history to a row of trust")
    below_the_view = page[page.index("projections/views") + 1 :]
    assert by_first == by_last[::-1] == below_the_view
    assert len(set(pairs)) == len(below_the_view), "each room is called from one room only"
