"""Warnings: what is recorded as sent, and asked about once because it may be a slip of the pen."""

import pytest
from msgspec.structs import replace

from domain.decisions.asks import RaiseAsk
from domain.decisions.commitments import MakeCommitment, RenegotiateCommitment
from domain.decisions.date_spans import SPANS
from domain.decisions.funding import AwardFunding
from domain.decisions.interactions import Attendee, PlanInteraction, RecordInteraction, RescheduleInteraction
from domain.decisions.records import CorrectRecord
from domain.decisions.references import Here
from domain.decisions.registries import (
    AmendParty,
    ChangePlaceBoundary,
    RegisterParty,
    RegisterPlace,
    is_likely_identifier,
)
from domain.decisions.warnings import SENTENCES, Slip, sentence_of
from domain.events.declaration import declarations
from domain.events.envelope import Warned
from domain.events.interactions import InteractionPlanned
from domain.values import Money
from domain.vocabulary import AskKind, InteractionKind, PartyKind, PlaceKind
from tests.support.given_commands import event_id_of, given
from tests.support.promise_commands import MADE, PROMISE_ID
from tests.support.small_world import (
    AT_LARGE,
    COUNCIL,
    OFFICER,
    PLACE_ID,
    STEWARD,
    TENANTS,
    an_id,
)

BETWEEN = {"promisers": (COUNCIL.party_id,), "promisees": (TENANTS.party_id,)}
PLAN = InteractionPlanned(
    happened="2026-01-01", interaction_id=an_id("plan"), kind=InteractionKind.MEETING, planned_for="2027-01-01"
)


def a_meeting(*attendees, **details):
    return RecordInteraction(
        kind=InteractionKind.MEETING, participants=attendees or (Attendee(party=COUNCIL.party_id),), **details
    )


def a_promise(**details):
    return MakeCommitment(text="Mend the lights", **BETWEEN, **details)


def an_award(pence):
    return AwardFunding(funder=COUNCIL.party_id, recipient=TENANTS.party_id, amount=Money(minor_units=pence))


WARNED = {
    "the year 0966": (a_meeting(happened="0966-03-14"), [(Slip.LONG_AGO, "#/happened")]),
    "a due date in a thousand years": (a_promise(due="3026"), [(Slip.FAR_AHEAD, "#/due")]),
    "a due date long gone": (a_promise(happened="2025", due="2025-06"), [(Slip.ALREADY_PAST, "#/due")]),
    "the same body twice": (
        a_meeting(Attendee(party=COUNCIL.party_id), Attendee(party=COUNCIL.party_id, count=3), happened="2026-03-14"),
        [(Slip.SAME_BODY_TWICE, "#/participants/1/party")],
    ),
    "a promise that names a body twice": (
        MakeCommitment(text="x", promisers=(COUNCIL.party_id,), promisees=(TENANTS.party_id,) * 2),
        [(Slip.SAME_BODY_TWICE, "#/promisees/1")],
    ),
    "a body twice in a promise made at a meeting": (
        a_meeting(
            happened="2026-03-14",
            commitments=(MakeCommitment(text="x", promisers=(COUNCIL.party_id,) * 2, promisees=(TENANTS.party_id,)),),
        ),
        [(Slip.SAME_BODY_TWICE, "#/commitments/0/promisers/1")],
    ),
    "a promise put right to name a body twice": (
        CorrectRecord(
            record=event_id_of(MADE), changes={"promisees": [str(TENANTS.party_id)] * 2}, reasons="One was left out"
        ),
        [(Slip.SAME_BODY_TWICE, "#/changes/promisees/1"), (Slip.WAITS_FOR_OTHERS, "#/changes/promisees")],
    ),
    "an award of less than nothing": (an_award(-500), [(Slip.NO_SUM, "#/amount/minor_units")]),
    "an award of nothing": (an_award(0), [(Slip.NO_SUM, "#/amount/minor_units")]),
    "a plan for a day that is over": (
        PlanInteraction(kind=InteractionKind.MEETING, planned_for="2026-11-22"),
        [(Slip.ALREADY_PAST, "#/planned_for")],
    ),
    "a plan moved to where it was": (
        RescheduleInteraction(interaction=PLAN.interaction_id, planned_for="2027-01-01"),
        [(Slip.NO_CHANGE, "#/planned_for")],
    ),
    "a promise moved to the day it is due": (
        RenegotiateCommitment(commitment=PROMISE_ID, asked_by=COUNCIL.party_id, due="2026-06-30"),
        [(Slip.ALREADY_PAST, "#/due"), (Slip.NO_CHANGE, "#/due"), (Slip.WAITS_FOR_OTHERS, "#/agreed_by")],
    ),
    "a correction that changes nothing": (
        CorrectRecord(record=event_id_of(MADE), changes={"due": "2026-06-30"}, reasons="A slip"),
        [(Slip.NO_CHANGE, "#/changes")],
    ),
    "a boundary that stays": (ChangePlaceBoundary(place=PLACE_ID), [(Slip.NO_CHANGE, "#")]),
    "a number of seven signs": (
        RegisterParty(name="A", kind=PartyKind.CHARITY, identifiers=("GB-COH-01234567", "GB-COH-1234567")),
        [(Slip.UNLIKELY_IDENTIFIER, "#/identifiers/1")],
    ),
}
QUIET = {
    "a meeting last year": a_meeting(happened="2025-03-14"),
    "several people of a body": a_meeting(
        Attendee(party=COUNCIL.party_id), Attendee(party=TENANTS.party_id), happened="2026-03-14"
    ),
    "an award of a penny": an_award(1),
    "a promise for ten years": a_promise(due="2036"),
    "an identifier that 360Giving gave": RegisterParty(
        name="A", kind=PartyKind.CHARITY, identifiers=("360G-ExampleTrust", "GB-CHC-1234567", "GB-LAE-ADU")
    ),
    "a place": RegisterPlace(name="Eastmoor", kind=PlaceKind.WARD),
}


