"""Laws of the two clocks, for every projection there is and any telling."""

from datetime import date, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain.events.asks import AskAnswered, AskRaised
from domain.events.commitments import CommitmentMade, FulfilmentClaimed
from domain.events.declaration import Participant
from domain.events.partnerships import MemberJoined, SeatAccepted
from domain.values import end_of_day
from domain.vocabulary import Answer
from projections.history.history import history
from projections.method.document import default_method
from projections.views import projections
from tests.support.partnership_story import COUNCIL, COUNTY, TENANTS, PartnershipStory

METHOD = default_method()
FIRST = date(2025, 1, 1)
ACTS = (
    "promise",
    "meet",
    "ask",
    "answer",
    "finish",
    "confirm",
    "dispute",
    "correct",
    "withdraw",
    "seat",
    "accept",
    "lay",
    "rate",
)

days = st.integers(0, 400).map(lambda count: FIRST + timedelta(days=count))
lateness = st.sampled_from([0, 1, 20, 90])
tellings = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 30), days, lateness), max_size=10)


def telling(acts):
    """Record the events of a partnership, in the order of recording."""
    story = PartnershipStory()
    story.formed(FIRST.isoformat())
    for who in (COUNCIL, TENANTS):
        story.joined(who, FIRST.isoformat())
    for act, which, day, late in sorted(acts, key=lambda entry: entry[2] + timedelta(days=entry[3])):
        tell(story, act, which, day.isoformat(), recorded=(day + timedelta(days=late)).isoformat())
    return story


def tell(story, act, which, on, **how):
    """Record one event; an act upon a record takes any that it fits, and is a new promise where there is none."""
    name = f"{act} {story.head}"
    promises = [record for record in story.records if isinstance(record.body, CommitmentMade)]
    records = promises if act == "correct" and promises else story.records
    record = records[which % len(records)]
    match act, record.body:
        case "meet", _:
            story.met(name, on, Participant(COUNCIL, voting=True), Participant(TENANTS, voting=True), **how)
        case "ask", _:
            story.asked(name, on, **how)
        case "answer", AskRaised(ask_id=ask_id):
            story.tell(AskAnswered(happened=on, ask_id=ask_id, answered_by=COUNCIL, answer=Answer.ADOPTED), **how)
        case "finish", CommitmentMade(commitment_id=promise):
            story.tell(FulfilmentClaimed(happened=on, commitment_id=promise, claimed_by=COUNCIL), by=COUNCIL, **how)
        case "correct", CommitmentMade():
            story.corrected(record.event_id, on, **how)(happened=on)
        case "confirm", _:
            story.confirmed(record.event_id, on, **how)
        case "dispute", _:
            story.disputed(record.event_id, on, **how)
        case "withdraw", _:
            story.withdrawn(record.event_id, on, **how)
        case _:
            tell_of_seats(story, act, record.body, name, on, **how)


def tell_of_seats(story, act, body, name, on, **how):
    """Record a body that another seats, what is laid at its door, its own agreement, and what people say."""
    match act, body:
        case "seat", _:
            story.joined(COUNTY, on, seat=name, waits=True, **how)
        case "accept", MemberJoined(member_id=member_id, awaits_acceptance=True):
            story.tell(SeatAccepted(happened=on, member_id=member_id, party=COUNTY), by=COUNTY, **how)
        case "lay", _:
            story.asked(name, on, of=COUNTY, **how)
        case "rate", _:
            story.rated(name, on, (2, 1, 2, 3, 4), **how)
        case _:
            story.promised(name, on, due=on, **how)


def answers(history):
    return {name: msgspec.json.encode(each.project(history, METHOD)) for name, each in projections().items()}


@given(tellings, days, st.data())
def test_what_is_recorded_later_never_changes_what_was_known(acts, as_of, data):
    story = telling(acts)
    known_at = data.draw(st.integers(1, story.head))
    before = PartnershipStory()
    before.records = story.records[:known_at]
    assert answers(story.at(as_of, known_at=known_at)) == answers(before.at(as_of))


@given(tellings, days)
def test_what_happens_after_a_day_never_changes_that_day(acts, as_of):
    story = telling([each for each in acts if each[0] != "correct"])
    by_then = [
        record
        for record in story.records
        if record.occurred_at < end_of_day(as_of) or record.name == "record-withdrawn"
    ]
    last = story.records[-1]
    cut = history(by_then, as_of=as_of, position=last.position, recorded_at=last.recorded_at)
    assert answers(cut) == answers(story.at(as_of))
