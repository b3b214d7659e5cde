"""Falling out, and settling it."""

from domain.decisions.disputes import RaiseDispute, SettleDispute
from domain.decisions.refusals import Code
from domain.events.disputes import DisputeRaised, DisputeSettled
from domain.values import Plain
from tests.support.given_commands import given, new, records, refuses
from tests.support.small_world import COUNCIL, OFFICER, POLICE, RESIDENT, SEALED, TENANTS, TODAY, an_id

RAISED = DisputeRaised(
    happened="2026-03", dispute_id=an_id("a dispute"), raised_by=TENANTS, others=(COUNCIL, POLICE), about=SEALED
)
SETTLED = DisputeSettled(happened="2026-04", dispute_id=RAISED.dispute_id, agreed_by=(TENANTS, POLICE))


@records(RaiseDispute)
def test_bodies_fall_out():
    command = RaiseDispute(raised_by=TENANTS.party_id, others=(COUNCIL.party_id,), about="The keys", happened="2026-03")
    given().when(command, by=RESIDENT).then(
        DisputeRaised(
            happened="2026-03", dispute_id=new("dispute"), raised_by=TENANTS, others=(COUNCIL,), about=Plain("The keys")
        )
    )


@refuses(RaiseDispute, Code.SAME_PARTY)
def test_nobody_falls_out_with_themselves():
    command = RaiseDispute(raised_by=TENANTS.party_id, others=(COUNCIL.party_id, TENANTS.party_id), about="The keys")
    given().when(command, by=RESIDENT).then_refused(Code.SAME_PARTY, at="#/others")


@records(SettleDispute)
def test_they_settle_it():
    command = SettleDispute(
        dispute=RAISED.dispute_id, agreed_by=(COUNCIL.party_id, TENANTS.party_id), terms="Two sets of keys"
    )
    given(RAISED).when(command, by=OFFICER).then(
        DisputeSettled(
            happened=TODAY,
            dispute_id=RAISED.dispute_id,
            agreed_by=(COUNCIL, TENANTS),
            terms=Plain("Two sets of keys"),
        )
    )


@refuses(SettleDispute, Code.BOTH_SIDES_REQUIRED)
def test_nobody_settles_it_alone():
    for alone in ((COUNCIL.party_id, POLICE.party_id), (TENANTS.party_id,)):
        command = SettleDispute(dispute=RAISED.dispute_id, agreed_by=alone)
        given(RAISED).when(command, by=OFFICER).then_refused(Code.BOTH_SIDES_REQUIRED, at="#/agreed_by")


@refuses(SettleDispute, Code.ALREADY_ENDED)
def test_it_is_settled_once():
    command = SettleDispute(dispute=RAISED.dispute_id, agreed_by=(TENANTS.party_id, COUNCIL.party_id))
    given(RAISED, SETTLED).when(command, by=OFFICER).then_refused(Code.ALREADY_ENDED, at="#/dispute")


def test_only_what_was_raised_is_settled():
    command = SettleDispute(dispute=RAISED.dispute_id, agreed_by=(TENANTS.party_id, COUNCIL.party_id))
    given().when(command, by=OFFICER).then_refused(Code.UNKNOWN_DISPUTE, at="#/dispute")
