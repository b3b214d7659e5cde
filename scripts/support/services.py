"""The services of commands: the settings, the database (ours or a given one) at its schema, what stands on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg
import structlog
from psycopg import sql

from api.runtime.services import Services, connected
from api.runtime.settings import Settings, SettingsInvalid, read_settings
from domain.embedded_server import EmbeddedPostgres, default_data_dir
from domain.log.connections import WRITER
from domain.log.errors import LogError, LogUnavailable, UnfitServer
from domain.log.memorandum import Memorandum, MemorandumUnusable
from domain.log.sessions import connect
from domain.vault import VaultError, WrappingKey, load_wrapping_keys
from domain.vault.bulk_reading import BulkReading
from domain.vault.wrapping_key import FILE_VARIABLE, KEY_VARIABLE
from scripts.support.database_schema import SchemaHeld, SchemaMismatch, migrate, planned, require_schema
from scripts.support.exits import CommandFailed, Exit
from scripts.support.logins import as_login, let_roles_log_in
from scripts.support.mail_sending import mail_sender_of
from scripts.support.provider_sign_on import sign_on_of
from scripts.support.schema_files import needed_schema
from scripts.support.secrecy import given_environment
from scripts.support.sent_traces import sent_traces

_logger = structlog.get_logger(__name__)
DATABASE: Final = "folkmoot"
_ONE_CREATES: Final = 0x666F6C6B  # advisory lock
_SERVES: Final = frozenset({"serve", "demo"})
_OWN_WRAPPING_KEY: Final = "wrapping-key"
_MEMORANDUM: Final = "memorandum.jsonl"
_NOT_GRANTED: Final = """
    SELECT role, quote_ident(current_user) FROM unnest(%s::text[]) AS needed (role)
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role AND pg_has_role(oid, 'MEMBER'))
"""


def settings_in_force() -> Settings:
    """Read the environment, or end the command naming every fault."""
    try:
        return read_settings(given_environment())
    except SettingsInvalid as error:
        raise CommandFailed(Exit.CONFIGURATION, str(error)) from None


@contextmanager
def open_database(settings: Settings, *, login: str, changes: bool = True) -> Iterator[str]:
    """The connection string of the database in use for a login, brought to this version's schema.

    Without DATABASE_URL it is our own server's, which is started, or joined where it runs already. What only reads
    (`changes` is false) makes no database and no schema, and ends the command where there is none.
    """
    if settings.database_url:
        _prepare(settings.database_url, changes=changes, finish=False)
        yield settings.database_url
        return
    if not changes and not (_data_dir(settings) / "cluster").is_dir():
        message = f"there is no Folkmoot in {_data_dir(settings)} yet: `folkmoot serve` or `folkmoot import` begins one"
        raise CommandFailed(Exit.CONFIGURATION, message)
    with EmbeddedPostgres(_data_dir(settings)) as server:
        if changes:
            _create_database(server.dsn())
        _prepare(server.dsn(DATABASE), changes=changes, finish=server.is_ours_alone)
        let_roles_log_in(server.dsn(DATABASE))
        with server.kept_running():
            yield as_login(settings, server.dsn(DATABASE), login)


@contextmanager
def open_empty_database(settings: Settings) -> Iterator[str]:
    """The connection string of a database to be filled: that of DATABASE_URL, else a new one of our own server."""
    if settings.database_url:
        yield settings.database_url
        return
    with EmbeddedPostgres(_data_dir(settings)) as server:
        _create_database(server.dsn())
        yield server.dsn(DATABASE)


@contextmanager
def open_services(settings: Settings, *, command: str, changes: bool = True) -> Iterator[Services]:
    """Open the database and the services over it, for as long as the block runs."""
    with (
        open_database(settings, login=WRITER, changes=changes) as dsn,
        open_services_over(settings, dsn, command=command) as services,
    ):
        yield services


@contextmanager
def open_services_over(settings: Settings, dsn: str, *, command: str) -> Iterator[Services]:
    """Open the services over a database that is open already."""
    try:
        memorandum = memorandum_of(settings)
        if memorandum is None and command == "serve":
            _logger.warning("only the log remembers who was forgotten", mend="set FOLKMOOT_MEMORANDUM_FILE")
        with (
            sent_traces(settings, command) as traces,
            connected(
                dsn,
                wrapping_keys(settings),
                threads=settings.threads,
                public_url=settings.public_url,
                contact_email=settings.contact_email,
                grant_prefix=settings.grant_prefix,
                cookie_secrets=settings.cookie_secrets,
                stylesheet_file=settings.stylesheet_file,
                sign_on=sign_on_of(settings) if command in _SERVES else None,
                mail_sender=mail_sender_of(settings),
                traces=traces,
                schema=needed_schema(),
                webhook_hosts=settings.webhook_hosts,
                follows=settings.follow,
                answers_whole=settings.follow_whole,
                allowances=settings.allowances,
                memorandum=memorandum,
                bulk=BulkReading(settings.bulk_an_hour, settings.bulk_a_day),
                application_name=f"folkmoot-{command}",
            ) as services,
        ):
            yield services
    except LogUnavailable as error:
        raise unavailable(error, dsn, WRITER) from None
    except (VaultError, MemorandumUnusable, LogError) as error:
        raise CommandFailed(Exit.CONFIGURATION, str(error)) from None


def unavailable(error: LogUnavailable, dsn: str, *roles: str) -> CommandFailed:
    """The failure to use the log: the login may not take a role that is needed, or the database is not there."""
    try:
        if not dsn:  # our own server, whose owner we are
            return CommandFailed(Exit.DATABASE_UNAVAILABLE, str(error))
        with connect(dsn, application_name="folkmoot-check", autocommit=True) as connection:
            missing = connection.execute(_NOT_GRANTED, (list(roles),)).fetchall()
    except psycopg.Error:
        missing = []
    if not missing:
        return CommandFailed(Exit.DATABASE_UNAVAILABLE, str(error))
    names = ", ".join(role for role, _ in missing)
    return CommandFailed(
        Exit.CONFIGURATION,
        f"this needs the role {names}, which the login {missing[0][1]} may not take: GRANT {names} TO {missing[0][1]}",
    )


def memorandum_of(settings: Settings) -> Memorandum | None:
    """Open the memorandum: where it is named, else beside the wrapping key, which lives as long and as safely.

    None where no such place is known or it may not be written: what is destroyed is then remembered by the log alone.
    """
    if settings.memorandum_file is not None:
        return Memorandum(settings.memorandum_file)
    beside = memorandum_file(settings)
    if beside is None:
        return None
    try:
        beside.parent.mkdir(parents=True, exist_ok=True)
        return Memorandum(beside)
    except (MemorandumUnusable, OSError):
        return None


def memorandum_file(settings: Settings) -> Path | None:
    """The file of the memorandum, which may not be there yet; None where no place for it is known."""
    if settings.memorandum_file is not None:
        return settings.memorandum_file
    key_file = settings.environment.get(FILE_VARIABLE)
    if key_file:
        return Path(f"{key_file}.memorandum").absolute()
    if not settings.database_url or settings.data_dir is not None:
        return _data_dir(settings) / _MEMORANDUM
    return None


def wrapping_keys(settings: Settings) -> tuple[WrappingKey, ...]:
    """Load the wrapping keys; one of our own is made only beside a database of our own."""
    own = None if settings.database_url else _data_dir(settings) / _OWN_WRAPPING_KEY
    try:
        return load_wrapping_keys(settings.environment, own)
    except VaultError as error:
        raise CommandFailed(Exit.CONFIGURATION, str(error)) from None


def known_wrapping_keys(settings: Settings) -> tuple[WrappingKey, ...]:
    """Load the wrapping keys that there are, and make none."""
    own = _data_dir(settings) / _OWN_WRAPPING_KEY
    if not settings.database_url and not own.exists() and not set(settings.environment) & {KEY_VARIABLE, FILE_VARIABLE}:
        raise CommandFailed(Exit.CONFIGURATION, f"there is no wrapping key in {own}")
    return wrapping_keys(settings)


def _data_dir(settings: Settings) -> Path:
    return settings.data_dir or default_data_dir()


def _create_database(dsn: str) -> None:
    """Create our database where it is absent; of several who find it so, one does, and the others wait."""
    with connect(dsn, application_name="folkmoot-create", autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (_ONE_CREATES,))  # ends with the session
        if connection.execute("SELECT FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))


def _prepare(dsn: str, *, changes: bool, finish: bool) -> None:
    """Bring the schema to what this release needs; `finish` where nobody else can be using an earlier one."""
    try:
        if not changes:
            require_schema(dsn)
            return
        migrate(dsn, finish=finish)
        if waiting := planned(dsn):
            _logger.warning(
                "the upgrade is not finished", without=", ".join(map(str, waiting)), mend="folkmoot migrate --finish"
            )
    except (SchemaMismatch, UnfitServer) as error:
        raise CommandFailed(Exit.CONFIGURATION, str(error)) from None
    except SchemaHeld as error:
        raise CommandFailed(Exit.ANOTHER_RUN_HOLDS_THE_LOCK, str(error)) from None
