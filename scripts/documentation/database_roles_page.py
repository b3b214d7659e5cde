"""The page of the roles in the database: what each is for, how they log in, and what each may do with every object."""

from collections.abc import Iterator, Mapping
from typing import Final

from scripts.documentation.markdown import page, table, title
from scripts.support.database_rights import FUNCTIONS, MEMBERS, SEQUENCES, STORED_PROJECTION, TABLES, TableRights
from scripts.support.logins import ROLES, DatabaseRole

_VERBS: Final = {"select": "read", "insert": "add", "update": "change", "delete": "delete", "truncate": "empty"}
_STORED: Final = "tables and views of stored projections"


def database_roles_page() -> str:
    """Describe the roles, and every right of every one of them."""
    names = tuple(role.name for role in ROLES)
    lines = [
        *title("Roles in the database"),
        "Whoever migrates a database owns it, and may do everything in it. Nobody else needs to: each process logs in",
        "as a role that may do what its commands need, and a",
        "[test](../../tests/acceptance/scripts/test_database_rights.py) tries every role at every object, as that",
        "login. [Use a PostgreSQL of your own](../how-to/use-your-own-postgresql.md) says how they are let in; in a",
        "database of Folkmoot's own they are from the first start on.",
        "",
        *table(("Role", "What it is for", "Commands", "May also take"), map(_described, ROLES)),
        "`migrate`, `backup`, `restore`, `scrub` and the whole of `verify` are the owner's.",
        "",
        "## How long their sessions wait",
        "",
        "What a session of Folkmoot's sets for itself goes before; these are in force for whoever else logs in so.",
        "",
        *table(("Role", *ROLES[0].settings()), map(_limits, ROLES)),
        "## Let them log in",
        "",
        "As the owner, once; give each a password with `\\password` of psql, or by your own means.",
        "",
        "```sql",
        *(line for role in ROLES for line in statements(role)),
        "```",
        "",
        "## Tables and views",
        "",
        *table(("Table", *map(_short, names)), _table_rows(names)),
        "## Functions",
        "",
        *table(("Function", *map(_short, names)), _marks(FUNCTIONS, names)),
        "## Sequences",
        "",
        *table(("Sequence", *map(_short, names)), _marks(SEQUENCES, names)),
    ]
    return page(lines)


def statements(role: DatabaseRole) -> Iterator[str]:
    """The SQL that lets a role log in with its limits."""
    yield f"ALTER ROLE {role.name} LOGIN;"
    for name, value in role.settings().items():
        yield f"ALTER ROLE {role.name} SET {name} = '{value}';"


def _described(role: DatabaseRole) -> tuple[str, ...]:
    commands = ", ".join(f"`{each}`" for each in role.commands) or "queries of your own"
    return f"`{role.name}`", role.purpose, commands, ", ".join(f"`{each}`" for each in MEMBERS[role.name])


def _limits(role: DatabaseRole) -> tuple[str, ...]:
    return f"`{role.name}`", *map(_in_words, role.settings().values())


def _in_words(limit: str) -> str:
    return "as long as it takes" if limit == "0s" else limit.replace("s", " s")


def _short(name: str) -> str:
    return name.removeprefix("folkmoot_")


def _table_rows(names: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for name, rights in {**TABLES, _STORED: STORED_PROJECTION}.items():
        yield f"`{name}`" if name in TABLES else name, *(_cell(rights, role) for role in names)


def _cell(rights: TableRights, role: str) -> str:
    may = [verb for right, verb in _VERBS.items() if role in getattr(rights, right)]
    if columns := rights.update_columns.get(role):
        may.append(f"change {', '.join(f'`{column}`' for column in columns)}")
    return ", ".join(may)


def _marks(rights: Mapping[str, tuple[str, ...]], names: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for name, roles in rights.items():
        yield f"`{name}`", *("yes" if role in roles else "" for role in names)
