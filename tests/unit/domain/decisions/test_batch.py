"""Several commands recorded as one: all or nothing, later parts seeing earlier ones, in whose word it says."""

from domain.decisions.batch import BatchPart, RecordTogether, thing_path
from domain.decisions.commitments import ConfirmFulfilment, MakeCommitment
from domain.decisions.refusals import Code
from domain.events.commitments import CommitmentMade, FulfilmentConfirmed
from domain.values import Plain
from tests.support.given_commands import given, new
from tests.support.small_world import COUNCIL, OFFICER, STEWARD, TENANTS

MAKE = MakeCommitment(
    promisers=(COUNCIL.party_id,), promisees=(TENANTS.party_id,), text="Mend the lamps", happened="2026-03"
)
PROMISE_ID = new(thing_path("promise"))


def kept(happened: str = "2026-04") -> ConfirmFulfilment:
    return ConfirmFulfilment(commitment=PROMISE_ID, confirmed_by=TENANTS.party_id, happened=happened)


def together(*parts: BatchPart) -> RecordTogether:
    return RecordTogether(parts=parts)


def test_parts_are_recorded_in_their_order_and_later_ones_see_earlier_ones():
    command = together(BatchPart(name="promise", command=MAKE), BatchPart(name="kept", command=kept()))
    given().when(command, by=STEWARD).then(
        CommitmentMade(
            happened="2026-03",
            commitment_id=PROMISE_ID,
            promisers=(COUNCIL,),
            promisees=(TENANTS,),
            text=Plain("Mend the lamps"),
        ),
        FulfilmentConfirmed(happened="2026-04", commitment_id=PROMISE_ID, confirmed_by=TENANTS),
    )


def test_one_part_that_cannot_be_recorded_refuses_the_whole_and_says_which():
    command = together(BatchPart(name="promise", command=MAKE), BatchPart(name="kept", command=kept("2026-01")))
    given().when(command, by=STEWARD).then_refused(Code.BEFORE_WHAT_IT_REFERS_TO, at="#/kept/0/happened")


def test_a_word_that_is_given_stands_for_that_part_alone():
    command = together(
        BatchPart(name="promise", command=MAKE, word=TENANTS.party_id), BatchPart(name="kept", command=kept())
    )
    drafts = given().when(command, by=STEWARD).drafts
    assert [draft.word for draft in drafts] == [TENANTS, TENANTS]
    drafts = given().when(together(BatchPart(name="promise", command=MAKE)), by=STEWARD).drafts
    assert [draft.word for draft in drafts] == [COUNCIL]


def test_only_stewards_set_down_what_others_said():
    command = together(BatchPart(name="promise", command=MAKE))
    given().when(command, by=OFFICER).then_refused(Code.STEWARDS_ONLY)
