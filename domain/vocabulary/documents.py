"""The code lists of documents: what they are of a partnership's papers, and the formats in which they are kept."""

from enum import auto

from domain.vocabulary.code_list import CodeList


class DocumentKind(CodeList):
    """The kind of a document among a partnership's papers."""

    MINUTES = auto()
    AGENDA = auto()
    PHOTOGRAPH = auto()
    REPORT = auto()
    PLAN = auto()
    LETTER = auto()
    AGREEMENT = auto()
    LEAFLET = auto()
    OTHER_PAPER = auto()


class DocumentFormat(CodeList):
    """The format of a document that is kept; what programs would run in one is refused."""

    PDF = auto()
    PNG = auto()
    JPEG = auto()
    ODT = auto()
    DOCX = auto()
