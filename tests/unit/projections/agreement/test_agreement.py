"""Whose word a statement is, and how silence, minutes, disputes and their endings change it."""

from domain.events.partnerships import MemberLeft, RuleAdopted
from domain.events.records import DisputeResolved, RecordConfirmed
from domain.vocabulary import ResolutionOutcome, Side
from projections.agreement.agreement import agreement
from projections.agreement.parties import parties_between
from projections.agreement.silence import Notice
from projections.agreement.steps import Agreed, step_at
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import CHARITY, COUNCIL, COUNTY, FORUM, RESIDENTS, TENANTS, PartnershipStory, an_id

METHOD = folkmoot_2026()
BOTH = parties_between([COUNCIL], [TENANTS])


def told_a_report(*, seats=(TENANTS,), **how):
    story = PartnershipStory()
    for seat in seats:
        story.joined(seat, "2025-01-01")
    story.promised("lights", "2026-01-01", due="2026-02-01")
    return story, story.reported_done("lights", "2026-01-20", **how)


def agreed(story, event_id, as_of, *, parties=BOTH, known_at=None, notice=Notice.ORDINARY, bearing=()):
    history = story.at(as_of, known_at=known_at)
    facts = [history.fact(each) for each in bearing if history.fact(each)]
    course = agreement(history, METHOD, history.fact(event_id), parties, notice=notice, further_acts=facts)
    return step_at(course, history.end)


def resolved(story, record_id, on, by, outcome, *, as_resolver=False):
    body = DisputeResolved(happened=on, record_id=record_id, agreed_by=by, outcome=outcome, as_resolver=as_resolver)
    return story.tell(body, by=by)


def test_what_only_the_side_that_gains_asserts_is_reported():
    story, report = told_a_report()
    assert agreed(story, report, "2026-01-31").agreed is Agreed.REPORTED


def test_whose_pen_held_it_does_not_matter():
    story, report = told_a_report(pen=Side.RESIDENTS)
    assert agreed(story, report, "2026-01-31").agreed is Agreed.REPORTED


def test_the_other_side_agrees_by_confirming_from_the_day_it_does():
    story, report = told_a_report()
    story.confirmed(report, "2026-02-03")
    assert agreed(story, report, "2026-02-02").agreed is Agreed.REPORTED
    assert agreed(story, report, "2026-02-03").agreed is Agreed.CONFIRMED


def test_a_confirmation_in_the_word_of_the_side_that_gains_is_its_own_word():
    story, report = told_a_report()
    story.tell(RecordConfirmed(happened="2026-02-03", record_id=report, confirmed_by=TENANTS), by=COUNCIL)
    assert agreed(story, report, "2026-02-10").agreed is Agreed.REPORTED
    story.tell(RecordConfirmed(happened="2026-02-03", record_id=report, confirmed_by=TENANTS), by=CHARITY)
    assert agreed(story, report, "2026-02-10").agreed is Agreed.CONFIRMED


def test_minutes_approved_with_that_side_present_agree_every_item():
    story = PartnershipStory()
    story.met("board", "2026-01-20")
    promise = story.promised("lights", "2026-01-20", by=None, details={"interaction_id": an_id("board")})
    story.minuted("board", "2026-02-20", Side.GOVERNMENT)
    parties = parties_between([TENANTS], [COUNCIL])
    assert agreed(story, promise, "2026-02-19", parties=parties).agreed is Agreed.REPORTED
    assert agreed(story, promise, "2026-02-20", parties=parties).agreed is Agreed.MINUTES
    assert agreed(story, promise, "2026-02-20", parties=BOTH).agreed is Agreed.REPORTED


def test_silence_agrees_after_the_notice_while_that_side_has_a_member():
    story, report = told_a_report()
    assert agreed(story, report, "2026-02-16").agreed is Agreed.REPORTED
    assert agreed(story, report, "2026-02-17").agreed is Agreed.TACIT


def test_nobody_agrees_by_silence_who_has_no_seat():
    story, report = told_a_report(seats=(COUNCIL,))
    assert agreed(story, report, "2027-02-17").agreed is Agreed.REPORTED


def test_notice_runs_from_the_recording_not_from_the_happening():
    story, report = told_a_report(recorded="2026-06-01")
    assert agreed(story, report, "2026-06-28").agreed is Agreed.REPORTED
    assert agreed(story, report, "2026-06-29").agreed is Agreed.TACIT


def test_silence_up_to_the_position_asked_about_counts_for_earlier_days_too():
    story, report = told_a_report()
    story.promised("bins", "2026-07-01")
    assert agreed(story, report, "2026-01-21").agreed is Agreed.TACIT
    assert agreed(story, report, "2026-01-21", known_at=3).agreed is Agreed.REPORTED


def test_notice_stands_still_while_the_seat_is_empty():
    story, report = told_a_report()
    story.tell(MemberLeft(happened="2026-01-30", member_id=an_id(f"seat of {TENANTS.party_id}"), party=TENANTS))
    story.joined(FORUM, "2026-03-01")
    assert agreed(story, report, "2026-02-28").agreed is Agreed.REPORTED
    assert agreed(story, report, "2026-03-19").agreed is Agreed.REPORTED
    assert agreed(story, report, "2026-03-20").agreed is Agreed.TACIT


def test_a_promise_laid_at_a_bodys_door_is_agreed_after_ten_working_days():
    story = PartnershipStory()
    story.joined(COUNCIL, "2025-01-01")
    promise = story.promised("lights", "2026-03-27", by=TENANTS)
    parties = parties_between([TENANTS], [COUNCIL])
    easter_passed = "2026-04-14"
    assert agreed(story, promise, "2026-04-13", parties=parties, notice=Notice.PROMISE).agreed is Agreed.REPORTED
    assert agreed(story, promise, easter_passed, parties=parties, notice=Notice.PROMISE).agreed is Agreed.TACIT


