"""The putting back of a backup into an empty database, and the proof that what is there is what was taken."""

import gzip
import hashlib
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from psycopg import sql

from domain.audit.kept_roots import header_of, walk_tree
from scripts.backups.backup_parts import SCHEMAS, BackupUnusable, PartManifest, TableFile, read_manifest
from scripts.backups.stored_tables import Connection, tables_of, unguarded
from scripts.support.database_schema import apply_as_it_was

_BLOCK: Final = 1 << 20
_THERE: Final = "SELECT array_agg(nspname::text ORDER BY nspname) FROM pg_namespace WHERE nspname = ANY (%s)"
_CHANGED: Final = """
    SELECT position FROM log.event
    WHERE leaf <> log.leaf(
        position, event_id, type, version, partition_id, occurred_at, recorded_at, tags, envelope, data)
    ORDER BY position LIMIT 1
"""
_COUNTED: Final = "SELECT count(*), coalesce(max(position), 0) FROM log.event"


def put_back(connection: Connection, folders: Mapping[str, Path]) -> PartManifest:
    """Put parts back, each from its folder of a backup, in one transaction; returns the manifest of the record.

    Nothing is put back unless all of it is, and is what was taken. Raises BackupUnusable and SchemaMismatch.
    """
    manifests = {part: read_manifest(folder, part) for part, folder in folders.items()}
    record = manifests["record"]
    for part, manifest in manifests.items():
        if (manifest.log_id, manifest.schema) != (record.log_id, record.schema):
            raise BackupUnusable(f"the {part} in {folders[part]} is of another log or schema than the record")
        for table in manifest.tables:
            _must_be_as_taken(folders[part] / part, table)
    with connection.transaction():
        schemas = [*SCHEMAS.values(), "projection"]
        (there,) = connection.execute(_THERE, (schemas,)).fetchone() or (None,)
        if there:
            raise BackupUnusable(
                f"the database is not empty: it has the schemas {', '.join(there)}; restore into another"
            )
        apply_as_it_was(connection, {(each.part, each.version): each.sha256 for each in record.schema})
        with unguarded(connection, *SCHEMAS.values()):
            for part, manifest in manifests.items():
                _load(connection, folders[part] / part, manifest)
        _must_be_the_log(connection, record)
    return record


def _must_be_as_taken(folder: Path, table: TableFile) -> None:
    digest, count = hashlib.sha256(), 0
    for block in _blocks(folder, table):
        digest.update(block)
        count += block.count(b"\n")
    if (digest.hexdigest(), count) != (table.sha256, table.rows):
        raise BackupUnusable(f"{table.path_in(folder)} is not as it was taken: use another backup")


def _blocks(folder: Path, table: TableFile) -> Iterator[bytes]:
    file = table.path_in(folder)
    try:
        with gzip.open(file) as packed:
            while block := packed.read(_BLOCK):
                yield block
    except (OSError, EOFError, zlib.error):
        raise BackupUnusable(f"{file} cannot be read whole: use another backup") from None


def _load(connection: Connection, folder: Path, manifest: PartManifest) -> None:
    """Load the tables of one part in place of what the schema's own files put there; what refers to them is empty."""
    files = {each.table: each for each in manifest.tables}
    tables = tables_of(connection, SCHEMAS[manifest.part])
    if {each.name: each.columns for each in tables} != {each.table: each.columns for each in files.values()}:
        raise BackupUnusable(f"the {manifest.part} has other tables or columns than its schema: use another backup")
    connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.SQL(", ").join(each.place for each in tables)))
    for table in tables:
        if not files[table.name].rows:
            continue
        columns = sql.SQL(", ").join(map(sql.Identifier, table.columns))
        with connection.cursor().copy(sql.SQL("COPY {} ({}) FROM STDIN").format(table.place, columns)) as copy:
            for block in _blocks(folder, files[table.name]):
                copy.write(block)


def _must_be_the_log(connection: Connection, record: PartManifest) -> None:
    """Prove the log from its content: content to leaves, leaves to the root that was noted. Raises BackupUnusable."""
    header = header_of(connection)
    changed = connection.execute(_CHANGED).fetchone()
    counts = connection.execute(_COUNTED).fetchone()
    root = walk_tree(connection, record.position, ()).root.hex()
    if (
        changed is not None
        or header is None
        or (header.log_id, counts, root) != (record.log_id, (record.position, record.position), record.root_sha256)
    ):
        raise BackupUnusable("the log in this backup is not the one that was taken: use another backup")
