"""The code lists of the record itself: by which door it came, how sure it is, who may read it."""

from enum import auto

from domain.vocabulary.code_list import CodeList


class Source(CodeList):
    """By which door a record came in."""

    API = auto()
    IMPORT = auto()
    DEMONSTRATION = auto()
    OPERATOR = auto()


class Assurance(CodeList):
    """How it was assured that whoever gave a record is who they say: by what they had in hand."""

    SIGNED_IN = auto()
    KEY = auto()
    LINK_BY_MAIL = auto()
    LINK_PASSED_ON = auto()


class Confidence(CodeList):
    """How the recorder knows."""

    WITNESSED = auto()
    SECOND_HAND = auto()
    IMPORTED = auto()


class Sensitivity(CodeList):
    """Who may be told."""

    OPEN = auto()
    PARTNERS_ONLY = auto()


class PublicReport(CodeList):
    """A report that a partnership can open to anybody."""

    WHAT_BECAME_OF_ASKS = auto()


class SharingKind(CodeList):
    """A sharing owed to those who met a body's act, known to be missing only where a source would note it."""

    NOTES = auto()
    REASONS = auto()
    FEEDBACK = auto()


class ResolutionOutcome(CodeList):
    """How a dispute about a record ended."""

    STANDS = auto()
    SET_ASIDE = auto()
