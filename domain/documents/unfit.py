"""The objection to a document: which part of what was sent is wrong, and a sentence that says so."""

from typing import Literal

from domain.errors import FolkmootError

DocumentPart = Literal["name", "media_type", "content"]


class UnfitDocument(FolkmootError, ValueError):
    """A document cannot be kept. Do what the message says, and send it again."""

    def __init__(self, part: DocumentPart, sentence: str) -> None:
        super().__init__(sentence)
        self.part: DocumentPart = part
