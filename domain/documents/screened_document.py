"""The screening of a document: its name, the type it is said to have and its bytes must agree, and none may act.

A document is only ever handed out as a file. What is held off here would act, or pass for something else, on the
computer of whoever opens it.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from msgspec import Struct

from domain.documents.jpeg import bare_jpeg
from domain.documents.office import whole_docx, whole_odt
from domain.documents.pdf import whole_pdf
from domain.documents.png import bare_png
from domain.documents.unfit import UnfitDocument
from domain.vocabulary import DocumentFormat

MOST_BYTES: Final = 10_000_000
LONGEST_NAME: Final = 200
MEDIA_TYPES: Final = {
    DocumentFormat.PDF: "application/pdf",
    DocumentFormat.PNG: "image/png",
    DocumentFormat.JPEG: "image/jpeg",
    DocumentFormat.ODT: "application/vnd.oasis.opendocument.text",
    DocumentFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
"""The registered media type of each format."""
_SUFFIXES: Final = {
    "pdf": DocumentFormat.PDF,
    "png": DocumentFormat.PNG,
    "jpg": DocumentFormat.JPEG,
    "jpeg": DocumentFormat.JPEG,
    "odt": DocumentFormat.ODT,
    "docx": DocumentFormat.DOCX,
}
SUFFIX_OF: Final = {format_: suffix for suffix, format_ in reversed(_SUFFIXES.items())}
"""The usual ending of the names of files of each format."""
_UNTOLD: Final = frozenset({"", "application/octet-stream"})
"""Types that say nothing: what browsers send for a file that their computer has no program for."""
_NOT_IN_NAMES: Final = re.compile(r'[/\\:*?"<>|]')
_DEVICES: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_NOT_SEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

_SCREENS: Final[dict[DocumentFormat, Callable[[bytes], bytes]]] = {
    DocumentFormat.PDF: whole_pdf,
    DocumentFormat.PNG: bare_png,
    DocumentFormat.JPEG: bare_jpeg,
    DocumentFormat.ODT: whole_odt,
    DocumentFormat.DOCX: whole_docx,
}


class ScreenedDocument(Struct, frozen=True):
    """A document that may be kept: its format, and its bytes, which of photographs hold the picture and no more."""

    format: DocumentFormat
    content: bytes

    def __repr__(self) -> str:
        """Show nothing of its content: representations end up in logs."""
        return f"ScreenedDocument({self.format})"


def screened(name: str, media_type: str | None, content: bytes) -> ScreenedDocument:
    """A document that may be kept. Raises UnfitDocument."""
    format_ = format_of_name(name)
    type_sent = (media_type or "").partition(";")[0].strip().lower()
    if type_sent not in _UNTOLD and type_sent != MEDIA_TYPES[format_]:
        raise UnfitDocument("media_type", f"it is sent as another type than its name says, {MEDIA_TYPES[format_]}")
    if not content:
        raise UnfitDocument("content", "the file is empty")
    if len(content) > MOST_BYTES:
        raise UnfitDocument("content", f"a document may have {MOST_BYTES:,} bytes, and this has {len(content):,}")
    return ScreenedDocument(format_, _SCREENS[format_](content))


def format_of_name(name: str) -> DocumentFormat:
    """The format that the name of a file says it has. Raises UnfitDocument for a name that no file should have."""
    if len(name) > LONGEST_NAME or len(name.encode(errors="replace")) > LONGEST_NAME:
        raise UnfitDocument("name", f"the name of a file may have {LONGEST_NAME} bytes")
    if _NOT_IN_NAMES.search(name):
        raise UnfitDocument("name", 'name the file alone, without folders, and without any of / \\ : * ? " < > |')
    if any(unicodedata.category(sign) in _NOT_SEEN for sign in name):
        raise UnfitDocument(
            "name", "it holds a sign that cannot be seen or turns the direction of writing: leave it out"
        )
    stem, dot, suffix = name.rpartition(".")
    if not dot or not stem.strip(" .") or name != name.strip() or _DEVICES.fullmatch(name):
        raise UnfitDocument("name", "give the file a name and its ending, such as minutes.pdf")
    format_ = _SUFFIXES.get(suffix.lower())
    if format_ is None:
        endings = ", ".join(sorted(_SUFFIXES))
        raise UnfitDocument("name", f"files that end in one of these are kept: {endings}")
    return format_
