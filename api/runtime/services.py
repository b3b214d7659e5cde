"""The services that the API and the commands share: one log, its vault, and the handler that records."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from api.limits.allowances import Allowances
from api.limits.server_limits import ServerLimits
from api.mail.mail_message import MailSender
from api.runtime.log_watch import LogWatch
from api.runtime.publisher_table import UNREGISTERED_PREFIX
from domain.handling.handler import Handler
from domain.handling.restoration import destroy_again, refuse_an_empty_vault
from domain.log.memorandum import Memorandum
from domain.log.recorder import LogRecorder
from domain.vault import OpeningTrail, Vault, WordReader, WrappingKey, in_force
from domain.vault.bulk_reading import BulkReading
from projections.engine.remembered_histories import RememberedHistories

if TYPE_CHECKING:
    from api.runtime.traces import Traces  # the libraries of these are extras, and only there where somebody uses them
    from api.sign_on.sign_on import SignOn

SPARE_CONNECTIONS: Final = 2
_COOKIES: Final = b"secrets that sign what browsers hold"


@dataclass(frozen=True, kw_only=True)
class Services:
    """The parts that every request and command shares; safe to use from many threads."""

    recorder: LogRecorder
    vault: Vault
    handler: Handler
    threads: int = 16
    public_url: str = ""
    contact_email: str = ""
    grant_prefix: str = UNREGISTERED_PREFIX
    """How the ids of published grants begin (360Giving)."""
    cookie_secrets: tuple[bytes, ...] = field(default=(), repr=False)
    """The secrets that sign what browsers hold, the present one first; others still open what they signed."""
    stylesheet_file: Path | None = None
    """A stylesheet that is served to browsers in place of the house's own."""
    dsn: str = field(default="", repr=False)
    """How processes of their own reach the same database; it may hold a password."""
    schema: frozenset[tuple[str, int]] = frozenset()
    """The schema files of this version, by part and number: what the database must have had applied."""
    histories: RememberedHistories = field(default_factory=RememberedHistories, repr=False)
    """The histories replayed lately."""
    watch: LogWatch
    """What wakes those who wait for the log to grow."""
    trail: OpeningTrail
    """Where it is recorded who opened sealed words."""
    reader: WordReader | None = field(default=None, repr=False)
    """For whom words may be opened: whoever makes the request that these services are for."""
    sign_on: "SignOn | None" = field(default=None, repr=False)
    """The sign-on of people and programs by a provider; without one, keys alone let in."""
    mail_sender: MailSender | None = field(default=None, repr=False)
    """Whoever sends mail; None where mail is off."""
    limits: ServerLimits = field(default_factory=ServerLimits, repr=False)
    """What callers may take, and have taken."""
    webhook_hosts: frozenset[str] = frozenset()
    """The hosts to which webhooks may lead though they are in no public network."""
    traces: "Traces | None" = field(default=None, repr=False)
    """Where spans of requests and work are sent; None where they are not."""
    follows: bool = False
    """Whether this service also sees to it that the stored projections follow the log."""

    def now(self) -> datetime:
        """The instant."""
        return datetime.now(UTC)

    def traced_work(self, task: str, attempt: int) -> AbstractContextManager[None]:
        """A block in which an attempt at a piece of work is made, as a span where traces are sent."""
        return nullcontext() if self.traces is None else self.traces.work(task, attempt)

    @property
    def sends_mail(self) -> bool:
        """True where mail is on, so that the outbox will be sent."""
        return self.mail_sender is not None

    @property
    def reading(self) -> WordReader:
        """The one for whom words are opened. Raises UnrecordedOpening where nobody is known to read."""
        return in_force(self.reader)

    @property
    def of_all(self) -> "Services":
        """The services that show all of the log, for what itself looks to who may know of what."""
        return replace(self, recorder=self.handler.recorder, reader=None)

    def recorded(self) -> AbstractContextManager[object]:
        """A block at whose end it is recorded which words were opened within it; no answer leaves before."""
        return nullcontext() if self.reader is None else self.reader.recorded()


@contextmanager
def connected(  # noqa: PLR0913 - the one place that opens everything
    dsn: str,
    wrapping_keys: Sequence[WrappingKey],
    *,
    threads: int = 16,
    public_url: str = "",
    contact_email: str = "",
    grant_prefix: str = UNREGISTERED_PREFIX,
    cookie_secrets: Sequence[str] = (),
    stylesheet_file: Path | None = None,
    sign_on: "SignOn | None" = None,
    mail_sender: MailSender | None = None,
    traces: "Traces | None" = None,
    schema: frozenset[tuple[str, int]] = frozenset(),
    webhook_hosts: Collection[str] = (),
    follows: bool = False,
    answers_whole: bool = False,
    allowances: Allowances | None = None,
    memorandum: Memorandum | None = None,
    bulk: BulkReading | None = None,
    application_name: str = "folkmoot",
) -> Iterator[Services]:
    """The services of a prepared database: destroyed again what was destroyed, and closed at the end.

    Raises VaultError, MemorandumUnusable or LogError where that cannot be done; then nothing is served.
    """
    vault = Vault(*wrapping_keys)
    pool_size = threads + SPARE_CONNECTIONS
    with (
        LogRecorder(dsn, application_name=application_name, pool_size=pool_size) as recorder,
        closing(LogWatch(recorder)) as watch,
    ):
        handler = Handler(recorder, vault, memorandum)
        with recorder.transaction() as cursor:
            vault.introduce(cursor)
        refuse_an_empty_vault(recorder)
        destroy_again(handler, memorandum)
        yield Services(
            recorder=recorder,
            vault=vault,
            watch=watch,
            trail=OpeningTrail(vault, recorder.connections, bulk),
            handler=handler,
            threads=threads,
            public_url=public_url,
            contact_email=contact_email,
            grant_prefix=grant_prefix,
            cookie_secrets=tuple(secret.encode() for secret in cookie_secrets) or tuple(vault.marks(_COOKIES)),
            stylesheet_file=stylesheet_file,
            sign_on=sign_on,
            mail_sender=mail_sender,
            traces=traces,
            dsn=dsn,
            schema=schema,
            webhook_hosts=frozenset(webhook_hosts),
            follows=follows,
            limits=ServerLimits(allowances),
            histories=RememberedHistories(grows=not answers_whole),
        )
