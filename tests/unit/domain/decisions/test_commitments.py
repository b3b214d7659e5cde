"""Promising, acknowledging, moving a promise, reporting and confirming it kept."""

from domain.decisions.commitments import (
    AcknowledgeCommitment,
    ConfirmFulfilment,
    MakeCommitment,
    ProposeCommitment,
    RenegotiateCommitment,
    ReportFulfilment,
)
from domain.decisions.refusals import Code
from domain.decisions.warnings import Slip
from domain.events.asks import AskRaised
from domain.events.commitments import (
    CommitmentAcknowledged,
    CommitmentMade,
    CommitmentProposed,
    CommitmentRenegotiated,
    FulfilmentClaimed,
    FulfilmentConfirmed,
)
from domain.events.registries import PartyAmended, PartySucceeded
from domain.values import Plain
from domain.vocabulary import AskKind, Extent, Materiality
from tests.support.given_commands import elsewhere, given, new, records, refuses
from tests.support.promise_commands import (
    CLAIMED,
    CONFIRMED,
    DENIED,
    ENDINGS,
    FAILED,
    MADE,
    MADE_TO_ALL,
    MADE_TO_MANY,
    OTHER,
    OTHER_ID,
    PARTLY,
    PASSED_ON,
    PROMISE_ID,
    PROPOSED,
)
from tests.support.small_world import (
    AT_LARGE,
    COUNCIL,
    OFFICER,
    POLICE,
    RESIDENT,
    SEALED,
    SERGEANT,
    TENANTS,
    TODAY,
    TRUST,
    WORKER,
    YOUTH,
    YOUTH_WORKER,
    a_key,
    an_id,
)

ASKED = AskRaised(happened="2026", ask_id=an_id("an ask"), kind=AskKind.REQUEST, raised_by=TENANTS, text=SEALED)
BETWEEN = {"promisers": (COUNCIL.party_id,), "promisees": (TENANTS.party_id,)}
TO_ITSELF = {"promisers": (COUNCIL.party_id,), "promisees": (TENANTS.party_id, COUNCIL.party_id)}
ACKNOWLEDGE = AcknowledgeCommitment(commitment=PROMISE_ID, acknowledged_by=TENANTS.party_id)
MOVE = RenegotiateCommitment(commitment=PROMISE_ID, asked_by=COUNCIL.party_id, due="2026-12")
REPORT = ReportFulfilment(commitment=PROMISE_ID, claimed_by=COUNCIL.party_id)
CONFIRM = ConfirmFulfilment(commitment=PROMISE_ID, confirmed_by=TENANTS.party_id)


@records(ProposeCommitment)
def test_a_promise_is_put_on_the_table():
    given().when(ProposeCommitment(text="Mend the lights", due="2026-12", **BETWEEN), by=OFFICER).then(
        CommitmentProposed(
            happened=TODAY,
            commitment_id=new("commitment"),
            promisers=(COUNCIL,),
            promisees=(TENANTS,),
            text=Plain("Mend the lights"),
            due="2026-12",
        )
    )


@records(MakeCommitment)
def test_a_promise_is_made():
    command = MakeCommitment(
        text="Mend the lights",
        measure="All twelve lit",
        due="2026-12-24",
        materiality=Materiality.MAJOR,
        depends_on=(OTHER_ID,),
        ask=ASKED.ask_id,
        public=False,
        **BETWEEN,
    )
    given(ASKED, OTHER).when(command, by=OFFICER).then(
        CommitmentMade(
            happened=TODAY,
            commitment_id=new("commitment"),
            promisers=(COUNCIL,),
            promisees=(TENANTS,),
            text=Plain("Mend the lights"),
            measure=Plain("All twelve lit"),
            due="2026-12-24",
            materiality=Materiality.MAJOR,
            depends_on_commitment_ids=(OTHER_ID,),
            ask_id=ASKED.ask_id,
            public=False,
        )
    )


@records(MakeCommitment)
def test_a_promise_on_the_table_is_made_under_its_own_id():
    command = MakeCommitment(text="Mend the lights", proposed=PROMISE_ID, **BETWEEN)
    (draft,) = given(PROPOSED).when(command, by=OFFICER).drafts
    assert draft.body.commitment_id == PROMISE_ID
    given().when(command, by=OFFICER).then_refused(Code.UNKNOWN_COMMITMENT, at="#/proposed")


@refuses(MakeCommitment, Code.ALREADY_DONE)
def test_a_promise_on_the_table_is_made_once():
    command = MakeCommitment(text="Mend the lights", proposed=PROMISE_ID, **BETWEEN)
    given(PROPOSED, MADE).when(command, by=OFFICER).then_refused(Code.ALREADY_DONE, at="#/proposed")


