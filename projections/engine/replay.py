"""The replay of one partition: any day, any position, any method, straight from the log."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

from msgspec import Struct

from domain.errors import FolkmootError
from domain.events import EventBody, name_of
from domain.events.partnerships import MethodAdopted
from domain.events.recorded import Recorded, resolve
from domain.events.records import RecordCorrected
from domain.events.stewardship import MethodPublished
from domain.log.decode_events import decode_event
from domain.log.recorder import LogHead
from domain.values import day_of, end_of_day
from projections.declaration import Projection, ProjectionRow
from projections.engine.digest import digest
from projections.engine.remembered_histories import PartitionLog, RememberedHistories
from projections.history.claimed_record import KnownByClaims, SourceDay
from projections.history.growing_history import GrowingHistory
from projections.history.history import History, history
from projections.history.memo import answered_once
from projections.history.rules_in_force import rules_as_claimed
from projections.method.document import default_method, load_method, shipped_by
from projections.method.method import Method, method_sha256
from projections.views import projection_called

FIRST_DAY: Final = date(1000, 1, 1)
LAST_DAY: Final = date(2999, 12, 31)
_TICK: Final = timedelta(microseconds=1)


class ReadableLog(PartitionLog, Protocol):
    """The part of the log that a replay needs."""

    def head(self) -> LogHead:
        """The last position and the id of the log."""

    def position_at(self, instant: datetime) -> int:
        """The last position recorded by an instant."""

    def recorded_at(self, position: int) -> datetime | None:
        """The instant when the event at a position was recorded."""

    def root(self, position: int) -> bytes:
        """The root of the Merkle tree over the first `position` events."""


class UnknownPartnership(FolkmootError, LookupError):
    """Nothing was recorded about this partnership by the position asked about: check the id, or ask later."""


class MethodMissing(FolkmootError, LookupError):
    """The method adopted cannot be found as published: name a method, or publish and adopt it again."""


class DayOutOfReach(FolkmootError, ValueError):
    """The years before and after the day asked about are not all in the calendar: ask about another."""


class DayToCome(FolkmootError, ValueError):
    """No source can claim to have known anything by the end of a day to come: ask about today, or an earlier one."""


KnownAt = int | datetime | SourceDay | None
"""How much is known: up to a position, an instant, or what sources claim to have known by a day; None: everything."""


class AnswerBasis(Struct, frozen=True, kw_only=True):
    """The basis of an answer about the past; the same basis gives the same answer.

    `known_by` stands where it was asked what sources claim to have known: it is their claim, and not the log's word.
    `rules_as_claimed` are the rules, and lists of who is expected, that bind from when their source claims to have
    recorded them: those of a log that was seeded, and those of imports that say when they were first written down.
    """

    log_id: UUID
    position: int
    as_of: date
    method: str
    method_sha256: str
    tree_root: str
    rules_as_claimed: tuple[UUID, ...] = ()
    known_by: KnownByClaims = None


class KnownPartnership(Struct, frozen=True, kw_only=True):
    """A partnership's history on a basis, with the method to score it by: what every projection is a function of.

    `records` are those that the history resolves, in the order in which they came to be known; `reached` is the
    position that the log had come to by then.
    """

    basis: AnswerBasis
    history: History
    method: Method
    records: Sequence[Recorded]
    reached: int

    def history_by_itself(self) -> History:
        """The history as one that does not grow: what is asked of it by other methods is forgotten with it."""
        past = self.history
        if not isinstance(past, GrowingHistory):
            return past
        return history(
            self.records,
            as_of=past.as_of,
            position=self.basis.position,
            recorded_at=past.recorded_at,
            log_position=self.reached,
        )


class ReplayAnswer(Struct, frozen=True, kw_only=True):
    """The rows of one projection, what they rest on, and their digest."""

    projection: str
    version: int
    basis: AnswerBasis
    digest: str
    rows: tuple[ProjectionRow, ...]


def known_partnership(
    log: ReadableLog,
    partition_id: UUID,
    *,
    as_of: date | None = None,
    known_at: KnownAt = None,
    method: Method | None = None,
    remembered: RememberedHistories | None = None,
) -> KnownPartnership:
    """Read one partition as known at a position (or instant, or to its sources; default the head) by the end of a day.

    The day is that of the head's recording unless given. Without a method, the one adopted as known then is used,
    else the one shipped. What is `remembered` is not read again. Raises DayOutOfReach, DayToCome, UnknownPartnership
    and the log's BeyondHead.
    """
    if as_of is not None and not FIRST_DAY <= as_of <= LAST_DAY:
        raise DayOutOfReach(f"ask about a day from {FIRST_DAY} to {LAST_DAY}")
    head = log.head()
    position = position_asked(log, head, known_at)
    source_day = known_at.day if isinstance(known_at, SourceDay) else None
    records = (remembered or RememberedHistories()).known(log, partition_id, position, source_day)
    if records is None:
        by_then = f"position {position}" if source_day is None else f"the end of {source_day}, as sources claim"
        message = f"nothing was recorded about {partition_id} by {by_then}"
        raise UnknownPartnership(message)
    day = as_of or day_of(head.now)
    log_position = _reached(log, head, position, source_day)
    method_used = (
        method
        or records.adopted(lambda: _published(log, records.records, position))
        or _shipped(log, head, log_position)
    )
    is_today = method is None and day == day_of(head.now)
    past = records.history(day, position, log_position, is_today=is_today)
    basis = AnswerBasis(
        log_id=head.log_id,
        position=position,
        as_of=day,
        method=method_used.id,
        method_sha256=method_sha256(method_used),
        tree_root=log.root(position).hex(),
        rules_as_claimed=rules_as_claimed(past, log_is_seeded=head.is_seeded),
        known_by=None if source_day is None else str(SourceDay(source_day)),
    )
    return KnownPartnership(
        basis=basis, history=past, method=method_used, records=records.records, reached=log_position
    )


def replay(
    log: ReadableLog,
    partition_id: UUID,
    name: str,
    *,
    as_of: date | None = None,
    known_at: KnownAt = None,
    method: Method | None = None,
) -> ReplayAnswer:
    """Answer one projection about one partition. Raises UnknownProjection and what `known_partnership` raises."""
    projection = projection_called(name)
    return replay_answer(
        known_partnership(log, partition_id, as_of=as_of, known_at=known_at, method=method), projection
    )


def replay_answer(partnership: KnownPartnership, projection: Projection) -> ReplayAnswer:
    """One projection of a partnership as known, with the basis of its rows."""
    rows, rows_digest = _rows_and_digest(partnership, projection)
    return ReplayAnswer(
        projection=projection.name,
        version=projection.version,
        basis=partnership.basis,
        digest=rows_digest,
        rows=rows,
    )


def _rows_and_digest(partnership: KnownPartnership, projection: Projection) -> tuple[tuple[ProjectionRow, ...], str]:
    """The rows and their digest, made once for a history and the method last asked for."""

    def work() -> tuple[tuple[ProjectionRow, ...], str]:
        rows = tuple(projection.project(partnership.history, partnership.method))
        return rows, digest(projection, rows)

    return answered_once(partnership.history, projection.name, partnership.method, work)


def position_asked(log: ReadableLog, head: LogHead, known_at: KnownAt) -> int:
    """The position up to which the log is read. Raises BeyondHead and DayToCome."""
    if isinstance(known_at, SourceDay):
        if known_at.day > day_of(head.now):
            raise DayToCome(f"ask what sources knew by {day_of(head.now)}, which is today, or an earlier day")
        known_at = known_at.position
    if known_at is None:
        return head.position
    if isinstance(known_at, datetime):
        return log.position_at(known_at)
    log.root(known_at)  # refuses a position beyond the head
    return known_at


def _reached(log: ReadableLog, head: LogHead, position: int, source_day: date | None) -> int:
    """The position that the log itself had reached when what is asked about was known."""
    end = None if source_day is None else end_of_day(source_day)
    if end is None or head.recorded_at is None or end > head.recorded_at:
        return position
    return min(position, log.position_at(end - _TICK))


def adopted_method(
    log: ReadableLog, records: Sequence[Recorded], position: int, log_position: int | None = None
) -> Method:
    """The method adopted last, as known at a position, else the one shipped while that was the last position.

    Where what sources claim is asked about, that of `log_position`, which the log itself had come to by then.

    It does not depend on the day asked about: a line drawn over many days is drawn by one method. Raises
    MethodMissing when the log holds no document of the method adopted.
    """
    return _published(log, records, position) or _shipped(
        log, log.head(), position if log_position is None else log_position
    )


def _shipped(log: ReadableLog, head: LogHead, position: int) -> Method:
    superseded_at = log.recorded_at(position + 1) if position < head.position else None
    return default_method() if superseded_at is None else shipped_by(superseded_at)


def _published(log: ReadableLog, records: Sequence[Recorded], position: int) -> Method | None:
    adopted = adoption(records)
    if adopted is None:
        return None
    for event in log.read_partition(adopted.method_id, position):
        body = decode_event(event).body
        if isinstance(body, MethodPublished) and body.method_sha256 == adopted.method_sha256:
            return load_method(body.document.encode())
    message = f"the adopted method {adopted.title} ({adopted.method_id}) was not published by position {position}"
    raise MethodMissing(message)


_OF_ADOPTIONS: Final = (MethodAdopted, RecordCorrected)
_NAMES_OF_ADOPTIONS: Final = frozenset(name_of(body) for body in _OF_ADOPTIONS)


def _bears_on_adoption(body: EventBody) -> bool:
    return not isinstance(body, RecordCorrected) or body.replacement_name in _NAMES_OF_ADOPTIONS


def adoption(records: Sequence[Recorded]) -> MethodAdopted | None:
    """The adoption of a method that stands last among a partition's events; None when there is none."""
    if not any(_bears_on_adoption(record.body) for record in records if type(record.body) in _OF_ADOPTIONS):
        return None  # the usual case, without resolving everything
    standing, _ = resolve(records)
    return next((each.body for each in reversed(standing) if isinstance(each.body, MethodAdopted)), None)


class AdoptedMethods:
    """The adopted methods of a log, each document read once; a document never changes."""

    def __init__(self, log: ReadableLog) -> None:
        self._log = log
        self._methods: dict[tuple[str, str], Method] = {}

    def in_force(self, records: Sequence[Recorded]) -> Method:
        """The method adopted last, as known with the last of the records, else the one shipped.

        Raises MethodMissing.
        """
        adopted = adoption(records)
        if adopted is None:
            return default_method()
        key = (str(adopted.method_id), adopted.method_sha256)
        if key not in self._methods:
            self._methods[key] = adopted_method(self._log, records, records[-1].position)
        return self._methods[key]
