"""A PostgreSQL of our own over one data directory, so that Folkmoot needs no database server to be set up.

The server listens on a Unix socket in a folder that only its user (and root) may enter, and on no network.

`server.lock` is inherited by every process of the server, so that it is free exactly when none is left. This
stays true after a kill -9 and when a process id is used again, where the server's own file of ids misleads.
The server lives as long as any of its users, whoever started it: the last who leaves stops it.
"""

import atexit
import contextlib
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import psycopg
import structlog

from domain.embedded_server.cluster import SUPERUSER, Cluster
from domain.embedded_server.data_dir import PORT, make_socket_dir, prepare_data_dir
from domain.embedded_server.errors import EmbeddedPostgresError, ServerFailed
from domain.embedded_server.file_locks import SharedUse, try_lock
from domain.embedded_server.installations import ServerUser, clean_environment
from domain.log.sessions import connect

_START_TIMEOUT_S = 300.0  # recovery of a large log takes its time
_STOP_TIMEOUT_S = 60.0
_POLL_S = 0.02
_WATCH_S = 0.5
_WATCH_AGAIN_S = 5.0
_LEFT_RUNNING: list["subprocess.Popen[bytes]"] = []
"""Servers that we started and others still use: kept, so that Python does not warn of them when we end."""
_logger = structlog.get_logger(__name__)


class EmbeddedPostgres:
    """A PostgreSQL server over one data directory; a context manager.

    `start` makes the files if there are none, starts a server or joins the one that runs, and returns when it
    answers. The last user to stop it, in whatever process, stops it for good. With `fsync=False` data survives a
    crash of the server but not of the machine: for tests.
    """

    def __init__(self, data_dir: Path, *, fsync: bool = True) -> None:
        self.data_dir = data_dir.absolute()
        self._cluster = Cluster(self.data_dir, fsync=fsync)
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
        """A connection URI for one database of the running server. Raises ServerFailed before the start."""
        if self._socket_dir is None:
            message = "Start the embedded PostgreSQL before asking for a connection."
            raise ServerFailed(message)
        return _dsn(self._socket_dir, dbname)

    @property
    def is_ours_alone(self) -> bool:
        """True where this process started the server, so that nobody used it before."""
        return self._process is not None

    @property
    def pid(self) -> int | None:
        """The process id of the server's postmaster, or None when no server has written one."""
        return self._cluster.postmaster_pid

    def start(self) -> None:
        """Start the server, or join one that runs already. Raises an EmbeddedPostgresError."""
        user = prepare_data_dir(self.data_dir)
        if not self._use.join(_STOP_TIMEOUT_S):
            raise self._failure("is being stopped and does not end")
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
                self._start_or_join(prepare_data_dir(self.data_dir))
                _logger.info("database server started again")
            except (EmbeddedPostgresError, OSError) as error:
                pause_s = _WATCH_AGAIN_S
                _logger.error("database server not started", reason=str(error), again_in_s=pause_s)  # noqa: TRY400 - the reason says it all

    def _start_or_join(self, user: ServerUser) -> None:
        """Return once a server of this cluster answers, or we leave; launch it if `server.lock` is free."""
        with self._starting:
            deadline = time.monotonic() + _START_TIMEOUT_S
            launched = None
            while not (self._leaving.is_set() or self._answers()):
                if launched is not None and launched.poll() is not None:
                    raise self._failure("ended while starting")
                if time.monotonic() > deadline:
                    raise self._failure("did not become ready in time")
                if launched is None and (lock := try_lock(self.data_dir / "server.lock")) is not None:
                    try:
                        launched = self._launch(user, lock)
                    finally:
                        os.close(lock)
                time.sleep(_POLL_S)

    def _launch(self, user: ServerUser, lock: int) -> subprocess.Popen[bytes]:
        """Start a server that inherits `lock`; the cluster is made first when there is none."""
        if self._process is not None:
            self._process.wait()  # killed by others, and gone: its lock is free
        installation = self._cluster.installation(user)
        if not self._cluster.folder.is_dir():
            self._cluster.make(installation, user)
        socket_dir = make_socket_dir(self.data_dir, user)
        self._cluster.forget_dead_server(socket_dir)
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": '"{}"'.format(str(socket_dir).replace('"', '""')),
            "unix_socket_permissions": "0700",
            "port": str(PORT),
            "fsync": "on" if self._fsync else "off",
            "full_page_writes": "on" if self._fsync else "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
            # What people wrote never reaches the server's log: errors quote it, and go to who asked alone.
            "log_statement": "none",
            "log_min_messages": "log",
            "log_min_error_statement": "panic",
        }
        command = [str(installation.folder / "postgres"), "-D", str(self._cluster.folder)]
        command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self.data_dir / "server.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - programs found by us, arguments of our own
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

    def _answers(self) -> bool:
        """Whether this cluster's server takes connections; where its socket is, is remembered."""
        folder = self._cluster.ready_socket_dir
        if folder is None:
            return False
        try:
            dsn = f"{_dsn(folder, 'postgres')}&connect_timeout=5"
            with connect(dsn, application_name="folkmoot-start", autocommit=True) as connection:
                (cluster,) = connection.execute("select current_setting('data_directory')").fetchone() or ("",)
        except psycopg.OperationalError:
            return False
        self._socket_dir = folder
        return self._cluster.folder.samefile(cluster)

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

    def _signal(self, number: signal.Signals) -> None:
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def _is_gone(self) -> bool:
        if self._process is not None:
            self._process.poll()  # leave no zombie
        lock = try_lock(self.data_dir / "server.lock")
        if lock is not None:
            os.close(lock)
        return lock is not None

    def _failure(self, how: str) -> ServerFailed:
        with contextlib.suppress(OSError):
            tail = (self.data_dir / "server.log").read_text(errors="replace").splitlines()[-10:]
            return ServerFailed(f"The database server in {self.data_dir} {how}. Its log ends:\n" + "\n".join(tail))
        return ServerFailed(f"The database server in {self.data_dir} {how}.")


def _dsn(socket_dir: Path, dbname: str) -> str:
    host = quote(os.fsencode(socket_dir), safe="")
    return f"postgresql://{SUPERUSER}@/{quote(dbname, safe='')}?host={host}&port={PORT}"
