"""The screening of documents: what is kept, and what is refused with which sentence."""

import zipfile
from io import BytesIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.documents.screened_document import MEDIA_TYPES, MOST_BYTES, format_of_name, screened
from domain.documents.unfit import UnfitDocument
from tests.support.document_files import (
    WHOLE,
    a_docx,
    a_pdf,
    a_png,
    an_archive,
    an_odt,
    packed_objects,
)

EACH = pytest.mark.parametrize("name", WHOLE)
JS = b"<< /S /JavaScript /JS (app.alert(1)) >>"


def refused(name, content, media_type=None):
    """The sentence of a refusal, and the part that it is about."""
    with pytest.raises(UnfitDocument) as unfit:
        screened(name, media_type, content)
    return unfit.value.part, str(unfit.value)


@EACH
def test_a_whole_document_is_kept_as_it_is(name):
    document = screened(name, MEDIA_TYPES[format_of_name(name)], WHOLE[name])
    assert document.content == WHOLE[name]
    assert document.format is format_of_name(name)


@EACH
def test_a_type_that_says_nothing_is_no_lie(name):
    assert screened(name, "application/octet-stream", WHOLE[name]) == screened(name, None, WHOLE[name])


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("other", WHOLE)
def test_a_document_that_lies_about_its_type_is_refused(name, other):
    if name == other:
        return
    assert refused(name, WHOLE[other])[0] == "content"
    part, sentence = refused(name, WHOLE[name], MEDIA_TYPES[format_of_name(other)])
    assert (part, sentence) == (
        "media_type",
        f"it is sent as another type than its name says, {MEDIA_TYPES[format_of_name(name)]}",
    )


@EACH
def test_an_empty_document_is_refused(name):
    assert refused(name, b"") == ("content", "the file is empty")


def test_one_of_eleven_million_bytes_is_refused():
    content = a_pdf() + b" " * 11_000_000
    sentence = f"a document may have 10,000,000 bytes, and this has {len(content):,}"
    assert refused("minutes.pdf", content) == ("content", sentence)
    length = 9_000_000
    largest = a_pdf(said=b" " * (length + MOST_BYTES - len(a_pdf(said=b" " * length))))
    assert len(screened("minutes.pdf", None, largest).content) == MOST_BYTES
    assert refused("minutes.pdf", largest + b"\n")[1] == "a document may have 10,000,000 bytes, and this has 10,000,001"


@EACH
def test_a_truncated_document_is_refused_wherever_it_breaks_off(name):
    whole = WHOLE[name]
    for length in range(1, len(whole) - 1):  # the last byte of a PDF is a line feed that may be wanting
        assert refused(name, whole[:length])[0] == "content"


@pytest.mark.parametrize(
    ("name", "sentence"),
    {
        "../minutes.pdf": "without folders",
        "C:\\papers\\minutes.pdf": "without folders",
        "minutes\x00.pdf": "cannot be seen",
        "minutes\n.pdf": "cannot be seen",
        "minutes\u202efdp.exe": "direction of writing",
        "min\u200butes.pdf": "cannot be seen",
        "m" * 197 + ".pdf": "may have 200 bytes",
        "é" * 99 + ".pdf": "may have 200 bytes",
        ".pdf": "such as minutes.pdf",
        "pdf": "such as minutes.pdf",
        " minutes.pdf": "such as minutes.pdf",
        "CON.pdf": "such as minutes.pdf",
        "minutes.pdf.": "ends in one of these",
        "minutes.docm": "ends in one of these",
        "minutes.html": "ends in one of these",
        "minutes.pdf.exe": "ends in one of these",
    }.items(),
)
def test_a_name_that_no_file_should_have_is_refused(name, sentence):
    part, said = refused(name, WHOLE["minutes.pdf"])
    assert part == "name"
    assert sentence.replace("ends in", "end in") in said


@pytest.mark.parametrize("name", ["Minutes of 27 March.PDF", "procès-verbal.pdf", "会议记录.pdf", "a.b.pdf"])
def test_ordinary_names_are_kept(name):
    assert screened(name, None, WHOLE["minutes.pdf"]).content


# PDF


