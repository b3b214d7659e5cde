"""Status of the service, for whoever runs it: up, ready to serve, and how far each stored projection has come.

Open to anybody, so nothing here names a person, a body or a text: ids, counts, positions and instants.
"""

import importlib.metadata
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from msgspec import Struct

from api.access.user_roles import Right
from api.http.operations import Call, Operation, OperationAnswer
from api.reading.stored_projections import StoredProjection, stored_projection
from domain.log.errors import DiskFull, LogError, LogNotPrepared
from domain.log.recorder import LogHead
from domain.log.sessions import Row
from domain.vault.kept_openings import count_in_bulk
from projections.engine.runs import ProjectionRun, recent_runs, release
from projections.engine.status import ProjectionStatus, is_led, projection_statuses

_CLOCK_WARNING_S: Final = 5.0
_LAG_WARNING_S: Final = 60.0
_BULK_SHOWN_FOR: Final = timedelta(days=1)
_PARKED_SHOWN: Final = 20
_RUNS_SEARCHED: Final = 200


class Liveness(Struct, frozen=True):
    """The process is up."""

    status: str


class Readiness(Struct, frozen=True):
    """Whether requests can be served: each check with `ok` or what is wrong, and warnings."""

    status: str
    checks: dict[str, str]
    warnings: tuple[str, ...]


class LogStatus(Struct, frozen=True, kw_only=True):
    """How far the log reaches, and by which clock it is kept."""

    log_id: UUID
    position: int
    recorded_at: datetime | None
    clock: str


class ServiceStatus(Struct, frozen=True, kw_only=True):
    """What runs here: the version, the schema's parts with their numbers, the log, each stored projection.

    `release` is a hash of the code that projects, the one that its runs are marked with. `is_followed` says
    whether somebody keeps the stored projections level with the log at this moment.
    """

    version: str
    release: str
    schema: dict[str, int]
    log: LogStatus
    is_followed: bool
    projections: tuple[StoredProjection, ...]
    last_rebuild: ProjectionRun | None
    last_check: ProjectionRun | None


class RecentRuns(Struct, frozen=True, kw_only=True):
    """The last rebuilds and checks of the stored projections, newest first."""

    runs: tuple[ProjectionRun, ...]


def _healthz(_: Call) -> OperationAnswer:
    return OperationAnswer(content=Liveness("ok"))


def _readyz(call: Call) -> OperationAnswer:
    """The checks that tell whether requests can be served.

    Stored projections that lag, or partnerships that are parked, only warn: their last good rows are served and
    say how old they are, and every instance reads the same tables, so taking one away would help nobody.
    """
    try:
        head, applied = call.services.recorder.head(), _applied(call)
        call.services.recorder.find_space()
    except DiskFull as error:
        return _not_ready(record=str(error))
    except LogError as error:
        return _not_ready(record=type(error).__name__)
    missing = _missing(call, applied)
    if missing:
        return _not_ready(record="ok", schema=f"{', '.join(missing)} not applied: run folkmoot migrate")
    try:
        warnings = (*_of_clock(head), *_of_stored(call), *_of_sign_on(call), *_of_bulk_reading(call))
    except LogError as error:
        return _not_ready(record=type(error).__name__, schema="ok")
    return OperationAnswer(content=Readiness("ready", {"record": "ok", "schema": "ok"}, warnings))


def _not_ready(**checks: str) -> OperationAnswer:
    return OperationAnswer(content=Readiness("not-ready", checks, ()), status=503, headers={"Retry-After": "5"})


def _status(call: Call) -> OperationAnswer:
    applied = _applied(call)
    if missing := _missing(call, applied):
        raise LogNotPrepared(f"{', '.join(missing)} not applied: run folkmoot migrate")
    head = call.services.recorder.head()
    with call.services.recorder.connections.borrow() as connection:
        statuses, is_followed = projection_statuses(connection), is_led(connection)
        runs = recent_runs(connection, _RUNS_SEARCHED)
    status = ServiceStatus(
        version=importlib.metadata.version("folkmoot"),
        release=release(),
        schema={str(part): int(number) for part, number in sorted(applied)},
        log=LogStatus(log_id=head.log_id, position=head.position, recorded_at=head.recorded_at, clock=head.clock),
        is_followed=is_followed,
        projections=tuple(map(stored_projection, statuses)),
        last_rebuild=next((run for run in runs if not run.is_check), None),
        last_check=next((run for run in runs if run.is_check), None),
    )
    return OperationAnswer(content=status)


