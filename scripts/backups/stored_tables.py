"""The tables of a schema as a backup needs them: their columns, their order, and the triggers that guard them."""

from collections.abc import Iterator
from contextlib import contextmanager
from graphlib import TopologicalSorter
from typing import Final

import psycopg
from msgspec import Struct
from psycopg import sql

from domain.log.sessions import Row

Connection = psycopg.Connection[Row]

LEFT_OUT: Final = {
    "log": {"migration": "what was applied stands in the manifest, and is applied again"},
    "vault": {"handed_out": "it counts what sessions were handed that are long over"},
    "api": {
        "session": "a restore signs nobody in: not those either who have signed out since",
        "sign_in_link": "nor does it make a link good again that was used since",
    },
}
"""Tables that no backup holds, each with the reason."""
_TABLES = """
    SELECT c.relname,
        (SELECT array_agg(a.attname ORDER BY a.attnum) FROM pg_attribute a
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''),
        (SELECT array_agg(a.attname ORDER BY place)
         FROM pg_index i, unnest(i.indkey) WITH ORDINALITY AS key (attnum, place)
         JOIN pg_attribute a USING (attnum) WHERE i.indrelid = c.oid AND i.indisprimary AND a.attrelid = c.oid),
        (SELECT array_agg(DISTINCT r.relname) FROM pg_constraint f JOIN pg_class r ON r.oid = f.confrelid
         WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.confrelid <> c.oid)
    FROM pg_class c
    WHERE c.relnamespace = to_regnamespace(%s) AND c.relkind = 'r' AND c.relname <> ALL (%s)
    ORDER BY c.relname
"""
_GUARDS = """
    SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger
    WHERE NOT tgisinternal AND tgenabled <> 'D' AND tgrelid IN (
        SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace::regnamespace::text = ANY (%s))
"""
_ENABLED = {"O": sql.SQL("ENABLE"), "A": sql.SQL("ENABLE ALWAYS"), "R": sql.SQL("ENABLE REPLICA")}


class StoredTable(Struct, frozen=True, kw_only=True):
    """A table with its columns, and those of its primary key, by which its rows are put in order."""

    schema: str
    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]

    @property
    def place(self) -> sql.Identifier:
        """Its name in SQL."""
        return sql.Identifier(self.schema, self.name)


def tables_of(connection: Connection, schema: str) -> list[StoredTable]:
    """The tables of a schema, each after those that its foreign keys refer to."""
    tables, referred = {}, {}
    for name, columns, key, others in connection.execute(
        _TABLES, (schema, sorted(LEFT_OUT.get(schema, {})))
    ).fetchall():
        tables[name] = StoredTable(schema=schema, name=name, columns=tuple(columns or ()), key=tuple(key or ()))
        referred[name] = sorted(others or ())
    return [tables[name] for name in TopologicalSorter(referred).static_order() if name in tables]


@contextmanager
def unguarded(connection: Connection, *schemas: str) -> Iterator[None]:
    """Let rows be put back past the triggers that guard them, and set every trigger as it was at the end of the block.

    For the owner, within a transaction: whoever else looks never sees a table without its guards.
    """
    guards = connection.execute(_GUARDS, (list(schemas),)).fetchall()
    for table, trigger, _ in guards:
        _alter(connection, table, sql.SQL("DISABLE"), trigger)
    yield
    for table, trigger, enabled in guards:
        _alter(connection, table, _ENABLED[enabled], trigger)


def _alter(connection: Connection, table: str, how: sql.SQL, trigger: str) -> None:
    place = sql.Identifier(*table.split("."))
    connection.execute(sql.SQL("ALTER TABLE {} {} TRIGGER {}").format(place, how, sql.Identifier(trigger)))
