"""The past asked about: `as_of`, a day; `known_at` or `known_by`, how much is known; and the method to score by."""

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
from domain.vault import Ground
from projections.engine.replay import (
    AnswerBasis,
    DayOutOfReach,
    DayToCome,
    KnownAt,
    KnownPartnership,
    MethodMissing,
    UnknownPartnership,
    known_partnership,
    position_asked,
)
from projections.history.claimed_record import SourceDay, source_day
from projections.method.document import MethodInvalid, default_method, load_method, shipped_method
from projections.method.method import Method
from projections.reviews.manifest import made_by

INSTANT: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})"

Day = Annotated[date, Meta(description="The day asked about, until its end in London; by default today")]
KnownPosition = Annotated[
    str,
    Meta(
        description="How much of the record to know: a position, or an instant up to its last entry; by default all",
        examples=["1234", "2026-03-27T19:00:00Z"],
        pattern=rf"^([0-9]{{1,18}}|{INSTANT}){END}",
    ),
]
KnownBySource = Annotated[
    str,
    Meta(
        description="Instead of `known_at`: `source:` and a day. Known is what sources claim to have known by its end"
        " in London: each record counts from when its source says it was written down, else from when it was recorded"
        " here. `:` and a position behind the day leaves out what was recorded here after it",
        examples=["source:2016-03-31", "source:2016-03-31:1234"],
        pattern=rf"^source:[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(:[0-9]{{1,18}})?{END}",
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
    known_at: KnownPosition | None = None
    known_by: KnownBySource | None = None


class ScoredPastQuery(PastQuery, frozen=True, kw_only=True):
    """Which past is asked about, and by which method figures are made."""

    method: MethodName | None = None


class PinnedPast(Struct, frozen=True, kw_only=True):
    """A request about the past once it is settled what it is about: the ETag of its answer, before that is made."""

    known_at: int | SourceDay
    position: int
    as_of: date
    entitled: Ground | None
    tag: str

    def unchanged(self, call: Call) -> OperationAnswer | None:
        """The answer that nothing has changed, to a reader who has this very answer; None where it must be made."""
        if not is_named_exactly(call.headers, self.tag):
            return None
        return OperationAnswer(content=b"", status=304, headers={"ETag": self.tag}, personal=bool(self.entitled))


def pinned(
    call: Call, name: str, version: int = 0, *, partnership: str = "partnership_id", follows_erasures: bool = False
) -> PinnedPast:
    """The past asked about, fixed now, so that the answer has an ETag before it is made. Raises Problem 404 or 400.

    An answer follows from the log up to a position, the day, the query and this release; which texts are readable, and
    which rows are left where that decides (`follows_erasures`), follows from erasures up to the head as well.
    """
    log = call.services.recorder
    entitled = may_read_words(log, call.asker, call.id_in_path(partnership))
    head, known_at, as_of = settled(call)
    at = position_of(known_at)
    query = msgspec.to_builtins(call.query, str_keys=True)
    rest = [
        str(head.log_id),
        call.path,
        query,
        call.media,
        head.position if entitled or follows_erasures else None,
        release(),
    ]
    tag = etag(name, version, at, as_of, sha256(msgspec.json.encode(rest)).hexdigest()[:16])
    return PinnedPast(known_at=known_at, position=at, as_of=as_of, entitled=entitled, tag=tag)


def settled(call: Call) -> tuple[LogHead, int | SourceDay, date]:
    """The head of the log, and what is known and the day asked about, fixed. Raises Problem 400 and BeyondHead."""
    log = call.services.recorder
    head, known_at = log.head(), _known_at(call.query)
    try:
        position = position_asked(log, head, known_at)
    except DayToCome as error:
        raise _unusable("known_by", str(error)) from None
    past = SourceDay(known_at.day, position) if isinstance(known_at, SourceDay) else position
    return head, past, call.query.as_of or day_of(head.now)


def position_of(known_at: int | SourceDay) -> int:
    """The position up to which the log is read for what is known, once that is settled."""
    position = known_at.position if isinstance(known_at, SourceDay) else known_at
    assert position is not None  # noqa: S101 - `settled` names one
    return position


def same_past(basis: AnswerBasis) -> dict[str, object]:
    """The parameters that ask about the very past of an answer once more, whatever is recorded meanwhile."""
    if basis.known_by is None:
        return {"as_of": basis.as_of, "known_at": basis.position, "known_by": None}
    return {"as_of": basis.as_of, "known_at": None, "known_by": f"{basis.known_by}:{basis.position}"}


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
            known_at=_known_at(call.query) if at is None else at.known_at,
            method=None if method is None else _method(call, method, scored_by),
            remembered=call.services.histories,
        )
    except UnknownPartnership:
        partnership = None
    except DayOutOfReach as error:
        raise _unusable(day, str(error)) from None
    except DayToCome as error:
        raise _unusable("known_by", str(error)) from None
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


def _known_at(query: PastQuery) -> KnownAt:
    """How much is known: by the record's own clock, or by that of its sources, of which one may be asked."""
    text = query.known_at
    if query.known_by is not None:
        if text is not None:
            detail = "ask by one of the two: `known_at`, what was on record here, or `known_by`, what sources claim"
            faults = [
                ProblemFault(code="contradiction", detail=detail, parameter=parameter)
                for parameter in ("known_at", "known_by")
            ]
            raise Problem("invalid-query", f"known_at and known_by: {detail}.", faults)
        try:
            return source_day(query.known_by)
        except ValueError:
            raise _unusable("known_by", "the calendar has no such day") from None
    if text is None or text.isdecimal():
        return None if text is None else int(text)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise _unusable("known_at", "the calendar has no such instant") from None


def _unusable(parameter: str, detail: str) -> Problem:
    fault = ProblemFault(code="out-of-bounds", detail=detail, parameter=parameter)
    return Problem("invalid-query", f"{parameter}: {detail}.", [fault])


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
