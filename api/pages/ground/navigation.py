"""The navigation that heads every page: the parts of the service that whoever is signed in may open."""

from typing import Final

from api.access.principal import Principal
from api.access.user_roles import Right

_ENTRIES: Final = (
    ("/my-page", "My page", "my-page", Right.OWN_KEYS),
    ("/meetings/new", "Record a meeting", "record", Right.RECORD),
    ("/partnerships", "Partnerships", "partnerships", Right.READ_FIGURES),
    ("/reports", "Reports", "reports", Right.READ_FIGURES),
    ("/people", "People and keys", "people", Right.LET_IN),
    ("/help", "Help", "help", None),
)


LINK_NAVIGATION: Final = [("/help", "Help", "help")]
"""The navigation for holders of links, who came for one thing."""


def navigation_of(principal: Principal | None) -> list[tuple[str, str, str]]:
    """The address, name and section of each part that somebody may open; none while nobody is signed in."""
    if principal is None:
        return []
    return [
        (address, name, section) for address, name, section, right in _ENTRIES if right is None or principal.may(right)
    ]
