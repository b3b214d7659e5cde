"""The taking of a backup: every table of three schemas in one snapshot, while people go on working."""

import gzip
import hashlib
import importlib.metadata
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from psycopg import sql

from domain.audit.kept_roots import header_of, walk_tree
from scripts.backups.backup_parts import (
    FORMAT,
    SCHEMAS,
    BackupUnusable,
    PartManifest,
    SchemaFile,
    TableFile,
    write_manifest,
)
from scripts.backups.stored_tables import Connection, StoredTable, tables_of

_COMPRESSION = 3
_SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
_LAST = "SELECT coalesce(max(position), 0) FROM log.event"
_SCHEMA = "SELECT part, version, sha256 FROM log.migration ORDER BY part, version"


def take_backup(connection: Connection, folder: Path) -> PartManifest:
    """Write a backup into a folder that is not there yet; returns the manifest of the record.

    The folder has its name only once all of it is on disk. Raises BackupUnusable.
    """
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    if folder.exists():
        raise BackupUnusable(f"{folder} is there already: name a folder that is not")
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        with connection.transaction():
            connection.execute(_SNAPSHOT)
            manifests = {part: _taken(connection, unfinished / part, part) for part in SCHEMAS}
        unfinished.rename(folder)
        _make_lasting(folder.parent)
    except OSError as error:
        raise BackupUnusable(f"the backup cannot be written to {folder}: {error.strerror}") from None
    return manifests["record"]


def _taken(connection: Connection, folder: Path, part: str) -> PartManifest:
    folder.mkdir(mode=0o700)
    header = header_of(connection)
    if header is None:
        raise BackupUnusable("the log has not exactly one header: run `folkmoot verify`")
    (position,) = connection.execute(_LAST).fetchone() or (0,)
    manifest = PartManifest(
        format=FORMAT,
        part=part,
        release=importlib.metadata.version("folkmoot"),
        taken_at=datetime.now(UTC),
        log_id=header.log_id,
        position=position,
        root_sha256=walk_tree(connection, position, ()).root.hex(),
        schema=tuple(
            SchemaFile(part=name, version=version, sha256=sha256)
            for name, version, sha256 in connection.execute(_SCHEMA).fetchall()
        ),
        tables=tuple(_copied(connection, folder, table) for table in tables_of(connection, SCHEMAS[part])),
    )
    write_manifest(folder, manifest)
    _make_lasting(folder)
    return manifest


def _copied(connection: Connection, folder: Path, table: StoredTable) -> TableFile:
    """Write one table in the order of its key, so that the same rows are the same bytes."""
    columns = sql.SQL(", ").join(map(sql.Identifier, table.columns))
    order = sql.SQL(", ").join(map(sql.Identifier, table.key)) if table.key else sql.SQL("1")
    rows = sql.SQL("SELECT {} FROM {} ORDER BY {}").format(columns, table.place, order)
    if not table.columns:
        rows = sql.SQL("SELECT FROM {}").format(table.place)
    digest, count = hashlib.sha256(), 0
    draft = TableFile(table=table.name, columns=table.columns, rows=0, sha256="")
    descriptor = os.open(draft.path_in(folder), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        with (
            gzip.GzipFile(fileobj=file, mode="wb", filename="", compresslevel=_COMPRESSION, mtime=0) as packed,
            connection.cursor().copy(sql.SQL("COPY ({}) TO STDOUT").format(rows)) as copy,
        ):
            for block in copy:
                packed.write(block)
                digest.update(block)
                count += bytes(block).count(b"\n")
        file.flush()
        os.fsync(file.fileno())
    return TableFile(table=table.name, columns=table.columns, rows=count, sha256=digest.hexdigest())


def _make_lasting(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
