"""Confirming, disputing, settling, correcting and withdrawing any record; replying to a figure."""

from domain.decisions.commitments import ReportFulfilment
from domain.decisions.records import (
    AttachReply,
    ConfirmRecord,
    CorrectRecord,
    DisputeRecord,
    ResolveDispute,
    WithdrawRecord,
)
from domain.decisions.refusals import Code
from domain.events import encode
from domain.events.commitments import CommitmentMade, FulfilmentClaimed
from domain.events.declaration import name_of
from domain.events.interactions import InteractionRecorded
from domain.events.partnerships import PartnershipClosed, RuleAdopted
from domain.events.records import (
    DisputeResolved,
    RecordConfirmed,
    RecordCorrected,
    RecordDisputed,
    RecordWithdrawn,
    ReplyAttached,
)
from domain.events.stewardship import TextRedacted
from domain.events.tags import mending_tags, tag
from domain.values import Plain
from domain.vocabulary import Facet, InteractionKind, PartyKind, ResolutionOutcome
from tests.support.given_commands import elsewhere, event_id_of, given, new, past, records, refuses
from tests.support.promise_commands import MADE, PROMISE_ID
from tests.support.small_world import (
    BOARD_ID,
    COUNCIL,
    LOTTERY,
    NOBODY_KNOWS,
    OBSERVER,
    OFFICER,
    PLACE,
    PLACE_ID,
    POLICE,
    RESIDENT,
    SEALED,
    SERGEANT,
    STEWARD,
    TENANTS,
    TODAY,
    WORKER,
    a_key,
    a_party,
    an_id,
    registered,
)
from tests.unit.domain.decisions.test_interactions import THEY_MET

RECORD = event_id_of(MADE)
CONFIRM = ConfirmRecord(record=RECORD, confirmed_by=TENANTS.party_id)
DISPUTE = DisputeRecord(record=RECORD, disputed_by=TENANTS.party_id, reasons="Never said")
CORRECT = CorrectRecord(record=RECORD, changes={"due": "2026-09"}, reasons="Misheard")
WITHDRAW = WithdrawRecord(record=RECORD, reasons="Another meeting's")
DISPUTED = RecordDisputed(happened="2026-05", record_id=RECORD, disputed_by=TENANTS, reasons=SEALED)
RESOLVED = DisputeResolved(happened="2026-06", record_id=RECORD, agreed_by=COUNCIL, outcome=ResolutionOutcome.STANDS)
RESOLVER = RuleAdopted(happened="2026-01", rule_id=an_id("a rule"), resolver=LOTTERY)
REDACTED = TextRedacted(happened="2026-05", record_id=RECORD, field="text", ground="names a child")
CLOSED = PartnershipClosed(happened="2026-10", closure_id=an_id("the end"))


def correction_of(record: CommitmentMade, **changes: object) -> RecordCorrected:
    body = CommitmentMade(**{**{f: getattr(record, f) for f in record.__struct_fields__}, **changes})
    return RecordCorrected(
        happened="2026-05",
        record_id=event_id_of(record),
        replacement_name=name_of(body),
        replacement_version=1,
        replacement=encode(body),
        reasons=SEALED,
    )


@records(ConfirmRecord)
def test_another_side_says_that_a_record_is_right():
    given(MADE).when(CONFIRM, by=RESIDENT).then(RecordConfirmed(happened=TODAY, record_id=RECORD, confirmed_by=TENANTS))


@refuses(ConfirmRecord, Code.ONLY_ANOTHER_SIDE)
def test_no_side_confirms_its_own_word():
    command = ConfirmRecord(record=RECORD, confirmed_by=COUNCIL.party_id)
    given(MADE).when(command, by=OFFICER).then_refused(Code.ONLY_ANOTHER_SIDE, at="#/confirmed_by")


@records(DisputeRecord)
def test_a_record_is_disputed_again_once_a_dispute_has_been_answered():
    disputed = RecordDisputed(happened=TODAY, record_id=RECORD, disputed_by=TENANTS, reasons=Plain("Never said"))
    given(MADE).when(DISPUTE, by=RESIDENT).then(disputed)
    given(MADE, DISPUTED, RESOLVED).when(DISPUTE, by=RESIDENT).then(disputed)


@refuses(DisputeRecord, Code.ALREADY_DONE)
def test_a_body_disputes_a_record_once_at_a_time():
    given(MADE, DISPUTED).when(DISPUTE, by=RESIDENT).then_refused(Code.ALREADY_DONE, at="#/disputed_by")


