"""Disputing that a promise was kept; ending it otherwise than by keeping; passing it on."""

from domain.decisions.commitment_endings import (
    DisputeFulfilment,
    FailCommitment,
    ReassignCommitment,
    ReleaseCommitment,
    SupersedeCommitment,
    WithdrawCommitment,
)
from domain.decisions.refusals import Code
from domain.events.commitments import (
    CommitmentFailed,
    CommitmentReassigned,
    CommitmentReleased,
    CommitmentSuperseded,
    CommitmentWithdrawn,
    FulfilmentDisputed,
)
from domain.values import Plain
from tests.support.given_commands import elsewhere, given, records, refuses
from tests.support.promise_commands import (
    CLAIMED,
    CONFIRMED,
    ENDINGS,
    MADE,
    MADE_TO_ALL,
    OTHER,
    OTHER_ID,
    PASSED_ON,
    PROMISE_ID,
    SETTLED,
)
from tests.support.small_world import (
    COUNCIL,
    OFFICER,
    POLICE,
    RESIDENT,
    SERGEANT,
    TENANTS,
    TODAY,
    WORKER,
    YOUTH,
    YOUTH_WORKER,
)

DENY = DisputeFulfilment(commitment=PROMISE_ID, disputed_by=TENANTS.party_id, reasons="Two are dark")
FAIL = FailCommitment(commitment=PROMISE_ID, said_by=COUNCIL.party_id, reasons="No money")
WITHDRAW = WithdrawCommitment(commitment=PROMISE_ID, withdrawn_by=COUNCIL.party_id)
RELEASE = ReleaseCommitment(commitment=PROMISE_ID, released_by=TENANTS.party_id)
SUPERSEDE = SupersedeCommitment(commitment=PROMISE_ID, successor=OTHER_ID, agreed_by=(TENANTS.party_id,))
PASS_ON = ReassignCommitment(commitment=PROMISE_ID, from_promiser=COUNCIL.party_id, to_promiser=POLICE.party_id)


@records(DisputeFulfilment)
def test_the_promisee_says_that_it_was_not_done():
    for report in (CLAIMED, CONFIRMED):
        given(MADE, report).when(DENY, by=RESIDENT).then(
            FulfilmentDisputed(
                happened=TODAY, commitment_id=PROMISE_ID, disputed_by=TENANTS, reasons=Plain("Two are dark")
            )
        )


@refuses(DisputeFulfilment, Code.NOT_REPORTED)
def test_only_what_was_reported_done_is_denied():
    given(MADE).when(DENY, by=RESIDENT).then_refused(Code.NOT_REPORTED, at="#/commitment")


@records(FailCommitment)
def test_the_promiser_says_that_it_cannot_be_kept():
    given(MADE).when(FAIL, by=OFFICER).then(
        CommitmentFailed(happened=TODAY, commitment_id=PROMISE_ID, said_by=COUNCIL, reasons=Plain("No money"))
    )


@records(WithdrawCommitment)
def test_the_promiser_takes_it_back():
    given(MADE).when(WITHDRAW, by=OFFICER).then(
        CommitmentWithdrawn(happened=TODAY, commitment_id=PROMISE_ID, withdrawn_by=COUNCIL)
    )


@records(ReleaseCommitment)
def test_the_promisee_lets_the_promiser_off():
    given(MADE).when(RELEASE, by=RESIDENT).then(
        CommitmentReleased(happened=TODAY, commitment_id=PROMISE_ID, released_by=TENANTS, promisers=(COUNCIL,))
    )


@records(SupersedeCommitment)
def test_another_promise_takes_its_place():
    given(MADE, OTHER).when(SUPERSEDE, by=RESIDENT).then(
        CommitmentSuperseded(
            happened=TODAY, commitment_id=PROMISE_ID, successor_commitment_id=OTHER_ID, agreed_by=(TENANTS,)
        )
    )


@refuses(SupersedeCommitment, Code.SAME_COMMITMENT)
def test_a_promise_does_not_take_its_own_place():
    command = SupersedeCommitment(commitment=PROMISE_ID, successor=PROMISE_ID, agreed_by=(TENANTS.party_id,))
    given(MADE).when(command, by=RESIDENT).then_refused(Code.SAME_COMMITMENT, at="#/successor")


def test_a_promise_gives_way_only_to_one_that_was_made():
    given(MADE).when(SUPERSEDE, by=RESIDENT).then_refused(Code.UNKNOWN_COMMITMENT, at="#/successor")


@records(ReassignCommitment)
def test_a_promise_is_passed_on():
    given(MADE).when(PASS_ON, by=SERGEANT).then(
        CommitmentReassigned(happened=TODAY, commitment_id=PROMISE_ID, from_promiser=COUNCIL, to_promiser=POLICE)
    )


