"""A link that can be used no more, in words that say why and what to do."""

from typing import Final

from api.access.answer_links import LinkState
from api.pages.ground.page import Shown

_WORDS: Final = {
    LinkState.USED: "This link has been used",
    LinkState.EXPIRED: "This link has run out",
    LinkState.WITHDRAWN: "This link was withdrawn",
    LinkState.RETURNED: "This link was given back",
}
_GONE: Final = 410


def ended_link(state: LinkState) -> Shown:
    """The page of a link that was used, has run out, was withdrawn or given back."""
    return Shown(template="answers/ended_link.html", title=_WORDS[state], status=_GONE)
