"""Everything that can be compared with what was recorded: history, tags, keys, schema, rights, views."""

from collections.abc import Callable, Iterable
from contextlib import closing
from typing import Any, Final

import psycopg
from msgspec import Struct

from api.http.keys import forged_keys
from api.runtime.settings import Settings
from domain.audit.alteration import Alteration
from domain.audit.log_history import history_alterations, order_alterations, tag_alterations
from domain.audit.vault_keys import KeyAudit
from domain.log.connections import Connections
from domain.log.decode_events import UNREADABLE
from domain.vault import Vault, WrappingKey
from projections.engine.view_audit import view_alterations
from scripts.support.catalogue import schema_alterations
from scripts.support.exits import CommandFailed
from scripts.support.projection_database import ProjectionDatabase
from scripts.support.services import known_wrapping_keys

Connection = psycopg.Connection[tuple[Any, ...]]
_AS_LOGGED_IN: Final = "none"
"""PostgreSQL's word for no other role than the login's own."""


class Audit(Struct, frozen=True, kw_only=True):
    """The outcome of an audit: its alterations, and all it could not look at and why."""

    alterations: tuple[Alteration, ...]
    not_looked_at: tuple[str, ...]


def audit(database: ProjectionDatabase, settings: Settings) -> Audit:
    """Compare everything; what cannot be looked at is named, and the rest goes on."""
    wrapping_keys, not_looked_at = _wrapping_keys(settings)
    alterations: list[Alteration] = []
    connections = Connections(
        database.source.to_write(),
        role=_AS_LOGGED_IN,
        application_name="folkmoot-verify",
        pool_size=1,
        lock_timeout_s=10.0,
        statement_timeout_s=0,
    )
    with closing(connections), closing(connections.open("audit")) as connection:
        for what, compare in _comparisons(database, wrapping_keys).items():
            try:
                alterations += compare(connection)
            except psycopg.errors.InsufficientPrivilege as error:
                not_looked_at.append(f"{what}: the login may not read it ({error.diag.message_primary})")
            except UNREADABLE as error:
                alterations.append(Alteration(where=what, detail=f"an event cannot be read ({type(error).__name__})"))
            except psycopg.ProgrammingError as error:
                alterations.append(Alteration(where=what, detail=f"cannot be looked at: {error.diag.message_primary}"))
    if database.memorandum is None:
        not_looked_at.append(
            "roots kept outside the database: there is no memorandum; name a file in FOLKMOOT_MEMORANDUM_FILE"
        )
    return Audit(alterations=tuple(alterations), not_looked_at=tuple(not_looked_at))


def _comparisons(
    database: ProjectionDatabase, wrapping_keys: tuple[WrappingKey, ...]
) -> dict[str, Callable[[Connection], Iterable[Alteration]]]:
    by_name = {key.key_id: key for key in wrapping_keys}
    comparisons: dict[str, Callable[[Connection], Iterable[Alteration]]] = {
        "the log's schema, triggers, functions and rights": schema_alterations,
        "the log's history": lambda connection: history_alterations(connection, database.memorandum),
        "the order of the log": order_alterations,
        "the log's tags": tag_alterations,
        "the vault's keys": lambda connection: list(KeyAudit(connection, database.log, by_name).alterations()),
        "the views of stored projections": view_alterations,
    }
    if wrapping_keys:
        vault = Vault(*wrapping_keys)
        comparisons["the keys of the API"] = lambda connection: forged_keys(connection, vault)
    return comparisons


def _wrapping_keys(settings: Settings) -> tuple[tuple[WrappingKey, ...], list[str]]:
    try:
        return known_wrapping_keys(settings), []
    except CommandFailed as failure:
        return (), [f"the keys of the API, and whether keys of texts open: {failure}"]
