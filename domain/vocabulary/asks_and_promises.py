"""The code lists of asks and promises: what was asked, what became of it, how far a promise was kept."""

from enum import auto

from domain.vocabulary.code_list import CodeList


class AskKind(CodeList):
    """What sort of thing residents, or anyone, asked for."""

    ASPIRATION = auto()
    REQUEST = auto()
    QUESTION = auto()
    RECOMMENDATION = auto()


class Answer(CodeList):
    """What became of an ask."""

    ADOPTED = auto()
    ADAPTED = auto()
    DECLINED = auto()


class Materiality(CodeList):
    """How much a promise matters, as agreed by those promised to."""

    MINOR = auto()
    ORDINARY = auto()
    MAJOR = auto()


class PromiseAnswer(CodeList):
    """The answer of those promised to, when they are asked whether a promise was kept."""

    DONE = auto()
    DONE_IN_PART = auto()
    NOT_DONE = auto()
    CANNOT_SAY = auto()


class Extent(CodeList):
    """How far a promise was kept."""

    WHOLE = auto()
    PART = auto()
