"""Every role is tried at every object of the database, as that login, and may do what is declared and nothing else."""

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from scripts.cli import main
from scripts.documentation.database_roles_page import statements
from scripts.support.database_rights import (
    FUNCTIONS,
    MEMBERS,
    SEQUENCES,
    STORED_PROJECTION,
    TABLES,
    TableRights,
)
from scripts.support.exits import Exit
from scripts.support.logins import ROLES, let_roles_log_in

STRANGER = "folkmoot_stranger"
LOGINS = (*(role.name for role in ROLES), STRANGER)
PRIVILEGES = ("select", "insert", "update", "delete", "truncate")
OBJECTS = """
    SELECT n.nspname || '.' || c.relname, c.relkind::text, c.relowner <> n.nspowner,
           (SELECT array_agg(a.attname ORDER BY a.attnum) FROM pg_attribute a
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    ORDER BY 1
"""
CALLS = """
    SELECT n.nspname || '.' || p.proname, p.proname,
           ARRAY(SELECT format_type(t, NULL) FROM unnest(p.proargtypes) WITH ORDINALITY AS a (t, place) ORDER BY place)
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1, 3
"""


@pytest.fixture(scope="module")
def house(server, template, copied):
    """A database whose stored projections are built, and whose roles, and a stranger, may log in."""
    let_roles_log_in(server.dsn(template))
    with copied(template) as dsn, pytest.MonkeyPatch.context() as environment:
        environment.delenv("FOLKMOOT_WRAPPING_KEY", raising=False)
        environment.setenv("DATABASE_URL", as_login(dsn, "folkmoot_projector"))
        assert main(["rebuild", "--all", "--workers", "1"]) == Exit.DONE
        with psycopg.connect(dsn, autocommit=True) as owner:
            owner.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(STRANGER)))
            try:
                yield dsn
            finally:
                owner.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(STRANGER)))


def as_login(dsn: str, name: str) -> str:
    return dsn.replace("//folkmoot@", f"//{name}@")


def rows(dsn: str, query: str) -> list[tuple]:
    with psycopg.connect(dsn) as owner:
        return owner.execute(query).fetchall()


def refusal(connection: psycopg.Connection, statement: sql.Composable) -> str | None:
    """The refusal of a statement for want of a right, when it is tried and undone; None where it had the right."""
    try:
        with connection.transaction(force_rollback=True):
            connection.execute("SET LOCAL lock_timeout = '10s'")
            connection.execute(statement)
    except psycopg.errors.InsufficientPrivilege as error:
        return error.diag.message_primary
    except psycopg.Error:
        return None  # it was let in, and failed for what it was given
    return None


def named(name: str) -> sql.Identifier:
    return sql.Identifier(*name.split("."))


def schema(name: str) -> str:
    return name.partition(".")[0]


def attempts(name: str, columns: list[str]) -> Iterator[tuple[str, sql.Composable]]:
    """Statements that touch no row, each of which needs one right at a table."""
    place = named(name)
    yield "select", sql.SQL("SELECT FROM {} LIMIT 0").format(place)
    yield "insert", sql.SQL("INSERT INTO {} DEFAULT VALUES").format(place)
    yield "delete", sql.SQL("DELETE FROM {} WHERE false").format(place)
    yield "truncate", sql.SQL("TRUNCATE {}").format(place)
    for column in columns:
        change = sql.SQL("UPDATE {} SET {} = DEFAULT WHERE false").format(place, sql.Identifier(column))
        yield f"update ({column})", change


def declared(rights: TableRights, columns: list[str], login: str, *, is_view: bool) -> set[str]:
    """The attempts on a table that a login may carry out, by name."""
    may = {each for each in PRIVILEGES if login in getattr(rights, each)}
    if is_view:
        may.discard("truncate")
    changed = columns if "update" in may else rights.update_columns.get(login, ())
    return may - {"update"} | {f"update ({column})" for column in changed}


@pytest.mark.parametrize("login", LOGINS)
def test_each_login_may_do_with_each_table_what_is_declared_and_nothing_else(house, login):
    wrong = []
    with psycopg.connect(as_login(house, login)) as connection:
        for name, kind, is_projectors, columns in rows(house, OBJECTS):
            if kind == "S":
                continue
            rights = STORED_PROJECTION if is_projectors and name.startswith("projection.") else TABLES.get(name)
            if rights is None:
                wrong.append(f"{name} has no line in scripts/support/database_rights.py")
                continue
            tried = {what: refusal(connection, how) for what, how in attempts(name, columns or [])}
            if kind == "v":
                del tried["truncate"]
            may = {what for what, refused in tried.items() if refused is None}
            expected = declared(rights, columns or [], login, is_view=kind == "v")
            wrong += [f"{login} may {what} {name}" for what in sorted(may - expected)]
            wrong += [f"{login} may not {what} {name}" for what in sorted(expected - may)]
    assert wrong == []