@pytest.mark.parametrize(
    "active",
    [
        JS,
        b"<< /S /Launch /F (calc.exe) >>",
        b"<< /S /SubmitForm /F (http://example.org) >>",
        b"<< /S /GoToR /F (other.pdf) >>",
        b"<< /Type /EmbeddedFile >>",
        b"<< /Names << /EmbeddedFiles 9 0 R >> >>",
        b"<< /Subtype /RichMedia >>",
        b"<< /XFA [] >>",
        b"<< /S /Java#53cript /JS (app.alert(1)) >>",
        b"<< /S /#4Aava#53cript /JS (app.alert(1)) >>",
        b"<< /S /URI /URI (JavaScript:alert) >>",
        b"% stream\n" + JS + b"\n% endstream",
    ],
)
def test_a_pdf_that_acts_is_refused_wherever_it_says_so(active):
    for hidden in (a_pdf(active), a_pdf(packed_objects(b"5 0 " + active)), a_pdf(said=active)):
        assert "acts when it is opened" in refused("minutes.pdf", hidden)[1]


def test_turning_to_a_page_is_no_act():
    assert screened("minutes.pdf", None, a_pdf(b"<< /OpenAction [3 0 R /Fit] /Title (Launched) >>")).content


def test_an_encrypted_pdf_is_refused():
    assert "without a password" in refused("minutes.pdf", a_pdf(b"<< /Encrypt 5 0 R >>"))[1]


@pytest.mark.parametrize(
    "stream",
    [
        b"<< /Type /ObjStm /Filter /LZWDecode >>\nstream\n\x80\x0b\nendstream",
        b"<< /Type /ObjStm >>",
        packed_objects(b"1 0 null").replace(b"/N 1", b"/DecodeParms << /Predictor 12 >>"),
        packed_objects(b"1 0 null").replace(b"/Length", b"% stream\n/Length"),
    ],
)
def test_objects_that_cannot_be_looked_into_are_refused(stream):
    assert "cannot be looked into" in refused("minutes.pdf", a_pdf(stream))[1]


@pytest.mark.parametrize(
    "content",
    [
        b"\n" + a_pdf(),
        b"<html><script>alert(1)</script>" + a_pdf(),
        a_pdf() + b"<script>alert(1)</script>",
        a_pdf() + WHOLE["minutes.docx"],
        a_pdf() + an_archive({"a": b"b"}) + b"startxref\n0\n%%EOF\n",
        a_pdf(version=b"9.9"),
    ],
)
def test_a_pdf_with_something_before_or_behind_it_is_refused(content):
    assert refused("minutes.pdf", content)[0] == "content"


# Office documents


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("minutes.docx", a_docx(**{"word/vbaProject.bin": b"x"})),
        ("minutes.docx", a_docx(main="application/vnd.ms-word.document.macroEnabled.main+xml")),
        ("minutes.docx", a_docx(**{"word/activeX/activeX1.xml": b"x"})),
        ("minutes.docx", a_docx(**{"word/embeddings/oleObject1.bin": b"x"})),
        (
            "minutes.docx",
            a_docx(**{"word/_rels/x.rels": b'<Relationship Type="http://x/relationships/aFChunk" Target="x"/>'}),
        ),
        (
            "minutes.docx",
            a_docx(
                **{
                    "word/_rels/settings.xml.rels": '<Relationship Target="https://example.org/t.dotm" '
                    'Type="http://x/relationships/attachedTemplate" TargetMode="External"/>'
                }
            ),
        ),
        ("minutes.docx", a_docx(**{"word/_rels/x.rels": b'<Relationship Type="&#97;"/>'})),
        ("minutes.docx", a_docx(**{"word/settings.xml": "<w:settings/>".encode("utf-16")})),
        ("minutes.odt", an_odt(**{"Basic/Standard/Module1.xml": b"x"})),
        ("minutes.odt", an_odt(**{"Scripts/python/x.py": b"x"})),
        ("minutes.odt", an_odt(**{"styles.xml": b'<script:event-listener xlink:href="x"/>'})),
        ("minutes.odt", an_odt(**{"content.xml": b"<office:script script:language='x'/>"})),
        ("minutes.odt", an_odt(**{"META-INF/manifest.xml": b"<manifest:encryption-data/>"})),
        ("minutes.odt", an_odt(kind=b"application/vnd.oasis.opendocument.text-template")),
        ("minutes.odt", an_odt(**{"content.xml": b" " * (1 << 20) + b"<office:script />"})),
    ],
)
def test_an_office_document_that_acts_or_pretends_is_refused(name, content):
    part, sentence = refused(name, content)
    assert part == "content"
    assert "damaged" not in sentence


