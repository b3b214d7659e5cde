"""A worker beside the server: the command `work` as a child, with the secrets that the work needs and no others."""

import os
from contextlib import AbstractContextManager
from typing import Final, TextIO

from api.runtime.settings import PREFIX, Settings
from scripts.support.command_beside import KeptCommand, kept_running, with_our_code

_OF_THE_SERVER_ALONE: Final = frozenset(
    {
        "FOLKMOOT_COOKIE_SECRETS",
        "FOLKMOOT_METRICS_PORT",
        "FOLKMOOT_READ_DATABASE_URL",
        "FOLKMOOT_SIGN_ON_FILE",
        "FOLKMOOT_SIGN_ON_SECRET",
        "FOLKMOOT_SIGN_ON_SECRET_FILE",
    }
)
"""What signs browsers and people in, the port at which the server shows its own metrics, and a rebuild's address."""
_TO_END_S: Final = 24.0


def working(settings: Settings, *, out: TextIO | None = None) -> AbstractContextManager[None]:
    """Have the work in the background done for as long as the block runs.

    What it prints goes to `out`, by default our own standard output.
    """
    command = KeptCommand(name="work", environment=worker_environment(settings), to_end_s=_TO_END_S)
    return kept_running(command, out=out)


def worker_environment(settings: Settings) -> dict[str, str]:
    """The environment of a worker of ours: the settings in force, without the secrets of the server alone."""
    others = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "DATABASE_URL"))}
    own = {name: value for name, value in settings.environment.items() if name not in _OF_THE_SERVER_ALONE}
    environment = with_our_code({**others, **own})
    if settings.data_dir is not None:
        environment["FOLKMOOT_DATA_DIR"] = str(settings.data_dir)
    return environment
