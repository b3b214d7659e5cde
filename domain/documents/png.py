"""PNG pictures (ISO/IEC 15948): whole, and without what is written into them beside the picture."""

import struct
import zlib
from collections.abc import Iterator
from typing import Final

from domain.documents.unfit import UnfitDocument

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_NEEDED: Final = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND"})
_KEPT: Final = _NEEDED | {b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"pHYs", b"bKGD", b"iCCP", b"cICP"}
"""Without these a picture would look otherwise; texts, times, places and whatever else there is are left out."""
_HEADER_BYTES: Final = 13


def bare_png(content: bytes) -> bytes:
    """A picture with the chunks that it is drawn from, and nothing behind its end. Raises UnfitDocument."""
    if not content.startswith(_SIGNATURE):
        raise UnfitDocument("content", "the name says PNG, and the file does not begin as one")
    parts, names = [_SIGNATURE], []
    for name, data, chunk in _chunks(content):
        if name not in _KEPT and not name[0] & 0x20:
            raise UnfitDocument("content", "the picture needs a part that no PNG picture has")
        names.append(name)
        if name in _KEPT:
            parts.append(chunk)
        if len(names) == 1 and (name != b"IHDR" or len(data) != _HEADER_BYTES):
            raise UnfitDocument("content", "the file begins as a PNG picture and goes on as something else")
    if b"IDAT" not in names:
        raise UnfitDocument("content", "the file holds no picture")
    return b"".join(parts)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """The chunks up to the end of the picture: name, data, and the whole of each. Raises UnfitDocument."""
    place = len(_SIGNATURE)
    while True:
        if place + 12 > len(content):
            raise UnfitDocument("content", "the picture breaks off before its end: send it whole")
        length, name = struct.unpack_from(">I4s", content, place)
        end = place + 12 + length
        if end > len(content):
            raise UnfitDocument("content", "the picture breaks off before its end: send it whole")
        (check,) = struct.unpack_from(">I", content, end - 4)
        if zlib.crc32(content[place + 4 : end - 4]) != check or not name.isalpha():
            raise UnfitDocument("content", "the picture is damaged: send it again")
        yield name, content[place + 8 : end - 4], content[place:end]
        if name == b"IEND":
            return
        place = end
