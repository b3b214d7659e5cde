"""The page of the access matrix: every operation and page, what decides its reach, and which role may use it."""

from collections.abc import Iterator
from typing import Final

from api.access.keys import Scope
from api.access.principal import RIGHTS_OF_SCOPE
from api.access.user_roles import RIGHTS_IN_WORDS, RIGHTS_OF, UserRole
from api.access_matrix import REACHED_IN_WORDS, AccessRow, AccessVerdict, HeldReach, access_rows, verdict
from scripts.documentation.markdown import page, table, title

_CELLS: Final = {
    (AccessVerdict.ALLOWED, AccessVerdict.ALLOWED): "yes",
    (AccessVerdict.ALLOWED, AccessVerdict.NOT_THERE): "in reach",
    (AccessVerdict.ALLOWED, AccessVerdict.NOT_ALLOWED): "in reach",
    (AccessVerdict.NOT_ALLOWED, AccessVerdict.NOT_ALLOWED): "",
    (AccessVerdict.NOT_THERE, AccessVerdict.NOT_THERE): "one's own",
}


def access_page() -> str:
    """Show for every route which role may use it, and how far."""
    lines = [
        *title("Who may ask for what"),
        "Every operation and every page asks for a right; roles are sets of rights, held within a reach: all",
        "partnerships, some of them, or those formed for some places and their parts. `yes`: whatever the reach, which",
        "then decides what the answer holds. `in reach`: only about what lies within it; what decides that is named in",
        "the second column. An empty cell is refused with 403, nobody at all with 401, or at a page with the sign-in.",
        "",
        "Who may ask is not yet who may say so: whose word may stand as which record is in [who may record",
        "what](authority.md). Texts and names of people are opened at the tables of one's own bodies, and by roles",
        "that read all of them. The [test of every cell](../../tests/integration/api/test_every_cell_of_the_matrix.py)",
        f"asks {_cells():,} times.",
        "",
        "## What decides the reach",
        "",
        *table(("Decided by", "Means"), [(f"`{each}`", said) for each, said in REACHED_IN_WORDS.items()]),
        "Positions of the log as such (how far it reaches, its roots, how far a list has come) are told to all who",
        "read: they say that something was recorded, and of what and where nothing.",
        "",
        "## The rights of each role",
        "",
        *table(
            ("Right", "Lets one", *(role.in_words for role in UserRole)),
            [
                (f"`{right}`", said, *("yes" if right in RIGHTS_OF[role] else "" for role in UserRole))
                for right, said in RIGHTS_IN_WORDS.items()
            ],
        ),
        "A key that belongs to no account, made with `folkmoot key create`, reaches all, by its scope:",
        "",
        *table(
            ("Right", *(scope.name.lower() for scope in Scope)),
            [
                (f"`{right}`", *("yes" if right in RIGHTS_OF_SCOPE[scope] else "" for scope in Scope))
                for right in RIGHTS_IN_WORDS
            ],
        ),
        "## Operations",
        "",
        *_rows("operation"),
        "## Pages",
        "",
        *_rows("page"),
    ]
    return page(lines)


def _rows(kind: str) -> Iterator[str]:
    rows = [row for row in access_rows() if row.kind == kind]
    yield from table(
        ("Address", "Reach decided by", "Right", *(role.in_words for role in UserRole)),
        [
            (
                f"`{'/'.join(row.methods)} {row.path}`",
                f"`{row.reached}`",
                "" if row.right is None else f"`{row.right}`",
                *(_cell(row, role) for role in UserRole),
            )
            for row in rows
        ],
    )
    yield ""


def _cell(row: AccessRow, role: UserRole) -> str:
    return _CELLS[verdict(row, role, HeldReach.ALL), verdict(row, role, HeldReach.ANOTHER_PARTNERSHIP)]


def _cells() -> int:
    """How many questions the matrix answers: each route and method, by role and reach, by scope, and for nobody."""
    routes = sum(len(row.methods) for row in access_rows())
    operations = sum(row.kind == "operation" for row in access_rows())
    return routes * (len(UserRole) * len(HeldReach) + 1) + operations * len(Scope)
