"""Rating a body, counting the ratings of many, and who was taking part."""

from domain.decisions.experience import GiveFeedback, RecordProfile, RecordPulse
from domain.decisions.refusals import Code
from domain.events.experience import FeedbackGiven, Group, ProfileObserved, PulseObserved
from domain.events.tags import tag
from domain.values import Plain
from domain.vocabulary import Facet, Side
from tests.support.given_commands import given, new, records, refuses
from tests.support.small_world import (
    AMINA,
    COUNCIL,
    GONE,
    OFFICER,
    RESIDENT,
    STEWARD,
    STRANGER,
    TENANTS,
    TODAY,
    WORKER,
    an_id,
    seated,
)


@records(GiveFeedback)
def test_a_rating_stands_under_the_raters_side_and_its_comment_is_theirs():
    command = GiveFeedback(about=COUNCIL.party_id, rater=AMINA, facet=Facet.OPENNESS, score=2, comment="Slow")
    sits = seated(TENANTS, an_id("her seat"), person_id=an_id(AMINA))
    (draft,) = given(sits).when(command, by=RESIDENT).drafts
    assert draft.body == FeedbackGiven(
        happened=TODAY,
        feedback_id=new("feedback"),
        about=COUNCIL,
        rater_side=Side.RESIDENTS,
        rater_id=an_id(AMINA),
        facet=Facet.OPENNESS,
        score=2,
        comment=Plain("Slow"),
    )
    assert tag("subject", an_id(AMINA)) in draft.tags


@refuses(GiveFeedback, Code.MAY_NOT_SPEAK_FOR)
def test_nobody_rates_in_the_name_of_another_side():
    command = GiveFeedback(about=COUNCIL.party_id, rater=AMINA, rater_side=Side.RESIDENTS, score=5)
    given().when(command, by=OFFICER).then_refused(Code.MAY_NOT_SPEAK_FOR, at="#/rater_side")
    assert given().when(command, by=STEWARD).drafts


def test_a_rater_is_somebody_known_and_not_forgotten():
    for rater, code in ((STRANGER, Code.UNKNOWN_PERSON), (GONE, Code.SUBJECT_ERASED)):
        command = GiveFeedback(about=COUNCIL.party_id, rater=rater, score=5)
        given().when(command, by=RESIDENT).then_refused(code, at="#/rater")


@records(RecordPulse)
def test_a_pulse_carries_five_counts():
    command = RecordPulse(about=COUNCIL.party_id, rater_side=Side.RESIDENTS, counts=(1, 0, 2, 3, 4), happened="2026-10")
    given().when(command, by=WORKER).then(
        PulseObserved(
            happened="2026-10",
            pulse_id=new("pulse"),
            about=COUNCIL,
            rater_side=Side.RESIDENTS,
            facet=Facet.EXPRESSED,
            counts=(1, 0, 2, 3, 4),
        )
    )


@refuses(RecordPulse, Code.NOTHING_TO_RECORD)
def test_a_pulse_that_nobody_answered_is_none():
    command = RecordPulse(about=COUNCIL.party_id, rater_side=Side.RESIDENTS, counts=(0, 0, 0, 0, 0))
    given().when(command, by=WORKER).then_refused(Code.NOTHING_TO_RECORD, at="#/counts")


@records(RecordProfile)
def test_groups_are_recorded_as_totals():
    groups = (Group("under 25", 3, 0.2), Group("25 and over", 17, 0.8))
    given().when(RecordProfile(groups=groups), by=WORKER).then(
        ProfileObserved(happened=TODAY, profile_id=new("profile"), groups=groups)
    )