@refuses(ProposeCommitment, Code.SAME_PARTY)
@refuses(MakeCommitment, Code.SAME_PARTY)
def test_nobody_promises_anything_to_themselves():
    for command in (ProposeCommitment(text="Rest", **TO_ITSELF), MakeCommitment(text="Rest", **TO_ITSELF)):
        given().when(command, by=OFFICER).then_refused(Code.SAME_PARTY, at="#/promisees")


@refuses(ProposeCommitment, Code.DUE_BEFORE_MADE)
@refuses(MakeCommitment, Code.DUE_BEFORE_MADE)
def test_no_promise_is_due_before_it_was_made():
    for due in ("2025-12-31", "2026-01", "2026-11-22", "2026-11-22T23:00:00Z"):
        for kind in (ProposeCommitment, MakeCommitment):
            command = kind(text="Mend the lights", due=due, **BETWEEN)
            given().when(command, by=OFFICER).then_refused(Code.DUE_BEFORE_MADE, at="#/due")
    for due in (TODAY, "2026-11", "2026", "2026-11-23T09:00:00Z"):
        assert given().when(MakeCommitment(text="Mend the lights", due=due, **BETWEEN), by=OFFICER).drafts


def test_a_date_before_the_promise_is_named_with_every_other_fault():
    for kind in (ProposeCommitment, MakeCommitment):
        command = kind(text="Mend the lights", due="2025-12-31", **TO_ITSELF)
        given().when(command, by=OFFICER).then_refused(Code.SAME_PARTY, Code.DUE_BEFORE_MADE)


@refuses(RenegotiateCommitment, Code.DUE_BEFORE_MADE)
def test_no_promise_is_moved_to_before_it_was_made():
    early = RenegotiateCommitment(commitment=PROMISE_ID, asked_by=COUNCIL.party_id, due="2026-01-31")
    given(MADE).when(early, by=OFFICER).then_refused(Code.DUE_BEFORE_MADE, at="#/due")


@records(AcknowledgeCommitment)
def test_either_side_acknowledges_a_promise():
    given(MADE).when(ACKNOWLEDGE, by=RESIDENT).then(
        CommitmentAcknowledged(happened=TODAY, commitment_id=PROMISE_ID, acknowledged_by=TENANTS)
    )
    by_promiser = AcknowledgeCommitment(commitment=PROMISE_ID, acknowledged_by=COUNCIL.party_id)
    assert given(MADE).when(by_promiser, by=OFFICER).drafts


def test_a_residents_body_acknowledges_what_was_promised_to_all():
    assert given(MADE_TO_ALL).when(ACKNOWLEDGE, by=RESIDENT).drafts


@refuses(AcknowledgeCommitment, Code.ONLY_THE_PARTIES)
@refuses(RenegotiateCommitment, Code.ONLY_THE_PARTIES)
def test_a_promise_between_others_is_theirs():
    acknowledge = AcknowledgeCommitment(commitment=PROMISE_ID, acknowledged_by=POLICE.party_id)
    given(MADE).when(acknowledge, by=SERGEANT).then_refused(Code.ONLY_THE_PARTIES, at="#/acknowledged_by")
    move = RenegotiateCommitment(commitment=PROMISE_ID, asked_by=POLICE.party_id, due="2026-12")
    given(MADE).when(move, by=SERGEANT).then_refused(Code.ONLY_THE_PARTIES, at="#/asked_by")


@records(RenegotiateCommitment)
def test_other_terms_are_asked_for():
    command = RenegotiateCommitment(
        commitment=PROMISE_ID,
        asked_by=COUNCIL.party_id,
        due="2026-12",
        promisees=(AT_LARGE.party_id,),
        agreed_by=(TENANTS.party_id,),
    )
    given(MADE).when(command, by=RESIDENT).then(
        CommitmentRenegotiated(
            happened=TODAY,
            commitment_id=PROMISE_ID,
            asked_by=COUNCIL,
            due="2026-12",
            promisees=(AT_LARGE,),
            agreed_by=(TENANTS,),
        )
    )


def test_a_voting_residents_body_asks_for_other_terms_for_residents_at_large():
    by_tenants = RenegotiateCommitment(commitment=PROMISE_ID, asked_by=TENANTS.party_id, due="2027-12")
    (draft,) = given(MADE_TO_ALL).when(by_tenants, by=RESIDENT).drafts
    assert isinstance(draft.body, CommitmentRenegotiated)
    waiting = [warned.about for warned in draft.warnings if warned.code == Slip.WAITS_FOR_OTHERS]
    assert waiting == [(COUNCIL.party_id,)]
    untied = a_key("a young person", YOUTH)
    by_youth = RenegotiateCommitment(commitment=PROMISE_ID, asked_by=YOUTH.party_id, due="2027-12")
    given(MADE_TO_ALL).when(by_youth, by=untied).then_refused(Code.TIED_TO_THE_PROMISER, at="#/asked_by")


