"""Sessions with PostgreSQL: whatever is relied on is set, or checked, as each connection begins.

A database, a role or a server may have settings of its own, under which dates are written otherwise, backslashes mean
something else in SQL, or what was committed is lost in a crash. Nobody else in the house opens a connection.
"""

import threading
from typing import Any, Final, LiteralString

import psycopg
from msgspec import Struct
from psycopg.conninfo import conninfo_to_dict

from domain.log.errors import UnfitServer

Row = tuple[Any, ...]
_AnyConnection = psycopg.Connection[Any] | psycopg.AsyncConnection[Any]

OLDEST_VERSION: Final = 150_000
_TRANSACTION_TIMEOUT_SINCE: Final = 170_000
_SETTINGS: Final[dict[str, str]] = {
    # How values are written and read.
    "client_encoding": "UTF8",
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "lc_monetary": "C",
    "lc_numeric": "C",
    "lc_time": "C",
    # How statements are read.
    "standard_conforming_strings": "on",
    "array_nulls": "on",
    "transform_null_equals": "off",
    "quote_all_identifiers": "off",
    "search_path": "public, pg_temp",
    # How transactions go; whether a database takes writes at all is its operator's business.
    "default_transaction_isolation": "read committed",
    "default_transaction_deferrable": "off",
    "idle_session_timeout": "0",
}
_PREPARE: LiteralString = """
    SELECT set_config(name, setting, false) FROM unnest(%s::text[], %s::text[]) AS wanted (name, setting)
    UNION ALL
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'
"""
_ALLOWED: LiteralString = """
    SELECT least(
        current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
            - coalesce(current_setting('reserved_connections', true)::int, 0),
        (SELECT nullif(datconnlimit, -1) FROM pg_database WHERE datname = current_database()),
        (SELECT nullif(rolconnlimit, -1) FROM pg_roles WHERE rolname = session_user))
"""
_NOTICE_LOSS: Final = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
_ROUNDS: Final = 5
_PATIENCE_S: Final = 10.0
_POOLED: Final = (
    "the database's address leads to a pooler that lends each transaction another session (such as PgBouncer with "
    "pool_mode = transaction), and Folkmoot needs sessions of its own: set DATABASE_URL to the address of PostgreSQL "
    "itself"
)


class Limits(Struct, frozen=True, kw_only=True):
    """How long a session waits for a lock, for one statement, and for its own program; 0 for ever."""

    lock_s: float = 0
    statement_s: float = 0
    idle_in_transaction_s: float = 0


def connect(
    dsn: str, *, application_name: str, autocommit: bool = False, role: str = "", limits: Limits | None = None
) -> psycopg.Connection[Row]:
    """Open a connection whose session is prepared. Raises UnfitServer, and the driver's errors."""
    connection = psycopg.connect(dsn, **connect_options(dsn, application_name))
    try:
        prepare(connection, role=role, limits=limits or Limits())
        connection.autocommit = autocommit
    except BaseException:
        connection.close()
        raise
    return connection


def connect_options(dsn: str, application_name: str) -> dict[str, Any]:
    """Options beside an address: a name, and how soon a server that has vanished is noticed, unless it says so."""
    parameters = conninfo_to_dict(dsn)
    noticing = {name: value for name, value in _NOTICE_LOSS.items() if name not in parameters}
    return {"autocommit": True, "application_name": application_name, **noticing}


def prepare(connection: psycopg.Connection[Row], *, role: str, limits: Limits) -> None:
    """Set what is relied on in a session that has just begun, in autocommit mode. Raises UnfitServer."""
    _must_be_fit(connection)
    connection.execute(_PREPARE, _settings(connection, role, limits))


async def prepare_async(
    connection: psycopg.AsyncConnection[Any], *, role: str, limits: Limits, search_path: str
) -> None:
    """Set the same in a session of a library that waits for the database asynchronously, and where it finds its names.

    Raises UnfitServer.
    """
    _must_be_fit(connection)
    await connection.execute(_PREPARE, _settings(connection, role, limits, search_path=search_path))


def _settings(connection: _AnyConnection, role: str, limits: Limits, **others: str) -> tuple[list[str], list[str]]:
    """The names and values of what is set in a session."""
    settings = _SETTINGS | {
        "lock_timeout": _milliseconds(limits.lock_s),
        "statement_timeout": _milliseconds(limits.statement_s),
        "idle_in_transaction_session_timeout": _milliseconds(limits.idle_in_transaction_s),
    }
    if connection.info.server_version >= _TRANSACTION_TIMEOUT_SINCE:
        settings["transaction_timeout"] = "0"
    if role:
        settings["role"] = role
    settings |= others
    return list(settings), list(settings.values())


def check_server(dsn: str) -> None:
    """Refuse a server that cannot keep the record, or a pooler before it that keeps no sessions. Raises UnfitServer."""
    with _bare(dsn) as connection:
        _must_be_fit(connection)
        if _backend(connection) != connection.info.backend_pid:
            with _bare(dsn) as other:
                _must_keep_sessions(connection, other)


def connections_allowed(dsn: str) -> int:
    """How many connections the server, the database and its user let in at once, those for superusers set aside."""
    with connect(dsn, application_name="folkmoot-check", autocommit=True) as connection:
        (allowed,) = connection.execute(_ALLOWED).fetchone() or (0,)
    return int(allowed)


def _bare(dsn: str) -> psycopg.Connection[Row]:
    """Open a connection in which nothing is set: through a pooler it would be set for others."""
    return psycopg.connect(dsn, prepare_threshold=None, **connect_options(dsn, "folkmoot-check"))


def _must_be_fit(connection: _AnyConnection) -> None:
    if connection.info.server_version < OLDEST_VERSION:
        raise UnfitServer("Folkmoot needs PostgreSQL 15 or later: upgrade the server")
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise UnfitServer(f"the database keeps text in {encoding}: make one with ENCODING 'UTF8' TEMPLATE template0")


def _must_keep_sessions(one: psycopg.Connection[Row], other: psycopg.Connection[Row]) -> None:
    """Find out whether two connections, both open, were ever served by one session, or one by two."""
    patience = threading.Timer(_PATIENCE_S, other.cancel)
    patience.start()
    try:
        mine = _backend(one)
        for _ in range(_ROUNDS):
            with other.transaction():
                shared = _backend(other) == mine
            if shared or _backend(one) != mine:
                raise UnfitServer(_POOLED)
    except psycopg.Error as error:
        raise UnfitServer(f"{_POOLED} (it could not be told for certain: {type(error).__name__})") from error
    finally:
        patience.cancel()


def _backend(connection: psycopg.Connection[Row]) -> int:
    (pid,) = connection.execute("SELECT pg_backend_pid()").fetchone() or (0,)
    return int(pid)


def _milliseconds(seconds: float) -> str:
    return f"{int(seconds * 1000)}ms"
