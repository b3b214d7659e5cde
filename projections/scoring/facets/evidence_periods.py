"""The life of one act as evidence: which reading of it stood from when to when.

A facet says how an act reads from each instant on; here the readings become rows of evidence, one period after
another. A reading may only rest on what had happened by its own instant, so that a timeline and a figure asked
about an earlier day agree.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct

from domain.values import PartyAt
from domain.vocabulary import Facet, Side
from projections.scoring.formulas.belief_in_reports import Belief, Reporter
from projections.scoring.formulas.evidence import BodyOnSide, Evidence

SIDE_AS_A_WHOLE: Final = UUID(int=0)
"""Stands for the truster of what a side met as one, once and not once a member."""


class ActReading(Struct, frozen=True, kw_only=True):
    """How an act reads from an instant on.

    `value` None: no evidence. `at` is the instant it fades from; None: a duty still owed, which does not fade.
    """

    since: datetime
    value: float | None
    at: datetime | None
    position: int
    weight: float = 1.0
    tacit: bool = False
    disputed: bool = False
    causes: tuple[UUID, ...] = ()


def body_of(party: PartyAt) -> BodyOnSide:
    """A party with the side it stood on."""
    return BodyOnSide(party_id=party.party_id, side=party.side)


def whole_side(side: Side) -> BodyOnSide:
    """The truster of what a side met as one."""
    return BodyOnSide(party_id=SIDE_AS_A_WHOLE, side=side)


def is_scored(party: PartyAt) -> bool:
    """Figures may be made about it: a body that is one office-holder is a person, and no person is scored."""
    return not party.office_holder


def evidence_rows(
    act: str,
    facet: Facet,
    truster: BodyOnSide,
    trustee: BodyOnSide,
    readings: Iterable[ActReading],
    *,
    end: datetime,
    joint: tuple[UUID, ...] = (),
    word_of: Reporter | None = None,
) -> list[Evidence]:
    """Turn the readings of an act, in order of `since`, into the rows of one pair that begin before `end`.

    `word_of` says whose own word readings rest on that rest on silence; how far it is taken is found out later, so that
    what is heard of other reports makes no evidence anew.
    Of several readings from one instant the last holds; a reading that says nothing new is passed over.
    """
    believed = None if word_of is None else Belief(word_of)
    periods = _settled(_unripened(readings), end)
    rows = []
    for place, reading in enumerate(periods, start=1):
        if reading.value is None:
            continue
        following = periods[place] if place < len(periods) else None
        rows.append(
            Evidence(
                act=act,
                facet=facet,
                truster=truster,
                trustee=trustee,
                at=reading.since if reading.at is None else reading.at,
                since=reading.since,
                until=None if following is None else following.since,
                position=reading.position,
                value=reading.value,
                weight=reading.weight,
                open_zero=reading.at is None,
                tacit=reading.tacit,
                believed=believed if reading.tacit else None,
                disputed=reading.disputed,
                joint=joint,
                causes=reading.causes,
                ended_by=() if following is None else _news(following, reading),
            )
        )
    return rows


def rows_since(instant: datetime | None, rows: Iterable[Evidence]) -> Iterator[Evidence]:
    """The rows as far as they stand from an instant on; None: not at all."""
    for row in rows:
        if instant is None or (row.until is not None and row.until <= instant):
            continue
        yield row if instant <= row.begins_at else msgspec.structs.replace(row, since=instant)


def _unripened(readings: Iterable[ActReading]) -> list[ActReading]:
    """Let nothing fade from a day to come: until then, what was done in a stated month counts as just done."""
    ripe: list[ActReading] = []
    unripe_until: datetime | None = None
    for reading in readings:
        if unripe_until is not None and unripe_until < reading.since:
            ripe.append(msgspec.structs.replace(ripe[-1], since=unripe_until, at=unripe_until))
        unripe_until = None if reading.at is None or reading.at <= reading.since else reading.at
        ripe.append(reading if unripe_until is None else msgspec.structs.replace(reading, at=reading.since))
    if unripe_until is not None:
        ripe.append(msgspec.structs.replace(ripe[-1], since=unripe_until, at=unripe_until))
    return ripe


def _settled(readings: Sequence[ActReading], end: datetime) -> list[ActReading]:
    periods: list[ActReading] = []
    substances: list[tuple[object, ...]] = []
    for reading in readings:
        if reading.since >= end:
            break
        if periods and periods[-1].since == reading.since:
            periods.pop()
            substances.pop()
        substance = _substance(reading)
        if not periods or substances[-1] != substance:
            periods.append(reading)
            substances.append(substance)
    return periods


def _substance(reading: ActReading) -> tuple[object, ...]:
    if reading.value is None:
        return (None,)
    return (reading.value, reading.at, reading.weight, reading.tacit, reading.disputed)


def _news(following: ActReading, reading: ActReading) -> tuple[UUID, ...]:
    known_ids = {cause.int for cause in reading.causes}
    new = tuple(cause for cause in following.causes if cause.int not in known_ids)
    return new or following.causes