def test_a_dispute_breaks_the_silence():
    story, report = told_a_report()
    story.disputed(report, "2026-02-10")
    step = agreed(story, report, "2026-06-01")
    assert (step.agreed, step.disputed, step.stands) == (Agreed.REPORTED, True, False)


def test_a_dispute_after_the_notice_leaves_it_tacit_and_disputed():
    story, report = told_a_report()
    story.disputed(report, "2026-03-10")
    assert agreed(story, report, "2026-03-09").stands
    step = agreed(story, report, "2026-06-01")
    assert (step.agreed, step.disputed) == (Agreed.TACIT, True)


def test_a_disputer_who_then_confirms_has_settled():
    story, report = told_a_report()
    story.disputed(report, "2026-02-10")
    story.confirmed(report, "2026-03-01")
    assert agreed(story, report, "2026-02-28").disputed
    assert agreed(story, report, "2026-03-01").stands


def test_another_body_confirming_does_not_end_someones_dispute():
    story, report = told_a_report()
    story.disputed(report, "2026-02-10", by=FORUM)
    story.confirmed(report, "2026-03-01", by=TENANTS)
    assert agreed(story, report, "2026-03-01").disputed


def test_a_dispute_ends_when_both_sides_say_the_same():
    story, report = told_a_report()
    story.disputed(report, "2026-02-10")
    resolved(story, report, "2026-03-01", COUNCIL, ResolutionOutcome.STANDS)
    assert agreed(story, report, "2026-03-01").disputed
    resolved(story, report, "2026-03-02", TENANTS, ResolutionOutcome.SET_ASIDE)
    assert agreed(story, report, "2026-03-02").disputed
    resolved(story, report, "2026-03-03", TENANTS, ResolutionOutcome.STANDS)
    step = agreed(story, report, "2026-03-03")
    assert (step.agreed, step.disputed) == (Agreed.CONFIRMED, False)


def test_both_sides_may_set_a_statement_aside():
    story, report = told_a_report()
    story.disputed(report, "2026-02-10")
    resolved(story, report, "2026-03-01", COUNCIL, ResolutionOutcome.SET_ASIDE)
    resolved(story, report, "2026-03-01", TENANTS, ResolutionOutcome.SET_ASIDE)
    assert agreed(story, report, "2026-03-01").void


def test_the_resolver_accepted_by_rule_ends_a_dispute_alone():
    story, report = told_a_report()
    story.disputed(report, "2026-02-10")
    resolved(story, report, "2026-03-01", CHARITY, ResolutionOutcome.STANDS, as_resolver=True)
    assert agreed(story, report, "2026-03-01").disputed
    story.tell(RuleAdopted(happened="2026-03-02", rule_id=an_id("rule"), resolver=CHARITY))
    assert agreed(story, report, "2026-03-02").disputed
    resolved(story, report, "2026-03-03", CHARITY, ResolutionOutcome.STANDS, as_resolver=True)
    assert agreed(story, report, "2026-03-03").stands


def test_the_side_that_gains_never_resolves_alone():
    story, report = told_a_report()
    story.tell(RuleAdopted(happened="2026-01-02", rule_id=an_id("rule"), resolver=COUNTY))
    story.disputed(report, "2026-02-10")
    resolved(story, report, "2026-03-01", COUNTY, ResolutionOutcome.STANDS, as_resolver=True)
    resolved(story, report, "2026-03-01", COUNCIL, ResolutionOutcome.STANDS)
    assert agreed(story, report, "2026-03-01").disputed


def test_a_disputed_confirmation_restores_what_was_before_it():
    story, report = told_a_report(seats=())
    confirmation = story.confirmed(report, "2026-02-03")
    story.disputed(confirmation, "2026-02-05")
    assert agreed(story, report, "2026-02-04").stands
    step = agreed(story, report, "2026-02-05")
    assert (step.agreed, step.disputed) == (Agreed.REPORTED, False)


def test_within_one_side_only_the_body_named_may_agree():
    story, report = told_a_report()
    parties = parties_between([COUNCIL], [COUNTY])
    story.confirmed(report, "2026-02-03", by=TENANTS)
    assert agreed(story, report, "2026-02-10", parties=parties).agreed is Agreed.REPORTED
    story.confirmed(report, "2026-02-04", by=COUNTY)
    assert agreed(story, report, "2026-02-10", parties=parties).agreed is Agreed.CONFIRMED


def test_any_other_resident_body_speaks_for_residents_at_large():
    parties = parties_between([TENANTS], [RESIDENTS])
    assert parties.agrees(FORUM)
    assert not parties.agrees(TENANTS)
    assert parties.gains(TENANTS)
    assert not parties.gains(FORUM)


def test_every_step_of_a_course_is_what_was_asked_as_of_that_day():
    story, report = told_a_report(seats=(TENANTS, COUNCIL))
    story.disputed(report, "2026-02-10")
    story.confirmed(report, "2026-03-01")
    story.tell(MemberLeft(happened="2026-03-05", member_id=an_id(f"seat of {TENANTS.party_id}"), party=TENANTS))
    whole = story.at("2026-12-31")
    course = agreement(whole, METHOD, whole.fact(report), BOTH)
    for as_of in ("2026-01-20", "2026-02-09", "2026-02-10", "2026-02-28", "2026-03-01", "2026-04-01"):
        then = story.at(as_of)
        assert step_at(course, then.end) == step_at(agreement(then, METHOD, then.fact(report), BOTH), then.end)
