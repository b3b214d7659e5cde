"""Whole numbers that people and addresses enter: their digits, and never so many that reading them would fail."""

from typing import Final

_DIGITS: Final = 12


def whole_number(text: str) -> int | None:
    """The number that a text of a few plain digits stands for; None for any other text."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else None
