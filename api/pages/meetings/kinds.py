"""The kinds of contact as people say them."""

from typing import Final

from api.pages.ground.in_words import sentence_case
from domain.events.english import words
from domain.vocabulary import InteractionKind

_OTHERWISE: Final = {
    InteractionKind.EVIDENCE_SESSION: "Hearing of witnesses",
    InteractionKind.EVIDENCE_SUBMISSION: "Statement to an inquiry",
    InteractionKind.TRAINING_SUPPORT: "Training or support",
}


def kind_in_words(kind: InteractionKind) -> str:
    """A kind of contact, with a capital."""
    return _OTHERWISE.get(kind) or sentence_case(words(kind))


def kind_items(kinds: tuple[InteractionKind, ...] | list[InteractionKind]) -> list[dict[str, str]]:
    """Kinds to choose from, by what people call them."""
    return [{"value": str(kind), "text": kind_in_words(kind)} for kind in kinds]