@records(ResolveDispute)
def test_either_side_agrees_how_a_dispute_ends():
    for party, key in ((COUNCIL, OFFICER), (TENANTS, RESIDENT)):
        command = ResolveDispute(record=RECORD, agreed_by=party.party_id, outcome=ResolutionOutcome.SET_ASIDE)
        given(MADE, DISPUTED).when(command, by=key).then(
            DisputeResolved(happened=TODAY, record_id=RECORD, agreed_by=party, outcome=ResolutionOutcome.SET_ASIDE)
        )


@records(ResolveDispute)
def test_the_resolver_accepted_by_rule_ends_a_dispute():
    grant_officer = a_key("a grant officer", LOTTERY)
    command = ResolveDispute(
        record=RECORD, agreed_by=LOTTERY.party_id, outcome=ResolutionOutcome.STANDS, as_resolver=True
    )
    (draft,) = given(RESOLVER, MADE, DISPUTED).when(command, by=grant_officer).drafts
    assert draft.body.as_resolver


@refuses(ResolveDispute, Code.NOT_THE_RESOLVER)
def test_nobody_else_ends_it_as_the_resolver():
    command = ResolveDispute(
        record=RECORD, agreed_by=POLICE.party_id, outcome=ResolutionOutcome.STANDS, as_resolver=True
    )
    for rules in ((), (RESOLVER,)):
        given(*rules, MADE, DISPUTED).when(command, by=SERGEANT).then_refused(Code.NOT_THE_RESOLVER)


@refuses(ResolveDispute, Code.ONLY_THE_PARTIES)
def test_a_third_side_does_not_end_a_dispute():
    command = ResolveDispute(record=RECORD, agreed_by=POLICE.party_id, outcome=ResolutionOutcome.STANDS)
    given(MADE, DISPUTED).when(command, by=SERGEANT).then_refused(Code.ONLY_THE_PARTIES, at="#/agreed_by")


@refuses(ResolveDispute, Code.NOT_DISPUTED)
def test_there_is_no_end_to_what_nobody_disputes():
    command = ResolveDispute(record=RECORD, agreed_by=COUNCIL.party_id, outcome=ResolutionOutcome.STANDS)
    given(MADE).when(command, by=OFFICER).then_refused(Code.NOT_DISPUTED, at="#/record")


@refuses(ConfirmRecord, Code.MAY_NOT_SPEAK_FOR)
@refuses(DisputeRecord, Code.MAY_NOT_SPEAK_FOR)
@refuses(ResolveDispute, Code.MAY_NOT_SPEAK_FOR)
@refuses(AttachReply, Code.MAY_NOT_SPEAK_FOR)
def test_agreeing_disputing_and_replying_are_a_bodys_own_word():
    resolve = ResolveDispute(record=RECORD, agreed_by=TENANTS.party_id, outcome=ResolutionOutcome.STANDS)
    given(MADE, DISPUTED).when(resolve, by=WORKER).then_refused(Code.MAY_NOT_SPEAK_FOR, at="#/agreed_by")
    reply = AttachReply(replied_by=TENANTS.party_id, reply="It rained", facet=Facet.RELIABILITY)
    for command in (CONFIRM, DISPUTE, reply):
        given(MADE).when(command, by=WORKER).then_refused(Code.MAY_NOT_SPEAK_FOR)


@records(CorrectRecord)
def test_a_correction_carries_the_whole_replacement_and_leaves_the_rest():
    (draft,) = given(MADE).when(CORRECT, by=OFFICER).drafts
    assert draft.body.record_id == RECORD
    assert draft.body.reasons == Plain("Misheard")
    assert draft.replacement.due == "2026-09"
    assert draft.replacement.promisers == MADE.promisers
    assert draft.tags >= mending_tags(MADE, BOARD_ID, RECORD)


