"""A follower beside the server: the command `follow` as a child with a login of its own and no secrets."""

import os
from contextlib import AbstractContextManager
from typing import Final, TextIO

from api.runtime.settings import TABLE, Settings
from domain.vault.wrapping_key import FILE_VARIABLE
from projections.engine.builds import PROJECTOR
from scripts.support.command_beside import KeptCommand, kept_running, with_our_code
from scripts.support.logins import as_login
from scripts.support.services import memorandum_file

_OF_THE_SERVER_ALONE: Final = frozenset({"FOLKMOOT_METRICS_PORT", FILE_VARIABLE})
"""The port at which the server shows how far it is followed, and the place of a key that a follower has no use for."""
_TO_END_S: Final = 4.0


def following(settings: Settings, dsn: str, *, out: TextIO | None = None) -> AbstractContextManager[None]:
    """Have the stored projections of a database followed for as long as the block runs.

    It has the projector's login, the memorandum's place and no other secret. What it prints goes to `out`, by default
    our own standard output.
    """
    command = KeptCommand(name="follow", environment=follower_environment(settings, dsn), to_end_s=_TO_END_S)
    return kept_running(command, out=out)


def follower_environment(settings: Settings, dsn: str) -> dict[str, str]:
    """The environment of a follower of ours: the address of the database with its own login, and no other secret."""
    withheld = _OF_THE_SERVER_ALONE | {setting.variable for setting in TABLE if setting.secret}
    environment = {name: value for name, value in os.environ.items() if name not in withheld}
    environment["DATABASE_URL"] = as_login(settings, dsn, PROJECTOR)
    if (memorandum := memorandum_file(settings)) is not None:
        environment["FOLKMOOT_MEMORANDUM_FILE"] = str(memorandum)
    return with_our_code(environment)
