"""Tasks for shards and their results: ids, addresses and counts, and never any data."""

import os
import time
from datetime import date
from typing import Final
from uuid import UUID

from msgspec import Struct

from domain.errors import FolkmootError
from domain.log.errors import LogUnavailable
from projections.engine.builds import Build

WRITE_VARIABLE: Final = "DATABASE_URL"
READ_VARIABLE: Final = "FOLKMOOT_READ_DATABASE_URL"


class OutOfTime(FolkmootError):
    """The time given to a run is over: nothing was put in place; run again, and it goes on where it was."""


def refuse_overtime(deadline: float | None) -> None:
    """Stop a run after its deadline, in seconds since 1970. Raises OutOfTime."""
    if deadline is not None and time.time() > deadline:
        raise OutOfTime("the time given is over: nothing was put in place; run again, and it goes on where it was")


class DatabaseAddresses(Struct, frozen=True):
    """The addresses of the database that a shard writes to and reads from; None: the worker's environment names it."""

    write_dsn: str | None = None
    read_dsn: str | None = None

    def __repr__(self) -> str:
        """Show nothing: an address may hold a password."""
        return "DatabaseAddresses()"

    def to_write(self) -> str:
        """The address to write to. Raises LogUnavailable."""
        dsn = self.write_dsn or os.environ.get(WRITE_VARIABLE)
        if not dsn:
            raise LogUnavailable(f"the worker does not know its database: set {WRITE_VARIABLE} where it runs")
        return dsn

    def to_read(self) -> str:
        """The address to read from: a replica's, where one is named."""
        return self.read_dsn or os.environ.get(READ_VARIABLE) or self.to_write()


class ShardTask(Struct, frozen=True, kw_only=True):
    """The task of one shard, and its time: fill builds from its partitions, and compare live ones with them."""

    run_id: UUID
    shard: int
    partition_ids: tuple[UUID, ...]
    log_id: UUID
    position: int
    leaf: bytes | None
    release: str
    as_of: date
    filled: tuple[Build, ...]
    compared: tuple[str, ...]
    source: DatabaseAddresses
    deadline: float | None = None


class ShardResult(Struct, frozen=True, kw_only=True):
    """The result of a shard: its counts, and the most memory its process ever held."""

    events: int = 0
    rows: int = 0
    peak_kib: int = 0
