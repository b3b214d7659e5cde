"""The promises of every projection: a question, described columns, causes, nobody's name, and nothing left unsaid."""

from dataclasses import replace
from importlib import import_module
from pkgutil import iter_modules

import msgspec
import pytest

from projections import views
from projections.engine.digest import digest, encoded
from projections.method.document import default_method
from projections.views import projection_called, projections
from tests.support.everything_told import PERSON, a_partnership, a_place

METHOD = default_method()
PARTNERSHIP, PLACE = a_partnership(), a_place()
OF_A_PLACE = {"boundaries", "observations"}
DAY = "2026-01-01"

each_projection = pytest.mark.parametrize("projection", projections().values(), ids=lambda projection: projection.name)


def story(projection):
    return PLACE if projection.name in OF_A_PLACE else PARTNERSHIP


@pytest.fixture
def history(projection):
    return story(projection).at(DAY)


def rows(projection, history):
    return list(projection.project(history, METHOD))


def test_one_file_is_one_projection():
    declared = [import_module(f"{views.__name__}.{module.name}").__name__ for module in iter_modules(views.__path__)]
    assert sorted(each.project.__module__ for each in projections().values()) == declared


@each_projection
def test_it_asks_a_question_and_says_what_it_leaves_out_and_why(projection):
    assert projection.question.endswith("?")
    assert projection.ignores_rest.endswith(".")
    assert len(set(projection.handles)) == len(projection.handles) > 0


@each_projection
def test_every_column_is_described_and_the_key_is_among_them(projection):
    assert set(projection.described()) == set(projection.columns)
    assert set(projection.key) <= set(projection.columns)


@each_projection
def test_no_column_is_about_a_person(projection):
    assert [name for name in projection.columns if name.endswith(("person_id", "rater_id", "subject_id"))] == []


@each_projection
def test_its_key_tells_rows_apart(projection, history):
    row_list = rows(projection, history)
    assert len(encoded(projection, row_list)) == len(row_list)


@each_projection
def test_its_rows_name_their_causes_among_the_events_known(projection, history):
    event_ids = {record.event_id for record in story(projection).records}
    for row in rows(projection, history):
        assert set(row.causes) <= event_ids


@each_projection
def test_its_rows_hold_neither_a_person_nor_a_sealed_text(projection, history):
    for row in rows(projection, history):
        assert str(PERSON) not in repr(row)
        assert "Sealed(" not in repr(row)


def only(history, *types):
    return selected(history, lambda body: type(body) in types)


def selected(history, is_left_in):
    """The history with some of its events alone."""
    facts, claims = (tuple(fact for fact in each if is_left_in(fact.body)) for each in (history.facts, history.claims))
    return replace(history, facts=facts, claims=claims)


@each_projection
def test_events_it_does_not_handle_make_no_difference(projection, history):
    handled = rows(projection, only(history, *projection.handles))
    others = {type(fact.body) for fact in history.facts} - set(projection.handles)
    assert [each for each in others if rows(projection, only(history, *projection.handles, each)) != handled] == []
    assert handled == rows(projection, history)


@each_projection
def test_events_it_handles_do_make_a_difference(projection, history):
    without_handled = selected(history, lambda body: type(body) not in projection.handles)
    assert rows(projection, without_handled) != rows(projection, history)


@each_projection
def test_the_same_history_gives_the_same_digest(projection):
    one, two = (digest(projection, rows(projection, story(projection).at(DAY))) for _ in range(2))
    assert one == two


def test_a_projection_is_found_by_its_name():
    for name, projection in projections().items():
        assert projection_called(name) is projection


@each_projection
def test_rows_read_back_have_the_digest_of_those_written(projection, history):
    row_list = rows(projection, history)
    read = msgspec.json.decode(msgspec.json.encode(row_list), type=list[projection.row])
    assert digest(projection, read) == digest(projection, row_list)
