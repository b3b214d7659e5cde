"""Photographs and pictures: the picture is kept, and not what was written beside it."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.documents.jpeg import bare_jpeg
from domain.documents.png import bare_png
from domain.documents.unfit import UnfitDocument
from tests.support.document_files import CAMERA, PLACE, a_chunk, a_jpeg, a_png, a_segment, an_exif

HTML = b"<script>alert(1)</script>"
TEXTS = [
    a_chunk(b"tEXt", b"Author\x00Amina"),
    a_chunk(b"zTXt", b"Comment\x00\x00" + PLACE),
    a_chunk(b"iTXt", b"XML:com.adobe.xmp\x00\x00\x00\x00\x00" + HTML),
    a_chunk(b"eXIf", b"II*\x00" + PLACE),
    a_chunk(b"tIME", bytes(7)),
    a_chunk(b"caNV", CAMERA),
]
SEGMENTS = [
    an_exif(),
    a_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + PLACE),
    a_segment(0xED, b"Photoshop 3.0\x00" + CAMERA),
    a_segment(0xFE, HTML),
    a_segment(0xE2, b"MPF\x00" + CAMERA),
    a_segment(0xE0, b"JFXX\x00\x10" + CAMERA),
    a_segment(0xE5, PLACE),
]


@pytest.mark.parametrize("written", TEXTS)
def test_what_is_written_into_a_png_is_left_out(written):
    assert bare_png(a_png(written)) == a_png()


@pytest.mark.parametrize("written", SEGMENTS)
def test_what_is_written_into_a_jpeg_is_left_out(written):
    assert bare_jpeg(a_jpeg(written)) == a_jpeg()


def test_what_lies_behind_a_picture_is_left_out():
    assert bare_png(a_png(after=HTML)) == a_png()
    assert bare_jpeg(a_jpeg(after=b"\x00\x00\x00\x18ftypmp42" + PLACE)) == a_jpeg()


@pytest.mark.parametrize("kept", [a_chunk(b"gAMA", bytes(4)), a_chunk(b"pHYs", bytes(9)), a_chunk(b"iCCP", b"sRGB")])
def test_what_a_png_is_drawn_from_is_kept(kept):
    assert bare_png(a_png(kept)) == a_png(kept)


@pytest.mark.parametrize("kept", [a_segment(0xE2, b"ICC_PROFILE\x00\x01\x01"), a_segment(0xEE, b"Adobe\x00\x64")])
def test_what_a_jpeg_is_drawn_from_is_kept(kept):
    assert bare_jpeg(a_jpeg(kept)) == a_jpeg(kept)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_photograph_is_shown_the_same_way_up(orientation, order):
    kept = bare_jpeg(a_jpeg(an_exif(orientation, order)))
    assert kept == a_jpeg(_orientation_alone(orientation))
    assert bare_jpeg(kept) == kept
    assert PLACE not in kept
    assert CAMERA not in kept


def _orientation_alone(orientation):
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0)
    return a_segment(0xE1, b"Exif\x00\x00MM\x00\x2a" + struct.pack(">IH", 8, 1) + entry + bytes(4))


def test_the_small_picture_in_a_jpegs_head_is_left_out():
    small = a_segment(0xE0, b"JFIF\x00\x01\x02\x00\x00\x48\x00\x48\x01\x01" + b"abc")
    whole = a_jpeg()
    assert bare_jpeg(whole[:2] + small + whole[20:]) == whole


def test_scans_after_one_another_are_kept():
    scan = a_segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\xff\xd0\x34"
    assert bare_jpeg(a_jpeg(picture=b"\x01\xff\x00" + scan)) == a_jpeg(picture=b"\x01\xff\x00" + scan)


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8" + a_segment(0xE0, b"JFIF\x00") + b"\xff\xd9",
        a_jpeg()[:2] + b"\x00" + a_jpeg()[2:],
        a_jpeg()[:2] + b"\xff\xe0\x00\x00" + a_jpeg()[2:],
        a_jpeg()[:2] + b"\xff\xd8" + a_jpeg()[2:],
    ],
)
def test_a_jpeg_without_a_picture_or_with_a_broken_one_is_refused(content):
    with pytest.raises(UnfitDocument):
        bare_jpeg(content)


@pytest.mark.parametrize(
    "content",
    [
        a_png()[:8] + a_chunk(b"IEND", b""),
        a_png()[:33] + a_chunk(b"IEND", b""),
        a_png()[:8] + a_png()[33:],
        a_png(a_chunk(b"ABCD", b"x")),
        a_png()[:20] + b"\x01" + a_png()[21:],
    ],
)
def test_a_png_without_a_picture_or_with_a_broken_one_is_refused(content):
    with pytest.raises(UnfitDocument):
        bare_png(content)


@given(st.lists(st.sampled_from(SEGMENTS)), st.binary(max_size=30))
def test_whatever_is_written_beside_a_photograph_the_same_is_kept(written, after):
    assert bare_jpeg(a_jpeg(*written, after=after)) == a_jpeg()


@given(st.lists(st.sampled_from(TEXTS)), st.binary(max_size=30))
def test_whatever_is_written_beside_a_picture_the_same_is_kept(written, after):
    assert bare_png(a_png(*written, after=after)) == a_png()
