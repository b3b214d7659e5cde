"""When the day of a meeting is put right, what took its day from it moves with it, in the same append."""

from msgspec.structs import replace

from domain.decisions.asks import RaiseAsk
from domain.decisions.commitments import AcknowledgeCommitment, MakeCommitment
from domain.decisions.decisions import TakeDecision
from domain.decisions.interactions import AddToInteraction, Attendee, RecordInteraction
from domain.decisions.records import CorrectRecord, WithdrawRecord
from domain.decisions.references import Here
from domain.decisions.refusals import Code
from domain.decisions.warnings import Slip
from domain.events.asks import AskRaised
from domain.events.commitments import CommitmentAcknowledged, CommitmentMade
from domain.events.decisions import DecisionAttested, DecisionTaken
from domain.events.interactions import InteractionRecorded, MinutesApproved, NotesShared
from domain.events.records import RecordConfirmed, RecordDisputed
from domain.vocabulary import AskKind, InteractionKind, Level, Side
from tests.support.given_commands import Past, given, past, recorded_now
from tests.support.promise_commands import MADE, PROMISE_ID
from tests.support.small_world import COUNCIL, OFFICER, RESIDENT, SEALED, STEWARD, TENANTS, an_id

DAY, RIGHT_DAY = "2026-03-14", "2026-03-12"
MEETING = RecordInteraction(
    kind=InteractionKind.MEETING,
    happened=DAY,
    participants=(Attendee(party=COUNCIL.party_id), Attendee(party=TENANTS.party_id)),
    asks=(RaiseAsk(kind=AskKind.REQUEST, raised_by=TENANTS.party_id, text="Mend the swings"),),
    decisions=(TakeDecision(title="Mend them", decided_by=COUNCIL.party_id),),
    commitments=(
        MakeCommitment(promisers=(COUNCIL.party_id,), promisees=(TENANTS.party_id,), text="We will", due="2026-06"),
        MakeCommitment(promisers=(COUNCIL.party_id,), promisees=(TENANTS.party_id,), text="Now", happened="2026-03-20"),
    ),
    notes_shared_with=(Side.RESIDENTS,),
)


def told(command=MEETING, *, by=OFFICER, after=(), name="the meeting"):
    """Record something on top of what was told, each with an id of its own."""
    drafts = given(*after).when(command, by=by, command_id=an_id(name)).drafts
    return [recorded_now(each) for each in drafts]


def one(body, records):
    return next(each for each in records if isinstance(each.body, body))


def moving(records, day=RIGHT_DAY):
    return CorrectRecord(
        record=one(InteractionRecorded, records).event_id, changes={"happened": day}, reasons="Misread"
    )


def moved(records, day=RIGHT_DAY, *, by=OFFICER):
    """Correct the day of the meeting; gives the records corrected with it, and that all of them say the day."""
    meeting, *others = given(*records).when(moving(records, day), by=by).drafts
    assert meeting.replacement.happened == day
    assert all(each.replacement == replace(each.replacement, happened=day) for each in others)
    return {each.body.record_id for each in others}


def of(records, *bodies):
    return {each.event_id for each in records if isinstance(each.body, bodies) and each.body.happened == DAY}


def test_what_took_its_day_from_a_meeting_moves_with_it_and_what_says_another_stays():
    records = told()
    assert moved(records) == of(records, AskRaised, DecisionTaken, CommitmentMade, NotesShared)
    assert moved(records, "2026-03-16") == moved(records)


def test_only_the_day_changes_and_the_words_stay():
    records = told()
    _, *others = given(*records).when(moving(records), by=OFFICER).drafts
    for correction in others:
        before = next(record.body for record in records if record.event_id == correction.body.record_id)
        assert correction.replacement == replace(before, happened=RIGHT_DAY)


def test_what_was_added_to_the_meeting_later_moves_too():
    records = told()
    add = AddToInteraction(
        interaction=one(InteractionRecorded, records).body.interaction_id,
        asks=(RaiseAsk(kind=AskKind.QUESTION, raised_by=COUNCIL.party_id, text="When?"),),
    )
    additions = told(add, after=records, name="what was added")
    assert one(AskRaised, additions).event_id in moved([*records, *additions])


def test_nothing_moves_when_something_else_is_put_right():
    records = told()
    command = CorrectRecord(
        record=one(InteractionRecorded, records).event_id, changes={"mode": "online"}, reasons="Misread"
    )
    assert len(given(*records).when(command, by=OFFICER).drafts) == 1


