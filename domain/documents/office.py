"""Texts of office programs (ODF and Office Open XML): whole packages of their kind, without macros or programs."""

import re
import zipfile
import zlib
from io import BytesIO
from typing import Final

from domain.documents.unfit import UnfitDocument

_MOST_ENTRIES: Final = 2_000
_MOST_UNPACKED: Final = 100_000_000
_BLOCK: Final = 1 << 20
_OVERLAP: Final = 4_096
"""What is looked for in a part may lie across two blocks."""
_ENTRY, _END = b"PK\x03\x04", b"PK\x05\x06"
_END_BYTES: Final = 22
_ENCRYPTED: Final = 0x1
_ODT: Final = b"application/vnd.oasis.opendocument.text"
_ODF_ACTIVE: Final = re.compile(
    rb"<(?:\w+:)?script[\s>]|vnd\.sun\.star\.script:|script:event-listener|(?P<elsewhere>dde-connection)"
    rb"|(?P<locked>encryption-data)"
    rb"|(?P<fetched><(?:\w+:)?(?:image|plugin|section-source|object|object-ole|applet|floating-frame)\s"
    rb"(?=[^<>]*href\s*=\s*[\"'](?:[A-Za-z][A-Za-z0-9+.-]*:|//|\\\\))[^<>]*>)"
)
"""Pictures, films and parts of texts lie in the package; only links lead elsewhere, for somebody to follow."""
_ODF_PROGRAMS: Final = re.compile(r"(Basic|Scripts|Dialogs)/|.*\.(jar|class|py|bas|exe|dll)\Z", re.IGNORECASE)
_TYPES: Final = "[Content_Types].xml"
_DOCX_MAIN: Final = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_DOCX_PROGRAMS: Final = re.compile(
    r".*(vbaProject\w*\.bin|vbaData\.xml|/activeX/.*|oleObject[^/]*\.bin|\.exe|\.dll|\.js)", re.IGNORECASE
)
_DOCX_ACTIVE: Final = re.compile(
    rb"macroEnabled|vbaProject|(?P<elsewhere>/relationships/(?:oleObject|frame|subDocument|aFChunk)[\"']"
    rb"|<(?=[^<>]*/attachedTemplate)(?=[^<>]*Target\s*=\s*[\"'](?!file:///[A-Za-z]:))[^<>]*>"
    rb"|<(?=[^<>]*TargetMode\s*=\s*[\"']External)"
    rb"(?![^<>]*Type\s*=\s*[\"'][^<>\"']*/(?:hyperlink|attachedTemplate)[\"'])[^<>]*>)"
)
"""Only links lead elsewhere; a template on the writer's own disk is named by many documents, and is nowhere else."""
_FIELD: Final = re.compile(rb"<w:instrText[^<>]*>([^<>]*)<|<w:fldSimple\s[^<>]*w:instr\s*=\s*(\"[^\"]*\"|'[^']*')")
_TAKES_IN: Final = re.compile(
    rb"\b(?:DDE|DDEAUTO|INCLUDEPICTURE|INCLUDETEXT|INCLUDE|IMPORT|LINK)(?=[\s\\\"&])", re.IGNORECASE
)
_ENCODED: Final = re.compile(rb"<!DOCTYPE|<!ENTITY|<\?xml[^<>]*encoding\s*=\s*[\"'](?!utf-8[\"'])", re.IGNORECASE)
"""Texts that stand for others, and letters that are written otherwise, would hide what is looked for."""
_PLAINLY_WRITTEN: Final = (".rels", "[content_types].xml")
"""The parts that say what others are, in which no program writes letters by number."""
_MACROS: Final = "the document holds macros or programs: save it without them"
_ELSEWHERE: Final = "the document takes in parts from elsewhere when it is opened: save it as a new document"
_LOCKED: Final = "the document is encrypted: save it without a password"
_DAMAGED: Final = "the document is damaged: save it anew"
_ANOTHER_KIND: Final = "the file is not a document of the kind that its name says"
_TOO_MUCH: Final = "the document unpacks to more than can be looked through: save it anew"


def whole_odt(content: bytes) -> bytes:
    """An OpenDocument text as it is, once it has been looked through. Raises UnfitDocument."""
    with _package(content) as package:
        first = package.infolist()[0]
        if (first.filename, first.compress_type, first.header_offset) != ("mimetype", zipfile.ZIP_STORED, 0):
            raise UnfitDocument("content", "the name says ODT, and the file does not begin as one")
        _must_be_sound(package, ("content.xml", "META-INF/manifest.xml"))
        if _read(package, "mimetype", None) != _ODT:
            raise UnfitDocument("content", "the name says ODT, and the file says that it is something else")
        for name in package.namelist():
            if _ODF_PROGRAMS.match(name):
                raise UnfitDocument("content", _MACROS)
            _read(package, name, _ODF_ACTIVE)
    return content