@refuses(RenegotiateCommitment, Code.NOTHING_TO_RECORD)
def test_other_terms_say_what_changes():
    command = RenegotiateCommitment(commitment=PROMISE_ID, asked_by=COUNCIL.party_id)
    given(MADE).when(command, by=OFFICER).then_refused(Code.NOTHING_TO_RECORD)


@records(ReportFulfilment)
def test_a_promise_is_reported_kept():
    command = ReportFulfilment(
        commitment=PROMISE_ID,
        claimed_by=COUNCIL.party_id,
        done="2026-06",
        extent=Extent.PART,
        fraction=0.5,
        evidence="Photographs",
    )
    given(MADE).when(command, by=OFFICER).then(
        FulfilmentClaimed(
            happened=TODAY,
            commitment_id=PROMISE_ID,
            claimed_by=COUNCIL,
            done="2026-06",
            extent=Extent.PART,
            fraction=0.5,
            evidence=Plain("Photographs"),
        )
    )


@refuses(ReportFulfilment, Code.FRACTION_REQUIRED)
@refuses(ConfirmFulfilment, Code.FRACTION_REQUIRED)
def test_a_part_has_a_fraction_and_a_whole_has_none():
    for extent, fraction in ((Extent.PART, None), (Extent.WHOLE, 0.5)):
        how_far = {"commitment": PROMISE_ID, "extent": extent, "fraction": fraction}
        report = ReportFulfilment(claimed_by=COUNCIL.party_id, **how_far)
        given(MADE).when(report, by=OFFICER).then_refused(Code.FRACTION_REQUIRED, at="#/fraction")
        confirm = ConfirmFulfilment(confirmed_by=TENANTS.party_id, **how_far)
        given(MADE).when(confirm, by=RESIDENT).then_refused(Code.FRACTION_REQUIRED, at="#/fraction")


def test_a_promise_was_not_kept_tomorrow():
    command = ReportFulfilment(commitment=PROMISE_ID, claimed_by=COUNCIL.party_id, done="2026-11-25")
    given(MADE).when(command, by=OFFICER).then_refused(Code.IN_THE_FUTURE, at="#/done")


@records(ConfirmFulfilment)
def test_the_promisee_confirms():
    given(MADE, CLAIMED).when(CONFIRM, by=RESIDENT).then(
        FulfilmentConfirmed(happened=TODAY, commitment_id=PROMISE_ID, confirmed_by=TENANTS)
    )


def test_another_promisee_confirms_for_itself_what_one_has_confirmed():
    by_police = ConfirmFulfilment(commitment=PROMISE_ID, confirmed_by=POLICE.party_id)
    assert given(MADE_TO_MANY, CONFIRMED).when(by_police, by=SERGEANT).drafts


def test_the_whole_is_confirmed_after_a_part_and_after_a_dispute():
    for reports in ((PARTLY,), (CLAIMED, DENIED), (CONFIRMED, DENIED)):
        assert given(MADE, *reports).when(CONFIRM, by=RESIDENT).drafts


def test_a_voting_residents_body_confirms_for_residents_at_large():
    assert given(MADE_TO_ALL).when(CONFIRM, by=RESIDENT).drafts


@refuses(ConfirmFulfilment, Code.ONLY_THE_PROMISEE)
def test_only_the_promisee_confirms():
    by_police = ConfirmFulfilment(commitment=PROMISE_ID, confirmed_by=POLICE.party_id)
    for promise in (MADE, MADE_TO_ALL):
        given(promise).when(by_police, by=SERGEANT).then_refused(Code.ONLY_THE_PROMISEE, at="#/confirmed_by")


@refuses(ConfirmFulfilment, Code.TIED_TO_THE_PROMISER)
def test_nobody_tied_to_the_promiser_confirms():
    by_youth = ConfirmFulfilment(commitment=PROMISE_ID, confirmed_by=YOUTH.party_id)
    given(MADE_TO_ALL).when(by_youth, by=YOUTH_WORKER).then_refused(Code.TIED_TO_THE_PROMISER)
    of_the_council = a_key("a tenant who works for the council", TENANTS, part_of=COUNCIL.party_id)
    given(MADE).when(CONFIRM, by=of_the_council).then_refused(Code.TIED_TO_THE_PROMISER)
    also_for_the_council = a_key("who speaks for both", COUNCIL, speaks_for=frozenset({TENANTS.party_id}))
    given(MADE).when(CONFIRM, by=also_for_the_council).then_refused(Code.TIED_TO_THE_PROMISER)


