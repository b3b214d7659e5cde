"""At a glance: promises kept by quarter, the same figures as health had then, and what is overdue now."""

from datetime import date

import pytest

from projections.method.method import Dimension
from projections.scoring.formulas.quarters import quarter_ends
from projections.scoring.health.measure import HEADLINE
from projections.views.glance import QUARTERS, glance
from projections.views.worklist import PROMISES_TO_KEEP, overdue_things, worklist
from tests.support.health_measures import meet, row
from tests.support.partnership_story import COUNCIL, FORUM, TENANTS
from tests.support.trust_figures import day, keep, leave_overdue, method, partnership
from tests.unit.projections.scoring.health.test_dimensions import person

AT = "2025-12-31"


@pytest.fixture
def story():
    a_story = partnership()
    keep(a_story, 4, start="2025-02-01")
    leave_overdue(a_story, 3, start="2025-06-01")
    meet(a_story, "2025-11-05", person("ann"), person("bea", COUNCIL))
    return a_story


def rows(story, as_of=AT):
    return glance(story.at(as_of), method(half_life_days=180))


def test_there_is_a_row_for_each_quarter_since_promises_count_and_one_for_the_day_asked_about(story):
    assert [(str(each.on), each.current) for each in rows(story)] == [
        ("2025-03-31", False),
        ("2025-06-30", False),
        ("2025-09-30", False),
        (AT, True),
    ]


def test_each_quarter_stands_as_health_stood_on_its_last_day(story):
    scoring = method(half_life_days=180)
    for glance_row in rows(story):
        then = row(story, Dimension.RELIABILITY, HEADLINE, as_of=str(glance_row.on), scoring=scoring)
        assert (glance_row.r, glance_row.s, glance_row.a, glance_row.n, glance_row.acts) == (
            then.r,
            then.s,
            then.a,
            then.n,
            then.acts,
        )


def test_what_is_overdue_and_the_last_contact_stand_with_the_day_asked_about_alone(story):
    *quarters, now = rows(story)
    assert (now.overdue_promises, now.asks_past_time, str(now.last_contact_on)) == (3, 0, "2025-11-05")
    assert {(each.overdue_promises, each.asks_past_time, each.last_contact_on) for each in quarters} == {
        (None, None, None)
    }


def test_what_is_to_come_is_no_contact_yet(story):
    assert rows(story, "2025-11-04")[-1].last_contact_on is None


def test_an_ask_past_its_time_is_counted_and_an_answered_one_is_not(story):
    story.asked("lights", "2025-03-03")
    story.asked("bins", "2025-03-03")
    story.answered("bins", day("2025-03-03", 7))
    assert rows(story)[-1].asks_past_time == 1


@pytest.mark.parametrize(
    ("as_of", "last"), [("2026-11-28", "2026-09-30"), ("2026-12-31", "2026-09-30"), ("2027-01-01", "2026-12-31")]
)
def test_quarters_end_before_the_day_asked_about(as_of, last):
    ends = quarter_ends(date.fromisoformat(as_of), QUARTERS)
    assert (len(ends), str(ends[-1])) == (QUARTERS, last)


def test_a_promise_is_overdue_from_the_day_after_its_own_as_on_the_worklist(story):
    story.promised("the gate", "2025-12-01", due="2025-12-20", to=(TENANTS, FORUM))
    for as_of, count in (("2025-12-20", 3), ("2025-12-21", 4), ("2025-12-31", 4)):
        history, scoring = story.at(as_of), method(half_life_days=180)
        things = overdue_things(worklist(history, scoring), PROMISES_TO_KEEP)
        assert (len(things), glance(history, scoring)[-1].overdue_promises) == (count, count)
