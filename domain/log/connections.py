"""Connections to the log's database, each in its role and with its time limits.

The library's datastore takes a host, a user and a password one by one and drops the rest of a connection
string, so `sslmode` and `options` would be lost; the pool it is made of takes the string whole and is used
directly.
"""

import select
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, LiteralString

import psycopg
from psycopg_pool import ConnectionPool

from domain.log.errors import translated

Row = tuple[Any, ...]
WRITER = "folkmoot_writer"
READER = "folkmoot_reader"

_PREPARE: LiteralString = """
    SELECT set_config('role', %(role)s, false),
           set_config('TimeZone', 'UTC', false),
           set_config('default_transaction_isolation', 'read committed', false),
           set_config('lock_timeout', %(lock_timeout)s, false),
           set_config('statement_timeout', %(statement_timeout)s, false),
           set_config('idle_in_transaction_session_timeout', %(idle_timeout)s, false)
"""


class Connections:
    """A pool for short work, and connections of their own for what takes long."""

    def __init__(
        self,
        dsn: str,
        *,
        role: str,
        application_name: str,
        pool_size: int,
        lock_timeout_s: float,
        statement_timeout_s: float,
    ) -> None:
        self._dsn = dsn
        self._role = role
        self._name = application_name
        self._lock_timeout_s = lock_timeout_s
        self._statement_timeout_s = statement_timeout_s
        self._pool = ConnectionPool(
            dsn,
            kwargs={"autocommit": True, "application_name": application_name},
            min_size=1,
            max_size=pool_size,
            timeout=5.0,
            configure=self._prepare_pooled,
            check=_check_alive,
            name=application_name,
            open=True,
        )

    @contextmanager
    def borrow(self) -> Iterator[psycopg.Connection[Row]]:
        """Lend a pooled connection in autocommit mode; raises the log's own errors."""
        with translated(), self._pool.connection() as connection:
            yield connection

    def open(self, purpose: str) -> psycopg.Connection[Row]:
        """Open a connection for the caller to keep and close, without a time limit for its statements."""
        with translated():
            connection = psycopg.connect(self._dsn, autocommit=True, application_name=f"{self._name}-{purpose}")
            try:
                self._prepare(connection, statement_timeout_s=0, idle_timeout_s=0)
            except BaseException:
                connection.close()
                raise
            return connection

    def close(self) -> None:
        """Close the pool; connections on loan are closed when they come back."""
        self._pool.close()

    def _prepare_pooled(self, connection: psycopg.Connection[Row]) -> None:
        self._prepare(connection, statement_timeout_s=self._statement_timeout_s, idle_timeout_s=60)

    def _prepare(
        self, connection: psycopg.Connection[Row], *, statement_timeout_s: float, idle_timeout_s: float
    ) -> None:
        connection.execute(
            _PREPARE,
            {
                "role": self._role,
                "lock_timeout": f"{int(self._lock_timeout_s * 1000)}ms",
                "statement_timeout": f"{int(statement_timeout_s * 1000)}ms",
                "idle_timeout": f"{int(idle_timeout_s * 1000)}ms",
            },
        )


def _check_alive(connection: psycopg.Connection[Row]) -> None:
    """Ask the server only when it has something to say: an idle connection goes silent until it is cut."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN | select.POLLHUP)
    if poll.poll(0):
        ConnectionPool.check_connection(connection)
