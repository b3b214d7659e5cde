"""What the bench counts of the demonstration: the grades of all its figures, and warnings by planted story."""

from projections.method.document import default_method, shipped_method
from scripts.benchmarks.county_figures import PLANTED_AS, county_figures
from tests.acceptance.scripts.demonstration.conftest import PLACES


def test_grades_add_up_and_planted_stories_are_warned_of_where_they_were_planted(storied):
    counted = county_figures(storied.recorder, storied.plan, default_method(), 1)
    assert sum(counted["of_grade"].values()) == counted["figures"] > 0
    assert 0 < counted["less_certain"] < counted["figures"]
    assert counted["year_ends"] == PLACES
    assert counted["warned_where_planted"]["few-do-most"] == len(storied.plan.stories["few-people"])
    assert counted["warned_where_planted"]["promises-overdue"] == len(storied.plan.stories["council-stops"])
    assert counted["warned_elsewhere"]["few-do-most"] == 0


def test_where_none_was_planted_nothing_is_counted_as_planted(plain):
    counted = county_figures(plain.recorder, plain.plan, default_method(), 1)
    assert counted["warned_where_planted"] == dict.fromkeys((rule.value for rule in PLANTED_AS), 0)


def test_a_method_without_rules_of_warning_warns_of_nothing_and_grades_all_the_same(storied):
    counted = county_figures(storied.recorder, storied.plan, shipped_method("folkmoot-2026"), 1)
    assert set(counted["warned_elsewhere"].values()) == {0}
    assert counted["of_grade"].keys() == {"enough", "insufficient_evidence"}
