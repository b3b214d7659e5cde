"""Seats as rows, and whether they keep to the partnership's own rules."""

from domain.events.partnerships import MemberJoined, MemberLeft, RuleAdopted
from domain.events.registries import PartySucceeded
from domain.vocabulary import Role
from projections.views.composition import Requirement, composition
from projections.views.members import members
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import COUNCIL, COUNTY, FORUM, ICB, TENANTS, PartnershipStory, an_id

METHOD = folkmoot_2026()


def left(story, who, on):
    return story.tell(MemberLeft(happened=on, member_id=an_id(f"seat of {who.party_id}"), party=who))


def ruled(story, on, **rules):
    how = {"recorded": rules.pop("recorded", None)}
    return story.tell(RuleAdopted(happened=on, rule_id=an_id(f"rule {on}"), **rules), **how)


def kept(story, as_of, **limits):
    return {row.requirement: row for row in composition(story.at(as_of, **limits), METHOD)}


def test_a_seat_is_held_from_joining_until_leaving():
    story = PartnershipStory()
    joined = story.joined(TENANTS, "2025-01-01")
    leaving = left(story, TENANTS, "2026-02-01")
    (row,) = members(story.at("2026-01-31"), METHOD)
    assert (row.until_on, row.is_taken) == (None, True)
    (row,) = members(story.at("2026-02-01"), METHOD)
    assert (row.since_on.isoformat(), row.until_on.isoformat(), row.is_taken) == ("2025-01-01", "2026-02-01", False)
    assert row.causes == (joined, leaving)


def test_a_successor_sits_on_in_the_same_seat():
    story = PartnershipStory()
    story.joined(COUNCIL, "2025-01-01", voting=False)
    story.tell(
        PartySucceeded(happened="2025-04-01", succession_id=an_id("merger"), predecessor=COUNCIL, successor=COUNTY)
    )
    first, second = members(story.at("2026-01-01"), METHOD)
    assert (first.party_id, first.is_taken, second.party_id, second.is_taken) == (
        COUNCIL.party_id,
        False,
        COUNTY.party_id,
        True,
    )
    assert first.member_id == second.member_id
    assert not second.is_voting


def test_a_row_says_that_somebody_sits_and_never_who():
    story = PartnershipStory()
    story.tell(
        MemberJoined(
            happened="2025-01-01", member_id=an_id("seat"), party=TENANTS, role=Role.CHAIR, person_id=an_id("anna")
        )
    )
    (row,) = members(story.at("2026-01-01"), METHOD)
    assert row.is_held_by_person
    assert str(an_id("anna")) not in repr(row)


def test_votes_are_held_against_the_rule():
    story = PartnershipStory()
    rule = ruled(story, "2025-01-01", residents_voting_share_min=0.5, members_min=3)
    for who, votes in ((TENANTS, True), (COUNCIL, True), (ICB, False)):
        story.joined(who, "2025-01-01", voting=votes)
    requirements = kept(story, "2026-01-01")
    share = requirements[Requirement.RESIDENTS_VOTING_SHARE]
    assert (share.required, share.actual, share.seats, share.is_met) == (0.5, 0.5, 2, True)
    assert share.causes[0] == rule
    assert requirements[Requirement.MEMBERS].is_met
    left(story, TENANTS, "2026-02-01")
    requirements = kept(story, "2026-03-01")
    assert (requirements[Requirement.RESIDENTS_VOTING_SHARE].actual, requirements[Requirement.MEMBERS].is_met) == (
        0.0,
        False,
    )


def test_without_a_rule_or_votes_nothing_is_kept_or_broken():
    story = PartnershipStory()
    story.joined(ICB, "2025-01-01", voting=False)
    requirements = kept(story, "2026-01-01")
    assert (requirements[Requirement.MEMBERS].actual, requirements[Requirement.MEMBERS].is_met) == (1.0, None)
    assert (
        requirements[Requirement.RESIDENTS_VOTING_SHARE].actual,
        requirements[Requirement.RESIDENTS_VOTING_SHARE].required,
    ) == (
        None,
        None,
    )


def test_a_rule_binds_from_its_adoption_or_its_recording_whichever_is_later():
    story = PartnershipStory()
    story.joined(FORUM, "2025-01-01")
    ruled(story, "2025-01-01", members_min=1)
    ruled(story, "2025-06-01", members_min=2, recorded="2025-09-01")
    assert kept(story, "2025-08-31")[Requirement.MEMBERS].required == 1.0
    september = kept(story, "2025-09-01")[Requirement.MEMBERS]
    assert (september.required, september.rule_since_on.isoformat(), september.is_met) == (2.0, "2025-09-01", False)


def test_a_rule_on_something_else_leaves_this_one_in_force():
    story = PartnershipStory()
    story.joined(FORUM, "2025-01-01")
    ruled(story, "2025-01-01", members_min=1)
    ruled(story, "2025-06-01", quorum=3)
    assert kept(story, "2026-01-01")[Requirement.MEMBERS].required == 1.0
