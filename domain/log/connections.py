"""Connections to the log's database, each in its role and with its time limits.

The library's datastore takes a host, a user and a password one by one and drops the rest of a connection
string, so `sslmode` and `options` would be lost; the pool it is made of takes the string whole and is used
directly.
"""

import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from psycopg_pool import ConnectionPool

from domain.log.errors import log_errors
from domain.log.sessions import Limits, Row, connect, connect_options, prepare

WRITER = "folkmoot_writer"
READER = "folkmoot_reader"
WORKER = "folkmoot_worker"
_PATIENCE_S: Final = 5.0
_AGAIN_S: Final = 0.2
_IDLE_IN_TRANSACTION_S: Final = 60


class Connections:
    """A pool for short work, and connections of their own for what takes long.

    After an outage nobody pays for the recovery: what died is thrown away, and the first who asks is served by a
    connection made at once. Nothing is ever tried twice once a statement was sent.
    """

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
        self._pooled = Limits(
            lock_s=lock_timeout_s, statement_s=statement_timeout_s, idle_in_transaction_s=_IDLE_IN_TRANSACTION_S
        )
        self._pool = ConnectionPool(
            dsn,
            kwargs=connect_options(dsn, application_name),
            min_size=1,
            max_size=pool_size,
            timeout=_PATIENCE_S,
            reconnect_timeout=0,  # no growing pauses: whoever waits has it tried again
            reconnect_failed=_try_again,
            configure=self._prepare,
            name=application_name,
            open=True,
        )

    @contextmanager
    def borrow(self) -> Iterator[psycopg.Connection[Row]]:
        """Lend a pooled connection in autocommit mode; raises the log's own errors."""
        with log_errors():
            connection = self._living()
            try:
                with connection:
                    yield connection
            finally:
                self._pool.putconn(connection)

    def open(self, purpose: str) -> psycopg.Connection[Row]:
        """Open a connection for the caller to keep and close, without a time limit for its statements."""
        limits = Limits(lock_s=self._lock_timeout_s)
        with log_errors():
            return connect(
                self._dsn,
                application_name=f"{self._name}-{purpose}",
                autocommit=True,
                role=self._role,
                limits=limits,
            )

    def close(self) -> None:
        """Close the pool; connections on loan are closed when they come back."""
        self._pool.close()

    def _living(self) -> psycopg.Connection[Row]:
        """Take a connection from the pool; where one has died, all that idle there are looked at first."""
        until = time.monotonic() + _PATIENCE_S
        while True:
            connection = self._pool.getconn(timeout=until - time.monotonic())
            if _is_alive(connection):
                return connection
            connection.close()
            self._pool.putconn(connection)
            self._pool.check()

    def _prepare(self, connection: psycopg.Connection[Row]) -> None:
        prepare(connection, role=self._role, limits=self._pooled)


def _is_alive(connection: psycopg.Connection[Row]) -> bool:
    """Ask the server only when it has something to say: an idle connection goes silent until it is cut."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN | select.POLLHUP)
    if poll.poll(0):
        try:
            ConnectionPool.check_connection(connection)
        except psycopg.Error:
            return False
    return True


def _try_again(pool: ConnectionPool) -> None:
    """Connect again after a moment, for as long as somebody waits for a connection."""
    time.sleep(_AGAIN_S)
    if pool.get_stats().get("requests_waiting", 0) and not pool.closed:
        pool.check()
