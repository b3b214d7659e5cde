"""Chains of records: a record with the corrections, withdrawals and redactions of it, and of those in turn."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import Final

from domain.events.declaration import EventBody, name_of
from domain.events.recorded import MENDING_BODIES, Recorded, corrected_body
from domain.events.records import RecordCorrected
from projections.history.anchoring import thing_of

_POSITION: Final = attrgetter("position")
_MENDING_NAMES: Final = frozenset(name_of(body) for body in MENDING_BODIES)


class RecordChains:
    """The records of one partition by what mends them: how a record stands is resolved from its chain alone."""

    def __init__(self, records: Iterable[Recorded]) -> None:
        self._records: dict[int, Recorded] = {}
        self._mends: defaultdict[int, list[Recorded]] = defaultdict(list)
        for record in records:
            self.add(record)

    def add(self, record: Recorded) -> None:
        """Take in the next record."""
        self._records[record.event_id.int] = record
        for number in _mended_by(record.body):
            self._mends[number].append(record)

    def of(self, record: Recorded) -> list[Recorded]:
        """The records that stand as they do by one another, this one among them, in position order."""
        chain: dict[int, Recorded] = {}
        waiting: list[Recorded | None] = [record]
        while waiting:
            member = waiting.pop()
            if member is not None and (number := member.event_id.int) not in chain:
                chain[number] = member
                waiting += [*self._mends.get(number, ()), *map(self._records.get, _mended_by(member.body))]
        return sorted(chain.values(), key=_POSITION)


def _mended_by(body: EventBody) -> Iterator[int]:
    """The numbers of the records that an event mends, as it was recorded or as it corrects another to."""
    if type(body) in MENDING_BODIES:
        yield thing_of(body).int
    if isinstance(body, RecordCorrected) and body.replacement_name in _MENDING_NAMES:
        yield from _mended_by(corrected_body(body))