def test_a_template_on_the_writers_own_disk_is_no_matter():
    template = (
        '<Relationship Type="http://x/relationships/attachedTemplate" '
        'Target="file:///C:\\Users\\x\\Normal.dotm" TargetMode="External"/>'
    )
    assert screened("minutes.docx", None, a_docx(**{"word/_rels/settings.xml.rels": template})).content


@pytest.mark.parametrize("name", ["minutes.docx", "minutes.odt"])
def test_an_encrypted_package_is_refused(name):
    content = bytearray(WHOLE[name])
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1
    assert "password" in refused(name, bytes(content))[1]


def test_a_text_whose_parts_are_encrypted_is_refused():
    content = an_odt(**{"META-INF/manifest.xml": b"<manifest:encryption-data/>"})
    assert "without a password" in refused("minutes.odt", content)[1]


def test_a_bomb_is_refused_without_being_unpacked():
    bomb = a_docx(**{"word/media/zeros.bin": bytes(100_000_001)})
    assert len(bomb) < 200_000
    assert "unpacks to more" in refused("minutes.docx", bomb)[1]


def test_a_bomb_that_lies_about_its_length_is_refused():
    bomb = bytearray(a_docx(**{"word/media/zeros.bin": bytes(5_000_000)}))
    for length in (mark for mark in range(len(bomb) - 4) if bomb[mark : mark + 4] == (5_000_000).to_bytes(4, "little")):
        bomb[length : length + 4] = (10).to_bytes(4, "little")
    assert refused("minutes.docx", bytes(bomb)) == ("content", "the document is damaged: save it anew")


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "word\\x", "C:x"])
def test_parts_whose_names_lead_out_are_refused(name):
    assert "lead out" in refused("minutes.docx", a_docx(**{name: b"x"}))[1]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name_are_refused():
    file = BytesIO(WHOLE["minutes.docx"])
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("WORD/document.xml", b"<other/>")
    assert "two parts of one name" in refused("minutes.docx", file.getvalue())[1]


@pytest.mark.parametrize("name", ["minutes.docx", "minutes.odt"])
@pytest.mark.parametrize("around", [(b"<html>", b""), (b"", b"<html>"), (b"%PDF-1.7\n", b"")])
def test_a_package_with_something_before_or_behind_it_is_refused(name, around):
    assert refused(name, around[0] + WHOLE[name] + around[1])[0] == "content"


# Whatever comes


@given(name=st.sampled_from(list(WHOLE)), data=st.data())
def test_whatever_bytes_come_are_kept_or_refused_and_nothing_else(name, data):
    """Hostile bytes: parts of whole files changed, cut, put together, or wholly invented."""
    whole = WHOLE[name]
    kind = data.draw(st.sampled_from(["changed", "spliced", "invented"]))
    if kind == "changed":
        content = bytearray(whole)
        for place in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=20)):
            content[place] = data.draw(st.integers(0, 255))
    elif kind == "spliced":
        other = WHOLE[data.draw(st.sampled_from(list(WHOLE)))]
        cut = data.draw(st.integers(0, len(whole)))
        content = whole[:cut] + other[data.draw(st.integers(0, len(other))) :]
    else:
        content = whole[: data.draw(st.integers(0, 12))] + data.draw(st.binary(max_size=200))
    try:
        kept = screened(name, None, bytes(content)).content
    except UnfitDocument:
        return
    assert screened(name, None, kept).content == kept


@given(st.text(max_size=220))
@example("\ud800.pdf")
@example("\U000e0041.pdf")
def test_whatever_name_comes_is_taken_or_refused(name):
    try:
        format_of_name(name)
    except UnfitDocument:
        return
    assert name.isprintable()
    assert not set(name) & set('/\\:*?"<>|')


def test_a_picture_from_a_text_is_refused():
    assert refused("hall.png", b"<html><body>Not a picture</body></html>")[0] == "content"
    assert refused("hall.png", a_png()[:8] + b"<html>")[0] == "content"
