"""A query of the log: the events that match any item of a query; a query without items asks for none.

The library's query without items asks for everything, and so does an item of it without types and tags. A boundary
without selections, or a selection without types, selects nothing. Both become the one query below, in which nothing
and everything are written differently, so that neither can be taken for the other.
"""

from typing import Any, Final

from eventsourcing.dcb.api import DCBAppendCondition, DCBQuery
from msgspec import Struct
from psycopg.types.json import Jsonb

from domain.events.selection import Selection, Selections


class LogQuery(Struct, frozen=True):
    """Events that any of the selections selects; none for no selection."""

    selections: Selections

    @classmethod
    def of(cls, query: DCBQuery | None) -> "LogQuery":
        """Read the library's query as the library means it: no query and no items mean every event."""
        if query is None or not query.items:
            return EVERYTHING
        return cls(frozenset(Selection(frozenset(i.types) or None, frozenset(i.tags)) for i in query.items))

    @property
    def is_everything(self) -> bool:
        """Whether every event matches."""
        return _ANYTHING in self.selections

    def wire(self) -> Jsonb:
        """Write the query the way `log.selected` reads it."""
        selections = (each for each in self.selections if each.types is None or each.types)
        ordered = sorted(selections, key=lambda each: (sorted(each.tags), _types(each), str(each.partition)))
        return Jsonb([_item(each) for each in ordered])


class AppendCondition(Struct, frozen=True):
    """Append only if no event after a position matches."""

    unless: LogQuery
    after: int

    @classmethod
    def of(cls, condition: DCBAppendCondition | None) -> "AppendCondition | None":
        """Read the library's condition; None appends in any case."""
        if condition is None:
            return None
        return cls(LogQuery.of(condition.fail_if_events_match), condition.after or 0)


_ANYTHING: Final = Selection(None, frozenset())
EVERYTHING: Final = LogQuery(frozenset({_ANYTHING}))


def _types(selection: Selection) -> list[str]:
    return sorted(selection.types or ())


def _item(selection: Selection) -> dict[str, Any]:
    item: dict[str, Any] = {"tags": sorted(selection.tags)}
    if selection.types is not None:
        item["types"] = _types(selection)
    if selection.partition is not None:
        item["partition"] = str(selection.partition)
    return item