def _runs(call: Call) -> OperationAnswer:
    with call.services.recorder.connections.borrow() as connection:
        return OperationAnswer(content=RecentRuns(runs=tuple(recent_runs(connection))))


def _applied(call: Call) -> set[Row]:
    with call.services.recorder.connections.borrow() as connection:
        return set(connection.execute("SELECT part, version FROM log.migration").fetchall())


def _missing(call: Call, applied: set[Row]) -> list[str]:
    return sorted(f"{part} {version}" for part, version in call.services.schema - applied)


# Warnings


def _of_clock(head: LogHead) -> Iterator[str]:
    if head.ahead_s > _CLOCK_WARNING_S:
        yield f"the last entry is dated {head.ahead_s:.0f} s after the database's clock"


def _of_bulk_reading(call: Call) -> Iterator[str]:
    with call.services.recorder.connections.borrow() as connection:
        count = count_in_bulk(connection, call.services.now() - _BULK_SHOWN_FOR)
    if count:
        yield f"{count} requests since yesterday opened the words of unusually many people: folkmoot who-looked --bulk"


def _of_stored(call: Call) -> Iterator[str]:
    with call.services.recorder.connections.borrow() as connection:
        statuses, is_followed = (
            projection_statuses(connection, is_counted=False),
            is_led(connection),
        )  # asked every few seconds
    if not call.services.follows and all(status.build is None for status in statuses):
        return  # nobody wants stored projections here
    if not is_followed:
        yield "nobody keeps the stored projections level with the log: run folkmoot follow"
    head = call.services.recorder.head()  # after the builds, which may have been brought on
    for status in statuses:
        yield from _of_build(status, head)
    yield from _of_parked(statuses)


def _of_sign_on(call: Call) -> Iterator[str]:
    """Only a warning: open sessions and keys go on working while the provider is away."""
    if call.services.sign_on is not None and call.services.sign_on.is_failing:
        yield "the sign-on provider does not answer: nobody can sign in with it, keys and open sessions go on working"


def _of_build(standing: ProjectionStatus, head: LogHead) -> Iterator[str]:
    name = standing.projection
    if standing.build is None:
        yield f"{name} was never built here: run folkmoot rebuild"
    elif not standing.is_followed:
        yield f"{name} was built by another release (version {standing.built_version}): run folkmoot rebuild --stale"
    elif standing.log_id != head.log_id or standing.position > head.position:
        yield f"{name} was built from another log: run folkmoot rebuild --all"
    elif standing.lag_seconds > _LAG_WARNING_S:
        yield f"{name} is {standing.lag_events} events and {standing.lag_seconds:.0f} s behind the log"


def _of_parked(statuses: Sequence[ProjectionStatus]) -> Iterator[str]:
    parked = [partition for status in statuses for partition in status.parked]
    for partition in parked[:_PARKED_SHOWN]:
        what = f"{partition.event_name} at position {partition.position} ({partition.fault})"
        yield f"{partition.projection} of a partnership is parked: {what}"
    if len(parked) > _PARKED_SHOWN:
        yield f"{len(parked) - _PARKED_SHOWN} more are parked: run folkmoot status"


def _open(
    path: str, name: str, summary: str, handle: Callable[[Call], OperationAnswer], answers: dict[int, Any]
) -> Operation:
    """An operation for whoever watches over the process, as often as they like."""
    return Operation(
        method="GET",
        path=path,
        name=name,
        summary=summary,
        tag="Service",
        handle=handle,
        right=None,
        answers=answers,
        metered=False,
    )


OPERATIONS = (
    _open("/healthz", "healthz", "Ask whether the process is up.", _healthz, {200: Liveness}),
    _open("/readyz", "readyz", "Ask whether requests can be served.", _readyz, {200: Readiness, 503: Readiness}),
    _open(
        "/status", "read-status", "Read what runs here, and how far each list has come.", _status, {200: ServiceStatus}
    ),
    Operation(
        method="GET",
        path="/v1/projection-runs",
        name="read-runs",
        summary="Read how the last rebuilds and checks of the lists went.",
        tag="Service",
        handle=_runs,
        right=Right.OPERATE,
        answers={200: RecentRuns},
    ),
)
