"""What would be enough, in words: one more before March."""

from typing import Final

from api.pages.ground.in_words import month_in_words
from projections.scoring.trust.further_acts import FurtherActs

_NUMBERS: Final = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


def needed_in_words(needed: FurtherActs | None, done: str) -> str:
    """The sentence that says what would be enough; `done` is what is done with an act at best, such as `kept`."""
    if needed is None or needed.fewest is None:
        return ""
    if needed.if_kept == needed.if_not:
        return f"{_number(needed.fewest)} more{_deadline(needed)} would be enough, {done} or not."
    if needed.if_kept is None:
        return f"{_number(needed.fewest)} more that are not {done} would be enough."
    if needed.fewest == needed.if_kept:
        return f"{_number(needed.fewest)} more {done}{_deadline(needed)} would be enough."
    fewer = _number(needed.fewest).lower()
    return f"{_number(needed.if_kept)} more {done} would be enough; so would {fewer} not {done}."


def _deadline(needed: FurtherActs) -> str:
    if needed.before is None:
        return ""
    return f" before {month_in_words(needed.before)}" if needed.before.day == 1 else " at once"


def _number(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)
