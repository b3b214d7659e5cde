"""Recording what bodies agreed to tell each other and keep."""

from domain.decisions.partnerships import RecordDataSharing
from domain.decisions.refusals import Code
from domain.events.partnerships import DataSharingRecorded, PartnershipClosed
from domain.values import Plain
from tests.support.given_commands import given, new, records, refuses
from tests.support.small_world import COUNCIL, OFFICER, POLICE, TENANTS, TODAY, an_id

COVERS = "Names of board members, and what was promised to whom"


@records(RecordDataSharing)
def test_an_arrangement_between_named_bodies_is_recorded_with_where_it_lies():
    command = RecordDataSharing(
        covers=COVERS,
        between=(COUNCIL.party_id, TENANTS.party_id),
        whereabouts="The clerk's safe",
        review_due="2027-03",
        happened="2026-03",
    )
    given().when(command, by=OFFICER).then(
        DataSharingRecorded(
            happened="2026-03",
            arrangement_id=new("arrangement"),
            covers=Plain(COVERS),
            between=(COUNCIL, TENANTS),
            whereabouts=Plain("The clerk's safe"),
            review_due="2027-03",
        )
    )


def test_an_arrangement_that_names_nobody_is_of_all_members():
    given().when(RecordDataSharing(covers=COVERS), by=OFFICER).then(
        DataSharingRecorded(happened=TODAY, arrangement_id=new("arrangement"), covers=Plain(COVERS))
    )


def test_what_is_shared_after_the_end_is_recorded_too():
    closed = PartnershipClosed(happened="2026-09-01", closure_id=an_id("the end"))
    given(closed).when(RecordDataSharing(covers=COVERS), by=OFFICER).then(
        DataSharingRecorded(happened=TODAY, arrangement_id=new("arrangement"), covers=Plain(COVERS))
    )


@refuses(RecordDataSharing, Code.SAME_PARTY)
def test_nobody_agrees_with_themselves_to_share():
    for between in ((COUNCIL,), (COUNCIL, POLICE, COUNCIL)):
        command = RecordDataSharing(covers=COVERS, between=tuple(each.party_id for each in between))
        given().when(command, by=OFFICER).then_refused(Code.SAME_PARTY, at="#/between")


@refuses(RecordDataSharing, Code.DUE_BEFORE_MADE)
def test_an_arrangement_is_not_looked_at_again_before_it_was_agreed():
    command = RecordDataSharing(covers=COVERS, happened="2026-05", review_due="2026-04")
    given().when(command, by=OFFICER).then_refused(Code.DUE_BEFORE_MADE, at="#/review_due")


def test_no_arrangement_is_older_than_the_partnership():
    command = RecordDataSharing(covers=COVERS, happened="2024")
    given().when(command, by=OFFICER).then_refused(Code.BEFORE_WHAT_IT_REFERS_TO)
