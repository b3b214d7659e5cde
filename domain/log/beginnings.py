"""Things, such as a promise or a meeting: which events begin one, and how it is found by its id alone."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Final
from uuid import UUID

from domain.events import EventBody, declarations, name_of
from domain.events.funding import FundingConditionChanged, FundingVariationRequested
from domain.events.partnerships import PartnershipFormed
from domain.events.recorded import Recorded
from domain.events.selection import Selection
from domain.events.tags import tag
from domain.log.find_records import find_records
from domain.log.recorder import LogRecorder

_WITHIN_ANOTHER: Final[tuple[tuple[str, type[EventBody]], ...]] = (
    ("condition", FundingConditionChanged),
    ("variation", FundingVariationRequested),
)
_UNSAID: Final = frozenset({"person", "subject", "kept_person"})
"""People have no ids outside: nothing is found by one."""


def _beginnings() -> Mapping[str, frozenset[str]]:
    names = {kind: {name_of(body)} for kind, body in _WITHIN_ANOTHER}
    names["party"] = {name_of(PartnershipFormed)}  # with which two bodies begin
    for declaration in declarations():
        kind = declaration.begins.removesuffix("_id")
        if kind and kind not in _UNSAID:
            names.setdefault(kind, set()).add(declaration.name)
    return {kind: frozenset(begin) for kind, begin in names.items()}


BEGINNINGS: Final = _beginnings()
"""The events that begin each kind of thing, by their stored names."""


def things_begun(body: EventBody) -> Iterator[tuple[str, UUID]]:
    """Name the things that an event begins, by kind."""
    for kind in _kinds_begun(name_of(body)):
        identity = getattr(body, f"{kind}_id", None)
        if isinstance(identity, UUID):
            yield kind, identity


@cache
def _kinds_begun(name: str) -> tuple[str, ...]:
    return tuple(kind for kind, names in BEGINNINGS.items() if name in names)


def find_beginnings(log: LogRecorder, ids: Iterable[UUID], *, upto: int | None = None) -> list[Recorded]:
    """Find the events that begin things with these ids, whatever their kinds, as they were recorded."""
    return find_records(
        log,
        frozenset(
            Selection(names, frozenset({tag(kind, identity)})) for identity in ids for kind, names in BEGINNINGS.items()
        ),
        upto=upto,
    )
