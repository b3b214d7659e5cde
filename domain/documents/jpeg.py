"""JPEG photographs (ITU-T T.81): whole, and without what cameras and programs write into them beside the picture.

A photograph carries where it was taken, when, by which camera, and often a smaller picture from before it was cut. All
that is left out but for which way up it is to be shown, which is written anew.
"""

import struct
from collections.abc import Iterator
from typing import Final

from domain.documents.unfit import UnfitDocument

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_JFIF, _EXIF, _COLOURS, _ADOBE, _COMMENT = 0xE0, 0xE1, 0xE2, 0xEE, 0xFE
_APPLICATION: Final = range(0xE0, 0xF0)
_BARE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers without a length."""
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ORIENTATION: Final = 0x0112
_UPRIGHT: Final = 1
_BROKEN_OFF: Final = "the photograph breaks off before its end: send it whole"


def bare_jpeg(content: bytes) -> bytes:
    """A photograph with what it is drawn from, and nothing behind its end. Raises UnfitDocument."""
    if content[:3] != b"\xff\xd8\xff":
        raise UnfitDocument("content", "the name says JPEG, and the file does not begin as one")
    parts, orientation, has_frame, has_scan = [b"\xff\xd8"], _UPRIGHT, False, False
    for marker, data, segment in _segments(content):
        if marker == _EXIF and data.startswith(b"Exif\x00\x00"):
            orientation = _orientation(data[6:])
        if marker in _APPLICATION or marker == _COMMENT:
            parts += _kept_of(marker, data, segment)
        else:
            parts.append(segment)
        has_frame, has_scan = has_frame or marker in _FRAMES, has_scan or marker == _SCAN
    if not (has_frame and has_scan):
        raise UnfitDocument("content", "the file holds no photograph")
    if orientation != _UPRIGHT:
        parts.insert(2 if parts[1][1] == _JFIF else 1, _exif_of(orientation))
    return b"".join(parts)


def _segments(content: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """The segments up to the end: marker, data and the whole of each, a scan with its picture. Raises UnfitDocument."""
    place = 2
    while True:
        if content[place : place + 1] != b"\xff":
            raise UnfitDocument("content", _BROKEN_OFF if place >= len(content) else "the photograph is damaged")
        begin = place
        while content[place : place + 1] == b"\xff":  # any number of fill bytes
            place += 1
        if place >= len(content):
            raise UnfitDocument("content", _BROKEN_OFF)
        marker, place = content[place], place + 1
        if marker == _END:
            yield marker, b"", b"\xff\xd9"
            return
        if marker in _BARE:
            continue
        if marker in (0x00, _START) or place + 2 > len(content):
            raise UnfitDocument("content", "the photograph is damaged" if place + 2 <= len(content) else _BROKEN_OFF)
        (length,) = struct.unpack_from(">H", content, place)
        end = place + length
        if length < 2 or end > len(content):  # noqa: PLR2004 - the length counts itself
            raise UnfitDocument("content", _BROKEN_OFF)
        data = content[place + 2 : end]
        place = _end_of_scan(content, end) if marker == _SCAN else end
        yield marker, data, b"\xff" + content[begin + 1 : place].lstrip(b"\xff")


def _end_of_scan(content: bytes, place: int) -> int:
    """The place of the next marker behind the picture of a scan."""
    while True:
        place = content.find(b"\xff", place)
        if place < 0 or place + 1 >= len(content):
            raise UnfitDocument("content", _BROKEN_OFF)
        following = content[place + 1]
        if following != 0x00 and following not in _BARE:
            return place
        place += 2


def _kept_of(marker: int, data: bytes, segment: bytes) -> list[bytes]:
    """The part of an application's segment without which the picture would look otherwise."""
    if marker == _JFIF and data.startswith(b"JFIF\x00") and len(data) >= 14:  # noqa: PLR2004 - the fields of JFIF
        return [_segment(_JFIF, data[:12] + b"\x00\x00")]  # without its small picture
    if (marker == _COLOURS and data.startswith(b"ICC_PROFILE\x00")) or (marker == _ADOBE and data.startswith(b"Adobe")):
        return [segment]
    return []


def _segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def _exif_of(orientation: int) -> bytes:
    """An Exif segment that says which way up, and nothing else."""
    entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, orientation, 0)
    return _segment(_EXIF, b"Exif\x00\x00MM\x00\x2a" + struct.pack(">IH", 8, 1) + entry + bytes(4))


def _orientation(tiff: bytes) -> int:
    """Which way up a photograph is, 1 to 8, by its Exif; upright where that cannot be read."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return _UPRIGHT
    try:
        (place,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, place)
        for index in range(min(count, 200)):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, place + 2 + 12 * index)
            if tag == _ORIENTATION and kind == 3 and 1 <= value <= 8:  # noqa: PLR2004 - a short; eight ways
                return int(value)
    except struct.error:
        return _UPRIGHT
    return _UPRIGHT
