"""Where Folkmoot keeps its own data, unless it is told otherwise."""

import contextlib
import os
import pwd
from pathlib import Path

from domain.embedded_server.errors import NoDataDirectory
from domain.embedded_server.installations import ServerUser


def default_data_dir() -> Path:
    """Return where data is kept unless told otherwise: FOLKMOOT_DATA_DIR, or a folder fit for the account.

    Raises NoDataDirectory when the account has no home.
    """
    if told := os.environ.get("FOLKMOOT_DATA_DIR"):
        return Path(told).absolute()
    if os.geteuid() == 0:
        return Path("/var/lib/folkmoot")
    shared = os.environ.get("XDG_DATA_HOME", "")
    if Path(shared).is_absolute():
        return Path(shared, "folkmoot")
    home = os.environ.get("HOME", "")
    if not home:
        with contextlib.suppress(KeyError):
            home = pwd.getpwuid(os.geteuid()).pw_dir
    if not Path(home).is_absolute():
        message = "This account has no home folder; set FOLKMOOT_DATA_DIR to a folder for Folkmoot's data."
        raise NoDataDirectory(message)
    return Path(home, ".local", "share", "folkmoot")


def make_private_dir(folder: Path, user: ServerUser) -> None:
    """Make a folder that only the server's user may enter."""
    folder.mkdir(mode=0o700)
    if user.dropped:
        os.chown(folder, user.uid, user.gid)
