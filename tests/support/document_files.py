"""Files of every kind that is kept, whole and small, and the parts that hostile ones are made of."""

import struct
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO

PLACE = b"53.4808N 2.2426W"
CAMERA = b"A camera of Amina's"
ODT_TYPE = "application/vnd.oasis.opendocument.text"
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def a_pdf(*objects: bytes, said: bytes = b"What was agreed", version: bytes = b"1.7") -> bytes:
    """A PDF with one page, and whatever other objects."""
    stream = b"BT /F1 12 Tf 72 720 Td (" + said + b") Tj ET"
    own = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    )
    content, places = b"%PDF-" + version + b"\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate((*own, *objects), 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    begin = len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(places) + 1, table)
    return content + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, begin)


def packed_objects(objects: bytes) -> bytes:
    """A compressed stream that holds objects of a PDF."""
    packed = zlib.compress(objects)
    head = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>" % len(packed)
    return head + b"\nstream\n" + packed + b"\nendstream"


def a_chunk(name: bytes, data: bytes) -> bytes:
    """A chunk of a PNG picture."""
    return struct.pack(">I4s", len(data), name) + data + struct.pack(">I", zlib.crc32(name + data))


def a_png(*between: bytes, after: bytes = b"") -> bytes:
    """A PNG picture of one grey dot, with other chunks between its head and its dot."""
    head = a_chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    dot = a_chunk(b"IDAT", zlib.compress(b"\x00\x7f"))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(between) + dot + a_chunk(b"IEND", b"") + after


def a_segment(marker: int, data: bytes) -> bytes:
    """A segment of a JPEG photograph."""
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def an_exif(orientation: int = 1, order: str = "<") -> bytes:
    """An Exif segment that says which way up, where it was taken, and by which camera."""
    mark = b"II" if order == "<" else b"MM"
    entry = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0)
    tiff = mark + struct.pack(f"{order}HIH", 42, 8, 1) + entry + bytes(4) + PLACE + CAMERA
    return a_segment(0xE1, b"Exif\x00\x00" + tiff)


def a_jpeg(*between: bytes, picture: bytes = b"\x7f\xff\x00\x12", after: bytes = b"") -> bytes:
    """A JPEG photograph as far as its structure goes, with other segments behind its head."""
    jfif = a_segment(0xE0, b"JFIF\x00\x01\x02\x00\x00\x48\x00\x48\x00\x00")
    tables = a_segment(0xDB, bytes(65))
    frame = a_segment(0xC0, struct.pack(">BHHBBBB", 8, 1, 1, 1, 1, 0x11, 0))
    huffman = a_segment(0xC4, b"\x00" + b"\x01" + bytes(15) + b"\x00")
    scan = a_segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + picture
    return b"\xff\xd8" + jfif + b"".join(between) + tables + frame + huffman + scan + b"\xff\xd9" + after


def an_archive(parts: Mapping[str, bytes | str], first: tuple[str, bytes] | None = None) -> bytes:
    """A zip archive of these parts; the first of an OpenDocument text is not compressed."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        if first is not None:
            archive.writestr(zipfile.ZipInfo(first[0]), first[1])
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def an_odt(*, kind: bytes = ODT_TYPE.encode(), **parts: bytes | str) -> bytes:
    """An OpenDocument text; other parts by their names, which may replace its own."""
    own = {
        "content.xml": "<office:document-content><office:scripts/><text:p>Agreed</text:p></office:document-content>",
        "META-INF/manifest.xml": "<manifest:manifest/>",
    }
    return an_archive({**own, **parts}, first=("mimetype", kind))


def a_docx(*, main: str = DOCX_TYPE + ".main+xml", **parts: bytes | str) -> bytes:
    """An Office Open XML text; other parts by their names, which may replace its own."""
    own = {
        "[Content_Types].xml": f'<Types><Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
        "_rels/.rels": '<Relationships><Relationship Id="rId1" Target="word/document.xml"/></Relationships>',
        "word/document.xml": "<w:document><w:body><w:p><w:r><w:t>Agreed</w:t></w:r></w:p></w:body></w:document>",
    }
    return an_archive({**own, **parts})


WHOLE = {
    "minutes.pdf": a_pdf(),
    "hall.png": a_png(),
    "hall.jpg": a_jpeg(),
    "minutes.odt": an_odt(),
    "minutes.docx": a_docx(),
}
"""One file of each kind, as it is kept."""
