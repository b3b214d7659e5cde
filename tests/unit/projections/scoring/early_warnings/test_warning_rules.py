"""Each rule of early warnings on a story that it is about: it fires, and not for want of one thing that it asks for."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from domain.events.partnerships import MemberLeft, PartnershipClosed, PartnershipPaused
from domain.vocabulary import Attendance, Facet, InteractionKind, Side
from projections.scoring.formulas.opinion import EvidenceStatus, opinions
from projections.views.early_warnings import early_warnings
from tests.support.partnership_story import COUNCIL, COUNCILLOR, COUNTY, FORUM, ICB, TENANTS, an_id
from tests.support.trust_figures import keep, leave_overdue, method, partnership, point
from tests.support.warning_stories import (
    call_off,
    came,
    fall_out,
    make_up,
    missed,
    take_over,
    warned,
    warning_method,
)


def only(rows):
    (row,) = rows
    return row


def first_day_of_stretch(story, rule, as_of):
    """Look at every day back from one on which a rule holds."""
    day = date.fromisoformat(as_of)
    while warned(story, day - timedelta(days=1), rule):
        day -= timedelta(days=1)
    return str(day)


def monthly(number, *, first=1):
    return [f"2025-{month:02}-10" for month in range(first, first + number)]


# Meetings


@pytest.fixture
def called_off():
    story = partnership()
    story.met("held", "2025-02-10", came(TENANTS), came(COUNCIL))
    for on in monthly(3, first=3):
        call_off(story, on, on)
    return story


def test_three_meetings_in_a_row_called_off_warn_since_the_third(called_off):
    row = only(warned(called_off, "2025-06-01", "cancelled-meetings"))
    assert (row.found, row.threshold, str(row.since_on), len(row.causes)) == (3, 3, "2025-05-10", 3)
    assert first_day_of_stretch(called_off, "cancelled-meetings", "2025-06-01") == "2025-05-10"


def test_a_meeting_held_ends_that_warning_and_one_held_in_between_prevents_it(called_off):
    called_off.met("at last", "2025-06-02", came(TENANTS))
    assert warned(called_off, "2025-06-02", "cancelled-meetings") == []
    assert warned(called_off, "2025-06-01", "cancelled-meetings")
    story = partnership()
    for on in monthly(3):
        call_off(story, on, on)
    story.met("in between", "2025-02-20", came(TENANTS))
    assert warned(story, "2025-06-01", "cancelled-meetings") == []


def test_calls_that_were_called_off_are_no_meetings_and_plans_that_lapsed_are_nobodys_word():
    story = partnership()
    for on in monthly(4):
        call_off(story, on, on, kind=InteractionKind.CALL)
    assert warned(story, "2025-06-01", "cancelled-meetings") == []


def board(*, then=missed, before=6, after=4):
    """A board that the council comes to, and then does not."""
    story = partnership()
    for number in range(before + after):
        on = (date(2025, 1, 10) + timedelta(days=30 * number)).isoformat()
        council = came(COUNCIL) if number < before else then(COUNCIL)
        story.met(on, on, came(TENANTS), *([council] if council else []))
    return story


def test_a_side_that_came_and_missed_four_in_a_row_warns_since_the_fourth():
    row = only(warned(board(), "2025-11-30", "side-stopped-coming"))
    assert (row.side, row.found, row.before, row.of) == (Side.GOVERNMENT, 4, 6, 6)
    assert str(row.since_on) == "2025-10-07" == first_day_of_stretch(board(), "side-stopped-coming", "2025-11-30")


def test_apologies_are_not_coming():
    assert warned(
        board(then=lambda who: came(who, attendance=Attendance.APOLOGIES)), "2025-11-30", "side-stopped-coming"
    )


@pytest.mark.parametrize(
    "story",
    [
        board(then=lambda _: None),
        board(after=3),
        board(before=3),
        board(then=lambda who: came(who, attendance=Attendance.INVITED)),
    ],
    ids=["nobody wrote down who was missing", "three missed", "three attended before", "only invited"],
)
def test_no_side_is_warned_of_where(story):
    assert warned(story, "2025-11-30", "side-stopped-coming") == []


def test_a_side_without_a_seat_owes_nobody_its_attendance():
    story = board()
    story.tell(MemberLeft(happened="2025-11-10", member_id=an_id(f"seat of {COUNCIL.party_id}"), party=COUNCIL))
    assert warned(story, "2025-11-09", "side-stopped-coming")
    assert warned(story, "2025-11-10", "side-stopped-coming") == []


# What is owed


def test_three_promises_overdue_where_there_were_none_a_year_before_warn_since_the_third():
    story = partnership()
    leave_overdue(story, 3, start="2025-03-01")
    row = only(warned(story, "2025-06-01", "promises-overdue"))
    assert (row.party_id, row.found, row.before, row.threshold) == (COUNCIL.party_id, 3, 0, 3)
    assert str(row.since_on) == "2025-04-17" == first_day_of_stretch(story, "promises-overdue", "2025-06-01")


def test_promises_that_are_as_overdue_as_a_year_before_are_no_rise():
    story = partnership()
    leave_overdue(story, 3, start="2025-03-01")
    assert warned(story, "2026-04-15", "promises-overdue")
    assert warned(story, "2026-04-17", "promises-overdue") == []


def test_two_bodies_with_two_each_and_a_promise_done_at_last_are_no_warning():
    story = partnership(COUNCIL, COUNTY, TENANTS)
    leave_overdue(story, 2, who=COUNCIL, name="the council's")
    leave_overdue(story, 2, who=COUNTY, name="the county's")
    assert warned(story, "2025-06-01", "promises-overdue") == []
    leave_overdue(story, 1, who=COUNTY, name="one more")
    assert warned(story, "2025-06-01", "promises-overdue")
    story.confirmed_done("one more 0", "2025-06-01")
    assert warned(story, "2025-06-01", "promises-overdue") == []


def test_one_office_holder_is_never_warned_of():
    story = partnership(COUNCILLOR, TENANTS)
    leave_overdue(story, 5, who=COUNCILLOR)
    assert warned(story, "2025-06-01", "promises-overdue") == []


def asking(number, *, of=COUNCIL):
    story = partnership(COUNCIL, COUNTY, ICB, TENANTS)
    for count in range(number):
        story.asked(f"ask {count}", f"2025-03-{count + 3:02}", of=of)
    return story


def test_three_asks_past_their_time_warn_of_whoever_holds_them():
    story = asking(3)
    row = only(warned(story, "2025-06-01", "asks-unanswered"))
    assert (row.party_id, row.found, len(row.causes)) == (COUNCIL.party_id, 3, 3)
    assert str(row.since_on) == first_day_of_stretch(story, "asks-unanswered", "2025-06-01")
    take_over(story, "ask 0", "2025-06-01", COUNTY)
    assert warned(story, "2025-06-01", "asks-unanswered") == []


def test_an_ask_is_past_its_time_from_the_day_after_its_last_however_late_it_was_taken_over():
    story = asking(1)
    due_on = "2025-03-31"
    assert warned(story, due_on, "asks-unanswered", fewest_overdue=1, fewest_more=1) == []
    take_over(story, "ask 0", due_on, COUNTY)
    (row,) = warned(story, "2025-05-01", "asks-unanswered", fewest_overdue=1, fewest_more=1)
    assert (row.party_id, str(row.since_on)) == (COUNTY.party_id, "2025-04-01")


def test_a_body_that_others_seated_owes_nothing_until_it_accepts():
    story = partnership(COUNCIL, TENANTS)
    story.joined(ICB, "2025-01-01", waits=True)
    for count in range(3):
        story.asked(f"ask {count}", "2025-03-03", of=ICB)
    assert warned(story, "2025-06-30", "asks-unanswered") == []
    story.accepted(ICB, "2025-07-01")
    (row,) = warned(story, "2025-07-31", "asks-unanswered")
    assert (row.party_id, str(row.since_on)) == (ICB.party_id, "2025-07-01")


def test_two_asks_and_one_answered_late_are_no_warning_and_nor_are_asks_that_nobody_has():
    story = asking(3)
    story.answered("ask 1", "2025-05-30")
    assert warned(story, "2025-06-01", "asks-unanswered") == []
    assert warned(asking(5, of=None), "2025-06-01", "asks-unanswered") == []


def test_asks_that_went_on_twice_warn_where_they_are_half_of_a_years():
    story = asking(4)
    for ask in ("ask 0", "ask 1"):
        take_over(story, ask, "2025-04-01", COUNTY)
        take_over(story, ask, "2025-05-01", ICB)
    row = only(warned(story, "2025-06-01", "asks-passed-on"))
    assert (row.found, row.of, str(row.since_on)) == (0.5, 4, "2025-05-01")
    assert warned(story, "2025-04-30", "asks-passed-on") == []
    story.asked("a fifth", "2025-06-02")
    assert warned(story, "2025-06-02", "asks-passed-on") == []


# Trust


@pytest.fixture
def fallen():
    """A council that kept ten of ten, and a year later leaves eight overdue."""
    story = partnership(since="2024-01-01")
    keep(story, 10, start="2024-06-01")
    leave_overdue(story, 8, start="2025-04-01")
    return story


def test_trust_below_the_whole_of_its_likely_range_a_year_before_warns(fallen):
    row = only(warned(fallen, "2025-08-15", "trust-fell"))
    assert (row.party_id, row.side, row.facet) == (COUNCIL.party_id, Side.RESIDENTS, Facet.RELIABILITY)
    assert str(row.before_on) == "2024-09-30"
    assert row.found < row.before_low <= row.before <= row.before_high
    assert row.found_low <= row.found <= row.found_high
    assert row.of == 18
    assert str(row.since_on) == first_day_of_stretch(fallen, "trust-fell", "2025-08-15")


def falls(story, as_of, **trust):
    """The falls of trust by a method of other base rates or of another fading."""
    shipped, own = warning_method(), method(**trust)
    scoring = replace(shipped, trust=own.trust, base_rates=own.base_rates)
    rows = early_warnings(story.at(as_of), scoring)
    return [row for row in rows if row.rule.value == "trust-fell" and row.since_on]


def test_a_fall_that_the_range_allows_is_no_warning():
    story = partnership(since="2024-01-01")
    keep(story, 10, start="2024-06-01")
    leave_overdue(story, 1, start="2025-04-01")
    assert falls(story, "2025-08-15", half_life_days=None) == [], "11 / 12 is now 11 / 13: above .76, its low end"
    leave_overdue(story, 7, start="2025-04-02", name="more")
    assert len(falls(story, "2025-08-15", half_life_days=None)) == 1


def test_a_fall_to_the_middle_warns_though_the_range_there_is_too_wide_for_enough():
    story = partnership(since="2023-01-01")
    keep(story, 5, start="2023-06-01")
    leave_overdue(story, 3, start="2024-06-01")
    row = only(warned(story, "2024-12-15", "trust-fell"))
    scoring = warning_method()
    figures = [point(story.at(day), scoring) for day in (row.before_on, "2024-12-15")]
    statuses = [opinion.status for opinion in opinions(figures, scoring)]
    assert statuses == [EvidenceStatus.ENOUGH, EvidenceStatus.SOME]
    assert row.found < row.before_low


def test_fading_beside_new_good_acts_is_no_fall_however_far_it_goes():
    story = partnership(since="2024-01-01")
    keep(story, 40, start="2024-06-01")
    keep(story, 1, start="2025-07-01", name="one more")
    assert falls(story, "2025-08-15", a=0.1, half_life_days=180) == []
    leave_overdue(story, 1, start="2025-06-01")
    assert len(falls(story, "2025-08-15", a=0.1, half_life_days=180)) == 1


def test_fading_alone_is_no_fall():
    story = partnership(since="2023-01-01")
    keep(story, 10, start="2024-06-01")
    assert [warned(story, f"2025-{month:02}-20", "trust-fell") for month in range(1, 13)] == [[]] * 12


def test_a_figure_that_was_never_surely_said_warns_of_nothing():
    story = partnership(since="2024-01-01")
    keep(story, 1, start="2024-06-01")
    leave_overdue(story, 1, start="2025-04-01")
    assert warned(story, "2025-08-15", "trust-fell") == []


# Work, disagreements, silence


def work(*people, times=10, who=TENANTS):
    story = partnership(COUNCIL, TENANTS, FORUM)
    for number in range(times):
        on = (date(2025, 1, 10) + timedelta(days=14 * number)).isoformat()
        there = [name for name, often in people if number % often == 0]
        story.met(on, on, came(COUNCIL, person="officer"), *(came(who, person=name) for name in there))
    return story


def test_two_people_who_make_two_thirds_of_a_sides_attendance_warn():
    story = work(("ann", 1), ("bob", 1), ("cat", 4), ("dee", 5), ("eve", 5))
    row = only(warned(story, "2025-06-30", "few-do-most"))
    assert (row.side, row.people, row.of, row.threshold) == (Side.RESIDENTS, 2, 5, 0.65)
    assert row.found == pytest.approx(20 / 27)
    assert str(row.since_on) == first_day_of_stretch(story, "few-do-most", "2025-06-30")


def test_one_person_who_makes_half_warns_of_one():
    story = work(("ann", 1), ("bob", 4), ("cat", 4), ("dee", 4))
    row = only(warned(story, "2025-06-30", "few-do-most"))
    assert (row.people, row.found, row.threshold) == (1, pytest.approx(10 / 19), 0.5)


def test_nobody_is_named_by_it():
    row = only(warned(work(("ann", 1), ("bob", 4), ("cat", 4), ("dee", 4)), "2025-06-30", "few-do-most"))
    assert str(an_id("ann")) not in repr(row)


@pytest.mark.parametrize(
    "story",
    [
        work(("ann", 1), ("bob", 1), ("cat", 1), ("dee", 1)),
        work(("ann", 1), ("bob", 1), ("cat", 4)),
        work(("", 1), ("", 1), ("ann", 9), ("bob", 9)),
    ],
    ids=["all come alike", "there are only three", "nobody knows who came"],
)
def test_no_few_are_warned_of_where(story):
    assert warned(story, "2025-06-30", "few-do-most") == []


def test_a_disagreement_open_for_more_than_ninety_days_warns_until_it_is_settled():
    story = partnership()
    fall_out(story, "hedge", "2025-03-01")
    assert warned(story, "2025-05-30", "open-disagreement") == []
    row = only(warned(story, "2025-05-31", "open-disagreement"))
    assert (row.thing_id, row.found, str(row.since_on)) == (an_id("hedge"), 91, "2025-05-31")
    make_up(story, "hedge", "2025-06-15")
    assert warned(story, "2025-06-15", "open-disagreement") == []


def test_the_dispute_of_a_record_counts_from_when_it_was_disputed():
    story = partnership()
    story.promised("the gate", "2025-02-01", due="2025-12-01")
    record = story.reported_done("the gate", "2025-02-20")
    story.disputed(record, "2025-03-01")
    assert str(only(warned(story, "2025-09-01", "open-disagreement")).since_on) == "2025-05-31"


def test_ninety_one_days_without_a_record_warn_and_a_late_record_of_that_time_ends_the_warning():
    story = partnership()
    story.met("last", "2025-03-01", came(TENANTS))
    assert warned(story, "2025-05-30", "nothing-recorded") == []
    assert str(only(warned(story, "2025-05-31", "nothing-recorded")).since_on) == "2025-05-31"
    story.met("written up late", "2025-04-20", came(TENANTS), recorded="2025-09-01")
    assert warned(story, "2025-05-31", "nothing-recorded") == []


def test_a_pause_silences_what_is_about_meeting_until_somebody_meets_and_the_end_silences_all():
    story = partnership()
    fall_out(story, "hedge", "2025-01-01")
    story.tell(PartnershipPaused(happened="2025-02-01", pause_id=an_id("pause")))
    assert [row.rule.value for row in warned(story, "2025-12-31")] == ["open-disagreement"]
    story.met("again", "2026-01-10", came(TENANTS))
    assert warned(story, "2026-06-01", "nothing-recorded")
    story.tell(PartnershipClosed(happened="2026-06-01", closure_id=an_id("closure")))
    assert warned(story, "2026-06-01") == []


# Where the record ends


def imported(**more):
    """A partnership of which only an import of March 2025 tells: three promises of the council, due in April."""
    story = partnership()
    for number in range(3):
        story.promised(
            f"promise {number}", f"2025-03-0{number + 1}", due="2025-04-01", by=COUNCIL, claimed="2025-03-10", **more
        )
    return story


def state(story, as_of, rule):
    rows = early_warnings(story.at(as_of), warning_method())
    return {row.state.value for row in rows if row.rule.value == rule}


@pytest.mark.parametrize("rule", ["promises-overdue", "nothing-recorded"])
def test_what_falls_after_the_last_record_of_an_import_is_not_recorded_and_no_warning(rule):
    assert state(imported(), "2025-08-01", rule) == {"not-recorded"}


def test_an_import_that_reaches_further_shows_that_they_are_overdue():
    story = imported()
    story.met("a year on", "2025-12-01", came(TENANTS), claimed="2025-12-02")
    assert state(story, "2025-08-01", "promises-overdue") == {"holds"}


@pytest.mark.parametrize("rule", ["promises-overdue", "nothing-recorded"])
def test_somebody_who_records_with_a_key_would_have_told(rule):
    story = imported()
    story.met("by key", "2025-03-20", came(TENANTS))
    assert state(story, "2025-08-01", rule) == {"holds"}
