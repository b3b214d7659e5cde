"""The marks of the steps in a story: asked, answered, decided, paid, and nothing on record. They stand once a page."""

from typing import Final

from markupsafe import Markup

from api.pages.pictures.svg import element
from domain.vocabulary import CodeList


class StoryMark(CodeList):
    """The kind of a step in a story: every kind has a shape of its own, so that no colour is needed."""

    SAID = "said"
    IN_TIME = "in-time"
    LATE = "late"
    DECLINED = "declined"
    NO_ANSWER = "no-answer"
    WAITING = "waiting"
    DECIDED = "decided"
    PROMISED = "promised"
    MONEY = "money"
    NOTHING = "nothing"

    @property
    def colour(self) -> str:
        """The class of its colour, as in other pictures."""
        return _COLOURS.get(self, "m-let-off")


_COLOURS: Final = {
    StoryMark.IN_TIME: "m-in-time",
    StoryMark.LATE: "m-late",
    StoryMark.NO_ANSWER: "m-no-answer",
    StoryMark.DECIDED: "m-kept",
    StoryMark.PROMISED: "m-kept",
    StoryMark.MONEY: "m-in-time",
}
_DISC: Final = "M-5.4 0a5.4 5.4 0 1 0 10.8 0a5.4 5.4 0 1 0-10.8 0"
_DRAWN: Final[dict[StoryMark, tuple[str, str]]] = {
    StoryMark.SAID: ("sh-solid", "M-7-6H7V4H0L-4 8V4H-7z"),
    StoryMark.IN_TIME: ("sh-open", _DISC),
    StoryMark.LATE: ("sh-solid", "M-7 6L0-7L7 6z"),
    StoryMark.DECLINED: ("sh-cross", "M-6 0H6"),
    StoryMark.NO_ANSWER: ("sh-open", "M-5-5H5V5H-5z"),
    StoryMark.WAITING: ("sh-dotted", _DISC),
    StoryMark.DECIDED: ("sh-solid", "M-6-6H6V6H-6z"),
    StoryMark.PROMISED: ("sh-cross", "M-6 0L-2 5L6-5"),
    StoryMark.MONEY: ("sh-solid", "M-7.5 0a7.5 7.5 0 1 0 15 0a7.5 7.5 0 1 0-15 0"),
    StoryMark.NOTHING: ("sh-dotted", _DISC),
}


def story_marks() -> Markup:
    """The shapes of all marks, to be used by name."""
    defs = element("defs", *(_shape(mark, *shape) for mark, shape in _DRAWN.items()))
    return element("svg", defs, class_="defs", width=0, height=0, aria_hidden="true", focusable="false")


def _shape(mark: StoryMark, class_: str, path: str) -> Markup:
    sign = [element("text", "£", class_="sign", y=4, text_anchor="middle")] if mark is StoryMark.MONEY else []
    return element("g", element("path", class_=class_, d=path), *sign, id=f"st-{mark}")
