"""An alteration, as an audit finds it: one thing that is not as it was recorded."""

from typing import Any

import psycopg
from msgspec import Struct

Connection = psycopg.Connection[tuple[Any, ...]]

SHOWN = 20
"""How many things of one kind are named one by one."""


class Alteration(Struct, frozen=True, kw_only=True):
    """One thing that is not as it was recorded: where, and in a sentence what is wrong."""

    where: str
    detail: str

    def __str__(self) -> str:
        """Where, and what."""
        return f"{self.where}: {self.detail}"


def named_alterations(places: list[str], detail: str) -> list[Alteration]:
    """Alterations at the first of many places, and one that counts the rest, of which there may be more."""
    alterations = [Alteration(where=place, detail=detail) for place in places[:SHOWN]]
    if len(places) > SHOWN:
        alterations.append(Alteration(where=f"{len(places) - SHOWN} more", detail=detail))
    return alterations
