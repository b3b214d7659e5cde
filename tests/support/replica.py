"""A real streaming replica of an embedded PostgreSQL: its files copied as the manual says, then started beside it."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from domain.embedded_server import EmbeddedPostgres

_LEFT_OUT = shutil.ignore_patterns("postmaster.pid", "postmaster.opts", "pg_replslot", "pg_stat_tmp")


@contextmanager
def replica_of(primary: EmbeddedPostgres, folder: Path) -> Iterator[EmbeddedPostgres]:
    with psycopg.connect(primary.dsn(), autocommit=True) as connection:
        connection.execute("SELECT pg_backup_start('replica', true)")
        shutil.copytree(primary.data_dir / "cluster", folder / "cluster", ignore=_LEFT_OUT)
        label = connection.execute("SELECT labelfile FROM pg_backup_stop(false)").fetchone()[0]
        host = psycopg.conninfo.conninfo_to_dict(primary.dsn())
    cluster = folder / "cluster"
    (cluster / "pg_replslot").mkdir()
    (cluster / "backup_label").write_text(label)
    (cluster / "standby.signal").touch()
    with (cluster / "postgresql.auto.conf").open("a") as settings:
        settings.write(f"primary_conninfo = 'host={host['host']} port={host.get('port', 5432)} user={host['user']}'\n")
    owner = (primary.data_dir / "cluster").stat()
    for path in (cluster, *cluster.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
    cluster.chmod(0o700)
    with EmbeddedPostgres(folder, fsync=False) as standby:
        yield standby


def reached(standby: EmbeddedPostgres, dbname: str, position: int, timeout_s: float = 30.0) -> None:
    """Wait until the replica has an event."""
    deadline = time.monotonic() + timeout_s
    with psycopg.connect(standby.dsn(dbname), autocommit=True) as connection:
        while connection.execute("SELECT max(position) FROM log.event").fetchone()[0] != position:
            assert time.monotonic() < deadline, "the replica does not follow"
            time.sleep(0.05)
