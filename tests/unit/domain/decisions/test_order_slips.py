"""An event that would have happened before that which it must follow is recorded as sent, and asked about once."""

from msgspec.structs import replace

from domain.decisions.commitments import ConfirmFulfilment, ReportFulfilment
from domain.decisions.interactions import ShareNotes
from domain.decisions.records import CorrectRecord
from domain.decisions.warnings import Slip
from domain.events.asks import AskAnswered, AskRaised
from domain.events.interactions import InteractionPlanned, InteractionRecorded
from domain.vocabulary import Answer, AskKind, InteractionKind, Side
from tests.support.given_commands import event_id_of, given
from tests.support.promise_commands import MADE, PROMISE_ID
from tests.support.small_world import COUNCIL, OFFICER, RESIDENT, SEALED, STEWARD, TENANTS, an_id

MEETING = an_id("a meeting")
PLANNED = InteractionPlanned(
    happened="2026-01-01", interaction_id=MEETING, kind=InteractionKind.MEETING, planned_for="2026-03-01"
)
HELD = InteractionRecorded(happened="2026-03-01", interaction_id=MEETING, kind=InteractionKind.MEETING, participants=())
ASKED = AskRaised(
    happened="2026-02-01",
    ask_id=an_id("ask"),
    kind=AskKind.REQUEST,
    raised_by=TENANTS,
    text=SEALED,
    addressee=COUNCIL,
)
ANSWERED = AskAnswered(
    happened="2026-02-20", ask_id=ASKED.ask_id, answered_by=COUNCIL, answer=Answer.ADOPTED, reasons=SEALED
)


def slips(hearing):
    """The slips in the order, each with its place and the events it is about."""
    warned = [warning for draft in hearing.drafts for warning in draft.warnings]
    return [(each.pointer, each.about) for each in warned if each.code == Slip.IMPOSSIBLE_ORDER]


def test_what_is_promised_was_not_done_before_it_was_promised():
    report = ReportFulfilment(commitment=PROMISE_ID, claimed_by=COUNCIL.party_id, done="2019-01-01")
    assert slips(given(MADE).when(report, by=OFFICER)) == [("#/done", (event_id_of(MADE),))]
    assert slips(given(MADE).when(replace(report, done=MADE.happened), by=OFFICER)) == []


def test_the_same_holds_for_the_word_of_whom_it_was_promised_to():
    word = ConfirmFulfilment(commitment=PROMISE_ID, confirmed_by=TENANTS.party_id, done="2019-01-01")
    assert slips(given(MADE).when(word, by=RESIDENT)) == [("#/done", (event_id_of(MADE),))]


def test_notes_are_not_shared_between_the_plan_of_a_meeting_and_the_meeting():
    share = ShareNotes(interaction=MEETING, shared_with=(Side.RESIDENTS,), happened="2026-02-01")
    assert slips(given(PLANNED, HELD).when(share, by=OFFICER)) == [("#/happened", (event_id_of(HELD),))]
    assert slips(given(PLANNED, HELD).when(replace(share, happened="2026-03"), by=OFFICER)) == []


def test_a_correction_is_asked_about_that_moves_a_thing_behind_what_followed_it():
    later = CorrectRecord(record=event_id_of(ASKED), changes={"happened": "2026-03-01"}, reasons="a slip")
    assert slips(given(ASKED, ANSWERED).when(later, by=STEWARD)) == [("#/changes", (event_id_of(ANSWERED),))]
    earlier = replace(later, changes={"happened": "2026-02-10"})
    assert slips(given(ASKED, ANSWERED).when(earlier, by=STEWARD)) == []
