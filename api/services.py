"""What the API and the commands work with: one log, its vault, and the handler that records."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from domain.decisions.boundary import Selection
from domain.events import name_of
from domain.events.stewardship import SubjectErased
from domain.log.finding import find_records
from domain.log.handler import Handler
from domain.log.recorder import LogRecorder
from domain.vault import Vault, WrappingKey

_ERASURES: Final = frozenset({Selection(frozenset({name_of(SubjectErased)}), frozenset())})
_SPARE_CONNECTIONS: Final = 2


@dataclass(frozen=True, kw_only=True)
class Services:
    """The parts that every request and command shares; safe to use from many threads."""

    recorder: LogRecorder
    vault: Vault
    handler: Handler
    threads: int = 16
    public_url: str = ""
    contact_email: str = ""
    dsn: str = field(default="", repr=False)
    """How processes of their own reach the same database; it may hold a password."""
    schema: frozenset[tuple[str, int]] = frozenset()
    """The schema files of this version, by part and number: what the database must have had applied."""
    follows: bool = False
    """Whether this service also sees to it that the stored projections follow the log."""

    def now(self) -> datetime:
        """Give the instant."""
        return datetime.now(UTC)


@contextmanager
def connected(
    dsn: str,
    wrapping_keys: Sequence[WrappingKey],
    *,
    threads: int = 16,
    public_url: str = "",
    contact_email: str = "",
    schema: frozenset[tuple[str, int]] = frozenset(),
    follows: bool = False,
    application_name: str = "folkmoot",
) -> Iterator[Services]:
    """Connect to a prepared database, forget again whoever was forgotten, and close everything at the end.

    A restored vault may hold keys that were destroyed since its dump was made; the log says whose.
    """
    vault = Vault(*wrapping_keys)
    pool_size = threads + _SPARE_CONNECTIONS
    with LogRecorder(dsn, application_name=application_name, pool_size=pool_size) as recorder:
        found = find_records(recorder, _ERASURES)
        erasures = [(each.body.subject_id, each.event_id) for each in found if isinstance(each.body, SubjectErased)]
        with recorder.transaction() as cursor:
            vault.replay_erasures(cursor, erasures)
        yield Services(
            recorder=recorder,
            vault=vault,
            handler=Handler(recorder, vault),
            threads=threads,
            public_url=public_url,
            contact_email=contact_email,
            dsn=dsn,
            schema=schema,
            follows=follows,
        )