def warnings_of(command, by=OFFICER):
    drafts = given(MADE, PLAN).when(command, by=by).drafts
    assert not any(draft.warnings for draft in drafts[1:])
    return [(each.code, each.pointer) for each in drafts[0].warnings]


@pytest.mark.parametrize(("command", "expected"), WARNED.values(), ids=WARNED)
def test_what_may_be_a_slip_is_recorded_and_asked_about(command, expected):
    assert warnings_of(command, STEWARD) == expected


@pytest.mark.parametrize("command", QUIET.values(), ids=QUIET)
def test_what_is_usual_is_not_asked_about(command):
    assert warnings_of(command, STEWARD) == []


def test_a_body_amended_to_what_it_is_changes_nothing():
    details = {"name": "Eastmoor Council", "kind": COUNCIL.kind}
    same = AmendParty(party=COUNCIL.party_id, **details, office_holder=COUNCIL.office_holder)
    other = AmendParty(party=COUNCIL.party_id, **details, identifiers=("GB-LAE-ADU",))
    assert [code for code, _ in warnings_of(same, STEWARD)] in ([Slip.NO_CHANGE], [])
    assert warnings_of(other, STEWARD) == []


def test_each_slip_has_a_sentence_that_names_what_it_is_about():
    assert set(SENTENCES) == set(Slip)
    body = an_id("known")
    sentence = sentence_of(Warned(Slip.LOOKS_LIKE, "#/name", (body, PLACE_ID)), {body: "Mill Lane"})
    assert "Mill Lane" in sentence
    assert str(PLACE_ID) in sentence


def test_what_ends_before_it_begins_is_refused_in_every_event_that_has_a_span():
    """Also where a correction would bring it about; days and instants, the latter to the second."""
    for body, spans in SPANS.items():
        declared = next(each for each in declarations() if each.body is body)
        for span in spans:
            assert {span.start, span.end} <= set(declared.fields)


@pytest.mark.parametrize("due", ["2026-01-31", "2025"])
def test_no_correction_makes_a_promise_due_before_it_was_made(due):
    hearing = given(MADE).when(CorrectRecord(record=event_id_of(MADE), changes={"due": due}, reasons="x"), by=OFFICER)
    assert [fault.pointer for fault in hearing.outcome.faults] == ["#/changes/due"]


def test_an_item_that_is_not_there_is_named_as_such():
    ask = {"kind": AskKind.REQUEST, "raised_by": AT_LARGE.party_id, "text": "Lights"}

    asks = tuple(RaiseAsk(**ask) for _ in range(3))
    for here, words in ((3, "asks has 3 items, and the last is 2"), (7, "asks has 3 items, and the last is 2")):
        meeting = replace(a_meeting(happened="2026-03-14"), asks=asks, commitments=(a_promise(ask=Here(here)),))
        (fault,) = given().when(meeting, by=STEWARD).outcome.faults
        assert (fault.pointer, fault.detail.startswith(words)) == ("#/commitments/0/ask", True)
    alone = replace(a_meeting(happened="2026-03-14"), commitments=(a_promise(ask=Here(0)),))
    assert "there are no asks in this request" in given().when(alone, by=STEWARD).outcome.faults[0].detail


@pytest.mark.parametrize(
    ("identifier", "likely"),
    [
        ("GB-COH-01234567", True),
        ("GB-COH-SC123456", True),
        ("GB-COH-1234567", False),
        ("GB-CHC-123", False),
        ("GB-XYZ-1", False),
        ("GB-SC-SC012345", True),
        ("360G-anything", True),
        ("NL-KVK-12345678", True),
    ],
)
def test_an_identifier_has_the_form_that_its_register_gives(identifier, likely):
    assert is_likely_identifier(identifier) is likely
