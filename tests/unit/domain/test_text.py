"""The forms of texts: names are tidied and can be seen, codes stand on one line, free text keeps its lines."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.text import TextForm, UnfitText, is_called, likeness, says, tidied, tidy_name, tidy_text

UNSEEN = {
    "zero width signs": "\u200b\u200d",
    "a joiner": "\u200c",
    "a braille blank": "\u2800",
    "a Hangul filler": "\u3164\uffa0\u115f",
    "a soft hyphen": "\u00ad",
    "a byte order mark": "\ufeff",
    "a tag": "\U000e0041",
    "a variation selector": "\ufe0f\U000e0100",
    "a grapheme joiner": "\u034f",
    "a mark on nothing": "\u0301",
    "blanks of many kinds": "\u00a0\u2003\u3000 ",
    "a word joiner": "\u2060",
}
TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
CONTROLS = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))]


def is_unfit(text, form=TextForm.NAME):
    try:
        tidied(text, form)
    except UnfitText:
        return True
    return False


@pytest.mark.parametrize("text", UNSEEN.values(), ids=UNSEEN)
def test_what_cannot_be_seen_is_no_name_and_no_text(text):
    assert is_unfit(text)
    assert is_unfit(text, TextForm.TEXT)


@pytest.mark.parametrize("sign", TURNING, ids=ascii)
def test_a_name_turns_no_writing_around(sign):
    assert is_unfit(f"Mill{sign} Lane")


@pytest.mark.parametrize("sign", [*CONTROLS, "\u2028", "\u2029", "\ud800", "\ufffe", "\ufdd0"], ids=ascii)
def test_a_name_or_code_holds_no_control_line_break_or_half_character(sign):
    assert is_unfit(f"Mill{sign}Lane")
    assert is_unfit(f"Mill{sign}Lane", TextForm.CODE)
    assert is_unfit(f"Mill{sign}Lane", TextForm.NAME_AS_SENT)


@pytest.mark.parametrize("sign", [*sorted(set(CONTROLS) - set("\t\n\r")), "\ud800", "\ufffe", "\U0010ffff"], ids=ascii)
def test_a_free_text_keeps_lines_and_tabs_and_no_other_control(sign):
    assert is_unfit(f"one{sign}two", TextForm.TEXT)
    assert is_unfit(f"one{sign}two", TextForm.ANY)


def test_lines_of_a_free_text_end_alike():
    assert tidy_text("one\r\ntwo\rthree\n\tfour\u2028five ") == "one\ntwo\nthree\n\tfour\nfive "


@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        ("  Mill\u00a0 Lane\u3000Group ", "Mill Lane Group"),
        ("Tŷ Gwyn", "T\u0177 Gwyn"),
        ("Ty\u0302 Gwyn", "T\u0177 Gwyn"),
        ("Mill\u200bLane", "MillLane"),
        ("Mill\u2800Lane", "Mill Lane"),
        ("A\u200dB", "AB"),
        ("❤\ufe0f Group", "❤\ufe0f Group"),
        ("👩\u200d🚒 Crew", "👩\u200d🚒 Crew"),
        ("क्\u200dष", "क्\u200dष"),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
    ],
)
def test_a_name_is_tidied_and_keeps_what_its_script_needs(text, tidy):
    assert tidy_name(text) == tidy
    assert tidied(text, TextForm.NAME_AS_SENT) == text


@given(st.text())
def test_tidying_a_name_again_changes_nothing(text):
    if is_unfit(text):
        return
    once = tidy_name(text)
    assert tidy_name(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once == once.strip()
    assert likeness(once) == likeness(text)


@given(st.text())
def test_tidying_a_free_text_again_changes_nothing(text):
    if not is_unfit(text, TextForm.TEXT):
        assert tidy_text(tidy_text(text)) == tidy_text(text)


@pytest.mark.parametrize(
    "names",
    [
        ("Tŷ Gwyn Group", "Ty\u0302 Gwyn\u00a0Group", "TY GWYN GROUP", "Ty Gwyn Group"),
        ("St. Mary's & St John’s", "Saint Marys and Saint Johns", "St Mary´s and St Johns"),  # noqa: RUF001 - alike is the point
        ("Exshire Council", "Ехshire Сouncil", "The Exshire  Council", "Exshire\u200b Council"),  # noqa: RUF001 - alike is the point
        ("Mill Lane–East Ltd", "Mill Lane-East Limited", "mill lane east limited"),  # noqa: RUF001 - alike is the point
        ("Ｆｕｌｌ Width", "Full Width"),  # noqa: RUF001 - alike is the point
    ],
)
def test_names_that_people_take_for_one_another_compare_equal(names):
    assert len({likeness(name) for name in names}) == 1


def test_names_that_differ_compare_otherwise():
    names = ["Ward 1", "Ward 2", "Mill Lane", "Hill Lane", "!!!", "???", "किला", "कला"]
    assert len({likeness(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Mill Street Residents", "mill stre"),
        ("Mill Street Residents", "  MILL   st "),
        ("T\u0177\u2019r Afon", "ty'r a"),
        ("Ambleford Homes Ltd", "homes limited"),
        ("St Mary's-on-the-Hill", "saint marys on"),
    ],
)
def test_a_name_is_found_by_a_part_of_it_however_it_is_typed(name, words):
    assert is_called(name, words)


@pytest.mark.parametrize(("name", "words"), [("Mill Lane", "lane mill"), ("Mill Lane", "millane"), ("Canal", "-")])
def test_a_name_is_not_found_by_words_that_do_not_stand_in_it(name, words):
    assert not is_called(name, words)


@pytest.mark.parametrize(
    ("text", "words", "is_said"),
    [
        ("A fair share of the places", "fair sh", True),
        ("A fair share of the places", "SHARE  of", True),
        ("A fair share of the places", "har", False),
        ("A fair share of the places", "places fair", False),
    ],
)
def test_a_text_is_found_by_words_that_stand_in_it_one_after_the_other(text, words, is_said):
    assert says(text, words) is is_said
