"""Whether the log still has the roots that were seen of it, and the header it had then.

Whoever changes an event and its leaf changes every root after it. So roots are kept, in the database and outside
it, and the tree is walked again to compare.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
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
    """Read every root kept in the database and outside it, oldest first, and note which kept ones are gone."""
    rows = connection.execute(_KEPT).fetchall()
    found = [
        KeptRoot(
            position=position, root=root, header=LogHeader(*header), where=f"kept in the database on {at:%Y-%m-%d}"
        )
        for _, position, root, *header, at in rows
    ]
    gone = [row[0] for row in rows] != list(range(1, len(rows) + 1)) or not rows
    alterations = [Alteration(where="log.kept", detail="roots that were kept are missing")] if gone else []
    header = header_of(connection)
    if header is None:
        return found, alterations
    found += [
        KeptRoot(position=body.tree_size, root=bytes.fromhex(body.root_sha256), header=header, where=f"signed at {at}")
        for at, body in _signed(connection)
    ]
    if memorandum is None:
        return found, alterations
    seen_here, restored_at = {(each.position, each.root) for each in found}, memorandum.restored_at(header.log_id)
    for line in memorandum.roots(header.log_id):
        root = bytes.fromhex(line.root_sha256)
        seen = LogHeader(line.log_id, line.created_at, line.clock)
        where = f"kept in {memorandum.file.name} on {line.seen_at:%Y-%m-%d}"
        found.append(KeptRoot(position=line.position, root=root, header=seen, where=where))
        if (line.position, root) not in seen_here and (restored_at is None or line.seen_at > restored_at):
            detail = "it is kept outside the database and no longer in it: another database, or an altered one"
            alterations.append(Alteration(where=f"root at position {line.position}", detail=detail))
    return found, alterations


def header_alterations(connection: Connection, kept: Sequence[KeptRoot]) -> list[Alteration]:
    """Compare the header with what it was when roots were kept."""
    header = header_of(connection)
    if header is None:
        return [Alteration(where="log.header", detail="there is not exactly one header")]
    found = []
    # An empty log may be declared seeded: of notes of one, only the last tells of its clock.
    of_clock = [note for note in kept if note.position > 0] or kept[-1:]
    for name in LogHeader.__struct_fields__:
        notes = of_clock if name == "clock" else kept
        if any(getattr(note.header, name) != getattr(header, name) for note in notes):
            found.append(Alteration(where=f"log.header, {name}", detail="it is not what it was when roots were kept"))
    return found


def walk_tree(connection: Connection, upto: int, kept: Iterable[KeptRoot]) -> TreeWalk:
    """Walk the tree up to a position and compare every root that was kept on the way."""
    wanted = sorted((each for each in kept if each.root is not None), key=lambda each: each.position)
    frontier, found, sound = Frontier(), [], 0
    for each in wanted:
        if each.position > upto:
            detail = f"the log reached position {each.position} then, and now {upto} is the last"
            found.append(Alteration(where=f"root at position {each.position}, {each.where}", detail=detail))
            continue
        frontier = _walked(connection, frontier, each.position)
        if frontier.size == each.position and frontier.root() == each.root:
            sound = each.position
        else:
            detail = f"the log has another root now: something in events {sound + 1} to {each.position} was changed"
            found.append(Alteration(where=f"root at position {each.position}, {each.where}", detail=detail))
    frontier = _walked(connection, frontier, upto)
    return TreeWalk(root=frontier.root(), alterations=tuple(found))


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
