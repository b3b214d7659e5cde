"""Rules for texts: names and codes on one line, free text, and the form in which names are compared.

Checked where commands enter. Stored events keep what was accepted when they were recorded, and decode for ever.
"""

import re
import unicodedata
from enum import Enum
from typing import Final

from domain.errors import FolkmootError

END: Final = r"$(?!\n)"
"""The end of a text, in the expressions of Python and of JSON Schema alike: Python's `$` also stands before a last
line break."""

LINE: Final = rf"^(?=.*\S)[^\u0000-\u001F\u007F-\u009F\u2028\u2029]+{END}"
"""One line with something on it, as far as an expression can tell; `tidy_name` tells the rest."""

_BLANK_LOOKING: Final = dict.fromkeys(map(ord, "\u115f\u1160\u2800\u3164\uffa0"), " ")
_JOINERS: Final = "\u200c\u200d"
_TURNING: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNSEEN: Final = re.compile(
    "[\u00ad\u034f\u17b4\u17b5\u180b-\u180f\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
)
_SELECTORS: Final = re.compile("(^|(?<=[\\s\ufe00-\ufe0f\U000e0100-\U000e01ef]))[\ufe00-\ufe0f\U000e0100-\U000e01ef]+")
_CURSIVE: Final = frozenset({"ADLAM", "ARABIC", "HANIFI", "MANDAIC", "MANICHAEAN", "MONGOLIAN", "NKO", "SYRIAC"})
_VIRAMA: Final = 9
_LINE_BREAKS: Final = re.compile("\r\n?|[\u2028\u2029]")
_ENDS_OF_PLANES: Final = "".join(chr(plane << 16 | end) for plane in range(17) for end in (0xFFFE, 0xFFFF))
_NOT_IN_TEXT: Final = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_ENDS_OF_PLANES}]")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class TextForm(Enum):
    """The kinds of text there are: what each may hold, and whether it is tidied."""

    NAME = "name"
    """One line that people read: tidied."""
    NAME_AS_SENT = "name-as-sent"
    """A name from which an identity was made as it was sent: checked here, tidied where it is recorded."""
    CODE = "code"
    """One line that programs compare: taken as it is or not at all."""
    TEXT = "text"
    """Free text of many lines: kept as written, but for how its lines end."""
    ANY = "any"
    """Whatever else is a text: checked, never changed."""


class UnfitText(FolkmootError, ValueError):
    """A text holds what its form may not, or nothing that can be seen. Leave out what the message names."""


def tidied(text: str, form: TextForm) -> str:
    """A text as its form keeps it. Raises UnfitText."""
    match form:
        case TextForm.NAME:
            return tidy_name(text)
        case TextForm.NAME_AS_SENT:
            tidy_name(text)
            return text
        case TextForm.CODE:
            return _one_line(text)
        case TextForm.TEXT:
            return tidy_text(text)
        case TextForm.ANY:
            _must_be_text(text.replace("\r", ""))
            return text


def tidy_name(text: str) -> str:
    """A name in composed form with single blanks, without signs that cannot be seen. Raises UnfitText.

    Joiners stay where a script is written with them, and selectors behind the sign whose look they choose.
    """
    _one_line(text)
    if not text.isascii():
        for sign in text:
            if sign in _TURNING:
                raise UnfitText(f"it holds a sign that turns the direction of writing ({_named(sign)}): leave it out")
        text = _joined(_UNSEEN.sub("", text.translate(_BLANK_LOOKING)))
        text = _SELECTORS.sub("", unicodedata.normalize("NFC", text))
    text = " ".join(text.split())
    if not is_seen(text):
        raise UnfitText("it holds nothing that can be seen")
    return text


def tidy_text(text: str) -> str:
    """Free text as written, its lines ended by line feeds. Raises UnfitText."""
    text = _LINE_BREAKS.sub("\n", text)
    _must_be_text(text)
    if not is_seen(text):
        raise UnfitText("it holds nothing that can be seen, not only spaces are needed")
    return text


def is_seen(text: str) -> bool:
    """At least one sign of a text is a letter, a digit, a mark of punctuation or a symbol."""
    if text.isascii():
        return bool(text.strip())
    plain = _UNSEEN.sub("", text.translate(_BLANK_LOOKING))
    return any(unicodedata.category(sign)[0] in "LNPS" or unicodedata.category(sign) == "Co" for sign in plain)