def test_a_correction_names_parties_by_id_and_people_by_reference():
    changes = {"promisees": [str(POLICE.party_id)], "text": "Mend the lights"}
    (draft,) = given(MADE).when(CorrectRecord(record=RECORD, changes=changes, reasons="Misheard"), by=OFFICER).drafts
    assert draft.replacement.promisees == (POLICE,)
    assert draft.replacement.text == Plain("Mend the lights")
    meeting = InteractionRecorded(
        happened="2026-03", interaction_id=an_id("m"), kind=InteractionKind.CALL, participants=THEY_MET
    )
    there = {"participants": [{"party": str(TENANTS.party_id), "person": "person-amina", "count": 2}]}
    command = CorrectRecord(record=event_id_of(meeting), changes=there, reasons="Miscounted")
    (draft,) = given(meeting).when(command, by=OFFICER).drafts
    (participant,) = draft.replacement.participants
    assert (participant.party, participant.person_id, participant.count) == (TENANTS, an_id("person-amina"), 2)
    assert tag("subject", an_id("person-amina")) in draft.tags


def test_a_correction_of_what_was_corrected_starts_from_what_stands():
    corrected = correction_of(MADE, due="2026-08")
    command = CorrectRecord(record=RECORD, changes={"public": False}, reasons="Private")
    (draft,) = given(MADE, corrected).when(command, by=OFFICER).drafts
    assert (draft.replacement.due, draft.replacement.public) == ("2026-08", False)


def test_what_is_decided_next_rests_on_the_corrected_record():
    to_police = correction_of(MADE, promisees=(POLICE,))
    confirm = ConfirmRecord(record=RECORD, confirmed_by=TENANTS.party_id)
    assert given(MADE, to_police).when(confirm, by=RESIDENT).drafts
    report = ReportFulfilment(commitment=PROMISE_ID, claimed_by=COUNCIL.party_id)
    withdrawn = RecordWithdrawn(happened="2026-05", record_id=RECORD, reasons=SEALED)
    given(MADE, withdrawn).when(report, by=OFFICER).then_refused(Code.UNKNOWN_COMMITMENT)


@refuses(CorrectRecord, Code.WRONG_REPLACEMENT)
def test_a_replacement_fits_the_record():
    for changes, at in (
        ({"colour": "red"}, "colour"),
        ({"commitment_id": str(NOBODY_KNOWS)}, "commitment_id"),
        ({"due": 7}, "due"),
        ({"text": ""}, "text"),
    ):
        command = CorrectRecord(record=RECORD, changes=changes, reasons="Misheard")
        given(MADE).when(command, by=OFFICER).then_refused(Code.WRONG_REPLACEMENT, at=f"#/changes/{at}")


def test_a_corrected_time_is_a_real_one_and_has_come_where_it_must():
    report = FulfilmentClaimed(happened="2026-05", commitment_id=PROMISE_ID, claimed_by=COUNCIL)
    for record, changes, code in (
        (MADE, {"due": "2026-02-30"}, Code.IMPOSSIBLE_DATE),
        (report, {"done": "2027"}, Code.IN_THE_FUTURE),
    ):
        command = CorrectRecord(record=event_id_of(record), changes=changes, reasons="Misheard")
        (field,) = changes
        given(MADE, report).when(command, by=OFFICER).then_refused(code, at=f"#/changes/{field}")


def test_nobody_is_corrected_to_have_come_fewer_times_than_once():
    meeting = InteractionRecorded(
        happened="2026-03", interaction_id=an_id("m"), kind=InteractionKind.CALL, participants=THEY_MET
    )
    there = {"participants": [{"party": str(TENANTS.party_id), "count": -5}]}
    command = CorrectRecord(record=event_id_of(meeting), changes=there, reasons="Miscounted")
    given(meeting).when(command, by=OFFICER).then_refused(Code.WRONG_REPLACEMENT, at="#/changes/participants")


@refuses(CorrectRecord, Code.NOTHING_TO_RECORD)
def test_a_correction_changes_something():
    command = CorrectRecord(record=RECORD, changes={}, reasons="Misheard")
    given(MADE).when(command, by=OFFICER).then_refused(Code.NOTHING_TO_RECORD, at="#/changes")


@records(WithdrawRecord)
def test_a_record_is_withdrawn():
    given(past(MADE, by=TENANTS)).when(WITHDRAW, by=RESIDENT).then(
        RecordWithdrawn(happened=TODAY, record_id=RECORD, reasons=Plain("Another meeting's"))
    )


@refuses(CorrectRecord, Code.ONLY_WHO_RECORDED_IT)
@refuses(WithdrawRecord, Code.ONLY_WHO_RECORDED_IT)
def test_only_the_side_whose_word_it_is_mends_a_record():
    for command in (CORRECT, WITHDRAW):
        given(MADE).when(command, by=RESIDENT).then_refused(Code.ONLY_WHO_RECORDED_IT, at="#/record")
        assert given(MADE).when(command, by=STEWARD).drafts
        assert given(past(MADE, by=TENANTS)).when(command, by=RESIDENT).drafts


