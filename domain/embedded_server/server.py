"""Runs a PostgreSQL of our own, so that Folkmoot needs no database server to be set up.

The server listens on a Unix socket in a folder that only its user (and root) may enter, and on no network.
The data directory holds:

    cluster/       the database files        run/          the socket, unless that path is too long
    server.lock    held by the server        server.log    what the server says
    users.lock     shared by who uses it     postgresql-*  the wheel's programs, when copied

`server.lock` is inherited by every process of the server, so that it is free exactly when none is left. This
stays true after a kill -9 and when a process id is used again, where the server's own file of ids misleads.
The server lives as long as any of its users, whoever started it: the last who leaves stops it.
"""

import atexit
import contextlib
import hashlib
import os
import shutil
import signal
import stat
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import psycopg
import structlog

from domain.embedded_server.data_dir import default_data_dir, make_private_dir
from domain.embedded_server.errors import (
    DataDirectoryUnreachable,
    EmbeddedPostgresError,
    NoDataDirectory,
    NoServerPrograms,
    ServerFailed,
    WrongMajorVersion,
)
from domain.embedded_server.file_locks import SharedUse
from domain.embedded_server.file_locks import try_lock as _try_lock
from domain.embedded_server.installations import (
    OLDEST_MAJOR,
    Installation,
    ServerUser,
    clean_environment,
    find_installations,
    server_user,
)
from domain.log.sessions import connect

SUPERUSER = "folkmoot"
_PORT = 5432  # only names the socket file
_SOCKET_PATH_BYTES = 103  # macOS; Linux allows 107
_START_TIMEOUT_S = 300.0  # recovery of a large log takes its time
_STOP_TIMEOUT_S = 60.0
_POLL_S = 0.02
_WATCH_S = 0.5
_WATCH_AGAIN_S = 5.0
_LEFT_RUNNING: list["subprocess.Popen[bytes]"] = []
"""Servers that we started and others still use: nothing is to be said of them when we end."""
_logger = structlog.get_logger(__name__)

__all__ = [
    "DataDirectoryUnreachable",
    "EmbeddedPostgres",
    "EmbeddedPostgresError",
    "NoDataDirectory",
    "NoServerPrograms",
    "ServerFailed",
    "WrongMajorVersion",
    "default_data_dir",
]


