"""Roots of the log that were kept, its header as it was then, and the log compared with both.

Whoever changes an event and its leaf changes every root after it. So roots are kept, in the database and outside
it, and the tree is walked again to compare.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Final
from uuid import UUID

from msgspec import Struct

from domain.audit.alteration import Alteration, Connection
from domain.events import decode
from domain.events.stewardship import CheckpointSigned
from domain.log.memorandum import Memorandum, root_line
from domain.proof.merkle import Frontier

_BATCH: Final = 65_536
_TAKES_NO_WRITES: Final = "SELECT current_setting('transaction_read_only')::bool"
_LEAVES: Final = "SELECT leaf FROM log.event WHERE position > %s AND position <= %s ORDER BY position"
_KEPT: Final = "SELECT number, position, root, log_id, created_at, clock, kept_at FROM log.kept ORDER BY number"
_SIGNED: Final = "SELECT position, version, data FROM log.event WHERE type = 'checkpoint-signed' ORDER BY position"
_HEADER: Final = "SELECT log_id, created_at, clock FROM log.header"


class LogHeader(Struct, frozen=True):
    """The identity of a log by its own word."""

    log_id: UUID
    created_at: datetime
    clock: str


class KeptRoot(Struct, frozen=True, kw_only=True):
    """A root seen earlier: over how many events, by which header, and where that stands."""

    position: int
    root: bytes | None
    header: LogHeader
    where: str


class TreeWalk(Struct, frozen=True, kw_only=True):
    """The outcome of walking the tree: the root at the end, and where it is not as it was seen."""

    root: bytes
    alterations: tuple[Alteration, ...]


def header_of(connection: Connection) -> LogHeader | None:
    """Read the header of the log; None unless there is exactly one."""
    rows = connection.execute(_HEADER).fetchall()
    return LogHeader(*rows[0]) if len(rows) == 1 else None


def kept_roots(connection: Connection, memorandum: Memorandum | None) -> tuple[list[KeptRoot], list[Alteration]]:
    """The roots kept in the database and outside it, oldest first, and alterations where kept ones are missing."""
    rows = connection.execute(_KEPT).fetchall()
    roots = [
        KeptRoot(
            position=position, root=root, header=LogHeader(*header), where=f"kept in the database on {at:%Y-%m-%d}"
        )
        for _, position, root, *header, at in rows
    ]
    is_incomplete = [row[0] for row in rows] != list(range(1, len(rows) + 1)) or not rows
    alterations = [Alteration(where="log.kept", detail="roots that were kept are missing")] if is_incomplete else []
    header = header_of(connection)
    if header is None:
        return roots, alterations
    roots += [
        KeptRoot(position=body.tree_size, root=bytes.fromhex(body.root_sha256), header=header, where=f"signed at {at}")
        for at, body in _signed(connection)
    ]
    if memorandum is None:
        return roots, alterations
    known_roots, restored_at = {(each.position, each.root) for each in roots}, memorandum.restored_at(header.log_id)
    for line in memorandum.roots(header.log_id):
        root = bytes.fromhex(line.root_sha256)
        noted_header = LogHeader(line.log_id, line.created_at, line.clock)
        where = f"kept in {memorandum.file.name} on {line.seen_at:%Y-%m-%d}"
        roots.append(KeptRoot(position=line.position, root=root, header=noted_header, where=where))
        if (line.position, root) not in known_roots and (restored_at is None or line.seen_at > restored_at):
            detail = "it is kept outside the database and no longer in it: another database, or an altered one"
            alterations.append(Alteration(where=f"root at position {line.position}", detail=detail))
    return roots, alterations


def header_alterations(connection: Connection, roots: Sequence[KeptRoot]) -> list[Alteration]:
    """Compare the header with what it was when roots were kept."""
    header = header_of(connection)
    if header is None:
        return [Alteration(where="log.header", detail="there is not exactly one header")]
    alterations = []
    # An empty log may be declared seeded: of notes of one, only the last tells of its clock.
    of_clock = [note for note in roots if note.position > 0] or roots[-1:]
    for name in LogHeader.__struct_fields__:
        notes = of_clock if name == "clock" else roots
        if any(getattr(note.header, name) != getattr(header, name) for note in notes):
            alterations.append(
                Alteration(where=f"log.header, {name}", detail="it is not what it was when roots were kept")
            )
    return alterations


def walk_tree(connection: Connection, upto: int, roots: Iterable[KeptRoot]) -> TreeWalk:
    """Walk the tree up to a position and compare every root that was kept on the way."""
    roots_in_order = sorted((each for each in roots if each.root is not None), key=attrgetter("position"))
    frontier, alterations, sound_position = Frontier(), [], 0
    for kept_root in roots_in_order:
        if kept_root.position > upto:
            detail = f"the log reached position {kept_root.position} then, and now {upto} is the last"
            alterations.append(
                Alteration(where=f"root at position {kept_root.position}, {kept_root.where}", detail=detail)
            )
            continue
        frontier = _walked(connection, frontier, kept_root.position)
        if frontier.size == kept_root.position and frontier.root() == kept_root.root:
            sound_position = kept_root.position
        else:
            events = f"events {sound_position + 1} to {kept_root.position}"
            detail = f"the log has another root now: something in {events} was changed"
            alterations.append(
                Alteration(where=f"root at position {kept_root.position}, {kept_root.where}", detail=detail)
            )
    frontier = _walked(connection, frontier, upto)
    return TreeWalk(root=frontier.root(), alterations=tuple(alterations))


def takes_no_writes(connection: Connection) -> bool:
    """Whether the database is a replica, or set to read only."""
    (is_so,) = connection.execute(_TAKES_NO_WRITES).fetchone() or (False,)
    return bool(is_so)


def keep_root(connection: Connection, position: int, root: bytes, memorandum: Memorandum | None) -> None:
    """Keep a root, in the database and outside it; nowhere while the database takes no writes, as a replica."""
    header = header_of(connection)
    if header is None or position == 0 or takes_no_writes(connection):
        return
    connection.execute("SELECT log.keep_root(%s, %s)", (position, root))
    if memorandum is None or any(
        (line.position, line.root_sha256) == (position, root.hex()) for line in memorandum.roots(header.log_id)
    ):
        return
    memorandum.add([root_line(header.log_id, position, root, header.created_at, header.clock)])


def _signed(connection: Connection) -> list[tuple[int, CheckpointSigned]]:
    rows = connection.execute(_SIGNED).fetchall()
    bodies = [(position, decode("checkpoint-signed", version, data)) for position, version, data in rows]
    return [(position, body) for position, body in bodies if isinstance(body, CheckpointSigned)]


def _walked(connection: Connection, frontier: Frontier, upto: int) -> Frontier:
    while frontier.size < upto:
        stop = min(upto, (frontier.size // _BATCH + 1) * _BATCH)
        with connection.cursor(binary=True) as cursor:
            leaves = [leaf for (leaf,) in cursor.execute(_LEAVES, (frontier.size, stop)).fetchall()]
        if len(leaves) != stop - frontier.size:
            return frontier.extend(leaves)  # events are missing: the root cannot be the one kept
        frontier = frontier.extend(leaves)
    return frontier