@refuses(CorrectRecord, Code.NOT_WITH_THIS_KIND)
@refuses(WithdrawRecord, Code.NOT_WITH_THIS_KIND)
def test_what_was_destroyed_is_not_brought_back():
    redacted = event_id_of(REDACTED)
    correct = CorrectRecord(record=redacted, changes={"ground": "none"}, reasons="Misheard")
    for command in (correct, WithdrawRecord(record=redacted, reasons="A mistake")):
        given(MADE, REDACTED).when(command, by=OFFICER).then_refused(Code.NOT_WITH_THIS_KIND, at="#/record")


def test_a_council_named_in_fifty_partnerships_does_not_meet_all_their_corrections():
    (draft,) = given(MADE).when(CORRECT, by=OFFICER).drafts
    assert {tag("record", RECORD), tag("commitment", PROMISE_ID), tag("partnership", BOARD_ID)} <= draft.tags
    assert not {each for each in draft.tags if each.startswith("party:")}


def test_a_register_is_mended_without_a_partnership():
    command = CorrectRecord(record=event_id_of(PLACE), changes={"name": "Great Eastmoor"}, reasons="Misspelt")
    (draft,) = given().when(command, by=OFFICER, partnership=PLACE_ID).drafts
    assert draft.replacement.name == "Great Eastmoor"
    assert tag("place", PLACE_ID) in draft.tags


def test_an_entry_of_a_register_is_mended_by_who_made_it_and_by_no_other_of_that_side():
    entry = registered(POLICE, "Eastmoor Polise")
    command = CorrectRecord(record=event_id_of(entry), changes={"name": "Eastmoor Police"}, reasons="Misspelt")
    facts = given(past(entry, by=POLICE))
    (draft,) = facts.when(command, by=SERGEANT, partnership=POLICE.party_id).drafts
    assert draft.replacement.kind is PartyKind.POLICE_FORCE
    colleague = a_key("a sergeant from elsewhere", a_party("Westmoor Police", PartyKind.POLICE_FORCE))
    withdraw = WithdrawRecord(record=event_id_of(entry), reasons="Not known to us")
    for mending in (command, withdraw):
        hearing = facts.when(mending, by=colleague, partnership=POLICE.party_id)
        hearing.then_refused(Code.ONLY_WHO_RECORDED_IT, at="#/record")


def test_a_record_of_another_partnership_is_not_known_here():
    for command in (CONFIRM, DISPUTE, CORRECT, WITHDRAW):
        given(elsewhere(MADE)).when(command, by=RESIDENT).then_refused(Code.UNKNOWN_RECORD, at="#/record")


def test_a_closed_partnership_is_still_mended_and_answered():
    reply = AttachReply(replied_by=COUNCIL.party_id, reply="It rained", dimension="H1")
    for command in (CORRECT, reply):
        assert given(MADE, CLOSED).when(command, by=OFFICER).drafts
    assert given(past(MADE, by=TENANTS), CLOSED).when(WITHDRAW, by=RESIDENT).drafts


def test_only_those_at_the_table_mend_its_record():
    for command in (CORRECT, WITHDRAW):
        given(MADE).when(command, by=OBSERVER).then_refused(Code.NOT_A_MEMBER, Code.ONLY_WHO_RECORDED_IT)


@records(AttachReply)
def test_a_body_answers_a_figure_about_it():
    command = AttachReply(replied_by=COUNCIL.party_id, reply="It rained", facet=Facet.RELIABILITY)
    given().when(command, by=OFFICER).then(
        ReplyAttached(
            happened=TODAY,
            reply_id=new("reply"),
            replied_by=COUNCIL,
            reply=Plain("It rained"),
            facet=Facet.RELIABILITY,
        )
    )


@refuses(AttachReply, Code.NOTHING_TO_RECORD)
def test_a_reply_is_to_one_figure():
    for figure in ({}, {"facet": Facet.RELIABILITY, "dimension": "H1"}):
        command = AttachReply(replied_by=COUNCIL.party_id, reply="It rained", **figure)
        given().when(command, by=OFFICER).then_refused(Code.NOTHING_TO_RECORD)
