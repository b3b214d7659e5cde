"""How trust is kept as rows and shown: timelines, what stands beside a figure, and why it moved."""

from datetime import date
from math import fsum

import msgspec
import pytest

from domain.vocabulary import Facet
from projections.scoring.behaviour import evidence
from projections.scoring.formulas.opinion import EvidenceStatus, expectation
from projections.scoring.trust.explanation import CauseKind, explain_change
from projections.scoring.trust.shown_trust import shown_trust
from projections.scoring.trust.trust_rows import TrustVariant, pair_rows
from projections.views.trust import trust
from tests.support.partnership_story import COUNCIL, COUNTY, FORUM, TENANTS, an_id
from tests.support.trust_figures import keep, leave_overdue, method, partnership, side_view


def show(story, as_of, scoring=None):
    scoring = scoring or method()
    views = shown_trust(trust(story.at(as_of), scoring), scoring)
    (view,) = [each for each in views if each.facet is Facet.RELIABILITY]
    return view


def between_two(history, truster_id, trustee_id):
    return pair_rows(history, method(), evidence(history, method()), truster_id, trustee_id)


def worked(figure):
    """Work the figure out, said or not."""
    return expectation(figure.r, figure.s, figure.a, method().trust.prior_weight)


def test_where_there_is_not_enough_to_say_no_number_is_said():
    story = partnership()
    keep(story, 2)
    figure = show(story, "2025-12-31").figure
    assert (figure.status, figure.trust, figure.low, figure.high) == (
        EvidenceStatus.INSUFFICIENT_EVIDENCE,
        None,
        None,
        None,
    )
    assert figure.r == pytest.approx(2)


def test_every_day_with_evidence_is_a_step_and_the_day_asked_about_closes_the_line():
    story = partnership()
    keep(story, 2)
    rows = [row for row in trust(story.at("2025-12-31"), method()) if row.variant is TrustVariant.AS_IT_STANDS]
    assert [(row.on.isoformat(), row.step, row.current) for row in rows] == [
        ("2025-03-21", True, False),
        ("2025-03-22", True, False),
        ("2025-12-31", False, True),
    ]
    assert len(rows[0].causes) == 2  # the promise and its confirmation


def test_a_step_on_the_day_asked_about_is_one_row():
    story = partnership()
    keep(story, 1)
    rows = [row for row in trust(story.at("2025-03-21"), method()) if row.variant is TrustVariant.AS_IT_STANDS]
    assert [(row.step, row.current) for row in rows] == [(True, True)]


def test_a_figure_fades_towards_its_base_rate_beside_one_that_does_not():
    story = partnership()
    keep(story, 6)
    figure = show(story, "2027-03-31", method(a=0.5, half_life_days=180))
    assert figure.figure.trust < figure.timeline[-2].figure.trust
    assert figure.beside[TrustVariant.UNFADING].trust == pytest.approx((6 + 1) / (6 + 2))
    assert figure.change == pytest.approx(figure.figure.trust - figure.timeline[-2].figure.trust)


def test_a_figure_once_shown_stays_though_less_certain():
    story = partnership()
    keep(story, 5)
    assert show(story, "2025-04-30").figure.status is EvidenceStatus.ENOUGH
    scoring = method(widest_interval=0.45)
    leave_overdue(story, 3, start="2025-05-01")
    figure = show(story, "2025-12-31", scoring).figure
    assert (figure.status, figure.is_less_certain) == (EvidenceStatus.ENOUGH, True)
    story = partnership()
    keep(story, 2)
    leave_overdue(story, 2)
    assert show(story, "2025-12-31", scoring).figure.status is EvidenceStatus.INSUFFICIENT_EVIDENCE


def test_plain_counts_are_always_there():
    story = partnership()
    keep(story, 3)
    leave_overdue(story, 1)
    assert show(story, "2025-12-31").counts.in_words == "3 of 4 kept in time, 1 overdue"


def test_confirmed_outcomes_alone_stand_beside_what_rests_on_silence():
    story = partnership()
    keep(story, 3)
    story.promised("quiet", "2025-04-01", due="2025-05-01")
    story.reported_done("quiet", "2025-04-20")
    view = show(story, "2025-12-31")
    assert view.tacit_share == pytest.approx(0.25)
    assert worked(view.figure) == pytest.approx((3.5 + 1) / 6)
    assert worked(view.beside[TrustVariant.CONFIRMED_ONLY]) == pytest.approx(4 / 5)


def test_a_disputed_record_is_shown_both_ways():
    story = partnership()
    keep(story, 3)
    record = story.promised("lights", "2025-04-01", by=COUNCIL, due="2025-04-10")
    story.confirmed(record, "2025-04-02")
    story.disputed(record, "2025-04-03", by=FORUM)
    view = show(story, "2025-12-31")
    assert worked(view.figure) == pytest.approx(4 / (3 + 0.5 + 2))
    assert worked(view.beside[TrustVariant.WITHOUT_DISPUTED]) == pytest.approx(4 / 5)
    assert worked(view.beside[TrustVariant.DISPUTED_IN_FULL]) == pytest.approx(4 / 6)


