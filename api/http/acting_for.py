"""The header by which somebody who speaks for several bodies chooses for which of them a request is made."""

from typing import Final

ACTING_FOR: Final = "Acting-For"