def test_what_another_side_agreed_to_as_it_reads_keeps_its_day():
    records = told()
    promise, ask = one(CommitmentMade, records), one(AskRaised, records)
    others = of(records, DecisionTaken, NotesShared)
    acknowledged = CommitmentAcknowledged(
        happened="2026-04", commitment_id=promise.body.commitment_id, acknowledged_by=TENANTS
    )
    confirmed = RecordConfirmed(happened="2026-04", record_id=ask.event_id, confirmed_by=TENANTS)
    assert moved([*records, acknowledged, confirmed]) == others
    assert moved([*records, acknowledged, confirmed], by=STEWARD) == others


def test_minutes_that_another_side_approved_hold_every_day_and_ones_own_hold_none():
    records = told()
    minutes = MinutesApproved(
        happened="2026-04",
        interaction_id=one(InteractionRecorded, records).body.interaction_id,
        approving_interaction_id=an_id("the next meeting"),
        sides_present=(Side.RESIDENTS,),
    )
    assert moved([*records, minutes]) == set()
    own = replace(minutes, sides_present=(Side.GOVERNMENT,))
    assert moved([*records, own]) == of(records, AskRaised, DecisionTaken, NotesShared)


def test_anothers_word_keeps_its_day_and_a_steward_moves_it():
    records = told()
    ask = one(AskRaised, records)
    theirs = Past(body=ask.body, word=TENANTS, partition_id=ask.partition_id, event_id=ask.event_id)
    mixed = [theirs if each is ask else each for each in records]
    assert ask.event_id not in moved(mixed)
    assert ask.event_id in moved(mixed, by=STEWARD)


def test_what_would_come_before_the_thing_it_is_about_keeps_its_day():
    acknowledgement = AcknowledgeCommitment(commitment=PROMISE_ID, acknowledged_by=COUNCIL.party_id)
    records = [past(MADE), *told(replace(MEETING, acknowledgements=(acknowledgement,)), after=(MADE,))]
    acknowledged = one(CommitmentAcknowledged, records).event_id
    assert acknowledged in moved(records, MADE.happened)
    assert acknowledged not in moved(records, "2026-01-05")


def test_what_is_about_a_thing_that_began_at_the_meeting_moves_after_it():
    acknowledgement = AcknowledgeCommitment(commitment=Here(0), acknowledged_by=COUNCIL.party_id)
    records = told(replace(MEETING, acknowledgements=(acknowledgement,)))
    assert one(CommitmentAcknowledged, records).event_id in moved(records)


def test_an_attested_decision_of_the_meeting_moves_though_it_names_no_meeting():
    records = told()
    attested = DecisionAttested(
        happened=DAY,
        decision_id=one(DecisionTaken, records).body.decision_id,
        attested_by=TENANTS,
        led_by=TENANTS,
        level_practised=Level.INVOLVE,
    )
    theirs = Past(body=attested, word=TENANTS, partition_id=records[0].partition_id, event_id=an_id("attested"))
    assert theirs.event_id in moved([*records, theirs], by=STEWARD)
    assert theirs.event_id not in moved([*records, theirs])


def test_a_meeting_moved_before_and_once_more_takes_its_items_along_both_times():
    records = told()
    first = given(*records).when(moving(records), by=OFFICER, command_id=an_id("first")).drafts
    again = [*records, *(recorded_now(each) for each in first)]
    assert moved(again, "2026-03-10") == {each.body.record_id for each in first[1:]}


def test_a_day_that_has_not_come_moves_nothing():
    records = told()
    given(*records).when(moving(records, "2027-01-01"), by=OFFICER).then_refused(
        Code.IN_THE_FUTURE, at="#/changes/happened"
    )


def test_a_disputed_item_moves_as_its_own_side_may_still_correct_it():
    records = told()
    ask = one(AskRaised, records)
    disputed = RecordDisputed(happened="2026-04", record_id=ask.event_id, disputed_by=TENANTS, reasons=SEALED)
    assert ask.event_id in moved([*records, disputed])


def test_a_meeting_that_was_withdrawn_leaves_its_promises_where_they_are():
    records = told()
    command = WithdrawRecord(record=one(InteractionRecorded, records).event_id, reasons="Another's")
    assert len(given(*records).when(command, by=OFFICER).drafts) == 1


def test_nobody_else_moves_a_meeting():
    records = told()
    given(*records).when(moving(records), by=RESIDENT).then_refused(Code.ONLY_WHO_RECORDED_IT)


def test_the_receipt_says_which_of_them_keep_their_day():
    records = told()
    promise = one(CommitmentMade, records)
    acknowledged = CommitmentAcknowledged(
        happened="2026-04", commitment_id=promise.body.commitment_id, acknowledged_by=TENANTS
    )
    (warning,) = given(*records, acknowledged).when(moving(records), by=OFFICER).drafts[0].warnings
    assert (warning.code, warning.pointer, warning.about) == (
        Slip.KEEPS_ITS_DAY,
        "#/changes/happened",
        (promise.event_id,),
    )
    assert given(*records).when(moving(records), by=OFFICER).drafts[0].warnings == ()
