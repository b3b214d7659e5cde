"""The audit of views: each shows the build that is registered as live, with no trigger, rule or filter between."""

from typing import Final

from domain.audit.alteration import Alteration
from projections.engine.builds import SCHEMA, Connection, builds

_VIEW: Final = "SELECT pg_get_viewdef(to_regclass(%s))"
_SHOWN: Final = (
    "SELECT quote_ident(attname) FROM pg_attribute "
    "WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped AND attname <> 'row_key' ORDER BY attnum"
)
_ON_BUILDS: Final = """
    SELECT c.relname, 'a trigger' FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = 'projection'::regnamespace AND NOT t.tgisinternal
    UNION ALL
    SELECT c.relname, 'a rule' FROM pg_rewrite w JOIN pg_class c ON c.oid = w.ev_class
    WHERE c.relnamespace = 'projection'::regnamespace AND w.rulename <> '_RETURN'
    UNION ALL
    SELECT c.relname, 'row security' FROM pg_class c
    WHERE c.relnamespace = 'projection'::regnamespace AND (c.relrowsecurity OR c.relforcerowsecurity)
"""


def view_alterations(connection: Connection) -> list[Alteration]:
    """Find views that show something else than the build that is registered as live, or are read-only no more."""
    alterations = []
    live = builds(connection, "live")
    for name, build in sorted(live.items()):
        row = connection.execute(_VIEW, (f"{SCHEMA}.{name}",)).fetchone()
        view_text = " ".join((row[0] if row and row[0] else "").replace(f"{build.table}.", "").split())
        columns = ", ".join(quoted for (quoted,) in connection.execute(_SHOWN, (f"{SCHEMA}.{build.table}",)).fetchall())
        expected = (
            f"SELECT {columns} FROM {SCHEMA}.{build.table} "  # noqa: S608 - compared, never run
            f"WHERE ( SELECT {SCHEMA}.is_shown({build.build}) AS is_shown);"
        )
        if view_text != expected:
            detail = f"it does not show {build.table}, which is registered as live"
            alterations.append(Alteration(where=f"view {SCHEMA}.{name}", detail=detail))
    for table, what in connection.execute(_ON_BUILDS).fetchall():
        alterations.append(Alteration(where=f"{SCHEMA}.{table}", detail=f"{what} that is none of ours stands on it"))
    return alterations