def test_a_body_that_the_promiser_pays_does_not_confirm_through_any_key():
    untied = a_key("a young person", YOUTH)
    by_youth = ConfirmFulfilment(commitment=PROMISE_ID, confirmed_by=YOUTH.party_id)
    given(MADE_TO_ALL).when(by_youth, by=untied).then_refused(Code.TIED_TO_THE_PROMISER)


def paid(*payers, happened="2026-05"):
    return PartyAmended(
        happened=happened,
        party_id=TENANTS.party_id,
        side=TENANTS.side,
        kind=TENANTS.kind,
        name="Ewan Road Tenants",
        paid_by_party_ids=tuple(each.party_id for each in payers),
    )


def test_a_body_does_not_amend_away_who_pays_it_for_promises_made_already():
    given(paid(COUNCIL), MADE, paid()).when(CONFIRM, by=RESIDENT).then_refused(Code.TIED_TO_THE_PROMISER)
    assert given(paid(COUNCIL), paid(), MADE).when(CONFIRM, by=RESIDENT).drafts


def test_a_body_that_came_to_be_paid_by_the_promiser_since_the_promise_does_not_confirm_it():
    given(MADE, paid(COUNCIL)).when(CONFIRM, by=RESIDENT).then_refused(Code.TIED_TO_THE_PROMISER)
    given(MADE, paid(COUNCIL), paid()).when(CONFIRM, by=RESIDENT).then_refused(Code.TIED_TO_THE_PROMISER)
    assert given(MADE, paid(POLICE), paid()).when(CONFIRM, by=RESIDENT).drafts


@refuses(AcknowledgeCommitment, Code.MAY_NOT_SPEAK_FOR)
@refuses(RenegotiateCommitment, Code.MAY_NOT_SPEAK_FOR)
@refuses(ConfirmFulfilment, Code.MAY_NOT_SPEAK_FOR)
def test_agreeing_is_a_bodys_own_word():
    agreed = RenegotiateCommitment(
        commitment=PROMISE_ID, asked_by=COUNCIL.party_id, due="2027", agreed_by=(TENANTS.party_id,)
    )
    for command in (ACKNOWLEDGE, agreed, CONFIRM):
        given(MADE).when(command, by=WORKER).then_refused(Code.MAY_NOT_SPEAK_FOR)


@refuses(AcknowledgeCommitment, Code.ALREADY_ENDED)
@refuses(RenegotiateCommitment, Code.ALREADY_ENDED)
@refuses(ReportFulfilment, Code.ALREADY_ENDED)
@refuses(ConfirmFulfilment, Code.ALREADY_ENDED)
def test_a_promise_that_has_ended_stays_ended():
    for command, key in ((ACKNOWLEDGE, RESIDENT), (MOVE, OFFICER), (REPORT, OFFICER), (CONFIRM, RESIDENT)):
        for ending in ENDINGS:
            given(MADE, OTHER, ending).when(command, by=key).then_refused(Code.ALREADY_ENDED, at="#/commitment")


def test_a_promise_disputed_after_it_was_confirmed_is_open_again():
    assert given(MADE, CONFIRMED, DENIED).when(REPORT, by=OFFICER).drafts


def test_a_promise_passed_on_is_acknowledged_by_who_answers_for_it_now():
    by_police = AcknowledgeCommitment(commitment=PROMISE_ID, acknowledged_by=POLICE.party_id)
    assert given(MADE, PASSED_ON).when(by_police, by=SERGEANT).drafts
    merged = PartySucceeded(happened="2026-03", succession_id=an_id("s"), predecessor=COUNCIL, successor=POLICE)
    assert given(MADE, merged).when(by_police, by=SERGEANT).drafts


def test_nothing_is_said_of_a_promise_not_made_here():
    for command, key in ((ACKNOWLEDGE, RESIDENT), (MOVE, OFFICER), (REPORT, OFFICER), (CONFIRM, RESIDENT)):
        given(elsewhere(MADE), elsewhere(FAILED)).when(command, by=key).then_refused(Code.UNKNOWN_COMMITMENT)
        given(PROPOSED).when(command, by=key).then_refused(Code.UNKNOWN_COMMITMENT)


def test_a_report_stands_as_the_pens_word_where_the_key_does_not_speak_for_the_body():
    (draft,) = given(MADE).when(REPORT, by=WORKER).drafts
    assert draft.word == TRUST
