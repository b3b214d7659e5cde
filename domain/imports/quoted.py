"""The text of a cell, as messages quote it: short enough to be read."""

from typing import Final

_LONGEST: Final = 80


def shown(text: str) -> str:
    """Quote a text, the middle left out where it is long."""
    return repr(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 20]} … {text[-10:]}")