def _one_line(text: str) -> str:
    match = _CONTROL.search(text)
    if match is not None:
        what = "a line break" if match.group() in "\n\r\u2028\u2029\x85" else "a control character"
        raise UnfitText(f"it stands on one line, and this holds {what} ({_named(match.group())})")
    _must_be_text(text)
    return text


def _must_be_text(text: str) -> None:
    match = _NOT_IN_TEXT.search(text)
    if match is not None:
        raise UnfitText(f"it holds a character that no text has ({_named(match.group())}): leave it out")


def _named(sign: str) -> str:
    name = unicodedata.name(sign, "")
    return f"U+{ord(sign):04X} {name}".strip()


def _joined(text: str) -> str:
    """Leave out joiners that join nothing: between letters of most scripts they cannot be seen."""
    if not any(joiner in text for joiner in _JOINERS):
        return text
    signs: list[str] = []
    for place, sign in enumerate(text):
        if sign not in _JOINERS or _joins(sign, "".join(signs[-3:]), text[place + 1 : place + 2]):
            signs.append(sign)
    return "".join(signs)


def _joins(joiner: str, before: str, after: str) -> bool:
    last, first = before.rstrip("\ufe0e\ufe0f")[-1:], after
    if not last or last in _JOINERS:
        return False
    if unicodedata.combining(last) == _VIRAMA:
        return True
    if not first or first in _JOINERS:
        return False
    if joiner == "\u200d" and _is_picture(last) and _is_picture(first):
        return True
    return _script(last) in _CURSIVE and _script(first) in _CURSIVE


def _script(sign: str) -> str:
    return unicodedata.name(sign, "").partition(" ")[0]


def _is_picture(sign: str) -> bool:
    return unicodedata.category(sign) in {"So", "Sk"} and not sign.isascii()


# Comparing names

_LIKE_LATIN: Final = str.maketrans(
    "аеорсухкмтнвіјѕԁһԛԝӏαορνικτυχ",
    "aeopcyxkmthbijsdhqwlaopviktux",
)
_WORDS: Final = {
    "assn": "association",
    "assoc": "association",
    "ave": "avenue",
    "cllr": "councillor",
    "cttee": "committee",
    "ltd": "limited",
    "rd": "road",
    "saint": "st",
    "street": "st",
}
_UNCOUNTED: Final = frozenset({"the"})
_APOSTROPHES: Final = dict.fromkeys(map(ord, "'`´ʹʻʼʽʾʿˈ‘’‛′＇.·"))  # noqa: RUF001 - what people type for one
_AND: Final = {ord("&"): " and ", ord("+"): " and "}


def likeness(name: str) -> str:
    """The form in which names are compared: names of one form look like one another.

    Case, accents, blanks, dashes, apostrophes, full stops, letters that look like Latin ones and common short forms
    make no difference.
    """
    bare = _bare(name)
    words = [_WORDS.get(word, word) for word in _plain_words(bare) if word not in _UNCOUNTED]
    return " ".join(words) or " ".join(bare.casefold().split())


def is_called(name: str, words: str) -> bool:
    """A name holds some words, or the beginning of one, in the form in which names are compared or as it is written."""
    return plain_form(words) in plain_form(name) or likeness(words) in likeness(name)


def says(text: str, words: str) -> bool:
    """A text says some words one after the other, the last of them begun at least."""
    return f" {plain_form(words)}" in f" {plain_form(text)}"


def plain_form(name: str) -> str:
    """A name without case, accents and punctuation, its short forms left as they are."""
    bare = _bare(name)
    return " ".join(_plain_words(bare)) or " ".join(bare.casefold().split())


def _plain_words(bare: str) -> list[str]:
    plain = bare.casefold().translate(_LIKE_LATIN).translate(_APOSTROPHES).translate(_AND)
    return "".join(sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in plain).split()


def _bare(name: str) -> str:
    """A name without accents, and without the signs that nobody sees or types."""
    visible = _UNSEEN.sub("", name.translate(_BLANK_LOOKING).translate(_APOSTROPHES))
    decomposed = unicodedata.normalize("NFKD", visible)
    return "".join(sign for sign in decomposed if unicodedata.combining(sign) in {0, _VIRAMA} and sign not in _JOINERS)
