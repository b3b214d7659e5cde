"""Small files that the demonstration attaches: a page of text as PDF, and a drawn picture as PNG.

Nothing in them is compressed, so that the same words and shapes are the same bytes wherever they are made.
"""

import struct
import zlib
from collections.abc import Sequence
from typing import Final

_TOP, _LEFT, _LINE = 780, 64, 20
_WIDTH, _HEIGHT = 240, 160
_GROUND: Final = 120
"""The row of the picture below which there is ground."""
_POST_EVERY: Final = 48
_DARK_POSTS: Final = frozenset({2, 3})
"""The lamps that are out, counted from the left."""


def page_of_text(heading: str, lines: Sequence[str]) -> bytes:
    """A PDF of one page in A4: a heading, and lines below it that must each fit across the page."""
    texts = [(18, heading), *((11, line) for line in lines)]
    drawn = "".join(
        f"BT /F1 {size} Tf {_LEFT} {_TOP - _LINE * place} Td ({_escaped(text)}) Tj ET\n"
        for place, (size, text) in enumerate(texts)
    ).encode("cp1252")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 6 0 R >>",
        b"<< /Length %d >>\nstream\n%sendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Font << /F1 5 0 R >> >>",
    )
    content, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, len(content))
    return content + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(places) + 1, table) + trailer


def lamps_at_dusk() -> bytes:
    """A PNG of a street at dusk, in greys: a row of lamps, some of which are out."""
    rows = b"".join(b"\0" + bytes(_shade(x, y) for x in range(_WIDTH)) for y in range(_HEIGHT))
    head = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 0)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I4s", len(data), name) + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def _shade(x: int, y: int) -> int:
    """The grey of one dot, 0 to 255."""
    post, across = divmod(x, _POST_EVERY)
    aside, below = across - _POST_EVERY // 2, y - 50
    if aside * aside + below * below < 30:
        return 90 if post in _DARK_POSTS else 255
    if abs(aside) <= 1 and 50 < y < _GROUND:
        return 30
    return 60 if y >= _GROUND else 150 - y // 2


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
