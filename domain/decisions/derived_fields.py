"""Votes, sides and raters by the seats and keys at hand: a correction says no more of it than a first record may.

Who had a vote, which sides met a decision and from which side a rating came is never claimed: it follows from who sits
here and has agreed to, and from whom a key speaks for. What stood before may stay.
"""

from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from domain.decisions.case import Case
from domain.decisions.refusals import Code
from domain.events import EventBody
from domain.events.decisions import DecisionTaken
from domain.events.declaration import Participant
from domain.events.experience import FeedbackGiven, PulseObserved
from domain.events.interactions import InteractionRecorded, MinutesApproved
from domain.events.recorded import Recorded
from domain.events.selection import Selections, on
from domain.values import PartyAt
from domain.vocabulary import Attendance, Side

_NO_VOTE: Final = "nobody of this side had a vote there: its seats, and who accepted them, decide that"


def must_follow_from_seats(case: Case, before: EventBody, after: EventBody) -> None:
    """Note a fault for each thing that a correction claims and the seats, or the key, do not bear out."""
    if case.context.actor.steward or case.faults:
        return
    for at, code, detail in _unfounded(case, before, after):
        case.fault(code, f"changes/{at}", detail)


def approval_of(records: Sequence[Recorded], record_id: UUID) -> Selections:
    """A selection of the meeting at which a record's minutes were approved; none for a record of another kind."""
    return frozenset(
        on("interaction", record.body.approving_interaction_id, InteractionRecorded, within=record.partition_id)
        for record in records
        if record.event_id == record_id and isinstance(record.body, MinutesApproved)
    )


def as_seated(case: Case, party: PartyAt, before: InteractionRecorded) -> tuple[bool, bool]:
    """A body's vote and membership at a meeting: as the record has it, else by its seats on that day."""
    earlier = [each for each in before.participants if each.party.party_id == party.party_id]
    if earlier:
        return any(each.voting for each in earlier), any(each.member for each in earlier)
    seats = case.seats_of(party, before.happened)
    return any(seat.voting for seat in seats), bool(seats)


def _unfounded(case: Case, before: EventBody, after: EventBody) -> Iterator[tuple[str, Code, str]]:
    match before, after:
        case InteractionRecorded(), InteractionRecorded():
            yield from _of_meeting(case, before, after)
        case MinutesApproved(), MinutesApproved():
            additions = set(after.sides_present) - set(before.sides_present)
            if additions - _voting_sides(case, before):
                yield "sides_present", Code.WRONG_REPLACEMENT, _NO_VOTE
        case DecisionTaken(), DecisionTaken():
            seated = {seat.party.side for seat in case.seats_on(after.happened) if seat.voting}
            if set(after.met_by) - set(before.met_by) - seated - {Side.RESIDENTS}:
                yield "met_by", Code.WRONG_REPLACEMENT, _NO_VOTE
        case FeedbackGiven(), FeedbackGiven():
            if after.rater_side not in {before.rater_side, *case.sides_spoken_for()}:
                yield "rater_side", Code.MAY_NOT_SPEAK_FOR, "your key does not speak for anyone of that side"
        case PulseObserved(), PulseObserved():
            changed = (before.about, before.rater_side) != (after.about, after.rater_side)
            is_own = after.about.party_id in case.spoken_for() and after.rater_side not in case.sides_spoken_for()
            if changed and is_own:
                yield "rater_side", Code.MAY_NOT_SPEAK_FOR, "what others said of your own body is theirs to count"


def _of_meeting(case: Case, before: InteractionRecorded, after: InteractionRecorded) -> Iterator[tuple[str, Code, str]]:
    for index, participant in enumerate(after.participants):
        voting, member = as_seated(case, participant.party, before)
        if participant.voting and not voting:
            detail = "this organisation had no vote there: it has no voting seat of that day that it accepted"
            yield f"participants/{index}/voting", Code.WRONG_REPLACEMENT, detail
        if participant.member and not member:
            detail = "this organisation was no member: it has no seat of that day that it accepted"
            yield f"participants/{index}/member", Code.WRONG_REPLACEMENT, detail


def _voting_sides(case: Case, minutes: MinutesApproved) -> set[Side]:
    meeting = case.facts.first("interaction_id", minutes.approving_interaction_id, InteractionRecorded)
    participants: tuple[Participant, ...] = () if meeting is None else meeting[1].participants
    return {each.party.side for each in participants if each.voting and each.attendance is Attendance.ATTENDED}
