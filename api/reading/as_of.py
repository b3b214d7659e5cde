"""The past asked about: `as_of`, a day, and `known_at`, how much of the record; and the method to score by."""

from datetime import date, datetime
from hashlib import sha256
from typing import Annotated, Final
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from api.http.conditional import etag, is_named_exactly
from api.http.freshness import FreshnessQuery
from api.http.operations import Call, OperationAnswer
from api.http.problems import Problem, ProblemFault
from api.reading.access import may_read_words
from domain.events import EventBody, declaration_of
from domain.events.partnerships import PartnershipFormed
from domain.events.selection import on
from domain.events.stewardship import MethodPublished
from domain.log.decode_events import decode_event
from domain.log.find_records import last_position
from domain.log.recorder import LogHead
from domain.text import END
from domain.values import day_of
from projections.engine.replay import (
    DayOutOfReach,
    KnownPartnership,
    MethodMissing,
    UnknownPartnership,
    known_partnership,
)
from projections.method.document import MethodInvalid, default_method, load_method, shipped_method
from projections.method.method import Method
from projections.reviews.manifest import made_by

_INSTANT: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})"

Day = Annotated[date, Meta(description="The day asked about, until its end in London; by default today")]
KnownAt = Annotated[
    str,
    Meta(
        description="How much of the record to know: a position, or an instant up to its last entry; by default all",
        examples=["1234", "2026-03-27T19:00:00Z"],
        pattern=rf"^([0-9]{{1,18}}|{_INSTANT}){END}",
    ),
]
MethodName = Annotated[
    str,
    Meta(
        description="The method to make figures by: the id of a published one, or the name of a shipped one;"
        " by default the one the partnership adopted",
        max_length=100,
    ),
]


class PastQuery(FreshnessQuery, frozen=True, kw_only=True):
    """Which past is asked about."""

    as_of: Day | None = None
    known_at: KnownAt | None = None


class ScoredPastQuery(PastQuery, frozen=True, kw_only=True):
    """Which past is asked about, and by which method figures are made."""

    method: MethodName | None = None


class PinnedPast(Struct, frozen=True, kw_only=True):
    """A request about the past once it is settled what it is about: the ETag of its answer, before that is made."""

    position: int
    as_of: date
    entitled: bool
    tag: str

    def unchanged(self, call: Call) -> OperationAnswer | None:
        """The answer that nothing has changed, to a reader who has this very answer; None where it must be made."""
        if not is_named_exactly(call.headers, self.tag):
            return None
        return OperationAnswer(content=b"", status=304, headers={"ETag": self.tag}, personal=self.entitled)


def pinned(call: Call, name: str, version: int = 0, *, partnership: str = "partnership_id") -> PinnedPast:
    """The past asked about, fixed now, so that the answer has an ETag before it is made. Raises Problem 404 or 400.

    An answer follows from the log up to a position, the day, the query and this release; which texts are readable
    follows from erasures up to the head as well.
    """
    log = call.services.recorder
    entitled = may_read_words(log, call.asker, call.id_in_path(partnership))
    head, at, as_of = settled(call)
    query = msgspec.to_builtins(call.query, str_keys=True)
    rest = [str(head.log_id), call.path, query, call.media, head.position if entitled else None, release()]
    tag = etag(name, version, at, as_of, sha256(msgspec.json.encode(rest)).hexdigest()[:16])
    return PinnedPast(position=at, as_of=as_of, entitled=entitled, tag=tag)


def settled(call: Call) -> tuple[LogHead, int, date]:
    """The head of the log, and the position and day asked about. Raises Problem 400 and BeyondHead."""
    log = call.services.recorder
    head, known_at = log.head(), _known_at(call.query.known_at)
    if isinstance(known_at, int):
        log.root(known_at)  # refuses a position beyond the head
    position = log.position_at(known_at) if isinstance(known_at, datetime) else known_at
    return head, head.position if position is None else position, call.query.as_of or day_of(head.now)


