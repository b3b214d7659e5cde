"""Further acts that would be enough, in words: one more before March."""

from typing import Final

from api.pages.ground.in_words import month_in_words
from projections.scoring.trust.further_acts import FurtherActs

_NUMBERS: Final = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


def needed_in_words(further: FurtherActs | None, verb: str) -> str:
    """The sentence that says what would be enough; `verb` is what is done with an act at best, such as `kept`."""
    if further is None or further.fewest is None:
        return ""
    if further.if_kept == further.if_not:
        return f"{_number(further.fewest)} more{_deadline(further)} would be enough, {verb} or not."
    if further.if_kept is None:
        return f"{_number(further.fewest)} more that are not {verb} would be enough."
    if further.fewest == further.if_kept:
        return f"{_number(further.fewest)} more {verb}{_deadline(further)} would be enough."
    fewer = _number(further.fewest).lower()
    return f"{_number(further.if_kept)} more {verb} would be enough; so would {fewer} not {verb}."


def _deadline(further: FurtherActs) -> str:
    if further.before is None:
        return ""
    return f" before {month_in_words(further.before)}" if further.before.day == 1 else " at once"


def _number(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)
