"""Differences between one row set and the next: rows that are the same objects as before are not encoded again.

What comes out is to the byte what encoding every row gives; only the work differs.
"""

from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence
from itertools import chain, islice
from operator import is_
from typing import Final, NamedTuple

from projections.declaration import Projection, ProjectionRow
from projections.engine.digest import KeyShared, digest_of, encoded, encoded_each
from projections.history.difference import shared_beginning, shared_end

_FEW: Final = 64  # keys put in their place one by one; more are sorted again

Pair = tuple[bytes, bytes]


class RowDifference(NamedTuple):
    """The step from some encoded rows to others: keys that are there no longer, and new or other rows by key."""

    removed: Sequence[bytes]
    written: Mapping[bytes, ProjectionRow]

    @property
    def rows(self) -> int:
        """The number of rows that it touches."""
        return len(self.removed) + len(self.written)


class EncodedRows(NamedTuple):
    """Rows with their encoded forms by key, in order of the rows; `order` holds the keys sorted.

    `made` counts the rows that were encoded for it, and `difference` is the step from the encoded rows `before`.
    """

    rows: Sequence[ProjectionRow]
    encoded: Mapping[bytes, bytes]
    order: Sequence[bytes]
    digest: str
    made: int
    before: Mapping[bytes, bytes] | None = None
    difference: RowDifference = RowDifference((), {})


def encode_rows(
    projection: Projection, rows: Sequence[ProjectionRow], before: EncodedRows | None = None
) -> EncodedRows:
    """Encode rows; those that `before` holds, the very same objects, are taken from there. Raises KeyShared."""
    if before is None:
        encoded_rows = encoded(projection, rows)
        order = sorted(encoded_rows)
        return EncodedRows(rows, encoded_rows, order, digest_of(encoded_rows, order), len(rows))
    if len(rows) == len(before.rows) and all(map(is_, rows, before.rows)):
        return before._replace(made=0, before=before.encoded, difference=RowDifference((), {}))
    return _encode_changed(projection, rows, before)


def _encode_changed(projection: Projection, rows: Sequence[ProjectionRow], before: EncodedRows) -> EncodedRows:
    """Encode what lies between the rows that both begin with and those that both end with."""
    first = shared_beginning(rows, before.rows)
    last = shared_end(rows, before.rows, first)
    stop, old_stop = len(rows) - last, len(before.rows) - last
    old_rows, new_rows = before.rows[first:old_stop], rows[first:stop]
    old_pairs = list(islice(before.encoded.items(), first, old_stop))
    pair_by_row = {id(row): pair for row, pair in zip(old_rows, old_pairs, strict=True)}
    anew = [row for row in new_rows if id(row) not in pair_by_row]
    pairs_anew = encoded_each(projection, anew)
    new_pairs = [pair_by_row.get(id(row)) or next(pairs_anew) for row in new_rows]
    old_items = before.encoded.items()
    encoded_rows = dict(chain(islice(old_items, first), new_pairs, islice(old_items, old_stop, None)))
    if len(encoded_rows) != len(rows):
        raise KeyShared(f"two rows of {projection.name} have one key")
    difference = RowDifference(
        [key for key, _ in old_pairs if key not in encoded_rows],
        {key: row for row, (key, code) in zip(new_rows, new_pairs, strict=True) if before.encoded.get(key) != code},
    )
    order = _order(before, encoded_rows, difference)
    digest = digest_of(encoded_rows, order) if difference.rows else before.digest
    return EncodedRows(rows, encoded_rows, order, digest, len(anew), before.encoded, difference)


def difference_between(
    rows: Sequence[ProjectionRow], new: Mapping[bytes, bytes], old: Mapping[bytes, bytes]
) -> RowDifference:
    """Compare all of two sets of encoded rows; `rows` are those of `new`, in its order."""
    return RowDifference(
        [key for key in old if key not in new],
        {key: row for (key, code), row in zip(new.items(), rows, strict=True) if old.get(key) != code},
    )


def _order(before: EncodedRows, encoded_rows: Mapping[bytes, bytes], difference: RowDifference) -> Sequence[bytes]:
    """The keys sorted: those of before, with the few that came or went put in or taken out."""
    new_keys = [key for key in difference.written if key not in before.encoded]
    if len(new_keys) + len(difference.removed) > _FEW:
        return sorted(encoded_rows)
    if not new_keys and not difference.removed:
        return before.order
    order = list(before.order)
    for key in difference.removed:
        del order[bisect_left(order, key)]
    for key in new_keys:
        insort(order, key)
    return order
