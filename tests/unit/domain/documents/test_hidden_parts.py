"""Hidden parts of documents: what fetches or acts though it is written so that nobody finds it by its plain words."""

import zlib

import pytest

from domain.documents.pdf import _pieces
from domain.documents.screened_document import screened
from domain.documents.unfit import UnfitDocument
from tests.support.document_files import a_docx, a_pdf, an_odt, packed_objects

JS = b"<< /S /JavaScript /JS (app.alert(1)) >>"


def refused(name, content):
    """The part that a refusal is about, and its sentence."""
    with pytest.raises(UnfitDocument) as unfit:
        screened(name, None, content)
    return unfit.value.part, str(unfit.value)


def test_a_stream_that_a_text_pretends_hides_no_objects():
    """Readers skip a text in a dictionary; whoever looks for the word `stream` alone would look into the text."""
    hidden = packed_objects(b"5 0 " + JS)
    pretended = b"/X (stream\n" + zlib.compress(b"5 0 null") + b") /Length"
    assert "acts when it is opened" in refused("minutes.pdf", a_pdf(hidden.replace(b"/Length", pretended)))[1]


def test_what_acts_is_found_across_pieces_of_what_unpacks():
    for length in range(180, 300):  # what is not pressed together unpacks in pieces as they are handed over
        packed = zlib.compress(b" " * length + JS, level=0)
        stream = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(packed), packed)
        pieces = [bytes(piece) for piece in _pieces(stream, stream.index(packed))]
        assert any(b"/JavaScript " in piece for piece in pieces)


def test_objects_in_a_stream_that_does_not_say_so_are_looked_into():
    hidden = packed_objects(b"5 0 " + JS).replace(b"/Type /ObjStm", b"/Type 9 0 R")
    assert "acts when it is opened" in refused("minutes.pdf", a_pdf(hidden))[1]


def test_streams_that_unpack_without_end_are_refused():
    assert "unpacks to more" in refused("minutes.pdf", a_pdf(*[packed_objects(bytes(100_000_001))] * 4))[1]


def test_a_picture_that_breaks_off_in_its_stream_is_no_matter():
    stream = b"<< /Filter /FlateDecode >>\nstream\n" + zlib.compress(bytes(9_000))[:20] + b"\nendstream"
    assert screened("plan.pdf", None, a_pdf(stream)).content


@pytest.mark.parametrize(
    "relationship",
    [
        (
            '<Relationship Id="r" Type="http://x/relationships/image" Target="https://example.org/seen.png" '
            'TargetMode="External"/>'
        ),
        "<Relationship TargetMode='External' Type='http://x/relationships/image' Target='file://///host/share/x.png'/>",
        '<r:Relationship Type="http://x/relationships/video" TargetMode = "External" Target="//host/x"/>',
        (
            '<Relationship Type="http://x/relationships/settings" Target="https://x/relationships/hyperlink" '
            'TargetMode="External"/>'
        ),
    ],
)
def test_a_document_that_would_fetch_something_is_refused(relationship):
    content = a_docx(**{"word/_rels/document.xml.rels": f"<Relationships>{relationship}</Relationships>"})
    assert "from elsewhere" in refused("minutes.docx", content)[1]


def test_a_link_that_somebody_may_follow_is_no_matter():
    link = (
        '<Relationship Type="http://x/relationships/hyperlink" Target="https://example.org/" TargetMode="External"/>'
        '<Relationship Type="http://x/relationships/image" Target="media/image1.png" TargetMode="Internal"/>'
    )
    assert screened("minutes.docx", None, a_docx(**{"word/_rels/document.xml.rels": link})).content


@pytest.mark.parametrize(
    "field",
    [
        "<w:instrText> DDEAUTO c:\\\\windows\\\\cmd.exe </w:instrText>",
        "<w:instrText>D</w:instrText></w:r><w:r><w:instrText xml:space='preserve'>DEAUTO c:</w:instrText>",
        '<w:fldSimple w:instr=" dde excel sheet1 "/>',
        "<w:instrText>INCLUDEPICTURE &quot;https://example.org/seen.png&quot;</w:instrText>",
        "<w:fldSimple w:instr='INCLUDETEXT \"\\\\host\\share\\x.docx\"'/>",
    ],
)
def test_a_field_that_takes_in_something_is_refused(field):
    content = a_docx(**{"word/document.xml": f"<w:document><w:p><w:r>{field}</w:r></w:p></w:document>"})
    assert "from elsewhere" in refused("minutes.docx", content)[1]


def test_fields_and_words_that_take_in_nothing_are_no_matter():
    told = (
        "<w:t>Include text on DDE</w:t><w:instrText>PAGE \\* MERGEFORMAT</w:instrText>"
        "<w:t>include</w:t><w:instrText>HYPERLINK &quot;https://example.org&quot;</w:instrText>"
    )
    assert screened("minutes.docx", None, a_docx(**{"word/document.xml": told})).content


@pytest.mark.parametrize(
    "part",
    [
        b"<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><w:document>&b;</w:document>",
        b"<?xml version='1.0' encoding='UTF-7'?><w:document/>",
        b'<?xml version="1.0" encoding = "IBM037"?><w:document/>',
    ],
)
@pytest.mark.parametrize(("name", "of"), [("minutes.docx", a_docx), ("minutes.odt", an_odt)])
def test_a_part_that_is_written_otherwise_than_office_programs_do_is_refused(name, of, part):
    assert "not written as office programs" in refused(name, of(**{"word/styles.xml": part}))[1]


@pytest.mark.parametrize(
    "part",
    [
        b"<draw:frame><draw:image xlink:href='https://example.org/seen.png'/></draw:frame>",
        b'<draw:image xlink:type="simple" xlink:href="//host/share/x.png"/>',
        b'<text:section-source xlink:href="file://host/share/x.odt"/>',
        b'<draw:plugin xlink:href="https://example.org/film"/>',
        b'<draw:object xlink:href="smb://host/x"/>',
    ],
)
def test_an_odt_that_would_fetch_something_is_refused(part):
    assert "from elsewhere" in refused("minutes.odt", an_odt(**{"content.xml": part}))[1]


def test_an_odt_with_pictures_of_its_own_and_links_is_kept():
    own = b"<draw:image xlink:href='Pictures/1.png'/><draw:object xlink:href='./Object 1'/><text:a xlink:href='https://x/'/>"
    assert screened("minutes.odt", None, an_odt(**{"content.xml": own})).content
