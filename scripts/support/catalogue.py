"""The catalogue: what the database holds of our schema, object by object, in lines that any PostgreSQL words alike.

`scripts/catalogue.txt` has the lines of this release. What a database has otherwise was changed by other
means than migrating: a trigger that is off, a function with another body, a right that nobody should have.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import psycopg

from domain.audit.alteration import Alteration
from domain.checkout import ROOT

AS_SHIPPED: Final = ROOT / "scripts" / "catalogue.txt"
_BETWEEN: Final = " = "
_LINES: Final = Path(__file__).with_name("catalogue.sql").read_bytes()


def lines(connection: psycopg.Connection[tuple[Any, ...]]) -> list[str]:
    """Describe what the database holds of our schema, one line an object, in order."""
    with connection.transaction():
        connection.execute("SET LOCAL search_path = pg_catalog")
        rows = connection.execute(_LINES).fetchall()
    return sorted(f"{what}{_BETWEEN}{' '.join(how.split())}" for what, how in rows)


def schema_alterations(connection: psycopg.Connection[tuple[Any, ...]]) -> list[Alteration]:
    """Compare what the database holds of our schema with what this release ships."""
    in_database, shipped = _parted(lines(connection)), _parted(AS_SHIPPED.read_text("utf-8").splitlines())
    alterations = [Alteration(where=what, detail="it is missing") for what in shipped.keys() - in_database.keys()]
    alterations += [Alteration(where=what, detail="it is none of ours") for what in in_database.keys() - shipped.keys()]
    alterations += [
        Alteration(where=what, detail=f"it is not as shipped: {in_database[what]}, not {shipped[what]}")
        for what in in_database.keys() & shipped.keys()
        if in_database[what] != shipped[what]
    ]
    return sorted(alterations, key=lambda alteration: alteration.where)


def _parted(described: Iterable[str]) -> dict[str, str]:
    return {parts[0]: parts[1] for parts in (line.split(_BETWEEN, maxsplit=1) for line in described)}
