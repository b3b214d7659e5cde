"""The settings on who stands behind what is published: whom to write to, and how ids of grants begin."""

import re
from typing import Final

from api.runtime.setting import Setting

UNREGISTERED_PREFIX: Final = "360G-unregistered"
"""How ids of grants begin until a publisher's own prefix is set: fit to look at, and not to publish."""
GRANT_PREFIX: Final = "FOLKMOOT_360GIVING_PREFIX"
_PREFIX: Final = re.compile(r"360G-[A-Za-z0-9_-]{1,60}")
PUBLISHER_TABLE: Final = (
    Setting(
        variable="FOLKMOOT_CONTACT_EMAIL",
        meaning="Whom users of the API may write to; shown in the API description.",
    ),
    Setting(
        variable=GRANT_PREFIX,
        default=UNREGISTERED_PREFIX,
        meaning="The prefix that 360Giving gave you as a publisher, such as 360G-ourcouncil: the ids of grants to "
        "publish begin with it. The one by default is fit to look at, and not to publish.",
    ),
)


def unfit_grant_prefix(text: str) -> str | None:
    """The fault of a prefix; None where it has none."""
    return None if _PREFIX.fullmatch(text) else "must be 360G- and then letters, digits, hyphens or underscores"
