"""The house is kept small and its names are kept apart: what one can read in a sitting, and find by its name."""

import ast

import pytest

from domain.checkout import ROOT
from scripts.house.import_graph import ImportGraph
from scripts.house.source import PRODUCT, TESTS, SourceTree
from scripts.house.survey import (
    LONGEST_FILE,
    LONGEST_FUNCTION,
    file_lengths,
    function_lengths,
    recurring_class_names,
    recurring_file_names,
)

# The same thing in another room: its event, its decision, its lifecycle, its view, its resource, its command.
SAME_THING = {
    "ask_stories",
    "asks",
    "awards",
    "backtest",
    "commitments",
    "consultations",
    "corrections",
    "data_sharing",
    "decisions",
    "documents",
    "disputes",
    "errors",
    "events",
    "experience",
    "follow",
    "funding",
    "health",
    "interactions",
    "method",
    "network",
    "outcomes",
    "parties",
    "partnerships",
    "rebuild",
    "records",
    "registries",
    "reliability",
    "replay",
    "publications",
    "responsiveness",
    "reviews",
    "settings",
    "status",
    "stewardship",
    "timeline",
    "trust",
    "what_if",
    "who_looked",
}
# Files that share a name and are not the same thing. Whoever renames them takes out the line; nothing is added here.
RECURRING_FILES = {
    "declaration",
    "rhythm",
    "services",
}


@pytest.fixture(scope="session")
def tree():
    return SourceTree(ROOT)


@pytest.fixture(scope="session")
def graph(tree):
    return ImportGraph(tree.product)


def test_every_folder_of_the_house_is_looked_at(tree):
    assert {file.name.partition(".")[0] for file in tree.files} == {*PRODUCT, TESTS}


def test_a_module_says_why_it_exists(tree):
    assert [file.path for file in tree.files if not ast.get_docstring(file.tree)] == []


def test_a_file_stays_within_its_cap(tree):
    assert [place for lines, place in file_lengths(tree) if lines > LONGEST_FILE] == []


def test_a_function_stays_within_its_cap(tree):
    assert [place for lines, place in function_lengths(tree) if lines > LONGEST_FUNCTION] == []


def test_a_class_name_is_unique_in_the_house(tree):
    assert recurring_class_names(tree.files) == {}


def test_files_share_a_name_only_for_the_same_thing_in_another_room(tree):
    recurring = {name.removesuffix(".py") for name in recurring_file_names(tree.product)}
    assert recurring == SAME_THING | RECURRING_FILES


def test_modules_and_rooms_import_each_other_in_no_circle(graph):
    assert graph.circles() == []
    assert graph.circles(of_rooms=True) == []


def test_no_import_leaves_a_room_and_leads_back_into_it(graph):
    assert graph.back_arrows() == []
