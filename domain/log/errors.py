"""The errors of the log: a closed set, each saying what to do.

Those that have a counterpart in the library are kinds of it, so that code written for the library catches
them.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from eventsourcing.persistence import DataError, IntegrityError, InternalError, OperationalError, ProgrammingError

from domain.errors import FolkmootError


class LogError(FolkmootError):
    """Anything that the log refuses or cannot do."""


class LogUnavailable(LogError, OperationalError):
    """The database cannot be reached or gave up: try again; whether a pending append was kept is unknown."""


class DiskFull(LogUnavailable):
    """The database's disk is full: free space, then try again."""


class LockTimeout(LogError, OperationalError):
    """Another append held the log for too long: try again; nothing was recorded."""


class BoundaryConflict(LogError, IntegrityError):
    """Something that the decision depends on was recorded meanwhile: decide again; nothing was recorded."""


class StateMoved(LogError):
    """What was read before has been touched since: read it again, then decide again; nothing was recorded."""


class AlreadyRecorded(BoundaryConflict):
    """An event with the same id is in the log: look the command up; nothing was recorded."""


class EntryTooLarge(LogError, DataError):
    """An event takes more than 60,000 bytes: shorten it; nothing was recorded."""


class Malformed(LogError, DataError):
    """An event holds what the log cannot store: correct it; nothing was recorded."""


class ClockAhead(LogError, DataError):
    """A seeded append claims to be recorded in the future: correct its clock; nothing was recorded."""


class NotSeeded(LogError, ProgrammingError):
    """The log dates events itself: leave recorded_at out, or begin seeding while the log is empty."""


class WrongIsolation(LogError, ProgrammingError):
    """An append needs a transaction at READ COMMITTED: open one with `transaction()`."""


class HistoryIsFixed(LogError, ProgrammingError):
    """What is recorded cannot be changed: record a correction or a withdrawal instead."""


class LogNotPrepared(LogError, ProgrammingError):
    """The database has no log that this role may use: run `folkmoot migrate` as its owner."""


class UnfitServer(LogError, ProgrammingError):
    """The server, or what stands before it, cannot keep the record: change what the message names."""


class LogAmiss(LogError, InternalError):
    """The database holds or answers what it never should, whatever was sent: an operator must look."""


class BeyondHead(LogError, ValueError):
    """The log does not reach that far yet: ask for a position or an instant up to its head."""


class RebuildNeeded(LogError):
    """This is not the log that was followed so far (another log, or a restored one): rebuild needed."""


_OF_WHAT_WAS_SENT = frozenset(
    {
        "22003",  # a number beyond what a column holds
        "22021",  # bytes that are no character
        "22P05",  # a character that cannot be stored, such as NUL within JSON
    }
)
"""The only faults of data that values which were sent can cause; the others are the server's, or ours."""
_BY_SQLSTATE: dict[str, type[LogError]] = {
    "FM001": WrongIsolation,
    "FM002": BoundaryConflict,
    "FM003": EntryTooLarge,
    "FM004": ClockAhead,
    "FM005": NotSeeded,
    "FM006": HistoryIsFixed,
    "3F000": LogNotPrepared,  # no such schema
    "42P01": LogNotPrepared,  # no such table
    "42883": LogNotPrepared,  # no such function
    "42501": LogNotPrepared,  # no such privilege
    "55P03": LockTimeout,
}


_AMISS = (
    psycopg.DataError,
    psycopg.NotSupportedError,
    psycopg.errors.DataCorrupted,
    psycopg.errors.IndexCorrupted,
)


@contextmanager
def log_errors() -> Iterator[None]:
    """Turn the driver's errors into the log's own; those that only a mistake of ours can cause pass."""
    try:
        yield
    except psycopg.Error as error:
        translation = _translation(error)
        if translation is None:
            raise
        raise translation from error


def _translation(error: psycopg.Error) -> LogError | None:
    error_type = _BY_SQLSTATE.get(error.sqlstate or "")
    if error_type is not None:
        return error_type(_sentence(error, error_type))
    return _of_what_was_sent(error) or _of_the_server(error)


def _of_what_was_sent(error: psycopg.Error) -> LogError | None:
    if isinstance(error, psycopg.errors.UniqueViolation) and error.diag.constraint_name == "event_id_once":
        return AlreadyRecorded("an event with this id is in the log already")
    if isinstance(error, psycopg.errors.CheckViolation | psycopg.errors.NotNullViolation) and _is_of_an_event(error):
        return Malformed(f"an event breaks {error.diag.constraint_name or error.diag.column_name}")
    if error.sqlstate in _OF_WHAT_WAS_SENT or _is_of_nul(error):
        return Malformed("it holds a value that PostgreSQL cannot store, such as a NUL character in text")
    return None


def _of_the_server(error: psycopg.Error) -> LogError | None:
    if isinstance(error, _AMISS):
        return LogAmiss(f"the database answers what it should not ({error.sqlstate or type(error).__name__})")
    if isinstance(error, psycopg.errors.DiskFull):
        return DiskFull("the database's disk is full: free space, then try again")
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError | psycopg.errors.ReadOnlySqlTransaction):
        return LogUnavailable(_why_unavailable(error))
    return None


def _is_of_an_event(error: psycopg.Error) -> bool:
    return (error.diag.schema_name, error.diag.table_name) == ("log", "event")


def _is_of_nul(error: psycopg.Error) -> bool:
    """Whether the driver refused a text before sending it; it has no code of its own for that."""
    return isinstance(error, psycopg.DataError) and error.sqlstate is None and "cannot contain NUL" in str(error)


def _why_unavailable(error: psycopg.Error) -> str:
    if isinstance(error, psycopg.errors.ReadOnlySqlTransaction):
        return "the database takes no writes now: it was set to read only, or is a replica"
    return f"the log's database cannot be used now ({error.sqlstate or type(error).__name__})"


def _sentence(error: psycopg.Error, error_type: type[LogError]) -> str:
    return error.diag.message_primary or (error_type.__doc__ or "")
