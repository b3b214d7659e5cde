"""The house is kept small and its names are kept apart: what one can read in a sitting, and find by its name."""

import pytest

from domain.checkout import ROOT
from scripts.house import language, order, sizes
from scripts.house.imports import ImportGraph
from scripts.house.source import PRODUCT, TESTS, SourceTree

# The same thing in another room: its event, its decision, its lifecycle, its view, its resource, its command.
SAME_THING = {
    "asks",
    "awards",
    "commitments",
    "consultations",
    "corrections",
    "decisions",
    "disputes",
    "errors",
    "events",
    "experience",
    "follow",
    "funding",
    "health",
    "interactions",
    "network",
    "outcomes",
    "parties",
    "partnerships",
    "rebuild",
    "records",
    "registries",
    "reliability",
    "replay",
    "responsiveness",
    "reviews",
    "settings",
    "status",
    "stewardship",
    "timeline",
    "trust",
    "what_if",
}
# Files that share a name and are not the same thing. Whoever renames them takes out the line; nothing is added here.
RECURRING_FILES = {
    "declaration",
    "rhythm",
    "services",
}

# Circles that are still there. Whoever opens one takes out its line; nothing is added here.
MODULE_CIRCLES: list[list[str]] = []


@pytest.fixture(scope="session")
def tree():
    return SourceTree.read(ROOT)


@pytest.fixture(scope="session")
def graph(tree):
    return ImportGraph(tree)


def test_every_folder_of_the_house_is_looked_at(tree):
    assert {file.name.partition(".")[0] for file in tree.files} == {*PRODUCT, TESTS}


def test_a_module_says_why_it_exists(tree):
    assert sizes.without_docstring(tree.files) == []


def test_a_file_stays_within_its_cap(tree):
    too_long = {place.path for lines, place in sizes.files_by_length(tree.files) if lines > sizes.LONGEST_FILE}
    assert too_long == set()


def test_a_function_stays_within_its_cap(tree):
    too_long = {
        f"{place.path} {place.detail.split()[0]}"
        for lines, place in sizes.functions_by_length(tree.files)
        if lines > sizes.LONGEST_FUNCTION
    }
    assert too_long == set()


def test_a_class_name_is_unique_in_the_house(tree):
    assert set(language.recurring_classes(tree.files)) == set()


def test_files_share_a_name_only_for_the_same_thing_in_another_room(tree):
    recurring = {name.removesuffix(".py") for name in language.recurring_file_names(tree.product)}
    assert recurring == SAME_THING | RECURRING_FILES


def test_modules_import_each_other_in_no_circle(graph):
    assert graph.circles(graph.modules) == []


def test_no_import_runs_against_the_order_of_the_rooms(graph):
    assert [edge for edge in graph.imports if order.runs_against(edge)] == []
