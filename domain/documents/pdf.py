"""PDF documents (ISO 32000): whole, readable by anybody, and without what acts when they are opened.

Refused are scripts, programs to be started, forms that send themselves, other files taken in or gone to, and films.
Their names are looked for in every byte of the file, for what is a comment or a text to one program is none to the
next, and in whatever unpacks behind the word `stream`, wherever that stands. So a document that only writes such a name
out is refused as well.
"""

import re
import zlib
from collections.abc import Iterator
from itertools import chain
from typing import Final

from domain.documents.unfit import UnfitDocument

_ACTING: Final = (
    "JavaScript",
    "Launch",
    "SubmitForm",
    "ImportData",
    "GoToE",
    "GoToR",
    "EmbeddedFile",
    "EmbeddedFiles",
    "RichMedia",
    "Rendition",
    "Movie",
    "Sound",
    "XFA",
)
_HEADER: Final = re.compile(rb"%PDF-[12]\.[0-9][ \t\r\n%]")
_LAST_BYTES: Final = 2_048
_TRAILER: Final = re.compile(rb"startxref\s+[0-9]{1,10}\s+%%EOF[\s\x00]*\Z")
_END_OF_ZIP: Final = b"PK\x05\x06"
_ZIP_TAIL_BYTES: Final = 66_000
_STREAM: Final = re.compile(rb"stream\r?\n")
_FILTERED: Final = re.compile(rb"Predictor|DecodeParms|/DP\b")
_MOST_UNPACKED: Final = 400_000_000
"""As much as pictures of scanned pages may hold that are packed in 10 MB."""
_PIECE: Final = 1 << 20
_FEWEST: Final = 256
_LONGEST_NAME: Final = 64
"""Bytes of a name written by numbers: what is looked for may lie across two pieces."""


def _named(*names: str) -> re.Pattern[bytes]:
    """The expression that finds any of some names in a PDF, their letters written as they are or by number (`#4A`)."""
    spelt = ("".join(f"(?:{letter}|#{ord(letter):02x}|#{ord(letter):02X})" for letter in name) for name in names)
    return re.compile(rf"/({'|'.join(spelt)})(?=[\s\x00()<>\[\]{{}}/%]|\Z)".encode())


_ACTIVE: Final = _named(*_ACTING)
_SCRIPT_ADDRESS: Final = re.compile(rb"javascript:", re.IGNORECASE)
_ENCRYPTED: Final = _named("Encrypt")
_OBJECTS: Final = _named("ObjStm")


def whole_pdf(content: bytes) -> bytes:
    """A document as it is, once it has been looked through. Raises UnfitDocument."""
    if not _HEADER.match(content):
        raise UnfitDocument("content", "the name says PDF, and the file does not begin as one")
    if not _TRAILER.search(content, max(0, len(content) - _LAST_BYTES)):
        raise UnfitDocument("content", "the document breaks off before its end, or goes on behind it: save it anew")
    if _END_OF_ZIP in content[-_ZIP_TAIL_BYTES:]:
        raise UnfitDocument("content", "the file is a PDF document and an archive in one: save it anew")
    for part in chain([content], _unpacked(content)):
        if _ENCRYPTED.search(part):
            raise UnfitDocument("content", "the document is encrypted: save it without a password")
        act = _ACTIVE.search(part) or _SCRIPT_ADDRESS.search(part)
        if act is not None:
            detail = f"the document holds what acts when it is opened ({act[0].decode('ascii')}): print it to a new PDF"
            raise UnfitDocument("content", detail)
    return content


def _unpacked(content: bytes) -> Iterator[bytes]:
    """Whatever unpacks behind each word `stream`, piece by piece. Raises UnfitDocument for objects that do not."""
    room, before = _MOST_UNPACKED, 0
    for stream in _STREAM.finditer(content):
        name = _OBJECTS.search(content, before, stream.start())
        begin = 0 if name is None else max(before, content.rfind(b"obj", before, name.start()))
        if name is not None and _FILTERED.search(content, begin, stream.start()):
            raise _not_seen()
        before = stream.end()
        try:
            for piece in _pieces(content, stream.end()):
                room -= len(piece)
                if room < 0:
                    raise UnfitDocument(
                        "content", "the document unpacks to more than can be looked through: print it to a new PDF"
                    )
                yield piece
        except zlib.error:
            if name is not None:
                raise _not_seen() from None
    if _OBJECTS.search(content, before):
        raise _not_seen()


def _pieces(content: bytes, place: int) -> Iterator[bytes]:
    """The content packed from a place on, each piece with the end of the one before. Raises zlib.error.

    More and more is handed over at a time: the library copies all of it that it has no use for.
    """
    unpacker, count, end = zlib.decompressobj(), _FEWEST, b""
    while not unpacker.eof and place < len(content):
        packed = content[place : place + count]
        while packed and (piece := unpacker.decompress(packed, _PIECE)):
            yield end + piece
            packed, end = unpacker.unconsumed_tail, piece[-_LONGEST_NAME:]
        place, count = place + count, min(2 * count, _PIECE >> 4)


def _not_seen() -> UnfitDocument:
    return UnfitDocument("content", "a part of the document cannot be looked into: print it to a new PDF")