def whole_docx(content: bytes) -> bytes:
    """An Office Open XML text as it is, once it has been looked through. Raises UnfitDocument."""
    with _package(content) as package:
        _must_be_sound(package, (_TYPES, "_rels/.rels"))
        if _DOCX_MAIN not in _read(package, _TYPES, None):
            raise UnfitDocument("content", "the name says DOCX, and the file says that it is something else")
        for name in package.namelist():
            if _DOCX_PROGRAMS.fullmatch(name):
                raise UnfitDocument("content", _MACROS)
            _read(package, name, _DOCX_ACTIVE)
    return content


def _package(content: bytes) -> zipfile.ZipFile:
    """The archive that an office document is, from its first byte to its last. Raises UnfitDocument."""
    if not content.startswith(_ENTRY):
        raise UnfitDocument("content", _ANOTHER_KIND)
    if content[-_END_BYTES : 4 - _END_BYTES] != _END:
        raise UnfitDocument("content", "the document breaks off before its end, or goes on behind it: send it whole")
    try:
        package = zipfile.ZipFile(BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError):
        raise UnfitDocument("content", _DAMAGED) from None
    entries = package.infolist()
    if not entries or min(each.header_offset for each in entries) != 0:
        raise UnfitDocument("content", _ANOTHER_KIND)
    if sum(each.compress_size for each in entries) > len(content):
        raise UnfitDocument("content", _TOO_MUCH)
    return package


def _must_be_sound(package: zipfile.ZipFile, required: tuple[str, ...]) -> None:
    """Refuse an archive that is encrypted, too large once unpacked, or has entries that none of its kind has."""
    entries, names = package.infolist(), package.namelist()
    if any(each.flag_bits & _ENCRYPTED for each in entries):
        raise UnfitDocument("content", _LOCKED)
    if not set(required) <= set(names):
        raise UnfitDocument("content", _ANOTHER_KIND)
    if any(".." in name.split("/") or name.startswith("/") or "\\" in name or ":" in name for name in names):
        raise UnfitDocument("content", "parts of the document have names that lead out of it: save it anew")
    if len({name.casefold() for name in names}) < len(names):
        raise UnfitDocument("content", "the document has two parts of one name: save it anew")
    if len(entries) > _MOST_ENTRIES or sum(each.file_size for each in entries) > _MOST_UNPACKED:
        raise UnfitDocument("content", _TOO_MUCH)


def _read(package: zipfile.ZipFile, name: str, acts: re.Pattern[bytes] | None) -> bytes:
    """The first block of a part that is as long as it says, unharmed, and without what acts. Raises UnfitDocument."""
    entry, is_markup = package.getinfo(name), name.casefold().endswith((".xml", ".rels"))
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise UnfitDocument("content", "the document is packed in a way that cannot be looked into: save it anew")
    count, before, first = 0, b"", b""
    try:
        with package.open(entry) as part:
            while block := part.read(_BLOCK):
                first = first or block
                if is_markup and acts is not None:
                    _refuse_acting(name, before[-_OVERLAP:] + block, acts)
                count, before = count + len(block), block
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, OSError) as error:
        if isinstance(error, UnfitDocument):
            raise
        count = -1
    if count != entry.file_size:
        raise UnfitDocument("content", _DAMAGED)
    return first


def _refuse_acting(name: str, block: bytes, acts: re.Pattern[bytes]) -> None:
    is_numbered = name.casefold().endswith(_PLAINLY_WRITTEN) and b"&#" in block
    if b"\x00" in block or is_numbered or _ENCODED.search(block):
        raise UnfitDocument(
            "content", "a part of the document is not written as office programs write it: save it anew"
        )
    fields = b"".join(b"".join(match.groups(b"")) for match in _FIELD.finditer(block))
    if _TAKES_IN.search(fields):
        raise UnfitDocument("content", _ELSEWHERE)
    match = acts.search(block)
    if match is None:
        return
    if match.lastgroup == "locked":
        raise UnfitDocument("content", _LOCKED)
    raise UnfitDocument("content", _ELSEWHERE if match.lastgroup in {"elsewhere", "fetched"} else _MACROS)
