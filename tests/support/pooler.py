"""A pooler that lends each transaction its one session with PostgreSQL, as PgBouncer does in transaction mode."""

import os
import secrets
import shutil
import socket
import struct
import subprocess
import threading
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.support.log_events import eventually

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
_SSL, _GSS = 80877103, 80877104


@contextmanager
def transaction_pooler(dsn: str, folder: Path):
    """An address at which all share one session of the database at another address."""
    target = conninfo_to_dict(dsn)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / f".s.PGSQL.{target['port']}"))
        listener.listen()
        pool = _Pool(f"{target['host']}/.s.PGSQL.{target['port']}")
        threading.Thread(target=pool.serve, args=(listener,), daemon=True).start()
        try:
            yield make_conninfo(dsn, host=str(folder))
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            pool.close()


class _Pool:
    """One session, and what it said when it began."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._turn = threading.Lock()
        self._session: socket.socket | None = None
        self._clients: list[socket.socket] = []
        self._greeting = b""

    def serve(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                self._clients.append(client)
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def close(self) -> None:
        for endpoint in (*self._clients, *filter(None, [self._session])):
            with suppress(OSError):
                endpoint.shutdown(socket.SHUT_RDWR)
            endpoint.close()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError, EOFError), closing(client):
            session = self._begun(_startup(client))
            key = struct.pack("!ii", secrets.randbelow(2**31), secrets.randbelow(2**31))
            client.sendall(self._greeting + b"K" + struct.pack("!i", 12) + key + b"Z\0\0\0\5I")
            while True:
                first = _message(client)
                with self._turn:
                    is_over = _forwarded(first, client, session)
                    while not is_over:
                        is_over = _forwarded(_message(client), client, session)

    def _begun(self, startup: bytes) -> socket.socket:
        with self._turn:
            if self._session is None:
                self._session = socket.socket(socket.AF_UNIX)
                self._session.connect(self._server)
                self._session.sendall(startup)
                while (message := _message(self._session))[:1] != b"Z":
                    self._greeting += message if message[:1] != b"K" else b""
            return self._session


def _forwarded(message: bytes, client: socket.socket, session: socket.socket) -> bool:
    """Pass one message on, and the answer where one is due; says whether the transaction is over."""
    if message[:1] == b"X":
        raise EOFError
    session.sendall(message)
    if message[:1] not in (b"Q", b"S"):
        return False
    while (answer := _message(session))[:1] != b"Z":
        client.sendall(answer)
    client.sendall(answer)
    return answer[5:6] == b"I"


def _startup(client: socket.socket) -> bytes:
    while True:
        (size,) = struct.unpack("!i", head := _exactly(client, 4))
        rest = _exactly(client, size - 4)
        if struct.unpack("!i", rest[:4])[0] not in (_SSL, _GSS):
            return head + rest
        client.sendall(b"N")


def _message(peer: socket.socket) -> bytes:
    head = _exactly(peer, 5)
    return head + _exactly(peer, struct.unpack("!i", head[1:])[0] - 4)


def _exactly(peer: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = peer.recv(size - len(data))
        if not more:
            raise EOFError
        data += more
    return data


@contextmanager
def pgbouncer(dsn: str, folder: Path, *, mode: str):
    """An address at which PgBouncer, where it is installed, leads to a database."""
    target = conninfo_to_dict(dsn)
    owner = Path(target["host"]).stat()
    settings = folder / "pgbouncer.ini"
    settings.write_text(
        f"[databases]\n* = host={target['host']} port={target['port']} user={target['user']}\n"
        f"[pgbouncer]\nlisten_addr =\nlisten_port = 6432\n"
        f"unix_socket_dir = {folder}\nauth_type = any\npool_mode = {mode}\nlogfile = {folder}/log\n"
        f"ignore_startup_parameters = extra_float_digits\n[users]\n"
    )
    os.chown(folder, owner.st_uid, owner.st_gid)
    as_owner = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    with subprocess.Popen(
        [PGBOUNCER, "-q", str(settings)], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", **as_owner
    ) as process:
        try:
            eventually(lambda: _listens(folder / ".s.PGSQL.6432"))
            yield make_conninfo(dsn, host=str(folder), port=6432)
        finally:
            process.terminate()


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client, suppress(OSError):
        client.connect(str(path))
        return True
    return False