def release() -> str:
    """The release that makes answers here: another may write the same rows otherwise."""
    program = made_by()
    return f"{program.version} {program.sources_sha256}"


def read_known(
    call: Call,
    begins: type[EventBody] = PartnershipFormed,
    *,
    parameter: str = "partnership_id",
    at: PinnedPast | None = None,
    scored_by: str = "method",
) -> KnownPartnership:
    """The partnership or place in the address, as it was known. Raises Problem 404 or 400."""
    as_of = call.query.as_of if at is None else at.as_of
    return read_known_on(call, as_of, begins, parameter=parameter, at=at, scored_by=scored_by)


def days_compared(call: Call) -> tuple[KnownPartnership, KnownPartnership]:
    """The partnership on the later and on the earlier of two days that a query compares. Raises Problem 404 or 400."""
    if call.query.from_ > call.query.to:
        fault = ProblemFault(code="out-of-bounds", detail="give a day that is not after `to`", parameter="from")
        raise Problem("invalid-query", f"from: {fault.detail}.", [fault])
    return read_known_on(call, call.query.to, day="to"), read_known_on(call, call.query.from_, day="from")


def read_known_on(
    call: Call,
    as_of: date | None,
    begins: type[EventBody] = PartnershipFormed,
    *,
    parameter: str = "partnership_id",
    day: str = "as_of",
    scored_by: str = "method",
    at: PinnedPast | None = None,
) -> KnownPartnership:
    """The same on a day that the query names in parameter `day`, by the method that it names in `scored_by`."""
    partition_id = call.id_in_path(parameter)
    method = getattr(call.query, scored_by, None)
    try:
        partnership = known_partnership(
            call.services.recorder,
            partition_id,
            as_of=as_of,
            known_at=_known_at(call.query.known_at) if at is None else at.position,
            method=None if method is None else _method(call, method, scored_by),
            remembered=call.services.histories,
        )
    except UnknownPartnership:
        partnership = None
    except DayOutOfReach as error:
        fault = ProblemFault(code="out-of-bounds", detail=str(error), parameter=day)
        raise Problem("invalid-query", f"{day}: {fault.detail}.", [fault]) from None
    except (MethodMissing, MethodInvalid):
        fault = ProblemFault(
            code="missing", detail="the method adopted here cannot be found: name one", parameter=scored_by
        )
        raise Problem("invalid-query", f"{scored_by}: {fault.detail}.", [fault]) from None
    if partnership is None or not _is_of(call, partition_id, begins):
        raise Problem(
            "not-found", f"Nothing was recorded by then about a {parameter.removesuffix('_id')} {partition_id}."
        )
    return partnership


def _is_of(call: Call, partition_id: UUID, begins: type[EventBody]) -> bool:
    kind = declaration_of(begins).thing.removesuffix("_id")
    return last_position(call.services.recorder, frozenset({on(kind, partition_id, begins)})) > 0


def _known_at(text: str | None) -> int | datetime | None:
    if text is None or text.isdecimal():
        return None if text is None else int(text)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        fault = ProblemFault(code="out-of-bounds", detail="the calendar has no such instant", parameter="known_at")
        raise Problem("invalid-query", f"known_at: {fault.detail}.", [fault]) from None


def _method(call: Call, name: str, parameter: str) -> Method:
    shipped = shipped_method(name)
    if shipped is not None:
        return shipped
    try:
        events = call.services.recorder.read_partition(UUID(name))
    except ValueError:
        events = []
    for event in events:
        body = decode_event(event).body
        if isinstance(body, MethodPublished):
            return load_method(body.document.encode())
    fault = ProblemFault(code="not-in-list", detail="no method has this name or id", parameter=parameter)
    raise Problem("invalid-query", f"{parameter}: {fault.detail}; the one shipped is {default_method().id}.", [fault])