@pytest.mark.parametrize("login", LOGINS)
def test_each_login_may_execute_what_is_declared_and_nothing_else(house, login):
    wrong = []
    with psycopg.connect(as_login(house, login)) as connection:
        for name, alone, types in rows(house, CALLS):
            if name not in FUNCTIONS:
                wrong.append(f"{name} has no line in scripts/support/database_rights.py")
                continue
            values = sql.SQL(", ").join(sql.SQL(f"NULL::{each}") for each in types)
            refused = refusal(connection, sql.SQL("SELECT {}({})").format(named(name), values))
            refusals = {f"permission denied for {what}" for what in (f"function {alone}", f"schema {schema(name)}")}
            if (refused in refusals) == (login in FUNCTIONS[name]):
                wrong.append(f"{login} may{' not' * (refused in refusals)} execute {name}({', '.join(types)})")
    assert wrong == []


@pytest.mark.parametrize("login", LOGINS)
def test_each_login_takes_numbers_from_the_sequences_that_are_declared_its_own(house, login):
    sequences = {name for name, kind, *_ in rows(house, OBJECTS) if kind == "S"}
    assert sequences == SEQUENCES.keys()
    with psycopg.connect(as_login(house, login)) as connection:
        for name in sequences:
            next_number = sql.SQL("SELECT nextval({})").format(sql.Literal(name))
            assert (refusal(connection, next_number) is None) == (login in SEQUENCES[name]), name


@pytest.mark.parametrize("login", LOGINS)
def test_a_login_becomes_nobody_who_may_more(house, login):
    with psycopg.connect(house) as owner:
        superuser = owner.info.user
    with psycopg.connect(as_login(house, login)) as connection:
        for other in (*LOGINS, superuser):
            taken = refusal(connection, sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(other)))
            assert (taken is None) == (other == login or other in MEMBERS.get(login, ())), other
        for forbidden in (
            "CREATE SCHEMA other",
            "CREATE TABLE public.other ()",
            "CREATE TABLE work.other ()",
            "CREATE FUNCTION public.other() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "SET SESSION AUTHORIZATION folkmoot",
            "SELECT pg_read_file('PG_VERSION')",
            "SELECT * FROM pg_authid",
            "ALTER ROLE folkmoot_writer SUPERUSER",
            "GRANT folkmoot_vault TO folkmoot_writer",
            "ALTER DEFAULT PRIVILEGES FOR ROLE folkmoot GRANT ALL ON TABLES TO PUBLIC",
            "CREATE TABLE log.other ()",
            "CREATE TABLE vault.other ()",
            "CREATE TABLE api.other ()",
            "CREATE ROLE other",
            "ALTER TABLE log.event DISABLE TRIGGER ALL",
            "ALTER TABLE log.event ADD COLUMN other text",
            "DROP TABLE log.tag",
            "SET session_replication_role = replica",
            "COPY log.event FROM PROGRAM 'true'",
        ):
            assert refusal(connection, sql.SQL(forbidden)) is not None, forbidden


def test_what_is_declared_is_there(house):
    objects = {name for name, *_ in rows(house, OBJECTS)}
    calls = {name for name, *_ in rows(house, CALLS)}
    assert TABLES.keys() - objects == set()
    assert FUNCTIONS.keys() - calls == set()


def test_a_login_has_the_limits_of_its_role(house):
    for role in ROLES:
        with psycopg.connect(as_login(house, role.name)) as connection:
            for name, value in role.settings().items():
                shown = connection.execute("SELECT %s::interval = current_setting(%s)::interval", (value, name))
                assert shown.fetchone() == (True,), (role.name, name)


def test_no_one_statement_of_the_writers_is_handed_more_than_a_thousand_keys(house):
    ids = [uuid4() for _ in range(1001)]
    keys = [(each, b"w" * 8, b"k" * 60) for each in ids]
    with psycopg.connect(house, autocommit=True) as owner, owner.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO vault.key (key_id, purpose, wrapping_key_id, wrapped) VALUES (%s, 'text', %s, %s)", keys
        )
    with psycopg.connect(as_login(house, "folkmoot_writer"), autocommit=True) as writer:
        found = writer.execute("SELECT wrapped FROM vault.find_keys(%s)", (ids[:1000],)).fetchall()
        assert found == [(b"k" * 60,)] * 1000
        assert writer.execute("SELECT count(*) FROM vault.find_keys(%s)", (ids[1000:],)).fetchone() == (1,)
        for query, given in (
            ("SELECT * FROM vault.find_keys(%s)", (ids,)),
            ("SELECT f.* FROM unnest(%s::uuid[]) AS one (id), vault.find_keys(ARRAY[one.id]) AS f", (ids,)),
            ("SELECT vault.find_keys(ARRAY[id]) FROM unnest(%s::uuid[]) AS one (id)", (ids,)),
        ):
            with pytest.raises(psycopg.Error, match="1000 keys at most"):
                writer.execute(query, given)


def test_the_statements_of_the_reference_let_the_roles_log_in(house):
    with psycopg.connect(house) as owner:
        for role in ROLES:
            for statement in statements(role):
                owner.execute(statement)
        owner.rollback()
