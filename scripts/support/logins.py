"""The logins by which commands reach the database: none does more than its command needs.

Each of Folkmoot's roles can be a login. In a database of our own they are, from the first start on, and only what
makes, backs up, restores, scrubs or verifies the database goes on as its owner. In one that DATABASE_URL names, its
operator lets the roles log in, or logins that are members of them.
"""

from typing import Final

import psycopg
from msgspec import Struct
from psycopg import sql
from psycopg.conninfo import make_conninfo

from api.runtime.settings import Settings
from domain.log.connections import READER, WORKER, WRITER
from domain.log.sessions import connect
from projections.engine.builds import PROJECTOR

OWNER: Final = ""
"""The login that a database came with: whoever migrated it."""
VAULT: Final = "folkmoot_vault"
_ONE_LETS_IN: Final = 0x666F6C6B  # advisory lock: changes to one role at the same moment fail
_LET_IN: Final = "SELECT rolcanlogin AND rolconfig @> %s::text[] FROM pg_roles WHERE rolname = %s"


class DatabaseRole(Struct, frozen=True, kw_only=True):
    """A role that may log in: what it is for, and how long its sessions wait, in seconds; 0 for as long as it takes."""

    name: str
    purpose: str
    commands: tuple[str, ...]
    lock_s: int
    statement_s: int
    idle_in_transaction_s: int

    def settings(self) -> dict[str, str]:
        """The limits as settings of the role, which are in force from its login on."""
        return {
            "lock_timeout": f"{self.lock_s}s",
            "statement_timeout": f"{self.statement_s}s",
            "idle_in_transaction_session_timeout": f"{self.idle_in_transaction_s}s",
        }


ROLES: Final = (
    DatabaseRole(
        name=WRITER,
        purpose="records by the append function, serves the API and its pages",
        commands=(
            "serve",
            "import",
            "account",
            "key",
            "review",
            "method",
            "replay",
            "what-if",
            "backtest",
            "who-looked",
        ),
        lock_s=5,
        statement_s=30,
        idle_in_transaction_s=60,
    ),
    DatabaseRole(
        name=READER,
        purpose="reads the log and the views of stored projections",
        commands=(),
        lock_s=5,
        statement_s=300,
        idle_in_transaction_s=60,
    ),
    DatabaseRole(
        name=PROJECTOR,
        purpose="reads the log, and makes and fills the tables of stored projections",
        commands=("follow", "rebuild", "rollback", "status"),
        lock_s=10,
        statement_s=0,
        idle_in_transaction_s=60,
    ),
    DatabaseRole(
        name=WORKER,
        purpose="takes work from the queue, and takes the writer's role to do it",
        commands=("work",),
        lock_s=10,
        statement_s=0,
        idle_in_transaction_s=60,
    ),
    DatabaseRole(
        name=VAULT,
        purpose="wraps keys under another wrapping key, and marks anew what is marked",
        commands=("rewrap",),
        lock_s=60,
        statement_s=0,
        idle_in_transaction_s=600,
    ),
)


def as_login(settings: Settings, dsn: str, login: str) -> str:
    """The address of a database of our own for another login; that of DATABASE_URL stays as it was given."""
    return dsn if settings.database_url or login == OWNER else make_conninfo(dsn, user=login)


def let_roles_log_in(owner_dsn: str) -> None:
    """Let the roles of a server of our own log in, each with its limits, where they may not yet."""
    with connect(owner_dsn, application_name="folkmoot-logins") as connection:
        if all(_is_let_in(connection, role) for role in ROLES):
            return
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_ONE_LETS_IN,))
        for role in ROLES:
            name = sql.Identifier(role.name)
            connection.execute(sql.SQL("ALTER ROLE {} LOGIN").format(name))
            for setting, value in role.settings().items():
                connection.execute(
                    sql.SQL("ALTER ROLE {} SET {} = {}").format(name, sql.Identifier(setting), sql.Literal(value))
                )


def _is_let_in(connection: psycopg.Connection, role: DatabaseRole) -> bool:
    settings = [f"{name}={value}" for name, value in role.settings().items()]
    (is_let_in,) = connection.execute(_LET_IN, (settings, role.name)).fetchone() or (False,)
    return bool(is_let_in)