def test_a_pairs_own_figure_is_drawn_towards_what_its_side_experienced():
    story = partnership(COUNCIL, TENANTS, FORUM)
    keep(story, 5, to=TENANTS)
    leave_overdue(story, 1, to=FORUM)
    rows = between_two(story.at("2025-12-31"), FORUM.party_id, COUNCIL.party_id)
    *_, row = [row for row in rows if row.variant is TrustVariant.AS_IT_STANDS]
    assert (row.r, row.s, row.a) == (0.0, 1.0, pytest.approx((5 + 5 * 0.5) / 10))


def test_a_usual_rate_fitted_to_a_later_log_is_marked_as_hindsight():
    story = partnership()
    keep(story, 1)
    scoring = method()
    rate = msgspec.structs.replace(scoring.base_rates[Facet.RELIABILITY], calibrated_on=story.head + 1)
    scoring = msgspec.structs.replace(scoring, base_rates={**scoring.base_rates, Facet.RELIABILITY: rate})
    assert show(story, "2025-12-31", scoring).hindsight
    assert not show(story, "2025-12-31").hindsight


@pytest.mark.parametrize(("calibrated_until", "is_hindsight"), [("2026-01-01", False), ("2026-01-02", True)])
def test_so_is_one_fitted_to_what_was_known_elsewhere_only_later(calibrated_until, is_hindsight):
    story = partnership()
    keep(story, 1)
    story.promised("hall", "2026-01-01", due="2026-05-01")
    scoring = method()
    rate = msgspec.structs.replace(
        scoring.base_rates[Facet.RELIABILITY], calibrated_until=date.fromisoformat(calibrated_until)
    )
    scoring = msgspec.structs.replace(scoring, base_rates={**scoring.base_rates, Facet.RELIABILITY: rate})
    assert show(story, "2026-01-01", scoring).hindsight is is_hindsight


def test_a_move_is_explained_to_the_last_bit_and_each_cause_by_its_events():
    story = partnership()
    keep(story, 4)
    owed = story.promised("hall", "2025-04-01", due="2025-05-01")
    scoring = method(half_life_days=180)
    confirmation = story.confirmed_done("hall", "2025-09-01")
    change = explain_change(story.at("2025-08-01"), story.at("2025-09-30"), side_view(), scoring)
    assert fsum(cause.change for cause in change.causes) == pytest.approx(change.change, abs=1e-12)
    by_kind = {cause.kind: cause for cause in change.causes}
    assert by_kind[CauseKind.ZERO_REPLACED].events == (owed, confirmation)
    assert by_kind[CauseKind.ZERO_REPLACED].change > 0
    assert change.by_kind[CauseKind.FADING] < 0


def test_what_others_experienced_moves_a_figure_only_through_the_base_rate():
    story = partnership(COUNCIL, COUNTY, TENANTS)
    keep(story, 1)
    keep(story, 5, start="2025-06-01", who=COUNTY, name="county")
    change = explain_change(story.at("2025-05-01"), story.at("2025-12-31"), side_view(), method())
    (cause,) = change.causes
    assert (cause.kind, cause.events) == (CauseKind.BASE_RATE, ())
    assert cause.change == pytest.approx(change.change)
    assert change.change > 0


def test_a_correction_is_told_from_an_arrival_by_comparing_what_was_known():
    story = partnership()
    story.promised("lights", "2025-03-01", due="2025-04-01")
    confirmation = story.confirmed_done("lights", "2025-03-20", details={"done": "2025-03-20"})
    before = story.head
    story.corrected(confirmation, "2025-06-01")(done="2025-05-20", happened="2025-05-20")
    change = explain_change(story.at("2025-12-31", known_at=before), story.at("2025-12-31"), side_view(), method())
    assert [cause.kind for cause in change.causes] == [CauseKind.CORRECTION]
    assert change.change < 0


def test_a_side_that_was_never_met_has_no_line():
    story = partnership()
    keep(story, 1)
    assert between_two(story.at("2025-12-31"), an_id("stranger"), COUNCIL.party_id) == []


def quiet_reports(story, count):
    for number in range(count):
        story.promised(f"quiet {number}", "2025-03-01", due="2025-04-01")
        story.reported_done(f"quiet {number}", "2025-03-20")


def test_a_denial_of_one_report_is_a_step_for_all_that_rests_on_silence():
    story = partnership()
    quiet_reports(story, 4)
    before = story.at("2025-06-01")
    denial = story.said_not_done("quiet 3", "2025-06-10")
    (figure,) = shown_trust(trust(story.at("2025-06-30"), method()), method())
    steps = {step.on.isoformat(): step for step in figure.timeline}
    assert denial in steps["2025-06-10"].causes
    # Three reports believed at a third, and one promise overdue again.
    assert worked(figure.figure) == pytest.approx((1 + 1) / (4 + 2))
    change = explain_change(before, story.at("2025-06-30"), side_view(), method())
    assert change.by_kind[CauseKind.BELIEF] < 0
    assert {event for cause in change.causes if cause.kind is CauseKind.BELIEF for event in cause.events} >= {denial}
    assert fsum(cause.change for cause in change.causes) == pytest.approx(change.change, abs=1e-12)


def test_a_confirmation_makes_the_other_reports_more_believed():
    story = partnership()
    quiet_reports(story, 2)
    story.confirmed_done("quiet 0", "2025-06-10")
    (row,) = [
        row
        for row in trust(story.at("2025-06-30"), method())
        if row.current and row.variant is TrustVariant.AS_IT_STANDS
    ]
    assert (row.r, row.s) == (pytest.approx(1 + 2 / 3), pytest.approx(1 / 3))
