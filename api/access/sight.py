"""Sight: the events that somebody may know of, by the partnerships in which they may read.

Registers of organisations, people, places and methods are open to all who read. What is observed at a place is seen by
who reads in a partnership there, or in line with it; a review by who reads in every partnership of it.
"""

from collections.abc import Collection
from functools import cache
from typing import Final
from uuid import UUID

from api.access.principal import Principal
from api.access.reach import ReachKind
from api.access.user_roles import Right
from api.access.whereabouts import whereabouts
from domain.events import declarations, name_of
from domain.events.outcomes import OutcomeObserved
from domain.events.recorded import MENDING_BODIES, Recorded, corrected_body
from domain.events.records import RecordCorrected
from domain.events.stewardship import ReviewRegistered
from domain.events.tags import tag
from domain.log.beginnings import find_beginnings
from domain.log.decode_events import decode_event
from domain.log.event import LogEvent
from domain.log.read_partly import ReadPartly
from domain.log.recorder import LogRecorder

_MENDING: Final = tuple(MENDING_BODIES)
_OBSERVED: Final = name_of(OutcomeObserved)
_OUTCOME_TAG: Final = "outcome:"
_REVIEW: Final = "review"
_OPEN: Final = frozenset({"party", "person", "place", "method", "checkpoint", "subject"})
"""The kinds of thing whose entries are open to all who read."""
_PEOPLE: Final = frozenset({"person", "subject"})


class Sight:
    """The part of a log known to who reads in some partnerships; these may also look at places of their own."""

    def __init__(
        self, log: LogRecorder, partnership_ids: frozenset[UUID], place_ids: frozenset[UUID], right: Right | None
    ) -> None:
        self.right = right
        """The right for which somebody looks."""
        self._log = log
        self._partnership_ids = partnership_ids
        self._place_ids = place_ids
        self._places: frozenset[UUID] | None = None
        self._reviews: dict[UUID, bool] = {}

    def sees(self, event: LogEvent) -> bool:
        """The event may be known of."""
        if event.partition_id in self._partnership_ids:
            return True
        kind = kind_at_home(event.type, event.partition_id, event.tags)
        if kind == _REVIEW:
            return self.sees_review(event.partition_id)
        if event.type == _OBSERVED or (kind == "place" and any(each.startswith(_OUTCOME_TAG) for each in event.tags)):
            return self.sees_place(event.partition_id)
        return kind in _OPEN

    def lists(self, event: LogEvent) -> bool:
        """The same of what is listed or found by its own id: entries on people are only found by what names them."""
        return self.sees(event) and kind_at_home(event.type, event.partition_id, event.tags) not in _PEOPLE

    def decides_on(self, record: Recorded) -> bool:
        """A decision on what its giver says may rest on the record: what they may not know of is not there for it."""
        if record.partition_id in self._partnership_ids or isinstance(record.body, _MENDING):
            return True
        kind = _homes().get(record.name, "")
        if kind == _REVIEW:
            return self.sees_review(record.partition_id)
        return self.sees_place(record.partition_id) if record.name == _OBSERVED else kind in _OPEN

    def sees_place(self, place_id: UUID) -> bool:
        """A partnership in reach is formed for the place, for a part of it, or for one that it is part of."""
        if self._places is None:
            known = whereabouts(self._log)
            own = self._place_ids | known.places_of(self._partnership_ids)
            self._places = known.places_within(own) | known.places_around(own)
        return place_id in self._places

    def sees_review(self, review_id: UUID) -> bool:
        """There is such a review, and every partnership that it was ever said to be of is in reach."""
        if review_id not in self._reviews:
            bodies = [decode_event(event).body for event in self._log.read_partition(review_id)]
            said = [corrected_body(body) if isinstance(body, RecordCorrected) else body for body in bodies]
            registered = [body for body in said if isinstance(body, ReviewRegistered)]
            self._reviews[review_id] = bool(registered) and all(
                self._partnership_ids.issuperset(body.cohort_partnership_ids + body.comparison_partnership_ids)
                for body in registered
            )
        return self._reviews[review_id]


def sight_of(log: LogRecorder, principal: Principal, right: Right | None) -> Sight | None:
    """The sight of somebody who asks for something that needs a right; None for all of it."""
    rights = {Right.READ_FIGURES} | ({right} if right not in (None, Right.OWN_KEYS) else set())
    if any(principal.may_everywhere(each) for each in rights):
        return None
    reading = [role for role in principal.roles if role.rights & rights]
    partnership_ids = frozenset[UUID]().union(*(role.partnership_ids or () for role in reading))
    reaches = (role.reach for role in reading if role.reach is not None and role.reach.kind is ReachKind.PLACES)
    return Sight(log, partnership_ids, frozenset[UUID]().union(*(reach.ids for reach in reaches)), right)


class SeenLog(ReadPartly):
    """The log as somebody reads it in one request, with their sight, which remembers what it looked up."""

    def __init__(self, log: LogRecorder, sight: Sight) -> None:
        super().__init__(log, sight.sees)
        self.sight = sight


def seen_by(log: LogRecorder, sight: Sight | None) -> LogRecorder:
    """The log as somebody reads it."""
    return log if sight is None else SeenLog(log, sight)


def is_known(log: LogRecorder, identity: UUID) -> bool:
    """A thing or a record with this id is where the reader of a log sees it; for who sees all of it, anything is."""
    if not isinstance(log, ReadPartly):
        return True
    return log.find(identity) is not None or bool(find_beginnings(log, [identity]))


def kind_at_home(name: str, partition_id: UUID, tags: Collection[str]) -> str:
    """The kind of thing whose register an event belongs to; empty where it is in the affairs of a partnership."""
    home = _homes().get(name, "")
    if home:
        return home
    return next((kind for kind in (*sorted(_OPEN), _REVIEW) if tag(kind, partition_id) in tags), "")


@cache
def _homes() -> dict[str, str]:
    """The kind of thing whose register events of a type belong to, by the stored name of the type."""
    homes = {each.name: each.home.removesuffix("_id").rpartition("_")[2] for each in declarations()}
    return {name: home for name, home in homes.items() if home}
