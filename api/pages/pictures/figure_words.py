"""Words for a figure: in a hundred, with its likely range, and by the word for the whole of that range."""

from typing import Final, Protocol

from api.pages.ground.in_words import in_hundred

QUARTER: Final = 0.25
HALF: Final = 0.5
THREE_QUARTERS: Final = 0.75


class RangedFigure(Protocol):
    """A figure from nought to one with its likely range; without one where there is not enough to say."""

    @property
    def value(self) -> float | None:
        """The figure."""

    @property
    def low(self) -> float | None:
        """The lower end of its likely range."""

    @property
    def high(self) -> float | None:
        """The upper end of its likely range."""


SOME: Final = "some to go on"


def figure_in_words(figure: RangedFigure, *, is_some: bool = False) -> str:
    """A figure with its likely range: `46 in 100, likely range 18 to 75`; `is_some`: said on less than enough."""
    if figure.value is None or figure.low is None or figure.high is None:
        return "not enough to say"
    words = f"{in_hundred(figure.value)} in 100"
    low, high = in_hundred(figure.low), in_hundred(figure.high)
    words += "" if low == high else f", likely range {low} to {high}"
    return f"{words}; {SOME}" if is_some else words


def figure_in_brief(figure: RangedFigure) -> str:
    """A figure with its likely range under a heading that says that it is in a hundred: `46 (18 to 75)`."""
    if figure.value is None:
        return "not enough to say"
    return f"{in_hundred(figure.value)} ({in_hundred(figure.low)} to {in_hundred(figure.high)})"


def word_for_range(low: float, high: float) -> str:
    """The word that the whole likely range deserves: over half is said only of what is over half at both ends."""
    if high < QUARTER:
        return "under a quarter"
    if high < HALF:
        return "under half"
    if low > THREE_QUARTERS:
        return "over three quarters"
    if low > HALF:
        return "over half"
    return "could be either side of half"
