"""The worked values of the scoring rules that need a whole history, told as one."""

import pytest

from domain.vocabulary import Side
from projections.scoring.formulas.opinion import EvidenceStatus
from projections.scoring.trust.shown_trust import shown_trust
from projections.views.trust import trust as trust_projection
from tests.support.partnership_story import COUNCIL, TENANTS
from tests.support.trust_figures import (
    day,
    group,
    keep,
    leave_overdue,
    method,
    partnership,
    point,
    side_view,
    trust,
)

AT = "2026-03-31"


def four_kept_four_owed():
    story = partnership()
    keep(story, 4)
    leave_overdue(story, 4)
    return story


def report_the_owed(story, on="2025-06-01"):
    return [story.reported_done(f"owed {number}", on, done_on="2025-03-20") for number in range(4)]


def test_four_kept_and_four_overdue():
    assert trust(four_kept_four_owed().at(AT), method()) == pytest.approx(0.5)


def test_a_report_of_the_overdue_changes_nothing_before_it_is_agreed():
    story = four_kept_four_owed()
    report_the_owed(story)
    assert trust(story.at("2025-06-01"), method()) == pytest.approx(0.5)


def test_a_disputed_report_leaves_the_promises_overdue():
    story = four_kept_four_owed()
    report_the_owed(story)
    for number in range(4):
        story.said_not_done(f"owed {number}", "2025-06-10")
    assert trust(story.at(AT), method()) == pytest.approx(0.5)


def test_a_report_met_with_28_days_of_silence_counts_as_far_as_reports_are_believed():
    story = four_kept_four_owed()
    report_the_owed(story)
    figure = point(story.at("2025-06-30"), method())
    assert (figure.r, figure.s) == (pytest.approx(6), pytest.approx(2))
    assert trust(story.at("2025-06-30"), method()) == pytest.approx(0.7)


def test_ten_reports_all_met_with_silence():
    story = partnership()
    leave_overdue(story, 10)
    for number in range(10):
        story.reported_done(f"owed {number}", "2025-03-20")
    assert trust(story.at(AT), method()) == pytest.approx(0.5)


def test_eight_of_ten_confirmed_and_two_failed():
    story = partnership()
    keep(story, 8)
    leave_overdue(story, 2)
    assert trust(story.at(AT), method()) == pytest.approx(0.75)


@pytest.mark.parametrize("days_late", [100, 365, 730])
def test_late_delivered_beats_left_open(days_late):
    story = partnership(since="2021-01-01")
    keep(story, 4, start="2022-01-01")
    leave_overdue(story, 1, start="2022-01-01", name="broken")
    story.promised("late", "2022-01-01", due="2022-02-01")
    left_open = trust(story.at(day("2022-02-01", days_late)), method(half_life_days=180))
    story.confirmed_done("late", day("2022-02-01", days_late))
    assert trust(story.at(day("2022-02-01", days_late)), method(half_life_days=180)) > left_open


def test_a_residents_group_starts_from_what_residents_groups_did_and_not_from_the_councils_record():
    story = partnership(COUNCIL, TENANTS)
    keep(story, 2)
    leave_overdue(story, 38)
    keep(story, 1, who=TENANTS, to=COUNCIL, name="theirs")
    ours = side_view(TENANTS, side=Side.GOVERNMENT)
    assert trust(story.at(AT), method(a=0.7), ours) == pytest.approx(0.8)


def test_one_promise_to_six_bodies_is_one_act_and_too_little_to_show():
    groups = [group(number) for number in range(6)]
    story = partnership(COUNCIL, *groups)
    story.promised("lights", "2025-03-01", to=tuple(groups), due="2025-04-01")
    for promisee in groups:
        story.confirmed_done("lights", "2025-03-20", by=promisee)
    history = story.at(AT)
    figure = point(history, method())
    assert (figure.acts, figure.n, figure.r) == (1, pytest.approx(1), pytest.approx(1))
    (view,) = shown_trust(trust_projection(history, method()), method())
    assert view.figure.status is EvidenceStatus.INSUFFICIENT_EVIDENCE
    assert view.counts.in_words == "1 of 1 kept in time"