@refuses(ReassignCommitment, Code.SAME_PARTY)
def test_a_promise_is_not_passed_to_who_holds_it():
    command = ReassignCommitment(commitment=PROMISE_ID, from_promiser=COUNCIL.party_id, to_promiser=COUNCIL.party_id)
    given(MADE).when(command, by=OFFICER).then_refused(Code.SAME_PARTY, at="#/to_promiser")


@refuses(FailCommitment, Code.ONLY_THE_PROMISER)
@refuses(WithdrawCommitment, Code.ONLY_THE_PROMISER)
@refuses(ReassignCommitment, Code.ONLY_THE_PROMISER)
def test_only_who_answers_for_a_promise_gives_it_up():
    for command, key in ((FAIL, OFFICER), (WITHDRAW, OFFICER), (PASS_ON, SERGEANT)):
        given(MADE, PASSED_ON).when(command, by=key).then_refused(Code.ONLY_THE_PROMISER)
    by_police = FailCommitment(commitment=PROMISE_ID, said_by=POLICE.party_id)
    assert given(MADE, PASSED_ON).when(by_police, by=SERGEANT).drafts


@refuses(DisputeFulfilment, Code.ONLY_THE_PROMISEE)
@refuses(ReleaseCommitment, Code.ONLY_THE_PROMISEE)
@refuses(SupersedeCommitment, Code.ONLY_THE_PROMISEE)
def test_only_the_promisee_denies_lets_off_or_agrees_to_another():
    police = POLICE.party_id
    for command in (
        DisputeFulfilment(commitment=PROMISE_ID, disputed_by=police),
        ReleaseCommitment(commitment=PROMISE_ID, released_by=police),
        SupersedeCommitment(commitment=PROMISE_ID, successor=OTHER_ID, agreed_by=(police,)),
    ):
        given(MADE, OTHER, CLAIMED).when(command, by=SERGEANT).then_refused(Code.ONLY_THE_PROMISEE)


@refuses(DisputeFulfilment, Code.TIED_TO_THE_PROMISER)
@refuses(ReleaseCommitment, Code.TIED_TO_THE_PROMISER)
@refuses(SupersedeCommitment, Code.TIED_TO_THE_PROMISER)
def test_nobody_tied_to_the_promiser_denies_lets_off_or_agrees_to_another():
    youth = YOUTH.party_id
    for command in (
        DisputeFulfilment(commitment=PROMISE_ID, disputed_by=youth),
        ReleaseCommitment(commitment=PROMISE_ID, released_by=youth),
        SupersedeCommitment(commitment=PROMISE_ID, successor=OTHER_ID, agreed_by=(youth,)),
    ):
        given(MADE_TO_ALL, OTHER, CLAIMED).when(command, by=YOUTH_WORKER).then_refused(Code.TIED_TO_THE_PROMISER)


@refuses(DisputeFulfilment, Code.MAY_NOT_SPEAK_FOR)
@refuses(FailCommitment, Code.MAY_NOT_SPEAK_FOR)
@refuses(WithdrawCommitment, Code.MAY_NOT_SPEAK_FOR)
@refuses(ReleaseCommitment, Code.MAY_NOT_SPEAK_FOR)
@refuses(SupersedeCommitment, Code.MAY_NOT_SPEAK_FOR)
@refuses(ReassignCommitment, Code.MAY_NOT_SPEAK_FOR)
def test_ending_a_promise_is_a_bodys_own_word():
    for command in (DENY, FAIL, WITHDRAW, RELEASE, SUPERSEDE, PASS_ON):
        given(MADE, OTHER, CLAIMED).when(command, by=WORKER).then_refused(Code.MAY_NOT_SPEAK_FOR)


@refuses(FailCommitment, Code.ALREADY_ENDED)
@refuses(WithdrawCommitment, Code.ALREADY_ENDED)
@refuses(ReleaseCommitment, Code.ALREADY_ENDED)
@refuses(SupersedeCommitment, Code.ALREADY_ENDED)
@refuses(ReassignCommitment, Code.ALREADY_ENDED)
def test_a_promise_ends_once():
    endings = ((FAIL, OFFICER), (WITHDRAW, OFFICER), (RELEASE, RESIDENT), (SUPERSEDE, RESIDENT), (PASS_ON, SERGEANT))
    for command, key in endings:
        for ending in (*ENDINGS, SETTLED):
            given(MADE, OTHER, ending).when(command, by=key).then_refused(Code.ALREADY_ENDED, at="#/commitment")


def test_nothing_ends_that_was_not_promised_here():
    for command, key in ((DENY, RESIDENT), (FAIL, OFFICER), (WITHDRAW, OFFICER), (RELEASE, RESIDENT)):
        given(elsewhere(MADE)).when(command, by=key).then_refused(Code.UNKNOWN_COMMITMENT, at="#/commitment")
