"""The database files (PostgreSQL's "cluster"): made whole or not at all, and the file in which their server signs."""

import contextlib
import os
import shutil
from pathlib import Path
from typing import Final

from domain.embedded_server.data_dir import cluster_folder, make_private_dir
from domain.embedded_server.errors import NoServerPrograms, ServerFailed, WrongMajorVersion
from domain.embedded_server.installations import OLDEST_MAJOR, Installation, ServerUser, find_installations

SUPERUSER: Final = "folkmoot"


class Cluster:
    """The database files of one data directory."""

    def __init__(self, data_dir: Path, *, fsync: bool) -> None:
        self.folder: Final = cluster_folder(data_dir)
        self._data_dir = data_dir
        self._fsync = fsync

    def installation(self, user: ServerUser) -> Installation:
        """The newest server programs or, for existing files, those of their major version.

        Raises WrongMajorVersion and NoServerPrograms.
        """
        version_file = self.folder / "PG_VERSION"
        made_by = int(version_file.read_text("ascii")) if version_file.is_file() else None
        other_majors = []
        for installation in find_installations(user, self._data_dir):
            if made_by in (None, installation.major):
                return installation
            other_majors.append(str(installation.major))
        if made_by is not None and other_majors:
            message = (
                f"The database in {self._data_dir} was made by PostgreSQL {made_by}, but here is only "
                f"{', '.join(other_majors)}. Install PostgreSQL {made_by}, move the database with pg_upgrade, "
                "or choose another data directory."
            )
            raise WrongMajorVersion(message)
        message = (
            f"No PostgreSQL server of version {OLDEST_MAJOR} or later that {user.name!r} can run was found. "
            "Install one with the system's packages, or set DATABASE_URL to a server of your own."
        )
        raise NoServerPrograms(message)

    def make(self, installation: Installation, user: ServerUser) -> None:
        """Make the database files, whole or not at all. Raises ServerFailed."""
        unfinished = self._data_dir / "cluster.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        make_private_dir(unfinished, user)
        # Sorted by bytes, so that an order is the same on every machine.
        options = ["--encoding=UTF8", "--locale=C", "--data-checksums", "--auth-local=trust", "--auth-host=reject"]
        durability = [] if self._fsync else ["--no-sync"]
        place = ["-D", str(unfinished), f"--username={SUPERUSER}"]
        initdb = user.run([str(installation.folder / "initdb"), *place, *options, *durability])
        if initdb.returncode != 0:
            message = f"The database files could not be made in {self._data_dir}: {initdb.stderr.strip()[-2000:]}"
            raise ServerFailed(message)
        unfinished.rename(self.folder)
        if self._fsync:
            descriptor = os.open(self._data_dir, os.O_RDONLY)
            os.fsync(descriptor)
            os.close(descriptor)

    @property
    def postmaster_pid(self) -> int | None:
        """The process id of the server's postmaster, or None when no server has signed."""
        first_line = self._pid_file_lines()[:1]
        return int(first_line[0]) if first_line and first_line[0].isdecimal() else None

    @property
    def ready_socket_dir(self) -> Path | None:
        """The folder of the server's socket, once the server has signed that it is ready."""
        match self._pid_file_lines():
            case [_, _, _, _, socket_dir, _, _, status, *_] if status.strip() == "ready":
                return Path(socket_dir)
            case _:
                return None

    def forget_dead_server(self, socket_dir: Path) -> None:
        """Remove what a killed server left, unless its process id is that of a running server after all.

        A new server would take a zombie, or another program of that id, for the old one and refuse to start.
        """
        command = b""
        with contextlib.suppress(OSError):
            command = Path(f"/proc/{self.postmaster_pid}/cmdline").read_bytes().partition(b"\0")[0]
        if Path(os.fsdecode(command)).name not in {"postgres", "postmaster"}:
            for leftover in (self.folder / "postmaster.pid", *socket_dir.iterdir()):
                leftover.unlink(missing_ok=True)

    def _pid_file_lines(self) -> list[str]:
        """The lines of the server's file: process id, cluster, start, port, socket folder, address, memory, state."""
        try:
            return (self.folder / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []
