"""Likely slips in what was just recorded, asked about once, in words for whoever recorded it."""

from collections.abc import Iterator, Mapping
from typing import Final
from uuid import UUID

from msgspec import Struct

from api.reading.names_and_texts import NamesAndTexts
from api.runtime.services import Services
from domain.decisions.warnings import Slip
from domain.events.recorded import Recorded
from domain.log.find_records import find_command
from domain.vocabulary import CodeList

_WORDS: Final[Mapping[CodeList, str]] = {
    Slip.SAME_MEETING: "A meeting of this kind, on this day and with the same bodies is on record already. "
    "If it is the same meeting, withdraw one of them.",
    Slip.LOOKS_LIKE: "One of the bodies that you named looks like one on record already",
    Slip.ALREADY_PAST: "A promise is due on a day that has passed. Is the year right?",
    Slip.LONG_AGO: "This lies more than fifty years back. Is the year right?",
    Slip.FAR_AHEAD: "A day lies more than thirty years ahead. Is the year right?",
    Slip.SAME_BODY_TWICE: "A body stands there twice. Was another one meant?",
}


class LikelySlip(Struct, frozen=True):
    """One question about what was recorded, and the names of what it is about."""

    words: str
    names: tuple[str, ...] = ()


def likely_slips(services: Services, record: Recorded) -> list[LikelySlip]:
    """The slips noted with the command that a record came with; those that people can do nothing about are left out."""
    records = find_command(services.recorder, record.envelope.command_id)
    return list(dict.fromkeys(_slips(services, records[:1])))


def _slips(services: Services, records: list[Recorded]) -> Iterator[LikelySlip]:
    for record in records:
        for warned in record.envelope.warnings:
            words = _WORDS.get(Slip(warned.code))
            if words is not None:
                names = _names(services, warned.about, record.position) if warned.code == Slip.LOOKS_LIKE else ()
                yield LikelySlip(words, names)


def _names(services: Services, ids: tuple[UUID, ...], position: int) -> tuple[str, ...]:
    return tuple(NamesAndTexts(services, entitled=None).names(ids, upto=position).values())
