"""The events of a log that stand, corrected and withdrawn by hand: a query that no projection takes part in."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from uuid import UUID

from domain.events import EventBody
from domain.events.commitments import (
    CommitmentFailed,
    CommitmentMade,
    CommitmentReleased,
    CommitmentRenegotiated,
    CommitmentWithdrawn,
    FulfilmentClaimed,
    FulfilmentConfirmed,
    FulfilmentDisputed,
)
from domain.events.decisions import SpendingRecorded
from domain.events.recorded import corrected_body
from domain.events.records import RecordCorrected, RecordWithdrawn
from domain.log.decode_events import decode_event
from domain.log.recorder import LogRecorder
from domain.values import last_day
from domain.vocabulary import Extent

GRACE = timedelta(days=14)
"""Days after the day it was due on which a promise still counts as kept in time, by the method in force."""
SILENCE = timedelta(days=28)
"""The time after which a report that nobody spoke against is agreed by silence."""


def standing_bodies(log: LogRecorder, partition_id: UUID, end: date) -> list[tuple[UUID, EventBody]]:
    """The events of a partition that stand and happened by the end of a day, with their ids, in their order."""
    records = [decode_event(event) for event in log.read_partition(partition_id)]
    corrected, withdrawn, bodies = {}, set(), []
    for record in reversed(records):
        if record.event_id in withdrawn:
            continue
        body = record.body
        if isinstance(body, RecordWithdrawn):
            withdrawn.add(body.record_id)
        elif isinstance(body, RecordCorrected):
            corrected.setdefault(body.record_id, corrected_body(body))
        else:
            bodies.append((record.event_id, corrected.get(record.event_id, body)))
    return [(event_id, body) for event_id, body in reversed(bodies) if body.happened[:10] <= end.isoformat()]


class StandingBodies:
    """The events of a board by what they are about."""

    def __init__(self, bodies: Sequence[tuple[UUID, EventBody]]) -> None:
        self.bodies = [body for _, body in bodies]
        self.about: dict[UUID, list[EventBody]] = defaultdict(list)
        for body in self.bodies:
            for name in ("commitment_id", "ask_id"):
                if getattr(body, name, None) is not None and not isinstance(body, SpendingRecorded):
                    self.about[getattr(body, name)].append(body)

    def of(self, kind, about=None):
        """The events of a kind, or of several, all of them or those about one thing."""
        return [each for each in (self.bodies if about is None else self.about[about]) if isinstance(each, kind)]


def promises_standing(bodies: StandingBodies, end: date) -> Iterator[tuple[CommitmentMade, str, date]]:
    """Every promise with how a board pack says it stands (empty: let off), and the day of that or that it is due."""
    for promise in bodies.of(CommitmentMade):
        identity = promise.commitment_id
        due = [last_day(each.due) for each in (promise, *bodies.of(CommitmentRenegotiated, identity))][-1]
        given_up = bodies.of((CommitmentFailed, CommitmentWithdrawn), identity)
        done = _done(bodies, identity, end)
        if done is not None:
            yield promise, "Kept" if done <= due + GRACE else "Kept late, or in part", done
        elif given_up:
            yield promise, "Broken", last_day(given_up[0].happened)
        elif bodies.of(CommitmentReleased, identity):
            yield promise, "", due
        else:
            yield promise, "Due next" if due > end else "Overdue", due


def _done(bodies: StandingBodies, identity: UUID, end: date) -> date | None:
    """The day on which a promise was done whole: as confirmed, or as reported and then let stand in silence."""
    confirmed = bodies.of(FulfilmentConfirmed, identity)
    spoken_against = max((each.happened for each in bodies.of(FulfilmentDisputed, identity)), default="")
    let_stand = [
        each
        for each in bodies.of(FulfilmentClaimed, identity)
        if not confirmed and each.happened > spoken_against and last_day(each.happened) + SILENCE < end
    ]
    whole = [each for each in (*confirmed, *let_stand) if each.extent is Extent.WHOLE]
    return last_day(whole[0].done) if whole else None
