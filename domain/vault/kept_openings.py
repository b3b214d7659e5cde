"""The kept trail of openings: read back, cut at its end once rows are older than they are kept for, and marked anew."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final, LiteralString
from uuid import UUID, uuid4

import msgspec
import psycopg
from msgspec import Struct

from domain.vault.readers import Marker, Opening

COLUMNS: Final[LiteralString] = (
    "number, opened_at, request_id, operation, actor_id, account_id, organisation_id, key_ids, grounds, subject_ids, "
    "is_bulk"
)
"""In the order of the fields of an opening."""
_ALL: Final = f"SELECT {COLUMNS}, mark FROM vault.opening ORDER BY number"  # noqa: S608 - our own columns
_NUMBERED: Final = f"SELECT {COLUMNS} FROM vault.opening WHERE number = %s"  # noqa: S608 - our own columns
_WHERE: Final[dict[str, LiteralString]] = {
    "subject_id": "subject_ids @> ARRAY[%(subject_id)s::uuid]",
    "reader_id": "(actor_id = %(reader_id)s OR account_id = %(reader_id)s)",
    "organisation_id": "organisation_id = %(organisation_id)s",
    "since": "opened_at >= %(since)s",
    "until": "opened_at < %(until)s",
    "in_bulk": "is_bulk",
    "before": "number < %(before)s",
}
_COUNT_IN_BULK: Final = "SELECT count(*) FROM vault.opening WHERE is_bulk AND opened_at >= %s"
_CUTS: Final = "SELECT upto, cut_at, mark FROM vault.opening_cut ORDER BY upto"
_LAST_BEFORE: Final = """
    SELECT coalesce((SELECT min(number) - 1 FROM vault.opening WHERE opened_at >= %(before)s),
                    (SELECT max(number) FROM vault.opening))
    WHERE EXISTS (SELECT FROM vault.opening WHERE number = (SELECT min(number) FROM vault.opening)
                  AND opened_at < %(before)s)
"""
_CUT: Final = "SELECT vault.cut_openings(%s, %s, %s)"
_REMARK: Final = "UPDATE vault.opening SET mark = %s WHERE number = %s"
_REMARK_CUT: Final = "UPDATE vault.opening_cut SET mark = %s WHERE upto = %s"
_BATCH: Final = 2_000


class TrailCut(Struct, frozen=True, kw_only=True):
    """The oldest rows of the trail, up to a number, were taken out because their time was over."""

    upto: int
    cut_at: datetime

    def content(self) -> bytes:
        """The bytes that its mark is over."""
        return msgspec.msgpack.encode(("cut", self.upto, self.cut_at.astimezone(UTC)))


def opening_of(row: tuple[Any, ...]) -> Opening:
    """A row of the trail as read from its columns."""
    values: list[Any] = [tuple(value) if isinstance(value, list) else value for value in row]
    fields: dict[str, Any] = dict(zip(Opening.__struct_fields__, values, strict=True))
    return Opening(**fields)


def marked_openings(connection: psycopg.Connection[Any]) -> Iterator[tuple[Opening, bytes]]:
    """Every row of the trail with its mark, oldest first; many at a time, so that memory stays bounded."""
    with connection.transaction(), connection.cursor(f"openings_{uuid4().hex}", scrollable=False) as cursor:
        cursor.itersize = _BATCH
        cursor.execute(_ALL)
        for *row, mark in cursor:
            yield opening_of(tuple(row)), mark


def marked_cuts(connection: psycopg.Connection[Any]) -> list[tuple[TrailCut, bytes]]:
    """Every cut with its mark, oldest first."""
    return [(TrailCut(upto=upto, cut_at=at), mark) for upto, at, mark in connection.execute(_CUTS).fetchall()]


def cut_openings(connection: psycopg.Connection[Any], marker: Marker, before: datetime) -> int:
    """Take out the rows that are older than an instant, oldest first, and count them; for the vault's owner.

    The cut is marked, so that `folkmoot verify` tells it from rows that somebody took out.
    """
    with connection.transaction():
        row = connection.execute(_LAST_BEFORE, {"before": before}).fetchone()
        if row is None or not row[0]:
            return 0
        cut = TrailCut(upto=row[0], cut_at=datetime.now(UTC))
        mark = marker.marks(cut.content())[0]
        (count,) = connection.execute(_CUT, (cut.upto, cut.cut_at, mark)).fetchone() or (0,)
    return int(count)


def remark_openings(connection: psycopg.Connection[Any], marker: Marker) -> None:
    """Mark under the present wrapping key what is marked under a former one; for the vault's owner.

    What bears no mark of ours is left as it is, for `folkmoot verify` to name.
    """
    fresh: list[tuple[bytes, int]] = []
    for opening, mark in marked_openings(connection):
        present, *former = marker.marks(opening.content())
        if mark in former:
            fresh.append((present, opening.number))
    with connection.cursor() as cursor:
        cursor.executemany(_REMARK, fresh)
        for cut, mark in marked_cuts(connection):
            present, *former = marker.marks(cut.content())
            if mark in former:
                cursor.execute(_REMARK_CUT, (present, cut.upto))


class OpeningsSought(Struct, frozen=True, kw_only=True):
    """The rows of the trail that are sought: about whom, by whom, and when; all where nothing is said."""

    subject_id: UUID | None = None
    reader_id: UUID | None = None
    """The key that opened, or the account."""
    organisation_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    in_bulk: bool = False


def find_openings(
    connection: psycopg.Connection[Any], sought: OpeningsSought, *, before: int | None, limit: int
) -> list[Opening]:
    """The newest rows that are sought, of those with a number before a given one."""
    values = {**msgspec.structs.asdict(sought), "before": before, "limit": limit}
    conditions = [condition for name, condition in _WHERE.items() if values[name]]
    where = " AND ".join(conditions) or "true"
    query = f"SELECT {COLUMNS} FROM vault.opening WHERE {where} ORDER BY number DESC LIMIT %(limit)s"  # noqa: S608 - our own
    return [opening_of(row) for row in connection.execute(query, values).fetchall()]


def find_opening(connection: psycopg.Connection[Any], number: int) -> Opening | None:
    """The row with a number; None where there is none, or none any more."""
    row = connection.execute(_NUMBERED, (number,)).fetchone()
    return None if row is None else opening_of(row)


def count_in_bulk(connection: psycopg.Connection[Any], since: datetime) -> int:
    """The rows since an instant that went past the number of people whose words one reads at work."""
    (count,) = connection.execute(_COUNT_IN_BULK, (since,)).fetchone() or (0,)
    return int(count)
