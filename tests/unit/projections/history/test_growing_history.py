"""All that can be read of a history that grows is what one made from nothing says, whatever it took in."""

from dataclasses import fields
from datetime import date, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.events.commitments import CommitmentAcknowledged, CommitmentMade, CommitmentProposed, FulfilmentClaimed
from domain.events.interactions import MinutesApproved
from domain.events.records import DisputeResolved
from domain.events.stewardship import TextRedacted
from domain.vocabulary import ResolutionOutcome, Side
from projections.engine.live_history import LiveHistory, whole_history
from projections.history.growing_history import GrowingHistory
from projections.history.history import History
from projections.history.memo import once_per_thing
from tests.support.partnership_story import COUNCIL, TENANTS, PartnershipStory, an_id, words

FIRST = date(2025, 1, 1)
THINGS = [an_id(name) for name in ("lights", "bins", "walk", "talk")]
TYPES = (CommitmentProposed, CommitmentMade, CommitmentAcknowledged, FulfilmentClaimed, MinutesApproved)

READS = {
    "about": lambda past, thing: list(past.about(thing)),
    "fact": lambda past, thing: past.fact(thing),
    "contests": lambda past, thing: list(past.contests_of(thing)),
    "minutes": lambda past, thing: list(past.minutes_of(thing)),
    "acknowledged": lambda past, thing: past.acknowledged_at(thing),
    "corrections": lambda past, thing: past.fact(thing) and past.corrections_of(past.fact(thing)),
    "facts": lambda past, _: list(past.facts),
    "claims": lambda past, _: list(past.claims),
    "head": lambda past, _: (past.position, past.recorded_at, past.reached),
    "set aside": lambda past, _: list(past.set_aside),
    "withdrawn": lambda past, _: list(past.withdrawn),
    "amendments": lambda past, _: list(past.amendments),
    "all acknowledged": lambda past, _: dict(past.acknowledged),
    "seats": lambda past, _: list(past.seats),
    "of": lambda past, _: [past.of(body) for body in TYPES],
    "of two": lambda past, _: past.of(CommitmentMade, FulfilmentClaimed),
    "each": lambda past, _: past.each(FulfilmentClaimed),
    "claimed": lambda past, _: past.claimed(CommitmentMade, MinutesApproved),
    "things": lambda past, _: list(past.keys_of_things(CommitmentProposed, CommitmentMade)),
}


@once_per_thing
def remembered(past, _, read, thing):
    return READS[read](past, thing)


def tell(story, act, which, day, recorded_on):
    """Record an event that nobody checks: it may be about what is not there, and begin a thing once more."""
    on, how = day.isoformat(), {"recorded": recorded_on.isoformat(), "by": COUNCIL if which % 2 else TENANTS}
    thing = ("lights", "bins")[which % 2]
    match act:
        case "propose":
            terms = {"promisers": (COUNCIL,), "promisees": (TENANTS,), "text": words()}
            story.tell(CommitmentProposed(happened=on, commitment_id=an_id(thing), **terms), **how)
        case "promise":
            story.promised(thing, on, due=on, **how)
        case "acknowledge":
            story.tell(CommitmentAcknowledged(happened=on, commitment_id=an_id(thing), acknowledged_by=TENANTS), **how)
        case "finish":
            story.reported_done(thing, on, recorded=how["recorded"])
        case "meet":
            story.met(("walk", "talk")[which % 2], on, recorded=how["recorded"])
        case "minute":
            approved = {"interaction_id": THINGS[2 + which % 2], "approving_interaction_id": THINGS[3 - which % 2]}
            story.tell(MinutesApproved(happened=on, sides_present=(Side.RESIDENTS,), **approved), **how)
        case "join":
            story.joined(COUNCIL, on, seat=f"seat {story.head}", recorded=how["recorded"])
        case _:
            tell_of_record(story, act, story.records[which % len(story.records)], on, how)


def tell_of_record(story, act, record, on, how):
    """Record something about a record; a correction or withdrawal is not corrected, but withdrawn."""
    match act:
        case "settle":
            outcome = {"agreed_by": COUNCIL, "outcome": ResolutionOutcome.SET_ASIDE}
            story.tell(DisputeResolved(happened=on, record_id=record.event_id, **outcome), **how)
        case "redact":
            story.tell(TextRedacted(happened=on, record_id=record.event_id, field="theme", ground="a name"), **how)
        case "correct" if record.name in ("record-corrected", "record-withdrawn"):
            story.withdrawn(record.event_id, on, recorded=how["recorded"])
        case "correct":
            story.corrected(record.event_id, on, recorded=how["recorded"])(happened=on)
        case _:
            getattr(story, act)(record.event_id, on, recorded=how["recorded"])


ACTS = ("propose", "promise", "acknowledge", "finish", "meet", "minute", "settle", "join", "redact")
MENDS = ("confirmed", "disputed", "withdrawn", "correct")
days = st.integers(0, 60).map(lambda count: FIRST + timedelta(days=count))
entries = st.tuples(st.sampled_from(ACTS + MENDS), st.integers(0, 20), days)
PROMISED = ("promise", 0, date(2025, 1, 5))
BEGUN_LATER_AT_ONCE = [
    ("promise", 0, date(2025, 1, 9)),
    ("finish", 0, date(2025, 1, 10)),
    ("promise", 1, date(2025, 1, 9)),
    ("propose", 0, date(2025, 1, 2)),
]
BEGUN_LATE = [("finish", 0, date(2025, 1, 9)), ("promise", 0, date(2025, 1, 5)), ("propose", 0, date(2025, 1, 2))]


@settings(max_examples=150, deadline=None)
@given(st.lists(entries, max_size=25), days, st.integers(1, 4))
@example(BEGUN_LATE, date(2025, 2, 1), 1)
@example(BEGUN_LATER_AT_ONCE, date(2025, 2, 1), 3)
@example([*BEGUN_LATE, ("finish", 0, date(2025, 1, 3)), ("propose", 0, date(2025, 1, 1))], date(2025, 2, 1), 1)
@example(
    [("promise", 0, date(2025, 1, 5)), ("finish", 0, date(2025, 1, 3)), ("correct", 1, FIRST)], date(2025, 2, 1), 1
)
@example([PROMISED, ("acknowledge", 0, date(2025, 2, 20))], date(2025, 2, 1), 1)
def test_whatever_is_read_of_a_history_that_grows_is_what_one_from_nothing_says(acts, as_of, at_once):
    story, live = PartnershipStory(), LiveHistory()
    story.formed(FIRST.isoformat())
    for number, (act, which, day) in enumerate(acts):
        tell(story, act, which, day, FIRST + timedelta(days=number))
        if number % at_once:
            continue
        grown_history, whole = live.known(story.records, as_of), whole_history(story.records, as_of)
        for thing in (*THINGS, *(record.event_id for record in story.records)):
            for read, question in READS.items():
                assert remembered(grown_history, None, read, thing) == question(whole, thing), read


def test_every_field_of_a_history_is_noted_or_constant_in_one_that_grows():
    constant = {"partition_id", "as_of", "end", "same_bodies", "memo"}
    assert {field.name for field in fields(History)} <= vars(GrowingHistory).keys() | constant
