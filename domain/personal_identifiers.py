"""Personal identifiers in free text: phone numbers, e-mail addresses, NHS and National Insurance numbers, addresses.

Text is kept sealed, yet read by many. So whoever writes it is asked about what looks like one; nothing is refused.
"""

import re
from collections.abc import Iterator
from enum import auto
from typing import Final

from domain.vocabulary.code_list import CodeList


class PersonalIdentifier(CodeList):
    """A kind of personal identifier that a piece of text looks like."""

    PHONE_NUMBER = auto()
    EMAIL_ADDRESS = auto()
    NHS_NUMBER = auto()
    NATIONAL_INSURANCE_NUMBER = auto()
    HOME_ADDRESS = auto()

    @property
    def in_words(self) -> str:
        """The kind as it stands behind "this looks like"."""
        return _IN_WORDS[self]


_IN_WORDS: Final = {
    PersonalIdentifier.PHONE_NUMBER: "a phone number",
    PersonalIdentifier.EMAIL_ADDRESS: "an email address",
    PersonalIdentifier.NHS_NUMBER: "an NHS number",
    PersonalIdentifier.NATIONAL_INSURANCE_NUMBER: "a National Insurance number",
    PersonalIdentifier.HOME_ADDRESS: "a home address",
}


_GAP: Final = r"[ \u00a0\u2009.-]?"
_NATIONAL: Final = re.compile(
    rf"(?<![\d+£$€.,/#-])\(?0[1235789]\d{{1,4}}\)?{_GAP}\d{{3,8}}(?:{_GAP}\d{{3,4}})?(?![\d/])"
)
_INTERNATIONAL: Final = re.compile(
    r"(?<![\w+])(?:\+|00)[1-9]\d{0,2}[ .-]?(?:\(0\)[ .-]?)?\d{1,5}(?:[ \u00a0.-]?\d{2,6}){1,4}(?!\d)"
)
_NATIONAL_LENGTHS: Final = (10, 11)
_INTERNATIONAL_LENGTHS: Final = range(9, 16)
_EMAIL: Final = re.compile(
    r"(?<![\w.+-])[\w.+'-]{1,64}(?:@|\s?[\[(]at[\])]\s?)[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}", re.IGNORECASE
)
_NHS: Final = re.compile(r"(?<![\d£.,/-])([4679]\d{2})[ \u00a0-]?(\d{3})[ \u00a0-]?(\d{4})(?![\d/]|[.,-]\d)")
_NHS_WEIGHTS: Final = range(10, 1, -1)
_NATIONAL_INSURANCE: Final = re.compile(
    r"(?<![A-Z\d])(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]"
    r"(?:[ -]?\d{2}){3}[ -]?[A-D](?![A-Z\d])",
    re.IGNORECASE,
)
_POSTCODE: Final = r"(?:GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]?[ \u00a0]?\d[ABD-HJLNP-UW-Z]{2})(?![A-Z\d])"
_STREET: Final = (
    "street|st|road|rd|lane|ln|avenue|ave|close|cl|drive|dr|court|ct|crescent|cres|gardens|gdns|grove|hill|mews|"
    "parade|park|place|pl|rise|row|square|sq|steps|terrace|vale|view|walk|way|wharf|yard|fold|gate|green"
)
_ADDRESS: Final = re.compile(
    rf"(?<![\w£.,/-])(?:\d{{1,4}}[a-h]?,? (?:[\w'\u2019.-]+ ){{0,3}}(?:{_STREET})\b[^\n;:!?]{{0,60}}?"
    rf"|(?:flat|house|number|no\.?) ?\d{{1,4}}[a-h]?\b[^\n;:!?]{{0,80}}?"
    rf"|\d{{1,4}}[a-h]?,? ){_POSTCODE}"
    rf"|(?<![A-Z\d]){_POSTCODE},? ?(?:flat|house|number|no\.?) ?\d{{1,4}}",
    re.IGNORECASE,
)
_REFERENCE: Final = re.compile(
    r"(?:\b(?:ref(?:erence)?|case|order|invoice|claim|account|ticket|charity|company|planning|uprn|usrn|urn)"
    r"(?: (?:no|number|id))?\.?:? ?|(?-i:[/_A-Z]-?))$",
    re.IGNORECASE,
)
_DATES: Final = re.compile(r"(?:\d{1,2}[.-]\d{1,2}[.-]\d{2,4}|(?:19|20)\d{2}[.-]\d{1,2}[.-]\d{1,2})")
_LOOKED_BACK: Final = 24


def personal_identifiers(text: str) -> tuple[PersonalIdentifier, ...]:
    """The kinds of identifier of one person that a text seems to hold, each kind once, in the order of the list."""
    kinds = set(_found(text))
    return tuple(kind for kind in PersonalIdentifier if kind in kinds)


def _found(text: str) -> Iterator[PersonalIdentifier]:
    if any(_NATIONAL_INSURANCE.finditer(text)):
        yield PersonalIdentifier.NATIONAL_INSURANCE_NUMBER
    if _EMAIL.search(text):
        yield PersonalIdentifier.EMAIL_ADDRESS
    if any(_is_phone(text, match) for match in _NATIONAL.finditer(text)) or any(
        _digits(match) in _INTERNATIONAL_LENGTHS for match in _INTERNATIONAL.finditer(text)
    ):
        yield PersonalIdentifier.PHONE_NUMBER
    if any(_is_nhs_number(text, match) for match in _NHS.finditer(text)):
        yield PersonalIdentifier.NHS_NUMBER
    if _ADDRESS.search(text):
        yield PersonalIdentifier.HOME_ADDRESS


def _is_phone(text: str, match: re.Match[str]) -> bool:
    is_number = _digits(match) in _NATIONAL_LENGTHS and not _DATES.match(match.group())
    return is_number and not _is_reference(text, match)


def _is_nhs_number(text: str, match: re.Match[str]) -> bool:
    """Its tenth digit follows from the nine before it (modulus 11), and it is not said to be another number."""
    digits = [int(digit) for digit in "".join(match.groups())]
    check = 11 - sum(weight * digit for weight, digit in zip(_NHS_WEIGHTS, digits, strict=False)) % 11
    return check % 11 == digits[-1] and check != 10 and not _is_reference(text, match)  # noqa: PLR2004 - modulus 11


def _is_reference(text: str, match: re.Match[str]) -> bool:
    """It is written as one number, behind a word or letters that make it another kind of number."""
    before = text[max(0, match.start() - _LOOKED_BACK) : match.start()]
    return match.group().isdigit() and _REFERENCE.search(before) is not None


def _digits(match: re.Match[str]) -> int:
    return sum(sign.isdigit() for sign in match.group().replace("(0)", ""))