class EmbeddedPostgres:
    """A PostgreSQL server over one data directory; a context manager.

    `start` makes the files if there are none, starts a server or joins the one that runs, and returns when it
    answers. The last user to stop it, in whatever process, stops it for good. With `fsync=False` data survives a
    crash of the server but not of the machine: for tests.
    """

    def __init__(self, data_dir: Path, *, fsync: bool = True) -> None:
        self.data_dir = data_dir.absolute()
        self._cluster = self.data_dir / "cluster"
        self._fsync = fsync
        self._socket_dir: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._use = SharedUse(self.data_dir / "users.lock")
        self._starting = threading.Lock()
        self._leaving = threading.Event()
        self._started_by = 0

    def __enter__(self) -> Self:
        """Start or join the server."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the server, or stop it if nobody else uses it."""
        self.stop()

    def dsn(self, dbname: str = "postgres") -> str:
        """Return a connection URI for one database of the running server."""
        if self._socket_dir is None:
            message = "Start the embedded PostgreSQL before asking for a connection."
            raise ServerFailed(message)
        return _dsn(self._socket_dir, dbname)

    @property
    def pid(self) -> int | None:
        """The process id of the server's postmaster, or None when no server has written one."""
        first = self._pid_file_lines()[:1]
        return int(first[0]) if first and first[0].isdecimal() else None

    def start(self) -> None:
        """Start the server, or join one that runs already; raises an EmbeddedPostgresError."""
        user = self._prepare_data_dir()
        if not self._use.join(_STOP_TIMEOUT_S):
            raise self._failed("is being stopped and does not end")
        self._leaving.clear()
        try:
            self._start_or_join(user)
        except BaseException:
            if self._process is not None:
                self._process.send_signal(signal.SIGQUIT)
                self._process.wait()
            self._use.let_go()
            raise
        self._started_by = os.getpid()
        atexit.register(self.stop)

    def stop(self) -> None:
        """Leave the server; the last who does stops it, after it has rolled back what is open. May be repeated."""
        atexit.unregister(self.stop)
        if not self._use.is_ours or self._started_by != os.getpid():
            return
        self._leaving.set()
        with self._starting:
            if self._use.hold_alone():
                try:
                    self._end_server()
                finally:
                    self._use.let_go()
            elif self._process is not None:
                _LEFT_RUNNING.append(self._process)
            self._process = self._socket_dir = None

    @contextlib.contextmanager
    def kept_running(self) -> Iterator[None]:
        """Start the server again whenever it has ended, for as long as the block runs."""
        watch = threading.Thread(target=self._keep_running, name="database-watch", daemon=True)
        watch.start()
        try:
            yield
        finally:
            self._leaving.set()
            watch.join()

    def _keep_running(self) -> None:
        pause_s = _WATCH_S
        while not self._leaving.wait(pause_s):
            pause_s = _WATCH_S
            if not self._is_gone():
                continue
            _logger.warning("database server ended", again="now")
            try:
                self._start_or_join(self._prepare_data_dir())
                _logger.info("database server started again")
            except (EmbeddedPostgresError, OSError) as error:
                pause_s = _WATCH_AGAIN_S
                _logger.error("database server not started", reason=str(error), again_in_s=pause_s)  # noqa: TRY400

    def _end_server(self) -> None:
        if not self._is_gone():
            self._signal(signal.SIGINT)
        deadline = time.monotonic() + _STOP_TIMEOUT_S
        while not self._is_gone():
            if time.monotonic() > deadline:
                self._signal(signal.SIGQUIT)
            time.sleep(_POLL_S)
        if self._process is not None:
            self._process.wait()
        if self._socket_dir is not None and self._socket_dir.parent != self.data_dir:
            shutil.rmtree(self._socket_dir, ignore_errors=True)

    def _start_or_join(self, user: ServerUser) -> None:
        """Return once a server of this cluster answers, or we leave; launch it if `server.lock` is free."""
        with self._starting:
            self._start_or_join_alone(user)

    def _start_or_join_alone(self, user: ServerUser) -> None:
        deadline = time.monotonic() + _START_TIMEOUT_S
        launched = None
        while not (self._leaving.is_set() or self._answers()):
            if launched is not None and launched.poll() is not None:
                raise self._failed("ended while starting")
            if time.monotonic() > deadline:
                raise self._failed("did not become ready in time")
            if launched is None and (lock := _try_lock(self.data_dir / "server.lock")) is not None:
                try:
                    launched = self._launch(user, lock)
                finally:
                    os.close(lock)
            time.sleep(_POLL_S)

    def _prepare_data_dir(self) -> ServerUser:
        """Make the data directory, open it (and nothing else) to the server's user, and return that user."""
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
            owner = self._cluster.stat().st_uid if self._cluster.is_dir() else None
            user = server_user(owner)
            if user.dropped and (owner is not None or not any(self.data_dir.iterdir())):
                self.data_dir.chmod(stat.S_IMODE(self.data_dir.stat().st_mode) | 0o011)
        except OSError as error:
            message = f"{self.data_dir} cannot be used for data ({error.strerror}); choose another folder."
            raise DataDirectoryUnreachable(message) from error
        if user.dropped:
            blocked = user.blocked_at(self.data_dir)
        else:
            blocked = None if os.access(self.data_dir, os.W_OK | os.X_OK) else self.data_dir
        if owner not in (None, user.uid):
            blocked = self._cluster
        if blocked is not None:
            message = (
                f"The database server runs as {user.name!r}, who may not use {blocked}; choose a data "
                f"directory of which {user.name!r} can reach every folder."
            )
            raise DataDirectoryUnreachable(message)
        return user

    def _launch(self, user: ServerUser, lock: int) -> subprocess.Popen[bytes]:
        """Start a server that inherits `lock`; the cluster is made first when there is none."""
        if self._process is not None:
            self._process.wait()  # killed by others, and gone: its lock is free
        installation = self._installation(user)
        if not self._cluster.is_dir():
            self._make_cluster(installation, user)
        socket_dir = self._make_socket_dir(user)
        self._forget_dead_server(socket_dir)
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": '"{}"'.format(str(socket_dir).replace('"', '""')),
            "unix_socket_permissions": "0700",
            "port": str(_PORT),
            "fsync": "on" if self._fsync else "off",
            "full_page_writes": "on" if self._fsync else "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
            # What people wrote never reaches the server's log: errors quote it, and go to who asked alone.
            "log_statement": "none",
            "log_min_messages": "log",
            "log_min_error_statement": "panic",
        }
        command = [str(installation.folder / "postgres"), "-D", str(self._cluster)]
        command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self.data_dir / "server.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603
                command,
                cwd="/",
                env=clean_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for us; we stop the server in our own time
                pass_fds=(lock,),
                user=user.uid if user.dropped else None,
                group=user.gid if user.dropped else None,
                extra_groups=[] if user.dropped else None,
            )
        return self._process

    def _installation(self, user: ServerUser) -> Installation:
        """Choose the newest programs or, for an existing cluster, those of its major version."""
        version_file = self._cluster / "PG_VERSION"
        made_by = int(version_file.read_text("ascii")) if version_file.is_file() else None
        seen = []
        for installation in find_installations(user, self.data_dir):
            if made_by in (None, installation.major):
                return installation
            seen.append(str(installation.major))
        if made_by is not None and seen:
            message = (
                f"The database in {self.data_dir} was made by PostgreSQL {made_by}, but here is only "
                f"{', '.join(seen)}. Install PostgreSQL {made_by}, move the database with pg_upgrade, "
                "or choose another data directory."
            )
            raise WrongMajorVersion(message)
        message = (
            f"No PostgreSQL server of version {OLDEST_MAJOR} or later that {user.name!r} can run was found. "
            "Install one with the system's packages, or set DATABASE_URL to a server of your own."
        )
        raise NoServerPrograms(message)

    def _make_cluster(self, installation: Installation, user: ServerUser) -> None:
        """Make the database files whole or not at all."""
        unfinished = self.data_dir / "cluster.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        make_private_dir(unfinished, user)
        # Sorted by bytes, so that an order is the same on every machine.
        options = ["--encoding=UTF8", "--locale=C", "--data-checksums", "--auth-local=trust", "--auth-host=reject"]
        durable = [] if self._fsync else ["--no-sync"]
        where = ["-D", str(unfinished), f"--username={SUPERUSER}"]
        made = user.run([str(installation.folder / "initdb"), *where, *options, *durable])
        if made.returncode != 0:
            message = f"The database files could not be made in {self.data_dir}: {made.stderr.strip()[-2000:]}"
            raise ServerFailed(message)
        unfinished.rename(self._cluster)
        if self._fsync:
            folder = os.open(self.data_dir, os.O_RDONLY)
            os.fsync(folder)
            os.close(folder)

    def _make_socket_dir(self, user: ServerUser) -> Path:
        """Make the private folder of the socket, in the temporary folder when the path would be too long."""
        folder = self.data_dir / "run"
        if len(os.fsencode(folder / f".s.PGSQL.{_PORT}")) > _SOCKET_PATH_BYTES:
            name = hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:16]
            temporary = Path(tempfile.gettempdir())
            too_long = len(os.fsencode(temporary)) > _SOCKET_PATH_BYTES // 2
            if too_long or (user.dropped and user.blocked_at(temporary)):
                temporary = Path("/tmp")  # noqa: S108
            folder = temporary / f"folkmoot-{name}"
        if not folder.is_dir():
            make_private_dir(folder, user)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != user.uid or found.st_mode & 0o077:
            message = f"{folder} should be a private folder of {user.name!r} for the database socket; remove it."
            raise DataDirectoryUnreachable(message)
        return folder

    def _answers(self) -> bool:
        """Say whether this cluster's server takes connections; remember where its socket is."""
        match self._pid_file_lines():
            case [_, _, _, _, socket_dir, _, _, status, *_] if status.strip() == "ready":
                folder = Path(socket_dir)
            case _:
                return False
        try:
            dsn = f"{_dsn(folder, 'postgres')}&connect_timeout=5"
            with connect(dsn, application_name="folkmoot-start", autocommit=True) as connection:
                (cluster,) = connection.execute("select current_setting('data_directory')").fetchone() or ("",)
        except psycopg.OperationalError:
            return False
        self._socket_dir = folder
        return self._cluster.samefile(cluster)

    def _pid_file_lines(self) -> list[str]:
        """Read the server's file: process id, cluster, start, port, socket folder, address, memory, state."""
        try:
            return (self._cluster / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _forget_dead_server(self, socket_dir: Path) -> None:
        """Remove what a killed server left, unless its process id is that of a running server after all.

        A new server would take a zombie, or another program of that id, for the old one and refuse to start.
        """
        command = b""
        with contextlib.suppress(OSError):
            command = Path(f"/proc/{self.pid}/cmdline").read_bytes().partition(b"\0")[0]
        if Path(os.fsdecode(command)).name not in {"postgres", "postmaster"}:
            for left in (self._cluster / "postmaster.pid", *socket_dir.iterdir()):
                left.unlink(missing_ok=True)

    def _signal(self, number: signal.Signals) -> None:
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def _is_gone(self) -> bool:
        if self._process is not None:
            self._process.poll()  # leave no zombie
        lock = _try_lock(self.data_dir / "server.lock")
        if lock is not None:
            os.close(lock)
        return lock is not None

    def _failed(self, how: str) -> ServerFailed:
        with contextlib.suppress(OSError):
            tail = (self.data_dir / "server.log").read_text(errors="replace").splitlines()[-10:]
            return ServerFailed(f"The database server in {self.data_dir} {how}. Its log ends:\n" + "\n".join(tail))
        return ServerFailed(f"The database server in {self.data_dir} {how}.")


def _dsn(socket_dir: Path, dbname: str) -> str:
    host = quote(os.fsencode(socket_dir), safe="")
    return f"postgresql://{SUPERUSER}@/{quote(dbname, safe='')}?host={host}&port={_PORT}"
